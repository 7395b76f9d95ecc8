import ConnectorKit
import ConnectorProtocol
import Testing

@testable import SyncEngine

@Suite struct ScopeLedgerTests {
  private func scope(_ id: String) -> Scope { Scope(id: id, name: id) }

  @Test func `the nearest enclosing scope that began decides`() {
    var ledger = ScopeLedger()
    let leaf = ledger.index(of: "a/b/c")
    let other = ledger.index(of: "x/y")
    ledger.begin(scope(""))
    ledger.begin(scope("a"))
    let deciders = ledger.deciders()
    #expect(deciders[Int(leaf)].map(ledger.id) == "a")
    #expect(deciders[Int(other)].map(ledger.id) == "")
  }

  @Test func `without a scope that began nobody decides`() {
    var ledger = ScopeLedger()
    let leaf = ledger.index(of: "a/b")
    ledger.begin(scope("b"))
    #expect(ledger.deciders()[Int(leaf)] == nil)
  }

  @Test func `a name that only begins alike does not enclose`() {
    var ledger = ScopeLedger()
    let leaf = ledger.index(of: "abc/d")
    ledger.begin(scope("ab"))
    #expect(ledger.deciders()[Int(leaf)] == nil)
  }

  @Test func `a partial end is final`() {
    var ledger = ScopeLedger()
    ledger.begin(scope("a"))
    _ = ledger.end(scope("a"), .partial(reason: "Broken."))
    ledger.begin(scope("a"))
    _ = ledger.end(scope("a"), .complete)
    #expect(ledger.state(of: "a") == .partial)
    #expect(ledger.partials.map(\.reason) == ["Broken."])
  }

  @Test func `a scope that is never ended is partial`() {
    var ledger = ScopeLedger()
    ledger.begin(scope("a"))
    ledger.closeOpenScopes()
    #expect(ledger.state(of: "a") == .partial)
    #expect(ledger.partials.count == 1)
  }

  @Test func `scopes that differ in bytes alone are different`() {
    var ledger = ScopeLedger()
    let composed = ledger.index(of: "\u{E9}")
    let decomposed = ledger.index(of: "e\u{301}")
    #expect(composed != decomposed)
  }
}

@Suite struct DeletionPlannerTests {
  private let key = DigestKey(low: 3, high: 4)

  private func scope(_ id: String) -> Scope { Scope(id: id, name: id) }

  private func differ(_ known: [(Range<Int>, String)]) -> DocumentDiffer {
    var differ = DocumentDiffer(key: key)
    for (range, scope) in known {
      differ.load(
        range.map { number in
          let document = Document.sample("doc-\(number)")
          return KnownDocument(
            digest: key.digest(of: document.id),
            fingerprint: key.fingerprint(body: document.body, revision: []), scope: scope)
        })
    }
    return differ
  }

  private func digests(_ planner: DeletionPlanner) -> Set<DocumentDigest> {
    var cursor = DeletionPlanner.Cursor()
    return Set(planner.candidates(filtered: false, size: .max, after: &cursor))
  }

  @Test func `a complete scope gives up what was not seen`() throws {
    var differ = differ([(0..<100, "a")])
    differ.begin(scope("a"))
    _ = try differ.sort(Document.samples(0..<95), in: scope("a"))
    try differ.end(scope("a"), .complete)
    let planner = DeletionPlanner(differ)
    #expect(planner.plan(extracted: 95, allowed: nil) == .init(unseen: 5))
    #expect(digests(planner) == Set((95..<100).map { key.digest(of: DocumentID("doc-\($0)")) }))
  }

  @Test func `a partial scope gives up nothing`() throws {
    var differ = differ([(0..<100, "a")])
    differ.begin(scope("a"))
    try differ.end(scope("a"), .partial(reason: "Unreadable."))
    #expect(DeletionPlanner(differ).plan(extracted: 5, allowed: nil) == .init())
  }

  @Test func `an unreadable folder keeps all below it while its parent is complete`() throws {
    var differ = differ([(0..<10, "a"), (10..<20, "a/b"), (20..<30, "a/b/c")])
    differ.begin(scope("a"))
    differ.begin(scope("a/b"))
    try differ.end(scope("a/b"), .partial(reason: "Unreadable."))
    try differ.end(scope("a"), .complete)
    #expect(DeletionPlanner(differ).plan(extracted: 5, allowed: nil).unseen == 10)
  }

  @Test func `a vanished folder is decided by its parent`() throws {
    var differ = differ([(0..<1000, "a"), (1000..<1010, "a/b")])
    differ.begin(scope("a"))
    _ = try differ.sort(Document.samples(0..<1000), in: scope("a"))
    try differ.end(scope("a"), .complete)
    let plan = DeletionPlanner(differ).plan(extracted: 1000, allowed: nil)
    #expect(plan == .init(unseen: 10))
  }

  @Test func `an empty listing over an index that is not empty is held`() throws {
    var differ = differ([(0..<3, "")])
    differ.begin(scope(""))
    try differ.end(scope(""), .complete)
    #expect(DeletionPlanner(differ).plan(extracted: 0, allowed: nil).heldReason != nil)
    #expect(DeletionPlanner(differ).plan(extracted: 0, allowed: 2).heldReason != nil)
    #expect(DeletionPlanner(differ).plan(extracted: 0, allowed: 3).heldReason == nil)
  }

  @Test(arguments: [(100, 20, false), (100, 21, true), (200, 30, false), (200, 31, true)])
  func `the guard holds more than fifteen percent and more than twenty`(
    _ known: Int, _ gone: Int, _ isHeld: Bool
  ) throws {
    var differ = differ([(0..<known, "")])
    differ.begin(scope(""))
    _ = try differ.sort(Document.samples(0..<known - gone), in: scope(""))
    try differ.end(scope(""), .complete)
    let plan = DeletionPlanner(differ).plan(extracted: known - gone, allowed: nil)
    #expect((plan.heldReason != nil) == isHeld)
    #expect(plan.unseen == gone)
  }

  @Test func `what is gone is counted with all that lies within a scope`() throws {
    var differ = differ([(0..<4000, ""), (4000..<4242, "a/b")])
    for id in ["", "a/b"] { differ.begin(scope(id)) }
    _ = try differ.sort(Document.samples(9000..<9100), in: scope(""))
    for id in ["a/b", ""] { try differ.end(scope(id), .complete) }
    let plan = DeletionPlanner(differ).plan(extracted: 100, allowed: nil)
    #expect(plan.unseen == 4242)
    #expect(
      plan.heldReason
        == "4,242 of 4,242 documents of the data source are gone, more than 15\u{A0}%; "
        + "their deletion waits until a person releases it.")
  }

  @Test func `one suspicious scope holds all`() throws {
    var differ = differ([(0..<1000, "a"), (1000..<1050, "b")])
    for id in ["a", "b"] {
      differ.begin(scope(id))
      if id == "a" { _ = try differ.sort(Document.samples(0..<999), in: scope("a")) }
      try differ.end(scope(id), .complete)
    }
    let plan = DeletionPlanner(differ).plan(extracted: 999, allowed: nil)
    #expect(plan.unseen == 51)
    #expect(plan.heldReason?.contains("\"b\"") == true)
  }

  @Test func `what a rule dropped goes without the guard, but not from a partial scope`() throws {
    for end in [ScopeEnd.complete, .partial(reason: "Unreadable.")] {
      var differ = DocumentDiffer(key: key) { _ in false }
      differ.load(
        Document.samples(0..<100).map {
          KnownDocument(digest: key.digest(of: $0.id), fingerprint: 1, scope: "")
        })
      differ.begin(scope(""))
      _ = try differ.sort(Document.samples(0..<100), in: scope(""))
      try differ.end(scope(""), end)
      let plan = DeletionPlanner(differ).plan(extracted: 100, allowed: nil)
      #expect(plan == .init(filtered: end == .complete ? 100 : 0))
    }
  }

  @Test func `a document that went away while it was read counts as not seen`() throws {
    var differ = differ([(0..<100, "")])
    differ.begin(scope(""))
    _ = try differ.sort(Document.samples(0..<100, 1), in: scope(""))
    try differ.end(scope(""), .complete)
    differ.forget(key.digest(of: DocumentID("doc-5")))
    #expect(DeletionPlanner(differ).plan(extracted: 100, allowed: nil).unseen == 1)
  }

  @Test func `a new document that went away is nothing to delete`() throws {
    var differ = differ([])
    differ.begin(scope(""))
    _ = try differ.sort([.sample("a")], in: scope(""))
    try differ.end(scope(""), .complete)
    differ.forget(key.digest(of: DocumentID("a")))
    #expect(DeletionPlanner(differ).plan(extracted: 1, allowed: nil) == .init())
  }

  /// Scopes of a random tree, each begun or not and ended one way or another: compares with the
  /// rule of `Scope` written down naively.
  @Test(arguments: [41, 42, 43, 44, 45] as [UInt64])
  func `only documents whose nearest begun scope is complete are candidates`(
    _ seed: UInt64
  ) throws {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let ids = ["", "a", "a/b", "a/b/c", "a/b/c/d", "a/x", "b", "b/c", "bc"]
    for _ in 0..<60 {
      var differ = DocumentDiffer(key: key)
      var expected: Set<DocumentDigest> = []
      let states = Dictionary(uniqueKeysWithValues: ids.map { ($0, Int(random.next() % 4)) })
      for (number, id) in ids.enumerated() {
        let document = Document.sample("doc-\(number)")
        let digest = key.digest(of: document.id)
        differ.load([KnownDocument(digest: digest, fingerprint: 1, scope: id)])
        var decider: String? = id
        while let some = decider, states[some, default: 0] == 0 {
          let parts = some.split(separator: "/")
          decider = some.isEmpty ? nil : parts.dropLast().joined(separator: "/")
        }
        if let decider, states[decider] == 1 { expected.insert(digest) }
      }
      for id in ids where states[id] != 0 { differ.begin(scope(id)) }
      for id in ids where states[id] == 1 { try differ.end(scope(id), .complete) }
      for id in ids where states[id] == 2 { try differ.end(scope(id), .partial(reason: "No.")) }
      differ.closeOpenScopes()
      #expect(digests(DeletionPlanner(differ)) == expected)
    }
  }
}
