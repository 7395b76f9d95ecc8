internal import ConnectorKit
internal import ConnectorProtocol

/// Decides which documents may be deleted after a run that was listed to its end.
///
/// Only documents whose deciding scope ended complete are candidates (see `Scope`). A guard holds
/// deletions that look like a failure of the source: nothing listed at all, or a large part of a
/// scope gone.
struct DeletionPlanner: Sendable {
  /// When the guard holds deletions.
  struct Guard: Hashable, Sendable {
    /// More than this part of a scope, in percent, and more than ``documents``.
    var percent = 15
    var documents = 20
  }

  /// What to do.
  struct Plan: Hashable, Sendable {
    /// Not seen: to delete after a second look.
    var unseen = 0
    /// Dropped by a sync rule: to delete, for the record itself says so.
    var filtered = 0
    /// Why the unseen ones are held; `nil` if they are not.
    var heldReason: String?
  }

  private let table: DigestTable
  private let scopes: ScopeLedger
  /// By scope: whether its unseen documents are candidates.
  private let isDeletable: [Bool]
  private let deciders: [UInt32?]

  /// Makes a planner over what a run has seen.
  init(_ differ: DocumentDiffer) {
    table = differ.table
    scopes = differ.scopes
    let deciders = scopes.deciders()
    self.deciders = deciders
    isDeletable = deciders.map { [scopes] in $0.map(scopes.isComplete) ?? false }
  }

  /// The scopes that could not be listed whole.
  var partials: [ScopeLedger.Partial] { scopes.partials }

  /// Counts the candidates and asks the guard.
  ///
  /// - Parameters:
  ///   - extracted: documents that the source wrote in this run.
  ///   - allowed: so many deletions were released by a person.
  ///   - limits: when the guard holds.
  /// - Returns: how many may go, and whether they are held.
  func plan(extracted: Int, allowed: Int?, limits: Guard = Guard()) -> Plan {
    var plan = Plan()
    var known = [Int](repeating: 0, count: scopes.count)
    var unseen = known
    table.forEach { entry in
      guard entry.isKnown else { return }
      known[Int(entry.scope)] += 1
      guard isDeletable[Int(entry.scope)] else { return }
      if entry.isFiltered {
        plan.filtered += 1
      } else if !entry.isSeen {
        plan.unseen += 1
        unseen[Int(deciders[Int(entry.scope)] ?? entry.scope)] += 1
      }
    }
    guard plan.unseen > 0, plan.unseen > allowed ?? 0 else { return plan }
    if extracted == 0 {
      plan.heldReason =
        "The data source listed nothing at all, but the index holds documents; "
        + "\(Wording.count(plan.unseen, "deletion")) wait until a person releases them."
    } else {
      plan.heldReason = reason(known: subtreeSums(known), unseen: subtreeSums(unseen), limits)
    }
    return plan
  }

  /// Hands out the candidates in groups.
  ///
  /// - Parameters:
  ///   - filtered: those dropped by a rule, or those not seen.
  ///   - size: of a group at most.
  ///   - cursor: how far they were handed out already.
  /// - Returns: the next group; an empty one if there are no more.
  func candidates(filtered: Bool, size: Int, after cursor: inout Cursor) -> [DocumentDigest] {
    table.next(size, after: &cursor.position) { entry in
      guard entry.isKnown, isDeletable[Int(entry.scope)] else { return false }
      return filtered ? entry.isFiltered : !entry.isSeen && !entry.isFiltered
    }
  }

  /// How far the candidates were handed out.
  struct Cursor: Hashable, Sendable {
    fileprivate var position = DigestTable.Position()
  }

  private func reason(known: [Int], unseen: [Int], _ limits: Guard) -> String? {
    // A scope that did not begin is judged with the one that decides about it.
    let suspicious = unseen.indices.filter {
      deciders[$0] == UInt32($0) && unseen[$0] > limits.documents
        && unseen[$0] * 100 > known[$0] * limits.percent
    }
    // Of scopes that lost equally many documents the smallest says the most.
    guard let worst = suspicious.max(by: { (unseen[$0], -known[$0]) < (unseen[$1], -known[$1]) })
    else { return nil }
    let id = scopes.id(of: UInt32(worst))
    let place = id.isEmpty ? "the data source" : "\"\(id)\""
    return "\(unseen[worst].grouped) of \(known[worst].grouped) documents of \(place) are gone, "
      + "more than \(limits.percent)\u{A0}%; their deletion waits until a person releases it."
  }

  /// For every scope, what it and the scopes within it hold.
  private func subtreeSums(_ counts: [Int]) -> [Int] {
    var sums = counts
    for index in counts.indices where counts[index] > 0 {
      for ancestor in scopes.ancestors(of: UInt32(index)) { sums[Int(ancestor)] += counts[index] }
    }
    return sums
  }
}
