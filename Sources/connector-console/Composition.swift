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
  /// The store that console and commands start with: what flags, environment or file name, else
  /// what a person saved for it, else the embedded index.
  let start: ConnectionInUse

  /// The saved connections, and the embedded index.
  var book: ConnectionBook {
    ConnectionBook(
      directory: directories.configuration, embedded: .embedded(directory: settings.directory))
  }

  /// Composes a program of what flags, environment and configuration file say.
  init(_ options: GlobalOptions) {
    variables = CursesTerminal.processEnvironment()
    directories = UserDirectories(environment: variables)
    settings = ConsoleSettings.load(options, environment: variables, directories: directories)
    start = Self.start(settings, directories)
  }

  private static func start(
    _ settings: ConsoleSettings, _ directories: UserDirectories
  ) -> ConnectionInUse {
    let keys =
      if case .embedded = settings.store {
        ["connector_console.store"]
      } else {
        ["elasticsearch.host", "elasticsearch.cloud_id", "elasticsearch."]
      }
    for key in keys {
      let named = settings.listing.first {
        ($0.key == key || key.hasSuffix(".") && $0.key.hasPrefix(key)) && $0.unused == nil
          && $0.origin != .standard
      }
      switch named?.origin {
      case .flag(let name), .variable(let name):
        return ConnectionInUse(settings.store, origin: .flag(name))
      case .file(let path, _): return ConnectionInUse(settings.store, origin: .file(path: path))
      case .standard, nil: continue
      }
    }
    let book = ConnectionBook(directory: directories.configuration, embedded: settings.store)
    guard case .embedded = settings.store, let saved = book.start() else {
      return ConnectionInUse(settings.store, origin: .standard)
    }
    return ConnectionInUse(.elasticsearch(saved.connection), origin: .saved(id: saved.id))
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
  ///   - choice: the store; `nil` for that of the start, or that of the settings alone if `opened`
  ///     is given.
  ///   - opened: is told how each attempt to open the store ended.
  /// - Returns: an engine that has not begun.
  func engine(
    mode: SyncService.Mode, logSink: (any LogSink)?, over choice: ConnectionInUse? = nil,
    opened: (@Sendable (StoreOpening) -> Void)? = nil
  ) -> SyncService {
    let (settings, sink) = (settings, logSink)
    let location = choice?.location ?? (opened == nil ? start.location : settings.store)
    var service = serviceSettings(mode, location)
    // What the settings say of single connectors is meant for their store.
    let keys = location == settings.store ? settings.connectorKeys : [:]
    // Whoever looks at a screen decides alone how long to wait.
    if opened != nil { service.preflightMaximumAttempts = settings.service.preflightAttempts }
    return SyncService(
      settings: service, catalog: DataSourceCatalog.all, environment: environment,
      logSink: sink.map { LevelFilter(settings.log.level, before: $0) },
      openStores: {
        do {
          let stores = try await EngineStores.open(
            location, directory: settings.directory, keys: keys,
            requestTimeout: settings.requestTimeout, mayCreate: mode != .requestsOnly)
          // The records may be refused although the server answers.
          if opened != nil { _ = try await stores.connectors.jobs(JobQuery(size: 1)) }
          opened?(StoreOpening(nil, at: location))
          return stores
        } catch {
          opened?(StoreOpening(error, at: location))
          throw error
        }
      })
  }

  private func serviceSettings(
    _ mode: SyncService.Mode, _ location: StoreLocation
  ) -> SyncService.Settings {
    var service = SyncService.Settings(mode: mode, storeName: location.name(directories))
    if location == settings.store { service.served = served }
    service.isUnverified = location.isUnverified
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
