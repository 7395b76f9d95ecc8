import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

/// What becomes of a job whose index refuses requests or operations.
@Suite(.timeLimit(.minutes(1))) struct BulkRetryTests {
  @Test
  func `an index that is away longer than the budget suspends the job, which goes on by itself`()
    async throws
  {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    let tries = Shared(0)
    let isAway = Shared(true)
    await harness.stores.index.setBeforeApply { _ in
      tries.change { $0 += 1 }
      if isAway.value { throw StoreError(.unavailable, "The index is away.") }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .seconds(5), until: "the job is suspended", atMost: 1000) {
        try await harness.record(jobID).status == .suspended
      }
      let elapsed = harness.clock.elapsed
      #expect(elapsed > BackOff().budget - .seconds(120))
      #expect(elapsed < BackOff().budget + .seconds(120))
      #expect(tries.value > 60 && tries.value < BackOff().attempts)
      let job = try await harness.record(jobID)
      #expect(
        job.error == "The index is away. The sync is suspended and goes on by itself.")
      #expect(job.counters.failed == 0)
      isAway.change { $0 = false }
      try await harness.advance(by: .seconds(5), until: "the job goes on") {
        try await harness.record(jobID).status == .completed
      }
      #expect(harness.clock.elapsed - elapsed >= .seconds(50))
      #expect(try await harness.documentCount() == 100)
    }
  }

  @Test func `nothing is sent before the index wants to be asked again`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<2000))
    let moments = Shared<[Duration]>([])
    let clock = harness.clock
    await harness.stores.index.setBeforeApply { _ in
      moments.change { $0.append(clock.elapsed) }
      if moments.value.count == 1 {
        throw StoreError(.unavailable, "Busy.", retryAfter: .seconds(40))
      }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      #expect(try await harness.documentCount() == 2000)
    }
    let first = try #require(moments.value.first)
    // Those that were under way together with the first.
    #expect(moments.value.count { $0 < first + .seconds(40) } <= 4)
    #expect(moments.value.count { $0 >= first + .seconds(40) } >= 1)
  }

  @Test func `an index with too much to do gets every document in the end, and no dead letter`()
    async throws
  {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<3000))
    let clock = harness.clock
    await harness.stores.index.setVerdict { operation in
      guard case .index(let document) = operation else { return nil }
      let isBusy = clock.elapsed < .seconds(60) && document.id.text.hasSuffix("7")
      return isBusy ? .overloaded(reason: "Rejected execution.") : nil
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      let job = try await harness.record(jobID)
      #expect(job.status == .completed)
      #expect(job.counters.created == 3000)
      #expect(job.counters.failed == 0)
      #expect(clock.elapsed >= .seconds(60))
    }
  }

  @Test func `a cancel is felt while the next try is waited for`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    await harness.stores.index.setBeforeApply { _ in
      throw StoreError(.unavailable, "Busy.", retryAfter: .seconds(600))
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(100), until: "the wait begins") {
        harness.service.snapshot().connector(id)?.activeJob?.latestErrors.isEmpty == false
      }
      let moment = harness.clock.elapsed
      try await harness.perform(.cancelSync(jobID: jobID))
      #expect(try await harness.end(of: jobID).status == .canceled)
      #expect(harness.clock.elapsed == moment)
    }
  }

  @Test func `documents that a pipeline drops are counted as filtered`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    await harness.stores.index.setVerdict { operation in
      guard case .index(let document) = operation else { return nil }
      return document.id.text.hasSuffix("7") ? .dropped : nil
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = try await harness.sync(id)
      #expect(job.status == .completed, "\(job.error ?? "")")
      #expect(job.counters.filtered == 10)
      #expect(job.counters.created == 90)
    }
  }
}

@Suite(.timeLimit(.minutes(1))) struct RequestGateTests {
  private let clock = VirtualClock()

  private func gate(_ maximum: Int) -> RequestGate {
    RequestGate(
      maximum: maximum, monotonic: { [clock] in clock.elapsed },
      sleep: { [clock] in try await clock.sleep($0) })
  }

  @Test func `no more than allowed pass, and a place that is free goes to who waits`()
    async throws
  {
    let gate = gate(2)
    let first = try await gate.enter()
    let second = try await gate.enter()
    #expect(gate.load.inFlight == 2)
    async let third = gate.enter()
    for _ in 0..<100 { await Task.yield() }
    #expect(gate.load.inFlight == 2)
    gate.leave(first, .accepted)
    gate.leave(try await third, .accepted)
    gate.leave(second, .accepted)
    #expect(gate.load.inFlight == 0)
  }

  @Test func `one at a time passes after push-back, and all again after success`() async throws {
    let gate = gate(4)
    for _ in 0..<3 { gate.leave(try await gate.enter(), .pushedBack) }
    #expect(gate.load.allowed == 1)
    let pass = try await gate.enter()
    let waiting = Task { try await gate.enter() }
    for _ in 0..<100 { await Task.yield() }
    #expect(gate.load.inFlight == 1)
    waiting.cancel()
    await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    gate.leave(pass, .accepted)
    for _ in 0..<16 { gate.leave(try await gate.enter(), .accepted) }
    #expect(gate.load.allowed == 4)
  }

  @Test func `a closed gate opens when its time is over, not before`() async throws {
    let gate = gate(4)
    gate.close(for: .seconds(10))
    gate.close(for: .seconds(5))
    let passed = Shared(false)
    let waiting = Task {
      let pass = try await gate.enter()
      passed.change { $0 = true }
      return pass
    }
    while clock.sleepers == 0 { await Task.yield() }
    clock.advance(by: .milliseconds(9_999))
    for _ in 0..<100 { await Task.yield() }
    #expect(!passed.value)
    clock.advance(by: .milliseconds(1))
    gate.leave(try await waiting.value, .accepted)
    #expect(passed.value)
  }
}
