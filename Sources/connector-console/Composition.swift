internal import CursesTerminal
internal import DataSourceCatalog
internal import EmbeddedStore
internal import EngineAPI
internal import SyncEngine

/// Puts the program's parts together.
struct Composition {
  let directories: UserDirectories
  /// The folder of the embedded store.
  let storePath: String
  /// The log, unless another file is named.
  var logPath: String { storePath + "/connector-console.log" }
  let environment = EngineEnvironment.live()

  /// Composes a program over the store in a folder; `nil` for the user's own.
  init(storePath: String?) {
    directories = UserDirectories(environment: CursesTerminal.processEnvironment())
    self.storePath = storePath ?? directories.defaultStore
  }

  /// The sync engine over the embedded store, which it opens once it runs.
  func engine(mode: SyncService.Mode, logSink: (any LogSink)?) -> SyncService {
    let path = storePath
    return SyncService(
      settings: SyncService.Settings(
        mode: mode, storeName: "embedded index at \(directories.abbreviated(path))"),
      catalog: DataSourceCatalog.all, environment: environment, logSink: logSink,
      openStores: {
        let store = try await EmbeddedStore.open(directory: path)
        return EngineStores(
          indices: store, connectors: store, credentials: store.credentialStore())
      })
  }
}
