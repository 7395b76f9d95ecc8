import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct DueTimesTests {
  @Test(arguments: [61, 62, 63, 64] as [UInt64])
  func `the latest due time is the one that counting finds`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let base: Int64 = 1_800_000_000
    for _ in 0..<150 {
      let steps = [1, 7, 60, 300, 3600, 86_400, 700_000] as [Int64]
      let step = steps[Int.random(in: 0..<steps.count, using: &random)]
      let phase = Int64.random(in: 0..<step, using: &random)
      let times = DueTimes { moment in
        let passed = (moment.secondsSince1970 - phase) / step
        return Timestamp(secondsSince1970: (passed + 1) * step + phase)
      }
      let start = base + Int64.random(in: 0..<1_000_000, using: &random)
      let now = start + Int64.random(in: -100..<2_000_000, using: &random)
      let expected = now - (now - phase) % step
      let latest = times.latest(
        after: Timestamp(secondsSince1970: start), upTo: Timestamp(secondsSince1970: now))
      #expect(latest?.secondsSince1970 == (expected > start ? expected : nil))
    }
  }

  @Test func `a year of seconds is not counted one by one`() {
    let calls = Shared(0)
    let times = DueTimes { moment in
      calls.change { $0 += 1 }
      return Timestamp(secondsSince1970: moment.secondsSince1970 + 1)
    }
    let start = Timestamp(secondsSince1970: 1_000_000_000)
    let now = start + .seconds(400 * 86_400)
    #expect(times.latest(after: start, upTo: now) == now)
    #expect(calls.value < 10)
  }

  @Test(arguments: [
    "0 0 0 * * ?", "0/5 * * * * ?", "0 15 10 ? * MON-FRI", "0 0 12 1/5 * ?", "0 0 3 L * ?",
    "0 0 0 29 2 ? 2028",
  ])
  func `it agrees with a search second by second over a day`(_ expression: String) throws {
    let quartz = try QuartzExpression(parsing: expression)
    let times = try #require(SyncService.dueTimes(expression))
    let start = Timestamp(secondsSince1970: 1_835_395_200)
    var brute: Timestamp?
    for second in 1...Int64(86_400) {
      let moment = Timestamp(secondsSince1970: start.secondsSince1970 + second)
      let before = Timestamp(millisecondsSince1970: moment.millisecondsSince1970 - 1)
      guard second % 5 == 0 else { continue }
      if quartz.next(after: before) == moment { brute = moment }
    }
    #expect(times.latest(after: start, upTo: start + .seconds(86_400)) == brute)
  }
}

@Suite struct ScheduleTests {
  private func jobs(_ stores: MemoryStores) async -> [SyncJob] {
    await stores.connectors.jobs(JobQuery(oldestFirst: true, size: 10_000)).jobs.map(\.record)
  }

  @Test(arguments: [71, 72] as [UInt64])
  func `two services make every due job once`(_ seed: UInt64) async throws {
    print("seed \(seed)")
    let stores = MemoryStores()
    let clock = VirtualClock()
    let script = ScriptedSource.Script()
    script.steps = .listing(Document.samples(0..<2))
    let first = Harness(stores: stores, clock: clock, script: script, process: 100, seed: seed)
    let second = Harness(stores: stores, clock: clock, script: script, process: 101, seed: seed)
    var random = SeededGenerator(seed: seed)
    try await first.run { first in
      try await second.run { _ in
        let id = try await first.makeConnector()
        let start = clock.now
        try await first.perform(
          .saveSchedule(
            connectorID: id, .full, Scheduling.Entry(isEnabled: true, interval: "0 * * * * ?")))
        var due = Timestamp(secondsSince1970: start.secondsSince1970 / 60 * 60)
        for _ in 0..<5 {
          due = due + .seconds(60)
          let step = Duration.milliseconds(Int.random(in: 2000...5000, using: &random))
          try await first.advance(by: step, until: "the job due at \(due) has ended") {
            let stamp = try await first.connector(id).lastSyncScheduledAt
            let made = await jobs(stores)
            return stamp == due && made.allSatisfy { $0.status.isTerminal }
          }
        }
        let made = await jobs(stores)
        #expect(Set(made.map(\.id)).count == made.count)
        #expect(made.allSatisfy { $0.trigger == .scheduled && $0.metadata.attempts == 1 })
        #expect(made.allSatisfy { $0.status == .completed })
        #expect(script.extractions == made.count)
        #expect(made.count == 5)
      }
    }
  }

  @Test func `runs that were missed are made up for once`() async throws {
    let stores = MemoryStores()
    let clock = VirtualClock()
    let script = ScriptedSource.Script()
    script.steps = .listing(Document.samples(0..<2))
    let first = Harness(stores: stores, clock: clock, script: script, process: 100)
    var id = ""
    try await first.run { first in
      id = try await first.makeConnector()
      try await first.perform(
        .saveSchedule(
          connectorID: id, .full, Scheduling.Entry(isEnabled: true, interval: "0 0 * * * ?")))
    }
    clock.advance(by: .seconds(5 * 3600 + 120))
    let second = Harness(stores: stores, clock: clock, script: script, process: 101)
    try await second.run { second in
      try await second.until("the missed run is made up for") { await jobs(stores).count == 1 }
      for _ in 0..<30 {
        clock.advance(by: .seconds(10))
        for _ in 0..<100 { await Task.yield() }
      }
      let made = await jobs(stores)
      #expect(made.count == 1)
      let due = try await second.connector(id).lastSyncScheduledAt
      #expect(due?.secondsSince1970 == clock.now.secondsSince1970 / 3600 * 3600)
    }
  }

  @Test func `a crash between the job and its stamp makes no second job`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<2))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.perform(
        .saveSchedule(
          connectorID: id, .full, Scheduling.Entry(isEnabled: true, interval: "0 0 * * * ?")))
      let before = try #require(try await harness.connector(id).lastSyncScheduledAt)
      try await harness.advance(by: .seconds(60), until: "the job has ended") {
        let made = await jobs(harness.stores)
        let stamp = try await harness.connector(id).lastSyncScheduledAt
        return made.count == 1 && made[0].status.isTerminal && stamp != before
      }
      _ = try await harness.stores.connectors.changeConnector(id) {
        $0.lastSyncScheduledAt = before
        return true
      }
      try await harness.advance(by: .seconds(1), until: "the stamp is made good") {
        try await harness.connector(id).lastSyncScheduledAt != before
      }
      #expect(await jobs(harness.stores).count == 1)
    }
  }

  @Test func `a schedule that was just set has missed nothing`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      _ = try await harness.stores.connectors.changeConnector(id) {
        $0.lastSyncScheduledAt = harness.clock.now + .seconds(-90_000)
        return true
      }
      try await harness.perform(
        .saveSchedule(
          connectorID: id, .full, Scheduling.Entry(isEnabled: true, interval: "0 0 * * * ?")))
      for _ in 0..<5 {
        harness.clock.advance(by: .seconds(6))
        for _ in 0..<100 { await Task.yield() }
      }
      #expect(await jobs(harness.stores).isEmpty)
    }
  }
}

@Suite struct HeartbeatTests {
  @Test func `a service shows itself every five minutes`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.advance(by: .seconds(1), until: "the first heartbeat comes") {
        try await harness.connector(id).lastSeen != nil
      }
      let first = try #require(try await harness.connector(id).lastSeen)
      try await harness.advance(by: .seconds(5), until: "the next heartbeat comes") {
        try await harness.connector(id).lastSeen.map { $0 > first } ?? false
      }
      #expect(harness.clock.now - first >= .seconds(300))
      #expect(harness.clock.now - first <= .seconds(330))
    }
  }

  @Test func `a running job shows itself every five seconds`() async throws {
    let harness = Harness()
    harness.script.steps = [
      .begin(""), .write(Document.samples(0..<100), in: ""),
      .run { try await harness.clock.sleep(.seconds(60)) }, .end("", .complete),
    ]
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.until("the job runs") {
        try await harness.record(jobID).status == .inProgress
      }
      for _ in 0..<3 {
        let last = try #require(try await harness.record(jobID).lastSeen)
        try await harness.advance(by: .milliseconds(250), until: "the next heartbeat comes") {
          try await harness.record(jobID).lastSeen.map { $0 > last } ?? false
        }
        #expect(harness.clock.now - last <= .seconds(10))
      }
      #expect(try await harness.record(jobID).counters.created == 100)
      let progress = harness.service.snapshot().connector(id)?.activeJob
      #expect(progress?.counters.created == 100)
      #expect(progress?.rateHistory.isEmpty == false)
      #expect(progress?.stages.map(\.stage) == StageProgress.Stage.allCases)
    }
  }
}
