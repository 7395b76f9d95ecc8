import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct PipelineTests {
  @Test func `a partial scope deletes nothing and says so`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<10), scope: "a")
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = [
        .begin("a"), .write(Document.samples(0..<5), in: "a"),
        .end("a", .partial(reason: "The folder can't be read.")),
      ]
      let job = try await harness.sync(id)
      #expect(job.status == .completed)
      #expect(job.counters.deleted == 0)
      #expect(job.metadata.partialScopes.map(\.reason) == ["The folder can't be read."])
      #expect(try await harness.documentCount() == 10)
      let state = harness.service.snapshot().connector(id)
      #expect(state?.problems.contains { $0.title.contains("could not be listed whole") } == true)
    }
  }

  @Test func `held deletions are shown and released by a person`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = .listing(Document.samples(0..<50))
      let held = try await harness.sync(id)
      #expect(held.counters.deleted == 0)
      #expect(held.counters.heldDeletions == 50)
      #expect(held.metadata.heldDeletionsSample.count == 20)
      #expect(held.metadata.heldDeletionsReason != nil)
      #expect(try await harness.documentCount() == 100)
      #expect(
        harness.service.snapshot().connector(id)?.problems.contains {
          $0.action == .releaseDeletions
        } == true)
      let tooFew = try await harness.sync(id, allowedDeletions: 49)
      #expect(tooFew.counters.deleted == 0)
      let released = try await harness.sync(id, allowedDeletions: 50)
      #expect(released.counters.deleted == 50)
      #expect(released.counters.heldDeletions == 0)
      #expect(try await harness.documentCount() == 50)
    }
  }

  @Test func `records that still exist at the second look are kept`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    harness.script.set { $0.stillExisting = { ids in Set(ids.filter { $0.text == "doc-99" }) } }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = .listing(Document.samples(0..<95))
      let job = try await harness.sync(id)
      #expect(job.counters.deleted == 4)
      #expect(try await harness.body("doc-99") != nil)
      #expect(try await harness.body("doc-98") == nil)
    }
  }

  @Test func `a second look that fails deletes nothing`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    harness.script.set { state in
      state.stillExisting = { _ in
        throw SyncError(.transient(retryAfter: nil), at: .delete, "The server is away.")
      }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = .listing(Document.samples(0..<95))
      let job = try await harness.sync(id)
      #expect(job.status == .completed)
      #expect(job.counters.deleted == 0)
      #expect(job.counters.heldDeletions == 5)
      #expect(job.metadata.heldDeletionsReason?.contains("The server is away.") == true)
    }
  }

  @Test func `an extraction that fails deletes nothing`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps =
        .listing(Document.samples(0..<95)) + [
          .run { throw SyncError(.authentication, at: .extract, "The password is wrong.") }
        ]
      let job = try await harness.sync(id)
      #expect(job.status == .error)
      #expect(job.error == "The password is wrong.")
      #expect(job.counters.extracted == job.counters.settled)
      #expect(try await harness.documentCount() == 100)
      let record = try await harness.connector(id)
      #expect(record.status == .error)
      #expect(record.lastSyncError == "The password is wrong.")
    }
    #expect(harness.script.closed == 2)
  }

  @Test func `content is fetched for new and changed documents only`() async throws {
    let harness = Harness()
    let documents = { (revision: UInt8) in
      (0..<200).map { number in
        Document(
          id: DocumentID("doc-\(number)"), body: Array(#"{"n":\#(number)}"#.utf8),
          revision: [number < 5 ? revision : 0],
          content: ContentReference(handle: [], expectedBytes: 100_000))
      }
    }
    harness.script.steps = .listing(documents(0))
    harness.script.set { state in
      state.fetch = { documents in
        documents.map { .members(Array(#""body":"text of \#($0.id)""#.utf8)) }
      }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let first = try await harness.sync(id)
      #expect(first.counters.created == 200)
      #expect(try await harness.body("doc-7") == #"{"n":7,"body":"text of doc-7"}"#)
      #expect(harness.script.fetched.count == 200)
      harness.script.steps = .listing(documents(1))
      let second = try await harness.sync(id)
      #expect(second.counters.updated == 5)
      #expect(second.counters.unchanged == 195)
      #expect(harness.script.fetched.count == 205)
    }
  }

  @Test func `content that is gone, replaced or unreadable has its outcome`() async throws {
    let harness = Harness()
    let documents = ["gone", "replaced", "failed", "other"].map { id in
      Document(
        id: DocumentID(id), body: Array(#"{"v":1}"#.utf8),
        content: ContentReference(handle: [], expectedBytes: 10))
    }
    harness.script.set { state in
      state.steps = .listing(documents)
      state.fetch = { documents in
        documents.map { document in
          switch document.id.text {
          case "gone": .gone
          case "replaced":
            .replaced(Document(id: document.id, body: Array(#"{"v":2}"#.utf8)))
          case "failed": .failed("The file can't be read.")
          default: .replaced(Document(id: DocumentID("stranger"), body: Array("{}".utf8)))
          }
        }
      }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = try await harness.sync(id)
      #expect(job.status == .completed, "\(job.error ?? "")")
      #expect(job.counters.superseded == 1)
      #expect(job.counters.created == 2)
      #expect(job.counters.withoutContent == 1)
      #expect(job.counters.failed == 1)
      #expect(try await harness.body("replaced") == #"{"v":2}"#)
      #expect(try await harness.body("gone") == nil)
      let again = try await harness.sync(id)
      #expect(again.counters.unchanged == 1)
      #expect(again.counters.withoutContent == 1)
      #expect(again.counters.updated == 1)
    }
  }

  @Test func `a document that can't be read any more keeps what is indexed of it`() async throws {
    let harness = Harness()
    let readable = Document(
      id: DocumentID("a"), body: Array(#"{"v":1}"#.utf8),
      content: ContentReference(handle: [], expectedBytes: 10))
    var changed = readable
    changed.revision = [1]
    harness.script.set { state in
      state.steps = .listing([readable])
      state.fetch = { $0.map { _ in .members(Array(#""body":"words""#.utf8)) } }
    }
    try await harness.run { [changed] harness in
      let id = try await harness.makeConnector()
      _ = try await harness.sync(id)
      harness.script.set { state in
        state.steps = .listing([changed])
        state.fetch = { $0.map { _ in .failed("Permission denied.") } }
      }
      let job = try await harness.sync(id)
      #expect(job.counters.unchanged == 1)
      #expect(job.counters.withoutContent == 1)
      #expect(try await harness.body("a") == #"{"v":1,"body":"words"}"#)
    }
  }

  @Test func `documents that can't be indexed are dead letters`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(
      [.sample("a"), .sample("a"), Document(id: DocumentID("b"), body: Array("[]".utf8))]
        + [.sample("reject me")])
    await harness.stores.index.setVerdict { operation in
      guard case .index(let document) = operation, document.id.text == "reject me" else {
        return nil
      }
      return .rejected(reason: "The field is too long.")
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = try await harness.sync(id)
      #expect(job.status == .completed)
      #expect(job.counters.failed == 3)
      #expect(job.counters.created == 1)
      let response = try await harness.perform(.deadLetters(jobID: job.id, from: 0, size: 10))
      guard case .deadLetters(let letters, let total) = response else { throw Unexpected() }
      #expect(total == 3)
      #expect(Set(letters.map(\.stage)) == ["diff", "encode", "bulk"])
      #expect(Set(letters.map(\.documentID)) == ["a", "b", "reject me"])
    }
  }

  @Test func `a job in which hardly any document can be indexed stops`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<5000))
    await harness.stores.index.setVerdict { _ in .rejected(reason: "The mapping is strict.") }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = try await harness.sync(id)
      #expect(job.status == .error)
      #expect(job.error?.contains("The mapping is strict.") == true)
      #expect(job.counters.failed > 1000)
    }
  }

  @Test func `operations that are put off are sent again`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<20))
    let refusals = Shared(0)
    await harness.stores.index.setVerdict { operation in
      guard case .index(let document) = operation, document.id.text == "doc-3" else { return nil }
      var isRefused = false
      refusals.change {
        isRefused = $0 < 3
        $0 += 1
      }
      return isRefused ? .retry(reason: "Too many requests.") : nil
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      let job = try await harness.record(jobID)
      #expect(job.status == .completed)
      #expect(job.counters.created == 20)
      #expect(refusals.value == 4)
    }
  }

  @Test func `operations that are put off for ever are dead letters`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<20))
    await harness.stores.index.setVerdict { operation in
      guard case .index(let document) = operation, document.id.text == "doc-3" else { return nil }
      return .retry(reason: "Too many requests.")
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .seconds(5), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      let job = try await harness.record(jobID)
      #expect(job.status == .completed)
      #expect(job.counters.created == 19)
      #expect(job.counters.failed == 1)
    }
  }

  @Test func `a cursor is kept only once everything before it is in the index`() async throws {
    let harness = Harness()
    let first = SyncCursor(["position": 1])
    let second = SyncCursor(["position": 2])
    let gate = Promise<Void>()
    harness.script.steps = [
      .begin(""), .write(Document.samples(0..<10), in: ""), .mark(first),
      .run { try await gate.value() }, .write(Document.samples(10..<20), in: ""), .mark(second),
      .end("", .complete),
    ]
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(250), until: "the first cursor is kept") {
        try await harness.connector(id).syncCursor == first
      }
      #expect(try await harness.documentCount() == 10)
      gate.fulfill(.success(()))
      let job = try await harness.end(of: jobID)
      #expect(job.status == .completed)
      #expect(try await harness.connector(id).syncCursor == second)
      harness.script.steps = .listing(Document.samples(0..<20))
      try await harness.sync(id)
      #expect(harness.script.lastRequest?.lastCursor == second)
    }
  }

  @Test func `an incremental sync reads from the cursor and deletes nothing`() async throws {
    let harness = Harness(features: .init(incrementalSync: true))
    harness.script.steps = .listing(Document.samples(0..<10)) + [.mark(SyncCursor(5))]
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = .listing([.sample("doc-3", 9), .sample("new")])
      let job = try await harness.sync(id, .incremental)
      #expect(job.status == .completed)
      #expect(job.counters.updated == 1)
      #expect(job.counters.created == 1)
      #expect(job.counters.deleted == 0)
      #expect(try await harness.documentCount() == 11)
      guard case .incremental(let cursor)? = harness.script.lastRequest?.kind else {
        throw Unexpected()
      }
      #expect(cursor == SyncCursor(5))
    }
  }

  @Test func `rules keep documents out and take out what they drop`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<40))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      var rules = FilteringRules()
      rules.rules = [
        SyncRule(id: "r1", policy: .exclude, field: "title", comparison: .endsWith, value: "7")
      ]
      try await harness.perform(.saveRules(connectorID: id, rules))
      let job = try await harness.sync(id)
      #expect(job.status == .completed, "\(job.error ?? "")")
      #expect(job.counters.filtered == 4)
      #expect(job.counters.deleted == 4)
      #expect(try await harness.body("doc-17") == nil)
      #expect(harness.script.lookedUp.isEmpty)
    }
  }

  @Test func `memory is bounded however fast the source writes`() async throws {
    var limits = PipelineLimits()
    limits.intakeDocuments = 64
    limits.bulkOperations = 64
    limits.batchOperations = 16
    let harness = Harness(limits: limits)
    let written = Shared(0)
    let gate = Promise<Void>()
    var steps: [ScriptedSource.Step] = [.begin("")]
    for number in 0..<200 {
      steps.append(.write(Document.samples(number * 10..<number * 10 + 10), in: ""))
      steps.append(.run { written.change { $0 += 10 } })
    }
    harness.script.steps = steps + [.end("", .complete)]
    harness.script.set { $0.check = { try await gate.value() } }
    let held = Shared(true)
    await harness.stores.index.setBeforeApply { _ in
      if held.value { throw StoreError(.unavailable, "Busy.") }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      gate.fulfill(.success(()))
      for _ in 0..<20_000 { await Task.yield() }
      #expect(written.value < 400, "\(written.value)")
      held.change { $0 = false }
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      #expect(try await harness.documentCount() == 2000)
    }
  }
}
