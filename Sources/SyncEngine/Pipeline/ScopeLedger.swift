internal import ConnectorKit

/// Keeps which scopes were listed in a run and how their listing ended.
///
/// Scopes are known by small numbers here, because a table of a million documents has no room for
/// their names.
struct ScopeLedger: Sendable {
  /// How far the listing of a scope has come.
  enum State: Hashable, Sendable {
    /// It did not begin in this run.
    case notBegun
    /// It began and has not ended: partial, should the run end now.
    case open
    case complete
    case partial
  }

  /// A scope that could not be listed whole.
  struct Partial: Hashable, Sendable {
    var id: String
    var name: String
    var reason: String
  }

  private var ids: [String] = []
  private var states: [State] = []
  private var indices: [ExactString: UInt32] = [:]
  private var names: [UInt32: String] = [:]
  private var last: (id: String, index: UInt32)?
  /// The scopes that ended partial, in the order of their ends.
  private(set) var partials: [Partial] = []

  /// Makes a ledger without scopes.
  init() {}

  /// How many scopes it knows.
  var count: Int { ids.count }

  /// The number of a scope; a new one if it was never heard of.
  mutating func index(of id: String) -> UInt32 {
    if let last, ExactString(last.id) == ExactString(id) { return last.index }
    let index: UInt32
    if let known = indices[ExactString(id)] {
      index = known
    } else {
      index = UInt32(ids.count)
      ids.append(id)
      states.append(.notBegun)
      indices[ExactString(id)] = index
    }
    last = (id, index)
    return index
  }

  /// The id of a scope by its number.
  func id(of index: UInt32) -> String { ids[Int(index)] }

  /// How far the listing of a scope has come.
  func state(of id: String) -> State {
    indices[ExactString(id)].map { states[Int($0)] } ?? .notBegun
  }

  /// Notes that a listing begins; a scope that ended partial stays partial.
  mutating func begin(_ scope: Scope) {
    let index = index(of: scope.id)
    if states[Int(index)] != .partial { states[Int(index)] = .open }
    names[index] = scope.name
  }

  /// Notes how a listing ended; a partial end is never made good by a later complete one.
  ///
  /// - Returns: `false` if the scope has not begun.
  mutating func end(_ scope: Scope, _ end: ScopeEnd) -> Bool {
    let index = index(of: scope.id)
    switch (states[Int(index)], end) {
    case (.notBegun, _): return false
    case (.partial, _): break
    case (_, .complete): states[Int(index)] = .complete
    case (_, .partial(let reason)):
      states[Int(index)] = .partial
      partials.append(Partial(id: scope.id, name: scope.name, reason: reason))
    }
    return true
  }

  /// Makes every scope that began and did not end partial: the run is over.
  mutating func closeOpenScopes() {
    for index in states.indices where states[index] == .open {
      states[index] = .partial
      let name = names[UInt32(index)] ?? ids[index]
      partials.append(
        Partial(id: ids[index], name: name, reason: "The data source never ended its listing."))
    }
  }

  /// For every scope, by number, the scope that decides what becomes of its unseen documents: the
  /// nearest enclosing one that began, itself first; `nil` if none did.
  func deciders() -> [UInt32?] {
    ids.indices.map { index in
      if states[index] != .notBegun { return UInt32(index) }
      return enclosing(ids[index]) { states[Int($0)] != .notBegun }
    }
  }

  /// Whether a decider's documents may be deleted.
  func isComplete(_ index: UInt32) -> Bool { states[Int(index)] == .complete }

  /// The scopes, known ones only, that enclose a scope, the nearest first, ending with the root.
  func ancestors(of index: UInt32) -> [UInt32] {
    var found: [UInt32] = []
    _ = enclosing(ids[Int(index)]) {
      found.append($0)
      return false
    }
    return found
  }

  private func enclosing(_ id: String, where isWanted: (UInt32) -> Bool) -> UInt32? {
    var rest = Substring(id)
    while !rest.isEmpty {
      if let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) {
        rest = rest[..<slash]
      } else {
        rest = ""
      }
      if let index = indices[ExactString(String(rest))], isWanted(index) { return index }
    }
    return nil
  }
}
