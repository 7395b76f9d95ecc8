import ConnectorKit
import ConnectorProtocol
import EmbeddedStore
import EngineAPI
import SyncEngine

/// A sync engine over a store, with one connector.
struct BenchmarkEngine: Sendable {
  let service: SyncService
  let stores: EngineStores
  let connectorID: String
  static let indexName = "search-benchmark"

  /// Runs an engine for as long as `body` takes.
  ///
  /// - Parameters:
  ///   - directory: where the store is.
  ///   - descriptor: the kind of the data source.
  ///   - values: its settings.
  ///   - body: what to do with the engine.
  /// - Throws: what `body` throws, ``StoreError`` and ``EngineFailure``.
  static func run(
    in directory: String, _ descriptor: DataSourceDescriptor, _ values: ConfigurationValues,
    _ body: @escaping @Sendable (BenchmarkEngine) async throws -> Void
  ) async throws {
    let store = try await EmbeddedStore.open(directory: directory)
    let stores = EngineStores(
      indices: store, connectors: store, credentials: store.credentialStore())
    try await run(over: stores, descriptor, values, body)
  }

  /// Runs an engine over stores for as long as `body` takes.
  static func run(
    over stores: EngineStores, _ descriptor: DataSourceDescriptor, _ values: ConfigurationValues,
    _ body: @escaping @Sendable (BenchmarkEngine) async throws -> Void
  ) async throws {
    let service = SyncService(
      settings: SyncService.Settings(mode: .service, storeName: "benchmark"),
      catalog: [descriptor], environment: .live(), openStores: { stores })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      group.addTask {
        do {
          let engine = try await make(service, stores, descriptor, values)
          try await body(engine)
        } catch {
          await service.shutdown(deadline: .seconds(10))
          throw error
        }
        await service.shutdown(deadline: .seconds(10))
      }
      try await group.waitForAll()
    }
  }

  private static func make(
    _ service: SyncService, _ stores: EngineStores, _ descriptor: DataSourceDescriptor,
    _ values: ConfigurationValues
  ) async throws -> BenchmarkEngine {
    let draft = ConnectorDraft(
      indexName: indexName, language: .english, serviceType: descriptor.serviceType,
      name: "Benchmark")
    let answer = try await service.perform(.createConnector(draft)).get()
    guard case .connectorCreated(let created) = answer else {
      throw BenchmarkError("The connector was not made: \(answer)")
    }
    let id = created.connectorID
    _ = try await service.perform(.saveConfiguration(connectorID: id, values)).get()
    return BenchmarkEngine(service: service, stores: stores, connectorID: id)
  }

  /// Runs a full sync and returns its job, once it has ended.
  func sync() async throws -> SyncJob {
    let request = EngineRequest.startSync(
      connectorID: connectorID, .full, allowedDeletions: nil)
    guard case .syncStarted(let id) = try await service.perform(request).get() else {
      throw BenchmarkError("The sync did not start.")
    }
    while true {
      guard case .job(let job) = try await service.perform(.job(jobID: id)).get() else {
        throw BenchmarkError("The job is gone.")
      }
      if job.status.isTerminal {
        guard job.status == .completed else {
          throw BenchmarkError("The sync ended \(job.status): \(job.error ?? "")")
        }
        return job
      }
      if job.status == .suspended, let error = job.error {
        throw BenchmarkError("The sync is suspended: \(error)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
