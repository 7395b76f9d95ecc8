import ElasticsearchStore
import Foundation
import HTTPClient

/// The Elasticsearch of `CONNECTOR_CONSOLE_TEST_ELASTICSEARCH`: URL, user, password and, optionally,
/// the path of a CA file.
struct ClusterUnderTest {
  static let isThere = ClusterUnderTest() != nil

  private let parts: [String]

  init?() {
    let text = ProcessInfo.processInfo.environment["CONNECTOR_CONSOLE_TEST_ELASTICSEARCH"] ?? ""
    parts = text.split(separator: " ").map(String.init)
    guard parts.count >= 3 else { return nil }
  }

  /// What leads the program there.
  var arguments: [String] {
    ["--elasticsearch", parts[0]] + (parts.count > 3 ? ["--ca", parts[3]] : [])
  }

  /// Who the program is there.
  var variables: [String: String] {
    ["CONNECTOR_CONSOLE_USER": parts[1], "CONNECTOR_CONSOLE_PASSWORD": parts[2]]
  }

  /// A `config.yml` that leads there and serves one connector, half of it dotted, half nested.
  func configuration(connector: String) -> String {
    """
    connectors:
      - connector_id: \(connector)
        service_type: dir
    elasticsearch.host: \(parts[0])
    elasticsearch:
      username: \(parts[1])
      password: '\(parts[2])'
      \(parts.count > 3 ? "ca_certs: \(parts[3])" : "ssl: true")

    """
  }

  /// Whether a text holds the password.
  func holdsSecret(_ text: String) -> Bool { text.contains(parts[2]) }

  /// Removes every index that is not hidden, and all records.
  func empty() async throws {
    let trust = parts.count > 3 ? TLSTrust.authorities(file: parts[3]) : .systemAuthorities
    let store = ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: parts[0], trust: trust)),
      credentials: .basic(user: parts[1], password: parts[2]))
    for name in try await store.indexNames() { try await store.deleteIndex(name) }
    for name in [
      ".elastic-connectors-v1", ".elastic-connectors-sync-jobs-v1",
      ".connector-console-dead-letters-v1",
    ] { try await store.deleteIndex(name) }
  }
}
