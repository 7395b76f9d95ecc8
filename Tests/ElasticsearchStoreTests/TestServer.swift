import ConnectorKit
import ConnectorProtocol
import ElasticsearchStore
import Foundation
import HTTPClient

/// The Elasticsearch server with which the tests run, if there is one.
///
/// `CONNECTOR_CONSOLE_TEST_ELASTICSEARCH` holds URL, user and password, separated by spaces, and
/// optionally the path of a CA file. The tests remove every index of that server that is not hidden.
struct TestServer: Sendable {
  static let shared = TestServer(
    ProcessInfo.processInfo.environment["CONNECTOR_CONSOLE_TEST_ELASTICSEARCH"] ?? "")

  static let isThere = shared != nil

  let client: HTTPClient
  let credentials: HTTPCredentials

  init?(_ text: String) {
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count >= 3 else { return nil }
    let trust = parts.count > 3 ? TLSTrust.authorities(file: parts[3]) : .systemAuthorities
    client = HTTPClient(HTTPSettings(baseURL: parts[0], trust: trust))
    credentials = .basic(user: parts[1], password: parts[2])
  }

  /// A store on the server after everything was removed.
  static func emptyStore() async throws -> ElasticsearchStore {
    guard let server = shared else { throw Missing() }
    let store = ElasticsearchStore(client: server.client, credentials: server.credentials)
    for name in try await store.indexNames() { try await store.deleteIndex(name) }
    for name in [
      ".elastic-connectors-v1", ".elastic-connectors-sync-jobs-v1",
      ".connector-console-dead-letters-v1",
    ] { try await store.deleteIndex(name) }
    return store
  }

  /// Whether the server is of a version or newer; `false` if there is none.
  static func isAtLeast(_ version: ServerVersion) async throws -> Bool {
    guard let server = shared else { return false }
    let store = ElasticsearchStore(client: server.client, credentials: server.credentials)
    return try await store.serverVersion() >= version
  }

  /// Sends a request as the administrator.
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil
  ) async throws -> JSONValue {
    var request = HTTPRequest(method, target, credentials: credentials)
    if let body {
      request.body = Array(body.text.utf8)
      request.headers.append(("Content-Type", "application/json"))
    }
    return try JSONValue(parsing: try await client.send(request).body)
  }

  struct Missing: Error {}
}
