import Foundation
import HTTPClient

/// An Elasticsearch that a test starts, kills and starts again.
final class OwnServer: Sendable {
  private static let scripts = "../shared/elasticsearch"
  private static let environment = ProcessInfo.processInfo.environment

  /// Version and port, as `CONNECTOR_CONSOLE_TEST_OWN_ELASTICSEARCH` names them.
  private static let wanted = (environment["CONNECTOR_CONSOLE_TEST_OWN_ELASTICSEARCH"] ?? "")
    .split(separator: " ").map(String.init)

  /// Whether the servers for tests are beside the checkout, and somebody asks for this test.
  static let isThere =
    wanted.count == 2 && FileManager.default.isExecutableFile(atPath: scripts + "/start")

  let url: String
  let credentials = HTTPCredentials.basic(user: "admin", password: "changeme")
  private let port: Int
  private let directory: String
  private let settings: [String]

  /// Starts a server with settings such as `name=value`.
  init(_ settings: [String] = []) async throws {
    port = Int(Self.wanted[1]) ?? 9287
    url = "http://127.0.0.1:\(port)"
    directory = NSTemporaryDirectory() + "/elasticsearch-\(UUID().uuidString)"
    self.settings = settings
    try await start()
  }

  /// Starts it with the data it had.
  func start() async throws {
    var arguments = ["-p", "\(port)", "-d", directory, "-v", Self.wanted[0]]
    for setting in settings { arguments += ["-E", setting] }
    try await Self.run("start", arguments)
  }

  /// Ends it as a crash does.
  func kill() {
    let text = (try? String(contentsOfFile: directory + "/pid", encoding: .utf8)) ?? ""
    if let id = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
      Foundation.kill(id, SIGKILL)
    }
  }

  /// Ends it and removes its data.
  func remove() async throws {
    kill()
    try? await Self.run("stop", [directory])
    try? FileManager.default.removeItem(atPath: directory)
  }

  private static func run(_ script: String, _ arguments: [String]) async throws {
    // Not by `Process`, which waits for whatever the server inherits from the script.
    let words = [scripts + "/" + script] + arguments
    let command = words.map { "'\($0)'" }.joined(separator: " ") + " >/dev/null 2>&1"
    let status: Int32 = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: system(command)) }
    }
    guard status == 0 else { throw Failure(status: status) }
  }

  struct Failure: Error { var status: Int32 }
}
