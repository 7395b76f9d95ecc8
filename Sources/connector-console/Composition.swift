internal import CommandLineInterface
internal import ConnectorProtocol
internal import ConsoleConfiguration
internal import CursesTerminal
internal import DataSourceCatalog
internal import EngineAPI
internal import SyncEngine

/// Puts the program's parts together.
struct Composition {
  let directories: UserDirectories
  let settings: ConsoleSettings
  let variables: [String: String]
  let environment = EngineEnvironment.live()

  /// Composes a program of what flags, environment and configuration file say.
  init(_ options: GlobalOptions) {
    variables = CursesTerminal.processEnvironment()
    directories = UserDirectories(environment: variables)
    settings = ConsoleSettings.load(options, environment: variables, directories: directories)
  }

  /// The log, unless another file is named.
  var logPath: String { settings.directory + "/connector-console.log" }
  /// What screens and logs call the store.
  var storeName: String { settings.store.name(directories) }

  /// The sync engine over the store, which it opens once it runs.
  ///
  /// - Parameters:
  ///   - mode: what it does beside answering requests.
  ///   - logSink: gets the lines of the log.
  ///   - opened: is told how each attempt to open the store ended.
  /// - Returns: an engine that has not begun.
  func engine(
    mode: SyncService.Mode, logSink: (any LogSink)?,
    opened: (@Sendable (StoreOpening) -> Void)? = nil
  ) -> SyncService {
    let (settings, sink) = (settings, logSink)
    var service = serviceSettings(mode)
    // Whoever looks at a screen decides alone how long to wait.
    if opened != nil { service.preflightMaximumAttempts = settings.service.preflightAttempts }
    return SyncService(
      settings: service, catalog: DataSourceCatalog.all, environment: environment,
      logSink: sink.map { LevelFilter(settings.log.level, before: $0) },
      openStores: {
        do {
          let stores = try await EngineStores.open(
            settings.store, directory: settings.directory, keys: settings.connectorKeys,
            requestTimeout: settings.requestTimeout)
          // The records may be refused although the server answers.
          if opened != nil { _ = try await stores.connectors.jobs(JobQuery(size: 1)) }
          opened?(StoreOpening(nil))
          return stores
        } catch {
          opened?(StoreOpening(error))
          throw error
        }
      })
  }

  private func serviceSettings(_ mode: SyncService.Mode) -> SyncService.Settings {
    var service = SyncService.Settings(mode: mode, storeName: storeName)
    service.served = served
    if case .elasticsearch(let connection) = settings.store {
      service.isUnverified = connection.trust == .everything
    }
    service.limits = limits
    service.idling = settings.service.idling
    service.heartbeat = settings.service.heartbeat
    service.preflightIdle = settings.service.preflightIdle
    service.maximumConcurrentContentSyncs = settings.service.concurrentSyncs
    service.jobCleanupInterval = settings.service.jobCleanupInterval
    return service
  }

  private var served: ConnectorSelection {
    if !settings.serviceTypes.isEmpty { return .serviceTypes(Set(settings.serviceTypes)) }
    guard !settings.connectors.isEmpty else { return .all }
    return .ids(
      Dictionary(
        settings.connectors.map { ($0.id, $0.serviceType) }, uniquingKeysWith: { _, last in last }))
  }

  private var limits: PipelineLimits {
    var limits = PipelineLimits()
    limits.bulkOperations = settings.bulk.queueOperations
    limits.bulkBytes = settings.bulk.queueBytes
    limits.batchOperations = settings.bulk.chunkOperations
    limits.batchBytes = settings.bulk.chunkBytes
    limits.requestsInFlight = settings.bulk.requests
    limits.contentRequests = settings.bulk.downloads
    return limits
  }
}

/// Lets only lines of some level and worse through.
struct LevelFilter: LogSink {
  private let level: LogLine.Level
  private let sink: any LogSink

  init(_ level: LogLine.Level, before sink: any LogSink) {
    self.level = level
    self.sink = sink
  }

  func write(_ line: LogLine) {
    if line.level >= level { sink.write(line) }
  }
}
