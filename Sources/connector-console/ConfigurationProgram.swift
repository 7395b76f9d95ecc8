internal import CommandLineInterface
internal import ConcurrencySupport
internal import ConnectorProtocol
internal import ConsoleConfiguration
internal import ElasticsearchStore
internal import EngineAPI

/// Shows the settings, or looks whether they work.
struct ConfigurationProgram {
  /// The server is waited for so long.
  private static let patience = Duration.seconds(30)

  let composition: Composition
  let options: GlobalOptions
  let command: ConfigurationCommand
  let output: StandardStreams

  /// Runs the command.
  ///
  /// - Returns: the exit code.
  func run() -> Int32 {
    let report = ConfigurationReport(composition.settings, options: options, output: output)
    switch command.action {
    case .show:
      report.show(withOrigins: command.showsOrigins)
      guard composition.settings.isUsable else {
        report.complain()
        return ExitStatus.configuration.rawValue
      }
      return ExitStatus.done.rawValue
    case .check:
      let (server, status) = server()
      report.check(store: composition.storeName, server: server)
      return (composition.settings.isUsable ? status : .configuration).rawValue
    }
  }

  /// Asks the server, if there is one and the settings lead to it.
  private func server() -> (ServerReport?, ExitStatus) {
    guard composition.settings.isUsable,
      case .elasticsearch(let connection) = composition.settings.store
    else { return (nil, .done) }
    let timeout = composition.settings.requestTimeout
    let late = ServerReport(
      address: composition.storeName,
      problems: ["It did not answer within 30 seconds. See whether it runs, then try again."])
    let answers = BlockingQueue<(ServerReport, ExitStatus)>(capacity: 1)
    let name = composition.storeName
    Task { answers.push(await Self.look(connection, name, timeout)) }
    let (report, status) =
      answers.takeAll(timeout: Self.patience).elements.first ?? (late, .unreachable)
    return (report, status)
  }

  private static func look(
    _ connection: ElasticsearchConnection, _ name: String, _ timeout: Duration
  ) async -> (ServerReport, ExitStatus) {
    var report = ServerReport(address: name)
    do {
      let cluster = try Cluster(connection, requestTimeout: timeout)
      let found = try await cluster.store().preflight()
      report.version = "\(found.version)"
      report.clusterName = found.clusterName
      report.license = found.license
      report.userName = found.userName
      report.problems = found.problems
      report.notes = found.notes
      return (report, found.problems.isEmpty ? .done : .failed)
    } catch let error as StoreError {
      report.problems = [error.message]
      return (report, error.kind == .unavailable ? .unreachable : .failed)
    } catch {
      report.problems = ["The server can't be asked: \(error)."]
      return (report, .failed)
    }
  }
}
