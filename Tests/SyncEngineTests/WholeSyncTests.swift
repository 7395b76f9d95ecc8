import ConnectorKit
import ConnectorProtocol
import EngineAPI
import Testing

@Suite struct WholeSyncTests {
  @Test func `a first sync indexes every document`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<5000))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = try await harness.sync(id)
      #expect(job.status == .completed, "\(job.error ?? "")")
      #expect(job.counters.extracted == 5000)
      #expect(job.counters.created == 5000)
      #expect(try await harness.documentCount() == 5000)
      let record = try await harness.connector(id)
      #expect(record.status == .connected)
      #expect(record.lastSyncStatus == .completed)
      #expect(record.lastIndexedDocumentCount == 5000)
    }
    #expect(harness.script.closed == 1)
  }

  @Test func `a second sync writes nothing that did not change`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<1000))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = .listing(Document.samples(0..<990) + Document.samples(990..<1000, 7))
      let job = try await harness.sync(id)
      #expect(job.counters.unchanged == 990)
      #expect(job.counters.updated == 10)
      #expect(job.counters.created == 0)
      #expect(job.counters.extracted == job.counters.settled)
      #expect(try await harness.body("doc-995")?.contains("\"n\":7") == true)
    }
  }

  @Test func `documents that are gone leave the index`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = .listing(Document.samples(0..<90))
      let job = try await harness.sync(id)
      #expect(job.counters.deleted == 10)
      #expect(try await harness.documentCount() == 90)
      #expect(Set(harness.script.lookedUp.map(\.text)) == Set((90..<100).map { "doc-\($0)" }))
    }
  }
}
