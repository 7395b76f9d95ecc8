import ConnectorProtocol
import ElasticsearchStore
import EmbeddedStore
import EngineAPI
import Glibc
import HTTPClient
import SyncEngine

/// A connector service without a screen, for tests that run several and kill some.
///
/// `ServiceRunner DIRECTORY` works on the embedded store there;
/// `ServiceRunner DIRECTORY URL USER PASSWORD [CA FILE]` on a cluster, with keys from the directory.
@main struct ServiceRunner {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    var settings = SyncService.Settings(mode: .service, storeName: "test")
    settings.served = .serviceTypes([NumberSource.serviceType])
    let service = SyncService(
      settings: settings, catalog: [NumberSource.descriptor], environment: .live(),
      logSink: LinePrinter(), openStores: { try await ServiceStores.open(arguments) })
    await service.run()
  }
}

/// Opens the stores that the arguments name.
enum ServiceStores {
  static func open(_ arguments: [String]) async throws -> EngineStores {
    let directory = arguments[0]
    guard arguments.count >= 4 else {
      let store = try await EmbeddedStore.open(directory: directory)
      return EngineStores(
        indices: store, connectors: store, credentials: store.credentialStore())
    }
    let trust = arguments.count > 4 ? TLSTrust.authorities(file: arguments[4]) : .systemAuthorities
    let store = ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: arguments[1], trust: trust)),
      credentials: .basic(user: arguments[2], password: arguments[3]))
    return EngineStores(
      indices: store, connectors: store, credentials: FileCredentialStore(directory: directory))
  }
}

/// Prints the log: job and message, a line each.
struct LinePrinter: LogSink {
  func write(_ line: LogLine) {
    let text = "\(line.jobID ?? "-")\t\(line.message)\n"
    _ = text.withCString { Glibc.write(STDOUT_FILENO, $0, strlen($0)) }
  }
}
