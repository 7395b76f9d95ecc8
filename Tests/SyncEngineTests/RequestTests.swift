import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct RequestTests {
  private let draft = ConnectorDraft(
    indexName: "search-docs", language: .german, serviceType: Harness.serviceType, name: "Docs",
    description: "All of them")

  private func failure(
    _ harness: Harness, _ request: EngineRequest
  ) async -> EngineFailure? {
    if case .failure(let failure) = await harness.service.perform(request) { failure } else { nil }
  }

  @Test func `a new connector has index, record and a key that is kept and shown`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      guard case .connectorCreated(let created) = try await harness.perform(.createConnector(draft))
      else { throw Unexpected() }
      let record = try await harness.connector(created.connectorID)
      #expect(record.indexName == "search-docs")
      #expect(record.language == .german)
      #expect(record.apiKeyID == created.apiKey.id)
      #expect(await harness.stores.index.indexNames() == ["search-docs"])
      let kept = await harness.stores.credentials.apiKey(connectorID: created.connectorID)
      #expect(kept == created.apiKey.encoded)
      #expect(harness.service.snapshot().connectors.map(\.record.name) == ["Docs"])
    }
  }

  @Test func `a connector that can't be recorded leaves no index behind`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      await harness.stores.connectors.setBeforeWrite {
        throw StoreError(.noSpace(needed: nil), "The disk is full.")
      }
      let failure = await failure(harness, .createConnector(draft))
      #expect(failure == EngineFailure(.noSpace, "The disk is full."))
      #expect(await harness.stores.index.indexNames() == [])
      #expect(await harness.stores.connectors.connectors() == [])
    }
  }

  @Test func `a connector whose key can't be noted leaves nothing behind`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let writes = Shared(0)
      await harness.stores.connectors.setBeforeWrite {
        writes.change { $0 += 1 }
        if writes.value == 2 { throw StoreError(.unavailable, "The store is away.") }
      }
      #expect(await failure(harness, .createConnector(draft))?.kind == .store)
      #expect(await harness.stores.index.indexNames() == [])
      #expect(await harness.stores.connectors.connectors() == [])
    }
  }

  @Test func `drafts that make no sense are refused with their field`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      var bad = draft
      bad.indexName = "search-Docs"
      #expect(await failure(harness, .createConnector(bad))?.field == "indexName")
      bad = draft
      bad.name = "  "
      #expect(await failure(harness, .createConnector(bad))?.field == "name")
      bad = draft
      bad.serviceType = "unheard-of"
      #expect(await failure(harness, .createConnector(bad))?.field == "serviceType")
      try await harness.perform(.createConnector(draft))
      let taken = await failure(harness, .createConnector(draft))
      #expect(taken?.kind == .alreadyExists)
      #expect(taken?.message.contains("\"Docs\"") == true)
      #expect(taken?.field == "indexName")
    }
  }

  @Test func `an index that lost its connector is attached with all it holds`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<3))
    try await harness.run { harness in
      let former = try await harness.makeConnector()
      try await harness.sync(former)
      try await harness.perform(.deleteConnector(connectorID: former, deleteIndex: false))
      guard case .connectorCreated(let created) = try await harness.perform(.createConnector(draft))
      else { throw Unexpected() }
      #expect(created.attachedDocuments == 3)
      #expect(try await harness.documentCount() == 3)
      guard
        case .log(let lines) = try await harness.perform(
          .log(connectorID: created.connectorID, limit: 10))
      else { throw Unexpected() }
      #expect(lines.contains { $0.message.contains("holds 3 documents") })
    }
  }

  @Test func `an attached index stays when its connector can't be recorded`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      try await harness.stores.index.createIndex("search-docs", language: .english)
      await harness.stores.connectors.setBeforeWrite {
        throw StoreError(.noSpace(needed: nil), "The disk is full.")
      }
      #expect(await failure(harness, .createConnector(draft))?.kind == .noSpace)
      #expect(await harness.stores.index.indexNames() == ["search-docs"])
    }
  }

  @Test func `a wrong setting is told apart from a source that is away`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      harness.script.set {
        $0.check = {
          throw SyncError(.configuration, at: .connect, "The pattern is wrong.", field: "path")
        }
      }
      guard case .rechecked(let report) = try await harness.perform(.recheck(connectorID: id))
      else { throw Unexpected() }
      #expect(report.explanation.last == "A setting is wrong; correct it, then recheck.")
      let values = ConfigurationValues(["path": .string("/")])
      let refused = await failure(harness, .check(connectorID: id, values))
      #expect(refused == EngineFailure(.invalid, "The pattern is wrong.", field: "path"))
      harness.script.set {
        $0.check = {
          throw SyncError(.transient(retryAfter: nil), at: .connect, "The server is away.")
        }
      }
      harness.clock.advance(by: .seconds(12))
      guard case .rechecked(let away) = try await harness.perform(.recheck(connectorID: id))
      else { throw Unexpected() }
      #expect(away.explanation.first == "The connector service of this program answered now.")
      #expect(away.explanation.last == "The data source could not be reached.")
    }
  }

  @Test func `a regenerated key replaces the former one`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<3))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let former = await harness.stores.credentials.apiKey(connectorID: id)
      guard case .apiKey(let key) = try await harness.perform(.regenerateAPIKey(connectorID: id))
      else { throw Unexpected() }
      #expect(key.encoded != former)
      #expect(try await harness.connector(id).apiKeyID == key.id)
      #expect(try await harness.sync(id).status == .completed)
    }
  }

  @Test func `the service fills in a fresh record`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      guard case .connectorCreated(let created) = try await harness.perform(.createConnector(draft))
      else { throw Unexpected() }
      try await harness.until("the fields are declared") {
        try await harness.connector(created.connectorID).status == .configured
      }
      let record = try await harness.connector(created.connectorID)
      #expect(record.configuration.values.string("path") == "/data")
      #expect(record.features != nil)
      #expect(record.lastSeen == harness.clock.now)
    }
  }

  @Test func `a recheck goes through all stations and explains them`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      guard case .connectorCreated(let created) = try await harness.perform(.createConnector(draft))
      else { throw Unexpected() }
      let id = created.connectorID
      #expect(try await harness.connector(id).status == .created)
      harness.script.set {
        $0.check = { throw SyncError(.configuration, at: .connect, "No such folder.") }
      }
      guard case .rechecked(let failed) = try await harness.perform(.recheck(connectorID: id))
      else { throw Unexpected() }
      #expect(failed.finding == .failed(error: "No such folder."))
      #expect(try await harness.connector(id).status == .error)
      harness.script.set { $0.check = nil }
      guard case .rechecked(let good) = try await harness.perform(.recheck(connectorID: id))
      else { throw Unexpected() }
      #expect(good.finding == .connected)
      #expect(good.explanation.count > 1)
      #expect(try await harness.connector(id).status == .connected)
      _ = try await harness.stores.connectors.changeConnector(id) {
        $0.configuration.values["path"] = .null
        return true
      }
      guard case .rechecked(let missing) = try await harness.perform(.recheck(connectorID: id))
      else { throw Unexpected() }
      #expect(missing.finding == .needsConfiguration(missing: ["Path"]))
    }
  }

  @Test func `a check shows the first ten documents with their content`() async throws {
    let harness = Harness(mode: .requestsOnly)
    var documents = Document.samples(0..<50)
    documents[3].content = ContentReference(handle: [], expectedBytes: 5)
    harness.script.steps =
      [.begin(""), .write([documents[0]], in: "")]
      + [.write(Array(documents[1...]), in: ""), .end("", .complete)]
    harness.script.set { $0.fetch = { _ in [.members(Array(#""body":"text""#.utf8))] } }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let values = ConfigurationValues(["path": .string("/other")])
      let response = try await harness.perform(.check(connectorID: id, values))
      guard case .checked(let report) = response else { throw Unexpected() }
      #expect(report.documents.map(\.id) == (0..<10).map { "doc-\($0)" })
      let body = String(decoding: report.documents[3].body, as: UTF8.self)
      #expect(body.hasSuffix(#","body":"text"}"#))
      #expect(harness.script.lastRequest?.limit == 10)
      #expect(harness.script.closed == 1)
      #expect(try await harness.documentCount() == 0)
    }
  }

  @Test func `a check leaves large contents to the sync and says so`() async throws {
    let harness = Harness(mode: .requestsOnly)
    var documents = Document.samples(0..<3)
    documents[0].content = ContentReference(handle: [], expectedBytes: 5)
    documents[1].content = ContentReference(handle: [], expectedBytes: 90 << 20)
    harness.script.steps = .listing(documents)
    harness.script.set { $0.fetch = { _ in [.members(Array(#""body":"text""#.utf8))] } }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let values = ConfigurationValues(["path": .string("/data")])
      let response = try await harness.perform(.check(connectorID: id, values))
      guard case .checked(let report) = response else { throw Unexpected() }
      #expect(report.documents.map(\.id) == ["doc-0", "doc-1", "doc-2"])
      #expect(harness.script.fetched.map(\.text) == ["doc-0"])
      #expect(
        report.warnings == [
          "1 document of more than 1 MiB is shown without content; a sync reads it."
        ])
    }
  }

  @Test func `a check of a source that hangs ends after ten seconds`() async throws {
    let harness = Harness(mode: .requestsOnly)
    let gate = Promise<Void>()
    harness.script.set { $0.check = { try await gate.valueDespiteCancellation() } }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let values = ConfigurationValues(["path": .string("/data")])
      let answer = Shared<EngineFailure?>(nil)
      let start = harness.clock.elapsed
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          let failure = await failure(harness, .check(connectorID: id, values))
          answer.change { $0 = failure }
        }
        try await harness.advance(by: .milliseconds(500), until: "the check is answered") {
          answer.value != nil
        }
        try await group.waitForAll()
      }
      #expect(answer.value?.kind == .source)
      #expect(harness.clock.elapsed - start <= .seconds(13))
      gate.fulfill(.success(()))
    }
  }

  @Test func `wrong values are refused and nothing is saved`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let failure = await failure(
        harness, .saveConfiguration(connectorID: id, ConfigurationValues()))
      #expect(failure?.field == "path")
      #expect(try await harness.connector(id).configuration.values.string("path") == "/data")
    }
  }

  @Test func `a schedule that is no Quartz expression is refused`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let wrong = Scheduling.Entry(isEnabled: true, interval: "every day")
      #expect(
        await failure(harness, .saveSchedule(connectorID: id, .full, wrong))?.kind == .invalid)
      let good = Scheduling.Entry(isEnabled: true, interval: "0 0 3 ? * MON-FRI")
      try await harness.perform(.saveSchedule(connectorID: id, .full, good))
      #expect(try await harness.connector(id).scheduling.full == good)
      #expect(harness.service.snapshot().connector(id)?.nextRun != nil)
    }
  }

  @Test func `rules that can't be applied stay a draft`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      var rules = FilteringRules()
      rules.rules = [
        SyncRule(id: "r1", policy: .exclude, field: "title", comparison: .regex, value: "(")
      ]
      #expect(await failure(harness, .saveRules(connectorID: id, rules))?.field == "r1")
      let filtering = try await harness.connector(id).filtering
      #expect(filtering.active.rules == [])
      #expect(filtering.draft.validation == .invalid)
      #expect(filtering.draft.rules.map(\.id) == ["r1"])
    }
  }

  @Test func `a sync that can't start says why`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      guard case .connectorCreated(let created) = try await harness.perform(.createConnector(draft))
      else { throw Unexpected() }
      let id = created.connectorID
      let start = EngineRequest.startSync(connectorID: id, .full, allowedDeletions: nil)
      #expect(await failure(harness, start)?.message.contains("configuration") == true)
      #expect(
        await failure(harness, .startSync(connectorID: "x", .full, allowedDeletions: nil))?.kind
          == .notFound)
      try await harness.perform(
        .saveConfiguration(connectorID: id, ConfigurationValues(["path": .string("/")])))
      let incremental = EngineRequest.startSync(
        connectorID: id, .incremental, allowedDeletions: nil)
      #expect(await failure(harness, incremental)?.kind == .invalid)
      let started = try await harness.perform(start)
      // What is asked for is there already: its job is the answer.
      #expect(try await harness.perform(start) == started)
      let release = EngineRequest.startSync(connectorID: id, .full, allowedDeletions: 5)
      #expect(await failure(harness, release)?.kind == .conflict)
    }
  }

  @Test func `without a service a job waits, and is canceled where it stands`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      for _ in 0..<200 { await Task.yield() }
      #expect(try await harness.record(jobID).status == .pending)
      #expect(harness.service.snapshot().connector(id)?.activeJob?.phase == .queued)
      try await harness.perform(.cancelSync(jobID: jobID))
      #expect(try await harness.record(jobID).status == .canceled)
      #expect(await failure(harness, .cancelSync(jobID: jobID))?.kind == .conflict)
    }
  }

  @Test func `in the mode for one job no other job is taken up`() async throws {
    let harness = Harness(mode: .ownJobs)
    harness.script.steps = .listing(Document.samples(0..<3))
    try await harness.run { harness in
      let other = try await harness.makeConnector("other")
      let mine = try await harness.makeConnector("mine")
      let job = SyncJob(
        id: "other", connector: try await harness.connector(other), type: .full,
        trigger: .onDemand, createdAt: harness.clock.now)
      _ = try await harness.stores.connectors.createJob(job)
      #expect(try await harness.sync(mine).status == .completed)
      #expect(try await harness.record("other").status == .pending)
    }
  }

  @Test func `in the mode for one job a job that waits for a service is taken up on request`()
    async throws
  {
    let harness = Harness(mode: .ownJobs)
    harness.script.steps = .listing(Document.samples(0..<3))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = SyncJob(
        id: "waiting", connector: try await harness.connector(id), type: .full,
        trigger: .onDemand, createdAt: harness.clock.now)
      _ = try await harness.stores.connectors.createJob(job)
      #expect(try await harness.sync(id).id == "waiting")
      #expect(try await harness.record("waiting").status == .completed)
    }
  }

  @Test func `a deleted connector leaves neither jobs nor key nor index`() async throws {
    let harness = Harness()
    harness.script.steps = [
      .begin(""), .write(Document.samples(0..<500), in: ""),
      .run { try await Promise<Void>().value() },
    ]
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.until("the job runs") {
        try await harness.record(jobID).status == .inProgress
      }
      let done = Shared(false)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await harness.perform(.deleteConnector(connectorID: id, deleteIndex: true))
          done.change { $0 = true }
        }
        try await harness.advance(by: .milliseconds(50), until: "it is deleted") { done.value }
        try await group.waitForAll()
      }
      #expect(await harness.stores.connectors.connectors() == [])
      #expect(await harness.stores.index.indexNames() == [])
      #expect(await harness.stores.credentials.apiKey(connectorID: id) == nil)
      #expect(harness.service.snapshot().connectors == [])
    }
  }

  @Test func `a store that can't be opened is a failed service with its sentence`() async throws {
    let clock = VirtualClock()
    let environment = EngineEnvironment(
      now: { clock.now }, monotonic: { clock.elapsed }, sleep: { try await clock.sleep($0) },
      random: { 1 }, hostName: "here", process: ProcessIdentity(id: 1, start: "1"),
      isProcessAlive: { _ in true })
    let service = SyncService(
      settings: .init(mode: .service, storeName: "broken"), catalog: [], environment: environment
    ) { throw StoreError(.newerVersion, "The store is of a newer version. Update the program.") }
    #expect(service.snapshot().service.phase == .opening)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      let answer = await service.perform(.jobs(connectorID: nil, from: 0, size: 1))
      #expect(
        answer == .failure(.init(.store, "The store is of a newer version. Update the program.")))
      #expect(
        service.snapshot().service.phase
          == .failed("The store is of a newer version. Update the program."))
      await service.shutdown(deadline: .seconds(1))
    }
  }

  @Test func `the log keeps the newest lines in order`() async throws {
    let harness = Harness(mode: .requestsOnly)
    try await harness.run { harness in
      for number in 0..<1500 { harness.service.log.write(.info, "\(number)", connectorID: "a") }
      harness.service.log.write(.info, "b", connectorID: "b")
      guard case .log(let lines) = try await harness.perform(.log(connectorID: "a", limit: 3))
      else { throw Unexpected() }
      #expect(lines.map(\.message) == ["1497", "1498", "1499"])
      guard case .log(let all) = try await harness.perform(.log(connectorID: nil, limit: 5000))
      else { throw Unexpected() }
      #expect(all.count == 1001)
      #expect(all.last?.message == "b")
    }
  }
}
