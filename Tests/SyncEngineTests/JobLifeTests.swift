import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct JobLifeTests {
  /// Writes a thousand documents, then waits until a gate opens or the task is cancelled.
  private func blockedSteps(_ gate: Promise<Void>) -> [ScriptedSource.Step] {
    [
      .begin(""), .write(Document.samples(0..<1000), in: ""), .run { try await gate.value() },
      .write(Document.samples(1000..<2000), in: ""), .end("", .complete),
    ]
  }

  private func waitForWrites(_ harness: Harness, _ count: Int = 1000) async throws {
    try await harness.advance(by: .milliseconds(250), until: "documents are in the index") {
      try await harness.documentCount() >= count
    }
  }

  @Test func `a canceled job ends at once with true counts and deletes nothing`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(5000..<5010))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      harness.script.steps = blockedSteps(Promise())
      let jobID = try await harness.start(id)
      try await waitForWrites(harness, 1010)
      try await harness.perform(.cancelSync(jobID: jobID))
      let job = try await harness.end(of: jobID)
      #expect(job.status == .canceled)
      #expect(job.canceledAt != nil)
      #expect(job.counters.created == 1000)
      #expect(job.counters.extracted == 1000)
      #expect(try await harness.documentCount() == 1010)
      #expect(try await harness.connector(id).lastSyncStatus == .canceled)
    }
    #expect(harness.script.closed == 2)
  }

  @Test func `documents on their way when a job is canceled are not counted`() async throws {
    let harness = Harness()
    harness.script.steps = blockedSteps(Promise())
    await harness.stores.index.setBeforeApply { _ in
      throw StoreError(.unavailable, "The index is away.")
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(100), until: "documents are on their way") {
        let progress = harness.service.snapshot().connector(id)?.activeJob
        return progress?.counters.extracted == 1000
      }
      try await harness.perform(.cancelSync(jobID: jobID))
      let job = try await harness.end(of: jobID)
      #expect(job.status == .canceled)
      #expect(job.counters == JobCounters())
    }
  }

  @Test func `a source that ignores its cancellation is left alone within a second`() async throws {
    let harness = Harness()
    let gate = Promise<Void>()
    harness.script.steps = [
      .begin(""), .write(Document.samples(0..<1000), in: ""),
      .run { try await gate.valueDespiteCancellation() }, .end("", .complete),
    ]
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await waitForWrites(harness)
      let asked = harness.clock.elapsed
      try await harness.perform(.cancelSync(jobID: jobID))
      try await harness.advance(by: .milliseconds(100), until: "the job is canceled") {
        try await harness.record(jobID).status == .canceled
      }
      #expect(harness.clock.elapsed - asked <= .seconds(2))
      #expect(harness.script.closed == 0)
      gate.fulfill(.success(()))
      try await harness.until("the source is closed") { harness.script.closed == 1 }
    }
  }

  @Test func `a cancel that another process asks for is seen within two seconds`() async throws {
    let harness = Harness()
    harness.script.steps = blockedSteps(Promise())
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await waitForWrites(harness)
      let asked = harness.clock.elapsed
      _ = try await harness.stores.connectors.changeJob(jobID) {
        $0.status = .canceling
        return true
      }
      try await harness.advance(by: .milliseconds(250), until: "the job is canceled") {
        try await harness.record(jobID).status == .canceled
      }
      #expect(harness.clock.elapsed - asked <= .seconds(2))
    }
  }

  @Test func `a shutdown suspends the job and the next start completes it`() async throws {
    let stores = MemoryStores()
    let clock = VirtualClock()
    let first = Harness(stores: stores, clock: clock, process: 100)
    first.script.steps = blockedSteps(Promise())
    var jobID = ""
    var connectorID = ""
    try await first.run { harness in
      connectorID = try await harness.makeConnector()
      jobID = try await harness.start(connectorID)
      try await waitForWrites(harness)
    }
    let suspended = try await first.record(jobID)
    #expect(suspended.status == .suspended)
    #expect(suspended.counters.created == 1000)
    #expect(suspended.counters.extracted == suspended.counters.settled)
    #expect(try await first.connector(connectorID).lastSyncStatus == .suspended)
    let second = Harness(stores: stores, clock: clock, process: 101)
    second.script.steps = .listing(Document.samples(0..<2000))
    try await second.run { harness in
      let job = try await harness.end(of: jobID)
      #expect(job.status == .completed)
      #expect(job.metadata.attempts == 2)
      #expect(job.counters.created == 2000)
      #expect(job.counters.unchanged == 0)
      #expect(job.counters.extracted == 2000)
      #expect(try await harness.documentCount() == 2000)
    }
  }

  @Test(arguments: [
    ("here:200:1", JobStatus.inProgress, JobStatus.completed),
    ("here:200:1", .canceling, .canceled),
    ("elsewhere:7:1", .inProgress, .completed),
    ("", .canceling, .canceled),
  ])
  func `a job of a dead worker is taken up or ended`(
    _ worker: String, _ status: JobStatus, _ expected: JobStatus
  ) async throws {
    let harness = Harness()
    harness.deadProcesses.add(200)
    harness.script.steps = .listing(Document.samples(0..<10))
    var jobID = ""
    try await harness.run { harness in
      jobID = try await harness.sync(try await harness.makeConnector()).id
      let connectorID = try await harness.record(jobID).connectorID
      var job = SyncJob(
        id: "orphan", connector: try await harness.connector(connectorID), type: .full,
        trigger: .onDemand, createdAt: harness.clock.now)
      job.status = status
      job.metadata.worker = worker.isEmpty ? nil : worker
      job.metadata.attempts = 1
      job.counters.created = 5
      job.counters.extracted = 9
      // Of another machine only the age of its heartbeat tells.
      job.lastSeen =
        worker.hasPrefix("here") ? harness.clock.now : harness.clock.now + .seconds(-91)
      _ = try await harness.stores.connectors.createJob(job)
      try await harness.advance(by: .seconds(1), until: "the orphan ends") {
        try await harness.record("orphan").status.isTerminal
      }
      let ended = try await harness.record("orphan")
      #expect(ended.status == expected)
      #expect(ended.counters.extracted == ended.counters.settled)
      #expect(ended.metadata.attempts == (expected == .completed ? 2 : 1))
    }
  }

  @Test func `a job of a worker that lives is left alone`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      for (name, worker) in [("a", "here:300:1"), ("b", "elsewhere:7:1")] {
        var job = SyncJob(
          id: name, connector: try await harness.connector(id), type: .full, trigger: .onDemand,
          createdAt: harness.clock.now)
        job.status = .inProgress
        job.metadata.worker = worker
        job.lastSeen = harness.clock.now
        _ = try await harness.stores.connectors.createJob(job)
      }
      for _ in 0..<80 {
        harness.clock.advance(by: .seconds(1))
        for _ in 0..<20 { await Task.yield() }
      }
      #expect(try await harness.record("a").status == .inProgress)
      #expect(try await harness.record("b").status == .inProgress)
    }
  }

  @Test func `a process that lost its job stops and leaves the record alone`() async throws {
    let harness = Harness()
    harness.script.steps = blockedSteps(Promise())
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await waitForWrites(harness)
      _ = try await harness.stores.connectors.changeJob(jobID) {
        $0.metadata.worker = "elsewhere:1:1"
        $0.lastSeen = harness.clock.now + .seconds(10_000)
        return true
      }
      try await harness.advance(by: .milliseconds(250), until: "the source is closed") {
        harness.script.closed == 1
      }
      let job = try await harness.record(jobID)
      #expect(job.status == .inProgress)
      #expect(job.metadata.worker == "elsewhere:1:1")
    }
  }

  @Test func `two services run every job once and never two of one connector`() async throws {
    let stores = MemoryStores()
    let clock = VirtualClock()
    let script = ScriptedSource.Script()
    let running = Shared(0)
    let worst = Shared(0)
    script.steps =
      [
        .run {
          running.change { $0 += 1 }
          let now = running.value
          worst.change { $0 = max($0, now) }
          for _ in 0..<50 { await Task.yield() }
          running.change { $0 -= 1 }
        }
      ] + .listing(Document.samples(0..<10))
    let first = Harness(stores: stores, clock: clock, script: script, process: 100)
    let second = Harness(stores: stores, clock: clock, script: script, process: 101)
    try await first.run { first in
      try await second.run { second in
        let id = try await first.makeConnector()
        var ids: [String] = []
        for round in 0..<12 {
          // Both are told of a job at the same moment.
          let job = SyncJob(
            id: "job-\(round)", connector: try await first.connector(id), type: .full,
            trigger: .onDemand, createdAt: clock.now)
          _ = try await stores.connectors.createJob(job)
          ids.append(job.id)
          first.service.jobsSignal.raise()
          second.service.jobsSignal.raise()
        }
        try await first.advance(by: .seconds(1), until: "all jobs have ended") {
          for id in ids where try await !first.record(id).status.isTerminal { return false }
          return true
        }
        for id in ids {
          let job = try await first.record(id)
          #expect(job.status == .completed)
          #expect(job.metadata.attempts == 1)
        }
      }
    }
    #expect(script.extractions == 12)
    #expect(worst.value == 1)
  }

  @Test func `a full disk suspends the job, and it goes on by itself later`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    let isFull = Shared(true)
    await harness.stores.index.setBeforeApply { _ in
      if isFull.value { throw StoreError(.noSpace(needed: 5 << 20), "The disk is full.") }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.until("the job is suspended") {
        try await harness.record(jobID).status == .suspended
      }
      let job = try await harness.record(jobID)
      #expect(
        job.error == "The disk is full. Free at least 6 MB; the sync then goes on by itself.")
      try await harness.until("the snapshot says so") {
        harness.service.snapshot().connector(id)?.problems.contains {
          $0.title == "The sync waits for space. The disk is full."
            && $0.remedy == "Free at least 6 MB; the sync then goes on by itself."
            && $0.severity == .error
        } == true
      }
      let attempts = { try await harness.record(jobID).metadata.attempts }
      try await harness.advance(by: .seconds(5), until: "it was tried often") {
        try await attempts() >= 6
      }
      let freed = harness.clock.elapsed
      // Longer every time: 5, 10, 20, then 30 seconds.
      #expect(freed >= .seconds(90))
      isFull.change { $0 = false }
      try await harness.advance(by: .seconds(5), until: "the job goes on") {
        try await harness.record(jobID).status == .completed
      }
      #expect(harness.clock.elapsed - freed <= .seconds(60))
      #expect(try await harness.documentCount() == 100)
    }
  }

  @Test func `starting a suspended sync takes it up at once`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    let isFull = Shared(true)
    await harness.stores.index.setBeforeApply { _ in
      if isFull.value { throw StoreError(.noSpace(needed: nil), "The disk is full.") }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.until("the job is suspended") {
        try await harness.record(jobID).status == .suspended
      }
      isFull.change { $0 = false }
      #expect(try await harness.start(id) == jobID)
      #expect(try await harness.end(of: jobID).status == .completed)
    }
  }

  @Test func `a refused key ends the job with the remedy`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<10))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      await harness.stores.credentials.setAPIKey("wrong", connectorID: id)
      let refused = try await harness.sync(id)
      #expect(refused.status == .error)
      #expect(refused.error?.contains("regenerate the API key") == true)
      await harness.stores.credentials.setAPIKey(nil, connectorID: id)
      let missing = try await harness.sync(id)
      #expect(missing.error?.contains("regenerate the API key") == true)
      try await harness.until("the snapshot has the remedy") {
        harness.service.snapshot().connector(id)?.problems.first?.action == .regenerateAPIKey
      }
      try await harness.perform(.regenerateAPIKey(connectorID: id))
      #expect(try await harness.sync(id).status == .completed)
    }
  }

  @Test func `a key that is regenerated while a sync runs does not stop it`() async throws {
    let harness = Harness()
    let gate = Promise<Void>()
    harness.script.steps = [
      .begin(""), .write(Document.samples(0..<1000), in: ""), .run { try await gate.value() },
      .write(Document.samples(1000..<2000), in: ""), .end("", .complete),
    ]
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await waitForWrites(harness)
      try await harness.perform(.regenerateAPIKey(connectorID: id))
      gate.fulfill(.success(()))
      #expect(try await harness.end(of: jobID).counters.created == 2000)
    }
  }

  @Test func `a scheduled sync whose source is away is tried three times`() async throws {
    let harness = Harness()
    harness.script.set { state in
      state.check = {
        throw SyncError(.transient(retryAfter: nil), at: .connect, "The server is away.")
      }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = SyncJob(
        id: "scheduled", connector: try await harness.connector(id), type: .full,
        trigger: .scheduled, createdAt: harness.clock.now)
      _ = try await harness.stores.connectors.createJob(job)
      try await harness.advance(by: .seconds(5), until: "the job ends") {
        try await harness.record("scheduled").status.isTerminal
      }
      let ended = try await harness.record("scheduled")
      #expect(ended.status == .error)
      #expect(ended.metadata.attempts == 3)
      let onDemand = try await harness.sync(id)
      #expect(onDemand.status == .error)
      #expect(onDemand.metadata.attempts == 1)
    }
  }

  @Test func `an index that is away for a while costs nothing but time`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<100))
    let failures = Shared(0)
    await harness.stores.index.setBeforeApply { _ in
      var isAway = false
      failures.change {
        isAway = $0 < 4
        $0 += 1
      }
      if isAway { throw StoreError(.unavailable, "The index is away.") }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      let job = try await harness.record(jobID)
      #expect(job.status == .completed)
      #expect(job.counters.created == 100)
    }
  }

  @Test func `the end of a job is recorded once the store can take it`() async throws {
    let harness = Harness()
    let gate = Promise<Void>()
    harness.script.steps = [.run { try await gate.value() }] + .listing(Document.samples(0..<10))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.until("the job runs") {
        try await harness.record(jobID).status == .inProgress
      }
      await harness.stores.connectors.setBeforeWrite {
        throw StoreError(.noSpace(needed: nil), "The disk is full.")
      }
      gate.fulfill(.success(()))
      try await harness.advance(by: .milliseconds(100), until: "the failure is shown") {
        harness.service.snapshot().connector(id)?.activeJob?.latestErrors.contains {
          $0.message.contains("can't be recorded")
        } == true
      }
      await harness.stores.connectors.setBeforeWrite(nil)
      try await harness.advance(by: .seconds(1), until: "the job has ended") {
        try await harness.record(jobID).status == .completed
      }
    }
  }
}
