import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct FullDiskTests {
  private static let message =
    "The disk that holds /store is full. Free some space (about 11 MB are needed), then try again."

  /// A store on a disk that is full for everything as long as a flag says so.
  private func fill(_ harness: Harness, _ isFull: Shared<Bool>) async {
    let fail: @Sendable () throws -> Void = {
      if isFull.value { throw StoreError(.noSpace(needed: 11 << 20), Self.message) }
    }
    await harness.stores.index.setBeforeApply { _ in
      isFull.change { $0 = true }
      try fail()
    }
    await harness.stores.connectors.setBeforeWrite { try fail() }
  }

  private func free(_ harness: Harness, _ isFull: Shared<Bool>) async {
    await harness.stores.index.setBeforeApply { _ in }
    isFull.change { $0 = false }
  }

  private func state(_ harness: Harness, _ id: String) throws -> ConnectorState {
    guard let state = harness.service.snapshot().connector(id) else { throw Unexpected() }
    return state
  }

  /// Starts a sync that fills the disk, so that not even its record can be written.
  private func stall(_ harness: Harness, _ isFull: Shared<Bool>) async throws -> (String, String) {
    harness.script.steps = .listing(Document.samples(0..<100))
    let id = try await harness.makeConnector()
    await fill(harness, isFull)
    let jobID = try await harness.start(id)
    try await harness.until("the snapshot shows that the sync waits") {
      try state(harness, id).activeJob?.job.status == .suspended
    }
    return (id, jobID)
  }

  @Test func `a job whose record can't be written is shown as waiting for space`() async throws {
    let harness = Harness()
    let isFull = Shared(false)
    try await harness.run { harness in
      let (id, jobID) = try await stall(harness, isFull)
      #expect(try await harness.record(jobID).status == .inProgress)
      let state = try state(harness, id)
      let active = state.activeJob
      #expect(active?.phase == .queued)
      #expect(active?.documentsPerSecond == 0)
      #expect(active?.remaining == nil)
      #expect(
        active?.job.error
          == "The disk that holds /store is full. Free at least 12 MB; the sync then goes on by itself."
      )
      #expect(state.record.lastSyncStatus == .suspended)
      #expect(state.problems.first?.severity == .error)
      #expect(
        state.problems.first?.title
          == "The sync waits for space. The disk that holds /store is full.")
      #expect(
        state.problems.first?.remedy == "Free at least 12 MB; the sync then goes on by itself.")
      await free(harness, isFull)
    }
  }

  @Test func `it is taken up by itself within a minute after space was freed`() async throws {
    let harness = Harness()
    let isFull = Shared(false)
    try await harness.run { harness in
      let (id, jobID) = try await stall(harness, isFull)
      for _ in 0..<300 {
        harness.clock.advance(by: .seconds(1))
        for _ in 0..<20 { await Task.yield() }
        _ = harness.service.snapshot()
      }
      let lines = try state(harness, id).activeJob?.log.count { $0.level >= .warning }
      #expect(lines == 1)
      await free(harness, isFull)
      let freed = harness.clock.elapsed
      try await harness.advance(by: .seconds(1), until: "the job completes") {
        try await harness.record(jobID).status == .completed
      }
      #expect(harness.clock.elapsed - freed <= .seconds(60))
      #expect(try await harness.documentCount() == 100)
    }
  }

  @Test func `starting it takes it up at once`() async throws {
    let harness = Harness()
    let isFull = Shared(false)
    try await harness.run { harness in
      let (id, jobID) = try await stall(harness, isFull)
      await free(harness, isFull)
      #expect(try await harness.start(id) == jobID)
      #expect(try await harness.end(of: jobID).status == .completed)
    }
  }

  @Test func `a shortage is one event, one remedy and one amount`() throws {
    let shortage = SpaceShortage(message: Self.message, needed: 11 << 20)
    #expect(
      shortage.text
        == "The disk that holds /store is full. Free at least 12 MB; the sync then goes on by itself."
    )
    #expect(SpaceShortage(text: shortage.text) == shortage)
    #expect(SpaceShortage(text: "The server is away.") == nil)
    let unknown = SpaceShortage(message: "The disk is full.", needed: nil)
    #expect(unknown.text == "The disk is full. Free some space; the sync then goes on by itself.")
  }

  @Test func `errors are told by their message`() {
    struct Opaque: Error { var secret = 1 }
    #expect(Wording.message(of: StoreError(.corrupt, "It is damaged.")) == "It is damaged.")
    #expect(Wording.message(of: SyncRuleError(ruleID: "a", message: "No.")) == "No.")
    #expect(!Wording.message(of: Opaque()).contains("secret"))
  }

  @Test(arguments: [(0, "0"), (999, "999"), (4242, "4,242"), (1_234_567, "1,234,567")])
  func `thousands are set apart`(_ number: Int, _ text: String) {
    #expect(number.grouped == text)
    #expect((-number).grouped == (number == 0 ? "0" : "-" + text))
  }
}
