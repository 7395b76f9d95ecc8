import TestFiles
import ConnectorKit
import ConnectorProtocol
import Synchronization
import Testing

@testable import EmbeddedStore

/// Compares the index with a model that looks through all documents.
@Suite struct IndexModelTests {
  private struct Entry {
    var title: [String]
    var body: [String]
    var fingerprint: UInt64
    var scope: String

    var json: String {
      "{\"title\":\"\(title.joined(separator: " "))\",\"body\":\"\(body.joined(separator: " "))\"}"
    }

    func contains(_ phrase: [String]) -> Bool {
      [title, body].contains { words in
        words.indices.contains { words[$0...].starts(with: phrase) }
      }
    }
  }

  private struct Model {
    var random: SeededGenerator
    var entries: [String: Entry] = [:]

    mutating func words(_ count: Int) -> [String] {
      (0..<count).map { _ in
        // Few words are in many documents, many in few.
        let rank = random.number(below: random.number(below: 200) + 1)
        return "w\(rank)x"
      }
    }

    /// A random change and what must become of it.
    mutating func change(_ fixture: StoreFixture) -> (BulkOperation, BulkItemResult) {
      let id = "document-\(random.number(below: 400))"
      if random.number(below: 4) == 0 {
        let former = entries.removeValue(forKey: id)
        return (fixture.delete(id), former == nil ? .notFound : .deleted)
      }
      let entry = Entry(
        title: words(1 + random.number(below: 3)), body: words(random.number(below: 40)),
        fingerprint: random.next(), scope: "scope-\(random.number(below: 3))")
      let former = entries.updateValue(entry, forKey: id)
      let operation = fixture.write(
        id, entry.json, fingerprint: entry.fingerprint, scope: entry.scope)
      return (operation, former == nil ? .created : .updated)
    }

    func ids(_ matches: (Entry) -> Bool) -> [String] {
      entries.filter { matches($0.value) }.keys.sorted()
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the index agrees with a model through random changes, merges and languages`(
    seed: UInt64
  ) async throws {
    print("seed \(seed)")
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory, limits: StoreFixture.smallLimits)
    // A second store on the same files stands for another process.
    let other = try await EmbeddedStore.open(
      directory: directory.path, limits: StoreFixture.smallLimits)
    var model = Model(random: SeededGenerator(seed: seed))
    for round in 0..<20 {
      for _ in 0..<model.random.number(below: 12) {
        let changes = (0...model.random.number(below: 20)).map { _ in model.change(fixture) }
        let writer = model.random.number(below: 6) == 0 ? other : fixture.store
        let results = try await writer.apply(
          changes.map(\.0), to: StoreFixture.index, apiKey: fixture.key)
        #expect(results == changes.map(\.1), "round \(round)")
      }
      if round % 10 == 7 {
        let language: Language = round % 20 == 7 ? .german : .english
        try await fixture.store.changeLanguage(of: StoreFixture.index, to: language)
      }
      try await fixture.store.refresh(StoreFixture.index)
      try await compare(fixture, &model, "round \(round)")
    }
  }

  private func compare(
    _ fixture: StoreFixture, _ model: inout Model, _ round: String
  ) async throws {
    let statistics = try await fixture.store.statistics(of: StoreFixture.index)
    #expect(statistics.documentCount == model.entries.count, "\(round)")
    for _ in 0..<4 {
      let words = model.words(3)
      let queries: [(String, [String])] = [
        (words[0], model.ids { $0.contains([words[0]]) }),
        (
          "\(words[0]) \(words[1])",
          model.ids { $0.contains([words[0]]) && $0.contains([words[1]]) }
        ),
        ("\"\(words[0]) \(words[1])\"", model.ids { $0.contains([words[0], words[1]]) }),
        (
          "\(words[0]) -\(words[1])",
          model.ids { $0.contains([words[0]]) && !$0.contains([words[1]]) }
        ),
        (
          "-\"\(words[0]) \(words[1])\" -\(words[2])",
          model.ids { !$0.contains([words[0], words[1]]) && !$0.contains([words[2]]) }
        ),
        ("", model.ids { _ in true }),
      ]
      for (query, expected) in queries {
        let found = try await fixture.search(query, size: 1000)
        #expect(found.total == expected.count, "\(round): \(query)")
        #expect(found.hits.map(\.id.text).sorted() == expected, "\(round): \(query)")
      }
    }
    let known = Mutex<[DocumentDigest: KnownDocument]>([:])
    try await fixture.store.forEachKnownDocument(in: StoreFixture.index) { batch in
      known.withLock { known in
        for document in batch {
          #expect(known.updateValue(document, forKey: document.digest) == nil, "\(round)")
        }
      }
    }
    let expected = model.entries.map { id, entry in
      KnownDocument(
        digest: fixture.digestKey.digest(of: DocumentID(id)), fingerprint: entry.fingerprint,
        scope: entry.scope)
    }
    #expect(known.withLock { Set($0.values) } == Set(expected), "\(round)")
  }
}
