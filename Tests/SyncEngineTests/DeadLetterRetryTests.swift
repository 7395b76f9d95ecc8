import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct DeadLetterRetryTests {
  private func letter(
    _ id: String, of job: SyncJob, stage: String = "bulk", _ payload: String = "{\"a\":1}",
    scope: String? = "table"
  ) -> DeadLetter {
    DeadLetter(
      jobID: job.id, connectorID: job.connectorID, documentID: id, stage: stage,
      reason: "The field is too long.", at: SampleRecords.moment(1), payload: Array(payload.utf8),
      scope: scope)
  }

  private func retry(
    _ harness: Harness, _ job: SyncJob, _ ids: [String]? = nil
  ) async throws -> DeadLetterRetry {
    let request = EngineRequest.retryDeadLetters(jobID: job.id, documentIDs: ids)
    guard case .deadLettersRetried(let report) = try await harness.perform(request) else {
      throw Unexpected()
    }
    return report
  }

  private func ids(_ harness: Harness, _ job: SyncJob) async -> [String] {
    await harness.stores.connectors.deadLetters(jobID: job.id, from: 0, size: 100)
      .letters.map(\.documentID)
  }

  @Test func `what the index takes now is indexed, and its letter goes`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let job = try await harness.sync(try await harness.makeConnector())
      try await harness.stores.connectors.addDeadLetters(
        [letter("x", of: job), letter("y", of: job), letter("z", of: job)])
      let report = try await retry(harness, job, ["x", "y"])
      #expect(report.indexed == 2 && report.refused == 0 && report.left == 0)
      #expect(await ids(harness, job) == ["z"])
      #expect(try await harness.body("x") == "{\"a\":1}")
      #expect(try await harness.body("z") == nil)
      let scopes = Shared<[String]>([])
      try await harness.stores.index.forEachKnownDocument(in: "search-docs") { known in
        scopes.change { $0 += known.map(\.scope) }
      }
      #expect(scopes.value == ["table", "table"])
    }
  }

  @Test func `what is refused again keeps its letter with the new reason`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let job = try await harness.sync(try await harness.makeConnector())
      try await harness.stores.connectors.addDeadLetters([letter("x", of: job)])
      await harness.stores.index.setVerdict { _ in .rejected(reason: "Still too long.") }
      let report = try await retry(harness, job)
      #expect(report.refused == 1 && report.reason == "Still too long.")
      let found = await harness.stores.connectors.deadLetters(jobID: job.id, from: 0, size: 9)
      #expect(found.letters.map(\.reason) == ["Still too long."])
    }
  }

  @Test func `what is cut, or never reached the index, is left for the next sync`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let job = try await harness.sync(try await harness.makeConnector())
      try await harness.stores.connectors.addDeadLetters(
        [
          letter("cut", of: job, "{\"a\":"), letter("read", of: job, stage: "content"),
          letter("old", of: job, scope: nil),
        ])
      let report = try await retry(harness, job)
      #expect(report.left == 3 && report.indexed == 0)
      #expect(await ids(harness, job) == ["cut", "read", "old"])
    }
  }

  @Test func `letters before a later sync are not sent over what it wrote`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let connector = try await harness.makeConnector()
      let job = try await harness.sync(connector)
      try await harness.stores.connectors.addDeadLetters([letter("x", of: job)])
      harness.clock.advance(by: .seconds(60))
      try await harness.sync(connector)
      let answer = await harness.service.perform(
        .retryDeadLetters(jobID: job.id, documentIDs: nil))
      guard case .failure(let failure) = answer else { throw Unexpected() }
      #expect(failure.kind == .conflict)
      #expect(try await harness.body("x") == nil)
    }
  }
}
