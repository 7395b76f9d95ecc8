import TestFiles
import ConnectorProtocol
import Testing

@testable import EmbeddedStore

@Suite struct KnownDigestTests {
  private func entry(_ value: UInt64, _ number: Int64) -> DigestTail.Entry {
    DigestTail.Entry(
      digest: DocumentDigest(low: value &* 64, high: value &* 0x9E37_79B9_7F4A_7C15),
      number: number, fingerprint: 1, scope: 1)
  }

  @Test func `a tail tells the former number of what is written again or removed`() {
    var tail = DigestTail()
    for value in 0..<1000 as Range<UInt64> {
      #expect(tail.insert(entry(value, Int64(value) + 1)) == nil)
    }
    #expect(tail.count == 1000)
    #expect(tail.insert(entry(7, 2000)) == 8)
    #expect(tail.remove(entry(7, 0).digest) == 2000)
    #expect(tail.remove(entry(7, 0).digest) == nil)
    #expect(tail.insert(entry(7, 2001)) == nil)
    #expect(tail.remove(entry(5000, 0).digest) == nil)
    #expect(tail.removeAll().count == 1000)
    #expect(tail.count == 0)
  }

  @Test func `moving goes by the order of digests and leaves out what was removed`() {
    let entries = (0..<100 as Range<UInt64>).map { entry($0, Int64($0) + 1) }
    var moving = MovingDigests(entries, through: 100)
    let first = Array(moving.next(30))
    #expect(first.map(\.digest.high) == entries.map(\.digest.high).sorted().prefix(30).map { $0 })
    #expect(moving.remove(first[3].digest) == nil)
    let rest = Array(moving.digests)
    #expect(rest.count == 70)
    #expect(moving.remove(rest[10]) != nil)
    #expect(moving.remove(rest[10]) == nil)
    let last = Array(moving.next(.max))
    #expect(last.filter { $0.number == 0 }.map(\.digest) == [rest[10]])
    #expect(moving.isDone)
  }

  @Test func `a store opened in the midst of a move knows every document`() async throws {
    let directory = try TemporaryDirectory()
    var limits = StoreFixture.smallLimits
    limits.tailDocuments = 60
    let fixture = try await StoreFixture(directory, limits: limits)
    let documents = (0..<62).map { fixture.write("\($0)", #"{"title":"one"}"#) }
    for document in documents { try await fixture.apply([document]) }

    // What the first one has in memory is lost to the second, as after a crash.
    let second = try await EmbeddedStore.open(directory: directory.path, limits: limits)
    let changed = (0..<62).map { fixture.write("\($0)", #"{"title":"two"}"#, fingerprint: 2) }
    for document in changed {
      let results = try await second.apply(
        [document], to: StoreFixture.index, apiKey: fixture.key)
      #expect(results == [.updated])
    }
    let removed = try await second.apply(
      (0..<31).map { fixture.delete("\($0)") }, to: StoreFixture.index, apiKey: fixture.key)
    #expect(removed == Array(repeating: .deleted, count: 31))
    try await second.refresh(StoreFixture.index)
    #expect(try await second.statistics(of: StoreFixture.index).documentCount == 31)
    let found = try await second.search(SearchRequest(query: "two"), in: StoreFixture.index)
    #expect(found.total == 31)
    let old = try await second.search(SearchRequest(query: "one"), in: StoreFixture.index)
    #expect(old.total == 0)
  }
}
