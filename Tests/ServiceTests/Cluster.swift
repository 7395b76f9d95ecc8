import TestFiles
import ConnectorKit
import ConnectorProtocol
import Foundation
import HTTPClient

@testable import ElasticsearchStore

/// The Elasticsearch server with which the tests run, if there is one.
///
/// `CONNECTOR_CONSOLE_TEST_ELASTICSEARCH` holds URL, user and password, separated by spaces, and
/// optionally the path of a CA file. The tests remove every index of that server that is not hidden.
struct Cluster: Sendable {
  static let arguments =
    (ProcessInfo.processInfo.environment["CONNECTOR_CONSOLE_TEST_ELASTICSEARCH"] ?? "")
    .split(separator: " ").map(String.init)
  static let isThere = arguments.count >= 3

  let store: ElasticsearchStore

  /// The cluster after everything was removed.
  init() async throws {
    let arguments = Self.arguments
    let trust = arguments.count > 3 ? TLSTrust.authorities(file: arguments[3]) : .systemAuthorities
    store = ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: arguments[0], trust: trust)),
      credentials: .basic(user: arguments[1], password: arguments[2]))
    for name in try await store.indexNames() { try await store.deleteIndex(name) }
    for index in RecordIndex.allCases { try await store.deleteIndex(index.concrete) }
  }

  /// Sends a request as the administrator; must succeed.
  @discardableResult
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil
  ) async throws -> JSONValue {
    let answer = try await store.session.ask(method, target, body)
    guard answer.isSuccess else { throw TestFailure("\(target): \(answer.reason)") }
    return answer.json
  }

  /// The job that Kibana writes for "Sync", as a document.
  static func kibanaJob(
    _ connector: Connector, createdAt: Timestamp, configuration: JSONValue
  ) -> JSONValue {
    [
      "cancelation_requested_at": nil, "canceled_at": nil, "completed_at": nil,
      "connector": [
        "configuration": configuration,
        "filtering": [
          "advanced_snippet": [
            "created_at": .string(createdAt.description),
            "updated_at": .string(createdAt.description), "value": [:],
          ],
          "rules": [
            [
              "id": "DEFAULT", "field": "_", "policy": "include", "rule": "regex", "value": ".*",
              "order": 0, "created_at": .string(createdAt.description),
              "updated_at": .string(createdAt.description),
            ]
          ], "validation": ["state": "valid", "errors": []],
        ],
        "id": .string(connector.id), "index_name": .string(connector.indexName ?? ""),
        "language": nil,
        "pipeline": [
          "name": "ent-search-generic-ingestion", "extract_binary_content": true,
          "reduce_whitespace": true, "run_ml_inference": true,
        ],
        "service_type": .string(connector.serviceType ?? ""),
      ],
      "created_at": .string(createdAt.description), "deleted_document_count": 0, "error": nil,
      "indexed_document_count": 0, "indexed_document_volume": 0, "job_type": "full",
      "last_seen": nil, "metadata": [:], "started_at": nil, "status": "pending",
      "total_document_count": nil, "trigger_method": "on_demand", "worker_hostname": nil,
    ]
  }
}
