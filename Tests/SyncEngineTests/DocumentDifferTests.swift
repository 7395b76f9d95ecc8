import ConnectorKit
import ConnectorProtocol
import Testing

@testable import SyncEngine

@Suite struct DigestTableTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the table holds what a dictionary holds`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var table = DigestTable()
    var model: [DocumentDigest: UInt64] = [:]
    for _ in 0..<4000 {
      // Few high bits make the segments uneven and the low ones collide.
      let digest = DocumentDigest(
        low: UInt64.random(in: 0..<1000, using: &random) << 40,
        high: UInt64.random(in: 0..<4, using: &random) << 62)
      let value = random.next()
      table.withEntry(digest) { fingerprint, mark in
        #expect(mark.isEmpty == (model[digest] == nil))
        #expect(fingerprint == model[digest] ?? 0)
        fingerprint = value
        mark = DigestTable.Mark(scope: UInt32(value & 0xFF), .known)
      }
      model[digest] = value
    }
    #expect(table.count == model.count)
    var seen: [DocumentDigest: UInt64] = [:]
    table.forEach { seen[$0.digest] = $0.fingerprint }
    #expect(seen == model)
    for (digest, value) in model { #expect(table.entry(digest)?.scope == UInt32(value & 0xFF)) }
  }

  @Test func `an entry takes less than forty-five bytes`() {
    var random = SeededGenerator(seed: 7)
    var table = DigestTable()
    for _ in 0..<100_000 {
      let digest = DocumentDigest(low: random.next(), high: random.next())
      table.withEntry(digest) { fingerprint, _ in fingerprint = 1 }
    }
    #expect(table.memory < 4_500_000, "\(table.memory)")
    #expect(table.memory > 2_800_000)
  }

  @Test func `candidates are handed out once, in groups`() {
    var random = SeededGenerator(seed: 8)
    var table = DigestTable()
    for _ in 0..<5000 {
      table.withEntry(DocumentDigest(low: random.next(), high: random.next())) { fingerprint, _ in
        fingerprint = 1
      }
    }
    var position = DigestTable.Position()
    var found: [DocumentDigest] = []
    while true {
      let group = table.next(7, after: &position) { $0.fingerprint == 1 }
      guard !group.isEmpty else { break }
      #expect(group.count <= 7)
      found += group
    }
    #expect(found.count == 5000)
    #expect(Set(found).count == 5000)
  }
}

@Suite struct DocumentDifferTests {
  private let key = DigestKey(low: 3, high: 4)
  private let root = Scope(id: "", name: "All")

  private func known(_ document: Document, scope: String = "") -> KnownDocument {
    KnownDocument(
      digest: key.digest(of: document.id),
      fingerprint: key.fingerprint(body: document.body, revision: document.revision), scope: scope)
  }

  @Test func `a document with another revision is changed`() throws {
    var differ = DocumentDiffer(key: key)
    var document = Document.sample("a")
    differ.load([known(document)])
    differ.begin(root)
    document.revision = [1]
    let output = try differ.sort([document], in: root)
    #expect(output.pending.count == 1)
    #expect(output.counters.unchanged == 0)
  }

  @Test func `an unknown fingerprint is always written`() throws {
    var differ = DocumentDiffer(key: key)
    let document = Document.sample("a")
    var entry = known(document)
    entry.fingerprint = 0
    differ.load([entry])
    differ.begin(root)
    #expect(try differ.sort([document], in: root).pending.count == 1)
  }

  @Test func `a document that moved to another scope is written again`() throws {
    var differ = DocumentDiffer(key: key)
    let document = Document.sample("a")
    differ.load([known(document, scope: "old")])
    let scope = Scope(id: "new", name: "New")
    differ.begin(scope)
    let output = try differ.sort([document], in: scope)
    #expect(output.pending.map(\.scope) == ["new"])
  }

  @Test func `a second record with one id is rejected`() throws {
    var differ = DocumentDiffer(key: key)
    differ.begin(root)
    let output = try differ.sort([.sample("a", 1), .sample("a", 2)], in: root)
    #expect(output.pending.count == 1)
    #expect(output.rejected.map(\.id) == ["a"])
    #expect(output.counters.failed == 1)
  }

  @Test func `ids that an index can't take are rejected`() throws {
    var differ = DocumentDiffer(key: key)
    differ.begin(root)
    let long = String(repeating: "x", count: 513)
    let fitting = String(repeating: "x", count: 512)
    let output = try differ.sort([.sample(""), .sample(long), .sample(fitting)], in: root)
    #expect(output.pending.map(\.document.id.text) == [fitting])
    #expect(output.counters.failed == 2)
  }

  @Test func `a body that is no object is rejected`() throws {
    var differ = DocumentDiffer(key: key)
    differ.begin(root)
    let bad = Document(id: DocumentID("a"), body: Array("[1]".utf8))
    #expect(try differ.sort([bad], in: root).rejected.first?.stage == .encode)
  }

  @Test func `writing outside of a listing is an error`() throws {
    var differ = DocumentDiffer(key: key)
    #expect(throws: SyncError.self) { try differ.sort([.sample("a")], in: root) }
    differ.begin(root)
    try differ.end(root, .complete)
    #expect(throws: SyncError.self) { try differ.sort([.sample("a")], in: root) }
    #expect(throws: SyncError.self) { try differ.end(Scope(id: "x", name: "x"), .complete) }
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func `every document has the outcome that a dictionary says`(_ seed: UInt64) throws {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var index: [String: Int] = [:]
    for _ in 0..<200 {
      let id = "doc-\(Int.random(in: 0..<300, using: &random))"
      index[id] = Int.random(in: 0..<3, using: &random)
    }
    var differ = DocumentDiffer(key: key) { !$0.id.text.hasSuffix("7") }
    differ.load(index.map { known(.sample($0.key, $0.value)) })
    differ.begin(root)
    var expected = JobCounters()
    var toWrite: [String] = []
    var seen: Set<String> = []
    var documents: [Document] = []
    for _ in 0..<400 {
      let id = "doc-\(Int.random(in: 0..<300, using: &random))"
      let number = Int.random(in: 0..<3, using: &random)
      documents.append(.sample(id, number))
      expected.extracted += 1
      if !seen.insert(id).inserted {
        expected.failed += 1
      } else if id.hasSuffix("7") {
        expected.filtered += 1
      } else if index[id] == number {
        expected.unchanged += 1
      } else {
        toWrite.append(id)
      }
    }
    var counters = JobCounters()
    var written: [String] = []
    while !documents.isEmpty {
      let count = min(documents.count, Int.random(in: 1...50, using: &random))
      let output = try differ.sort(Array(documents.prefix(count)), in: root)
      documents.removeFirst(count)
      counters = counters + output.counters
      written += output.pending.map(\.document.id.text)
    }
    #expect(counters == expected)
    #expect(written == toWrite)
  }
}
