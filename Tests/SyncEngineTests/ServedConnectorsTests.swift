import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

/// Beside other services and Kibana, on the same records.
@Suite struct ServedConnectorsTests {
  private func record(
    _ id: String, serviceType: String? = Harness.serviceType, in harness: Harness
  ) async throws {
    try await harness.stores.index.createIndex("search-\(id)", language: .english)
    _ = try await harness.stores.connectors.createConnector(
      Connector(
        id: id, name: id, indexName: "search-\(id)", serviceType: serviceType,
        createdAt: harness.clock.now))
    let key = try await harness.stores.connectors.generateAPIKey(
      connectorID: id, indexName: "search-\(id)")
    await harness.stores.credentials.setAPIKey(key.encoded, connectorID: id)
  }

  /// A job as another program queues it, with no more of the connector than its id.
  private func queue(
    _ jobID: String, of connectorID: String, serviceType: String = Harness.serviceType,
    in harness: Harness, change: (inout SyncJob) -> Void = { _ in }
  ) async throws {
    let connector = Connector(
      id: connectorID, name: "", indexName: "search-\(connectorID)", serviceType: serviceType)
    var job = SyncJob(
      id: jobID, connector: connector, type: .full, trigger: .onDemand,
      createdAt: harness.clock.now)
    change(&job)
    _ = try await harness.stores.connectors.createJob(job)
  }

  private func rounds(_ harness: Harness, _ count: Int = 8) async throws {
    for _ in 0..<count {
      harness.clock.advance(by: .seconds(2))
      for _ in 0..<300 { await Task.yield() }
    }
  }

  @Test func `a fresh record of the configuration gets type, fields, features and status`()
    async throws
  {
    let harness = Harness(served: .ids(["mine": Harness.serviceType]))
    try await record("mine", serviceType: nil, in: harness)
    try await record("other", serviceType: nil, in: harness)
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "the record is filled in") {
        try await harness.connector("mine").serviceType != nil
      }
      let mine = try await harness.connector("mine")
      #expect(mine.serviceType == Harness.serviceType)
      #expect(mine.configuration.schema["path"] != nil)
      #expect(mine.configuration.values["path"] == .string("/data"))
      #expect(mine.status == .configured)
      #expect(mine.features?.basicRules != nil)
      #expect(mine.lastSeen != nil)
      try await rounds(harness)
      let other = try await harness.connector("other")
      #expect(other.status == .created)
      #expect(other.lastSeen == nil)
    }
  }

  @Test func `only jobs of connectors that are served are run`() async throws {
    let harness = Harness(served: .ids(["mine": nil]))
    for id in ["mine", "other"] {
      try await record(id, in: harness)
      try await queue("job-\(id)", of: id, in: harness)
    }
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "the job ends") {
        try await harness.record("job-mine").status == .completed
      }
      try await rounds(harness)
      #expect(try await harness.record("job-other").status == .pending)
      // What the copy in the job lacked came from the record.
      let job = try await harness.record("job-mine")
      #expect(job.configuration.values["path"] == .string("/data"))
    }
  }

  @Test func `native connectors and unknown kinds are left to others`() async throws {
    let harness = Harness()
    for id in ["native", "foreign"] {
      try await record(id, serviceType: id == "foreign" ? "s3" : Harness.serviceType, in: harness)
    }
    _ = try await harness.stores.connectors.changeConnector("native") {
      $0.isNative = true
      return true
    }
    try await queue("job-native", of: "native", in: harness)
    try await queue("job-foreign", of: "foreign", serviceType: "s3", in: harness)
    try await harness.run { harness in
      try await rounds(harness)
      for id in ["native", "foreign"] {
        #expect(try await harness.record("job-\(id)").status == .pending)
        #expect(try await harness.connector(id).lastSeen == nil)
      }
    }
  }

  @Test func `two kinds for one connector are an error on its record`() async throws {
    let harness = Harness(served: .ids(["mine": "s3"]))
    try await record("mine", in: harness)
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "the record says so") {
        try await harness.connector("mine").status == .error
      }
      let error = try await harness.connector("mine").error ?? ""
      #expect(error.contains("s3") && error.contains(Harness.serviceType))
    }
  }

  @Test func `a running job that another service left is an error after five minutes`()
    async throws
  {
    let harness = Harness()
    try await record("docs", in: harness)
    try await queue("job", of: "docs", in: harness) { job in
      job.status = .inProgress
      job.workerHostname = "elsewhere"
      job.startedAt = job.createdAt
      job.lastSeen = job.createdAt
    }
    try await harness.run { harness in
      for _ in 0..<14 { try await rounds(harness, 10) }
      #expect(try await harness.record("job").status == .inProgress)
      try await harness.advance(by: .seconds(2), until: "the job is given up") {
        try await harness.record("job").status == .error
      }
      #expect(harness.clock.elapsed > .seconds(300))
      #expect(harness.clock.elapsed < .seconds(330))
      let job = try await harness.record("job")
      #expect(job.error?.contains("elsewhere") == true)
      #expect(job.completedAt != nil)
    }
  }

  @Test func `a pending job that was asked to stop is canceled`() async throws {
    let harness = Harness()
    try await record("docs", in: harness)
    try await queue("job", of: "docs", in: harness) { $0.status = .canceling }
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "the job is canceled") {
        try await harness.record("job").status == .canceled
      }
      #expect(harness.clock.elapsed < .seconds(15))
    }
  }

  @Test func `jobs whose connector is gone are removed`() async throws {
    let harness = Harness()
    try await queue("pending", of: "gone", in: harness)
    try await queue("running", of: "gone", in: harness) { job in
      job.status = .inProgress
      job.startedAt = job.createdAt
    }
    try await harness.run { harness in
      try await harness.advance(by: .seconds(5), until: "the jobs are gone", atMost: 400) {
        let open = JobQuery(statuses: [.pending, .inProgress])
        return await harness.stores.connectors.jobs(open).total == 0
      }
      #expect(await harness.stores.connectors.job("running") == nil)
    }
  }

  @Test func `Kibana's sync_now makes one job and is reset`() async throws {
    let harness = Harness()
    try await record("docs", in: harness)
    _ = try await harness.stores.connectors.changeConnector("docs") {
      $0.wantsSync = true
      return true
    }
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "the sync ran") {
        try await harness.connector("docs").lastSyncStatus == .completed
      }
      try await rounds(harness)
      #expect(try await !harness.connector("docs").wantsSync)
      let jobs = await harness.stores.connectors.jobs(JobQuery())
      #expect(jobs.total == 1)
      #expect(jobs.jobs.first?.record.trigger == .onDemand)
    }
  }

  @Test func `edited sync rules are judged, and valid ones become active`() async throws {
    let harness = Harness()
    try await record("docs", in: harness)
    try await record("wrong", in: harness)
    for (id, value) in [("docs", "a"), ("wrong", "(")] {
      _ = try await harness.stores.connectors.changeConnector(id) { connector in
        connector.filtering.draft.rules = [
          SyncRule(id: "r", policy: .exclude, field: "title", comparison: .regex, value: value)
        ]
        connector.filtering.draft.validation = .edited
        return true
      }
    }
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "both are judged") {
        let states = try await ["docs", "wrong"].asyncMap {
          try await harness.connector($0).filtering.draft.validation
        }
        return states == [.valid, .invalid]
      }
      #expect(try await harness.connector("docs").filtering.active.rules.map(\.id) == ["r"])
      let wrong = try await harness.connector("wrong").filtering
      #expect(wrong.active.rules.isEmpty)
      #expect(wrong.draft.errors.first?.ids == ["r"])
    }
  }

  @Test func `a sync that Elastic's service begins is not begun here`() async throws {
    let harness = Harness()
    try await record("docs", in: harness)
    try await harness.run { harness in
      try await harness.advance(by: .seconds(1), until: "the record is filled in") {
        try await harness.connector("docs").status == .configured
      }
      _ = try await harness.stores.connectors.changeConnector("docs") {
        // It marks the connector first, then the job.
        $0.lastSyncStatus = .inProgress
        return true
      }
      try await queue("job", of: "docs", in: harness)
      try await rounds(harness, 3)
      #expect(try await harness.record("job").status == .pending)
      try await harness.advance(by: .seconds(1), until: "a mark without a job is passed over") {
        try await harness.record("job").status == .completed
      }
    }
  }

  @Test func `a store that does not answer ends the service after so many attempts`()
    async throws
  {
    let clock = VirtualClock()
    var settings = SyncService.Settings(mode: .service, storeName: "nothing")
    settings.preflightMaximumAttempts = 3
    let attempts = Shared(0)
    let service = SyncService(
      settings: settings, catalog: [],
      environment: EngineEnvironment(
        now: { clock.now }, monotonic: { clock.elapsed }, sleep: { try await clock.sleep($0) },
        random: { 1 }, hostName: "here", process: ProcessIdentity(id: 1, start: "1"),
        isProcessAlive: { _ in true })
    ) {
      attempts.change { $0 += 1 }
      throw StoreError(.unavailable, "Nobody answers.")
    }
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await service.run()
        return true
      }
      group.addTask {
        while !Task.isCancelled {
          clock.advance(by: .seconds(1))
          await Task.yield()
        }
        return false
      }
      #expect(await group.next() == true)
      group.cancelAll()
    }
    #expect(attempts.value == 3)
  }
}

extension Array {
  fileprivate func asyncMap<Value>(
    _ transform: (Element) async throws -> Value
  ) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}
