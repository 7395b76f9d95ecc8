internal import CommandLineInterface
internal import ConnectorProtocol
internal import CursesTerminal
internal import DataSourceCatalog
internal import ElasticsearchStore
internal import EmbeddedStore
internal import EngineAPI
internal import HTTPClient
internal import SyncEngine

/// Puts the program's parts together.
struct Composition {
  let directories: UserDirectories
  /// The folder of the embedded store.
  let storePath: String
  /// The log, unless another file is named.
  var logPath: String { storePath + "/connector-console.log" }
  let environment = EngineEnvironment.live()

  /// The cluster that takes the place of the embedded store, if there is one.
  private let cluster: Cluster?

  /// Composes a program over the store that the command line names, or else the user's own.
  init(_ options: GlobalOptions) {
    let variables = CursesTerminal.processEnvironment()
    directories = UserDirectories(environment: variables)
    storePath = options.store ?? directories.defaultStore
    cluster = options.elasticsearch.map { url in
      Cluster(url: url, authority: options.authority, variables: variables)
    }
  }

  /// The sync engine over the store, which it opens once it runs.
  func engine(mode: SyncService.Mode, logSink: (any LogSink)?) -> SyncService {
    let (path, cluster) = (storePath, cluster)
    let name = cluster?.name ?? "embedded index at \(directories.abbreviated(path))"
    return SyncService(
      settings: SyncService.Settings(mode: mode, storeName: name),
      catalog: DataSourceCatalog.all, environment: environment, logSink: logSink,
      openStores: {
        if let cluster { return try await cluster.open(storePath: path) }
        let store = try await EmbeddedStore.open(directory: path)
        return EngineStores(
          indices: store, connectors: store, credentials: store.credentialStore())
      })
  }
}

/// An Elasticsearch that holds connectors and indices.
private struct Cluster: Sendable {
  private let settings: HTTPSettings
  private let credentials: HTTPCredentials?

  /// Secrets come from variables, since arguments can be seen by everybody on the machine.
  init(url: String, authority: String?, variables: [String: String]) {
    let trust = authority.map { authority in
      CertificateFingerprint(authority).map { TLSTrust.authority(fingerprint: $0) }
        ?? .authorities(file: authority)
    }
    settings = HTTPSettings(baseURL: url, trust: trust ?? .systemAuthorities)
    func variable(_ name: String) -> String? {
      variables["CONNECTOR_CONSOLE_" + name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if let user = variable("USER"), let password = variable("PASSWORD") {
      credentials = .basic(user: user, password: password)
    } else {
      credentials = variable("API_KEY").map { .apiKey($0) }
    }
  }

  var name: String { "Elasticsearch at \(settings.server)" }

  func open(storePath: String) async throws -> EngineStores {
    let store = ElasticsearchStore(client: HTTPClient(settings), credentials: credentials)
    let version = try await store.serverVersion()
    guard version >= ElasticsearchStore.oldestVersion else {
      throw StoreError(
        .invalid,
        "Elasticsearch \(version) is too old: update it to "
          + "\(ElasticsearchStore.oldestVersion) or newer.")
    }
    return EngineStores(
      indices: store, connectors: store,
      credentials: FileCredentialStore(directory: storePath + "/elasticsearch-credentials"))
  }
}
