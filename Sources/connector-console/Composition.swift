internal import CommandLineInterface
internal import CursesTerminal
internal import DataSourceCatalog
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

  private let location: StoreLocation

  /// Composes a program over the store that the command line names, or else the user's own.
  init(_ options: GlobalOptions) {
    let variables = CursesTerminal.processEnvironment()
    directories = UserDirectories(environment: variables)
    storePath = options.store ?? directories.defaultStore
    location =
      options.elasticsearch.map { url in
        .elasticsearch(Self.connection(url, options.authority, variables))
      } ?? .embedded(directory: storePath)
  }

  /// The sync engine over the store, which it opens once it runs.
  func engine(mode: SyncService.Mode, logSink: (any LogSink)?) -> SyncService {
    let (location, directory) = (location, storePath)
    let settings = SyncService.Settings(mode: mode, storeName: location.name(directories))
    return SyncService(
      settings: settings, catalog: DataSourceCatalog.all, environment: environment,
      logSink: logSink,
      openStores: { try await EngineStores.open(location, directory: directory) })
  }

  /// Secrets come from variables, since arguments can be seen by everybody on the machine.
  private static func connection(
    _ url: String, _ authority: String?, _ variables: [String: String]
  ) -> ElasticsearchConnection {
    func variable(_ name: String) -> String? {
      variables["CONNECTOR_CONSOLE_" + name].flatMap { $0.isEmpty ? nil : $0 }
    }
    var connection = ElasticsearchConnection(address: .url(url))
    if let authority {
      connection.trust =
        CertificateFingerprint(authority) == nil
        ? .authorities(file: authority) : .authority(fingerprint: authority)
    }
    if let user = variable("USER"), let password = variable("PASSWORD") {
      connection.credentials = .basic(user: user, password: password)
    } else {
      connection.credentials = variable("API_KEY").map { .apiKey($0) }
    }
    return connection
  }
}
