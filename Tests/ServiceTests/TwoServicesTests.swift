import TestFiles
import ConnectorKit
import ConnectorProtocol
import EmbeddedStore
import EngineAPI
import HTTPClient
import SyncEngine
import Testing

@testable import ElasticsearchStore
@testable import ServiceRunner

/// Two processes serve the same records, and one of them is killed in the middle.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TwoServicesTests {
  private static let connectors = 10
  private static let jobs = 100

  @Test func `on an embedded store each of 100 jobs runs once, though one service is killed`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let stores = try await ServiceStores.open([directory.path])
    let connectors = try await makeConnectors(stores)
    for number in 0..<Self.jobs {
      let connector = connectors[number % connectors.count]
      _ = try await stores.connectors.createJob(
        SyncJob(
          id: "job-\(number)", connector: connector, type: .full, trigger: .onDemand,
          createdAt: Timestamp(secondsSince1970: 1_795_000_000 + Int64(number))))
    }
    try await runAndKill([directory.path], stores)
  }

  @Test(
    .enabled(
      if: Cluster.isThere,
      "CONNECTOR_CONSOLE_TEST_ELASTICSEARCH names no server: set it to URL, user and password"))
  func `on Elasticsearch each of 100 jobs of Kibana's runs once, though one service is killed`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let cluster = try await Cluster()
    let arguments = [directory.path] + Cluster.arguments
    let stores = try await ServiceStores.open(arguments)
    let connectors = try await makeConnectors(stores)
    // The first record makes the index; then jobs are written as documents, as Kibana does.
    try await cluster.store.prepare(.jobs)
    for number in 0..<Self.jobs {
      let connector = connectors[number % connectors.count]
      let moment = Timestamp(secondsSince1970: 1_795_000_000 + Int64(number))
      let configuration: JSONValue = ["delay": ["label": "Delay", "value": 20, "type": "int"]]
      try await cluster.ask(
        .put, "/.elastic-connectors-sync-jobs/_doc/job-\(number)",
        Cluster.kibanaJob(connector, createdAt: moment, configuration: configuration))
    }
    try await cluster.ask(.post, "/.elastic-connectors-sync-jobs/_refresh")
    try await runAndKill(arguments, stores)
  }

  private func makeConnectors(_ stores: EngineStores) async throws -> [Connector] {
    var connectors: [Connector] = []
    for number in 0..<Self.connectors {
      let index = "search-numbers-\(number)"
      try await stores.indices.createIndex(index, language: .english)
      var connector = Connector(
        id: "connector-\(number)", name: "Numbers \(number)", indexName: index,
        serviceType: NumberSource.serviceType)
      connector.configuration.schema = NumberSource.descriptor.schema
      connector.configuration.values["delay"] = .integer(20)
      connector.status = .configured
      connectors.append(try await stores.connectors.createConnector(connector).record)
      let key = try await stores.connectors.generateAPIKey(
        connectorID: connector.id, indexName: index)
      try await stores.credentials.setAPIKey(key.encoded, connectorID: connector.id)
    }
    return connectors
  }

  private func runAndKill(_ arguments: [String], _ stores: EngineStores) async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let services = try [RunningService(arguments), RunningService(arguments)]
    var killedAt: Int?
    while true {
      for service in services { service.readLines() }
      let open = try await stores.connectors.jobs(
        JobQuery(statuses: [.pending, .inProgress, .canceling, .suspended], size: 1)
      ).total
      let done = Self.jobs - open
      if killedAt == nil, done >= Self.jobs / 3,
        services[0].jobs("The sync starts.").count > services[0].jobs("The sync is complete.").count
      {
        services[0].kill()
        killedAt = done
      }
      if open == 0 { break }
      guard clock.now - start < .seconds(150) else {
        throw TestFailure("\(open) jobs are open after 150 s; killed at \(killedAt ?? -1)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    services[1].readLines()
    print("100 jobs in \(clock.now - start), the one killed after \(killedAt ?? -1)")
    #expect(killedAt != nil)
    try await check(stores, services)
    services[1].kill()
  }

  private func check(_ stores: EngineStores, _ services: [RunningService]) async throws {
    let all = try await stores.connectors.jobs(JobQuery(size: 1000)).jobs.map(\.record)
    #expect(all.count == Self.jobs)
    let taken = services[1].jobs("The process that ran this sync is gone")
    var completions: [String: Int] = [:]
    for service in services {
      completions.merge(service.jobs("The sync is complete.")) { $0 + $1 }
    }
    for job in all {
      #expect(job.status == .completed, "\(job.id): \(job.error ?? "")")
      // One start, and one more for a job that the killed service ran.
      #expect(job.metadata.attempts == (taken[job.id] == nil ? 1 : 2), "\(job.id)")
      #expect(job.totalDocumentCount == 3)
      // The killed service may have ended a job without living to say so.
      #expect((completions[job.id] ?? 0) <= 1, "\(job.id)")
    }
    #expect(taken.count <= 4)
    let share = services.map { $0.jobs("The sync is complete.").count }
    #expect(share.allSatisfy { $0 > 0 }, "one service did nothing: \(share)")
    for connector in try await stores.connectors.connectors().map(\.record) {
      #expect(connector.lastSyncStatus == .completed)
      let index = connector.indexName ?? ""
      #expect(try await stores.indices.statistics(of: index).documentCount == 3)
    }
  }
}
