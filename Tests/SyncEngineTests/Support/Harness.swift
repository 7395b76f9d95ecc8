import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import SyncEngine
import Synchronization
import Testing

/// A service over stores in memory, a scripted data source and a clock that a test moves.
struct Harness: Sendable {
  static let serviceType = "scripted"

  let stores: MemoryStores
  let clock: VirtualClock
  let script: ScriptedSource.Script
  let service: SyncService
  let deadProcesses: DeadProcesses

  /// The processes that a test declares dead.
  final class DeadProcesses: Sendable {
    private let ids = Mutex<Set<Int32>>([])
    func add(_ id: Int32) { ids.withLock { _ = $0.insert(id) } }
    func contains(_ id: Int32) -> Bool { ids.withLock { $0.contains(id) } }
  }

  init(
    mode: SyncService.Mode = .service, stores: MemoryStores = MemoryStores(),
    clock: VirtualClock = VirtualClock(),
    script: ScriptedSource.Script = ScriptedSource.Script(), process: Int32 = 100,
    deadProcesses: DeadProcesses = DeadProcesses(), seed: UInt64 = 1,
    limits: PipelineLimits = PipelineLimits(), features: DataSourceFeatures = .init(),
    served: ConnectorSelection = .all
  ) {
    self.stores = stores
    self.clock = clock
    self.script = script
    self.deadProcesses = deadProcesses
    let random = Mutex(SeededGenerator(seed: seed &+ UInt64(process)))
    let environment = EngineEnvironment(
      now: { clock.now }, monotonic: { clock.elapsed }, sleep: { try await clock.sleep($0) },
      random: { random.withLock { $0.next() } }, hostName: "here",
      process: ProcessIdentity(id: process, start: "1"),
      isProcessAlive: { !deadProcesses.contains($0.id) })
    var settings = SyncService.Settings(mode: mode, storeName: "memory")
    settings.limits = limits
    settings.served = served
    let schema = ConfigurationSchema([
      ConfigurationField("path", label: "Path", order: 1, initialValue: .string("/data"))
    ])
    service = SyncService(
      settings: settings,
      catalog: [
        DataSourceDescriptor(
          serviceType: Self.serviceType, name: "Scripted", summary: "Does what a test says",
          schema: schema, features: features, make: { _ in ScriptedSource(script) })
      ], environment: environment
    ) {
      EngineStores(
        indices: stores.index, connectors: stores.connectors, credentials: stores.credentials)
    }
  }

  /// Runs the service while a test body runs.
  func run(_ body: (Harness) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      let service = service
      group.addTask { await service.run() }
      do {
        try await body(self)
      } catch {
        await service.shutdown(deadline: .seconds(2))
        throw error
      }
      await service.shutdown(deadline: .seconds(2))
      try await group.waitForAll()
    }
  }

  /// Performs a request that must work.
  @discardableResult
  func perform(_ request: EngineRequest) async throws -> EngineResponse {
    try await service.perform(request).get()
  }

  /// Makes a connector that is configured.
  func makeConnector(_ name: String = "docs") async throws -> String {
    let draft = ConnectorDraft(
      indexName: "search-\(name)", language: .english, serviceType: Self.serviceType, name: name)
    guard case .connectorCreated(let created) = try await perform(.createConnector(draft)) else {
      throw Unexpected()
    }
    try await perform(
      .saveConfiguration(
        connectorID: created.connectorID, ConfigurationValues(["path": .string("/data")])))
    return created.connectorID
  }

  /// Starts a sync and waits for its end.
  @discardableResult
  func sync(
    _ connectorID: String, _ type: JobType = .full, allowedDeletions: Int? = nil
  ) async throws -> SyncJob {
    let id = try await start(connectorID, type, allowedDeletions: allowedDeletions)
    return try await end(of: id)
  }

  /// Starts a sync.
  func start(
    _ connectorID: String, _ type: JobType = .full, allowedDeletions: Int? = nil
  ) async throws -> String {
    let request = EngineRequest.startSync(
      connectorID: connectorID, type, allowedDeletions: allowedDeletions)
    guard case .syncStarted(let id) = try await perform(request) else { throw Unexpected() }
    return id
  }

  /// Waits until a job has ended for good.
  func end(of jobID: String) async throws -> SyncJob {
    try await until("the job ends") { try await record(jobID).status.isTerminal }
    return try await record(jobID)
  }

  func record(_ jobID: String) async throws -> SyncJob {
    guard let job = await stores.connectors.job(jobID) else { throw Unexpected() }
    return job.record
  }

  func connector(_ id: String) async throws -> Connector {
    guard let connector = await stores.connectors.connector(id) else { throw Unexpected() }
    return connector.record
  }

  func documentCount(_ name: String = "docs") async throws -> Int {
    try await stores.index.statistics(of: "search-\(name)").documentCount
  }

  func body(_ id: String, _ name: String = "docs") async throws -> String? {
    try await stores.index.document(DocumentID(id), in: "search-\(name)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Lets other tasks run until something is true.
  func until(
    _ what: String, _ condition: () async throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for _ in 0..<100_000 {
      if try await condition() { return }
      await Task.yield()
    }
    Issue.record("never came true: \(what)", sourceLocation: sourceLocation)
    throw Unexpected()
  }

  /// Moves the clock in steps until something is true.
  func advance(
    by step: Duration, until what: String, atMost limit: Int = 200,
    _ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for _ in 0..<limit {
      for _ in 0..<200 {
        if try await condition() { return }
        await Task.yield()
      }
      clock.advance(by: step)
    }
    Issue.record("never came true: \(what)", sourceLocation: sourceLocation)
    throw Unexpected()
  }
}

/// Something that a test did not expect; the expectation before it says what.
struct Unexpected: Error {}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
