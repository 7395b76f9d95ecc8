internal import ConnectorKit
internal import ConnectorProtocol

/// Tells what is new, changed and unchanged, and keeps what was seen.
///
/// A plain value: it gets what the data source wrote, in order, and returns what to do.
struct DocumentDiffer: Sendable {
  /// What follows from one group of documents.
  struct Output: Sendable {
    var counters = JobCounters()
    /// New and changed documents, without a ticket yet.
    var pending: [PendingDocument] = []
    var rejected: [RejectedDocument] = []
  }

  private enum Verdict { case new, changed, unchanged, filtered, duplicate }

  private let key: DigestKey
  private let isKept: (@Sendable (Document) -> Bool)?
  private(set) var table = DigestTable()
  private(set) var scopes = ScopeLedger()
  /// Documents in the index when the run began.
  private(set) var knownCount = 0

  /// Makes a differ that knows nothing.
  ///
  /// - Parameters:
  ///   - key: the key of the index's digests.
  ///   - isKept: whether the sync rules keep a document; `nil` keeps all.
  init(key: DigestKey, isKept: (@Sendable (Document) -> Bool)? = nil) {
    self.key = key
    self.isKept = isKept
  }

  /// Makes room for what the index holds.
  mutating func reserve(_ count: Int) { table.reserve(count) }

  /// Takes in what the index holds.
  mutating func load(_ documents: [KnownDocument]) {
    for document in documents {
      let mark = DigestTable.Mark(scope: scopes.index(of: document.scope), .known)
      table.withEntry(document.digest) {
        $0 = document.fingerprint
        $1 = mark
      }
    }
    knownCount += documents.count
  }

  /// Notes that the listing of a scope begins.
  mutating func begin(_ scope: Scope) { scopes.begin(scope) }

  /// Notes how the listing of a scope ended.
  ///
  /// - Throws: ``SyncError`` if it has not begun.
  mutating func end(_ scope: Scope, _ end: ScopeEnd) throws(SyncError) {
    guard scopes.end(scope, end) else {
      throw SyncError(
        .bug, at: .diff,
        "The data source ended the scope \"\(scope.name)\" without beginning it: this is an error "
          + "in the data source, please report it.")
    }
  }

  /// Makes scopes partial that were not ended.
  mutating func closeOpenScopes() { scopes.closeOpenScopes() }

  /// Sorts documents by what must become of them.
  ///
  /// - Throws: ``SyncError`` if their scope is not being listed.
  mutating func sort(_ documents: [Document], in scope: Scope) throws(SyncError) -> Output {
    let state = scopes.state(of: scope.id)
    guard state == .open || state == .partial else {
      throw SyncError(
        .bug, at: .diff,
        "The data source wrote into the scope \"\(scope.name)\", which it is not listing: this is "
          + "an error in the data source, please report it.")
    }
    let index = scopes.index(of: scope.id)
    var output = Output()
    output.counters.extracted = documents.count
    for document in documents { sort(document, scope.id, index, &output) }
    return output
  }

  /// Takes back that a document was seen: it went away while it was read.
  mutating func forget(_ digest: DocumentDigest) {
    table.withEntry(digest) { _, mark in _ = mark.remove(.seen) }
  }

  private mutating func sort(
    _ document: Document, _ scope: String, _ index: UInt32, _ output: inout Output
  ) {
    let length = document.id.text.utf8.count
    guard length > 0, length <= DocumentID.maximumBytes else {
      reject(document, at: .extract, Self.complaint(aboutIDOf: length), &output)
      return
    }
    let digest = key.digest(of: document.id)
    let isDropped = isKept.map { !$0(document) } ?? false
    let fingerprint = key.fingerprint(body: document.body, revision: document.revision)
    let verdict = table.withEntry(digest) { known, mark in
      Self.verdict(fingerprint, index, isDropped, &known, &mark)
    }
    switch verdict {
    case .unchanged: output.counters.unchanged += 1
    case .filtered: output.counters.filtered += 1
    case .duplicate:
      reject(
        document, at: .diff,
        "Two records of this run have the id \"\(document.id)\"; ids must be unique, so the second "
          + "one was not indexed.", &output)
    case .new, .changed:
      if let problem = JSONObjectCheck.problem(in: document.body) {
        reject(document, at: .encode, "The document's body \(problem).", &output)
      } else {
        output.pending.append(
          PendingDocument(
            document: document, digest: digest, fingerprint: fingerprint, scope: scope,
            isKnown: verdict == .changed, ticket: 0))
      }
    }
  }

  private static func verdict(
    _ fingerprint: UInt64, _ scope: UInt32, _ isDropped: Bool, _ known: inout UInt64,
    _ mark: inout DigestTable.Mark
  ) -> Verdict {
    if mark.contains(.seen) { return .duplicate }
    mark.insert(.seen)
    if isDropped {
      mark.insert(.filtered)
      return .filtered
    }
    guard mark.contains(.known) else {
      mark = DigestTable.Mark(scope: scope, .seen)
      return .new
    }
    // A document that moved to another scope is written again: the scope under which it is known
    // decides one day whether it may be deleted.
    let isSame = known == fingerprint && known != 0 && mark.scope == scope
    return isSame ? .unchanged : .changed
  }

  private func reject(
    _ document: Document, at stage: SyncError.Stage, _ reason: String, _ output: inout Output
  ) {
    output.counters.failed += 1
    output.rejected.append(
      RejectedDocument(id: document.id.text, stage: stage, reason: reason, body: document.body))
  }

  private static func complaint(aboutIDOf length: Int) -> String {
    length == 0
      ? "The record has no id; a document can't be indexed without one."
      : "The record's id is \(length) bytes long; an index takes at most "
        + "\(DocumentID.maximumBytes)."
  }
}
