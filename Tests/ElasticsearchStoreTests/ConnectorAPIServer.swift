import ConnectorKit
import ConnectorProtocol
import Foundation
import HTTPClient
import HTTPTesting
import Synchronization

@testable import ElasticsearchStore

/// Stands in front of a real Elasticsearch that has no Connector API and answers it, as far as this
/// program calls it: making, removing and the key's identifier, as documented and nothing else.
///
/// Everything else goes to the server behind and comes back as it is, but for the version that it
/// tells. Tests that lean on it prove what this program sends, not that Elastic's API takes it.
final class ConnectorAPIServer: Sendable {
  private let behind: TestServer
  private let version: ServerVersion
  private let listener = Mutex<ScriptedServer?>(nil)
  /// Methods and targets of the API's calls.
  let calls = Mutex<[String]>([])

  init(behind: TestServer, version: ServerVersion) {
    self.behind = behind
    self.version = version
    let server = ScriptedServer { [weak self] request, connection in
      guard let self else { return connection.close() }
      let answer = Self.wait { await self.answer(request) }
      connection.answer(
        "\(answer.status) Answer",
        headers: "X-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n",
        answer.body)
    }
    listener.withLock { $0 = server }
  }

  /// A store that takes this for the cluster.
  func store() -> ElasticsearchStore {
    ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: listener.withLock { $0?.url ?? "" })),
      credentials: behind.credentials)
  }

  private static func wait(
    _ work: @escaping @Sendable () async -> HTTPResponse
  ) -> HTTPResponse {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex(HTTPResponse(status: 500))
    Task {
      let answer = await work()
      result.withLock { $0 = answer }
      done.signal()
    }
    done.wait()
    return result.withLock { $0 }
  }

  private func answer(_ request: ScriptedServer.Request) async -> HTTPResponse {
    let line = request.line.split(separator: " ").map(String.init)
    guard line.count == 3, let method = HTTPRequest.Method(rawValue: line[0]) else {
      return HTTPResponse(status: 400)
    }
    do {
      if line[1].hasPrefix("/_connector") {
        calls.withLock { $0.append("\(line[0]) \(line[1])") }
        return try await api(method, line[1], request.body)
      }
      var forward = HTTPRequest(method, line[1])
      forward.body = request.body
      for name in ["authorization", "content-type", "content-encoding"] {
        if let value = request.headers[name] { forward.headers.append((name, value)) }
      }
      var answer = try await behind.client.send(forward)
      if line[1] == "/", var root = try JSONValue(parsing: answer.body).objectValue {
        var number = root["version"]?.objectValue ?? JSONObject()
        number["number"] = .string(version.description)
        root["version"] = .object(number)
        answer.body = Array(JSONValue.object(root).text.utf8)
      }
      return answer
    } catch {
      return HTTPResponse(status: 502, body: Array("\(error)".utf8))
    }
  }

  private func api(
    _ method: HTTPRequest.Method, _ target: String, _ bytes: [UInt8]
  ) async throws -> HTTPResponse {
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    let path = parts[0].split(separator: "/").dropFirst().map { $0.removingPercentEncoding ?? "" }
    let query = parts.count > 1 ? Set(parts[1].split(separator: "&").map(String.init)) : []
    let body = bytes.isEmpty ? JSONValue.object(JSONObject()) : try JSONValue(parsing: bytes)
    let store = ElasticsearchStore(client: behind.client, credentials: behind.credentials)
    switch (method, path.count) {
    case (.get, 0):
      let count = try await store.connectors().count
      return Self.json(200, ["count": .integer(Int64(count)), "results": []])
    case (.put, 1): return try await create(path[0], body, store)
    case (.put, 2) where path[1] == "_api_key_id":
      guard let key = body["api_key_id"], body.objectValue?.members.count == 1 else {
        return Self.refusal(400, "one of [api_key_id] is required")
      }
      let answer = try await store.session.ask(
        .post, "/.elastic-connectors/_update/\(path[0])?refresh=true", ["doc": ["api_key_id": key]])
      return answer.isSuccess
        ? Self.json(200, ["result": "updated"])
        : Self.refusal(404, "connector [\(path[0])] not found")
    case (.delete, 1):
      let known: Set = ["delete_sync_jobs=true", "hard=true"]
      guard query.isSubset(of: version < ServerVersion(9, 0) ? ["delete_sync_jobs=true"] : known)
      else { return Self.refusal(400, "request contains unrecognized parameter") }
      guard try await store.read(path[0], in: .connectors) != nil else {
        return Self.refusal(404, "connector [\(path[0])] not found")
      }
      if query.contains("hard=true") || version < ServerVersion(9, 0) {
        _ = try await store.session.ask(
          .delete, "/.elastic-connectors/_doc/\(path[0])?refresh=true")
      } else {
        _ = try await store.session.ask(
          .post, "/.elastic-connectors/_update/\(path[0])?refresh=true", ["doc": ["deleted": true]])
      }
      return Self.json(200, ["acknowledged": true])
    default: return Self.refusal(405, "Incorrect HTTP method for uri [\(target)]")
    }
  }

  private func create(
    _ id: String, _ body: JSONValue, _ store: ElasticsearchStore
  ) async throws -> HTTPResponse {
    let allowed: Set = [
      "index_name", "name", "description", "is_native", "language", "service_type",
    ]
    let names = Set((body.objectValue?.members ?? []).map(\.name))
    guard names.isSubset(of: allowed) else {
      return Self.refusal(400, "unknown field \(names.subtracting(allowed).sorted())")
    }
    var fresh = Connector(
      id: id, name: body["name"]?.stringValue ?? "", description: body["description"]?.stringValue,
      indexName: body["index_name"]?.stringValue, serviceType: body["service_type"]?.stringValue,
      language: body["language"]?.stringValue.flatMap { Language(rawValue: $0) } ?? .universal)
    fresh.isNative = body["is_native"]?.boolValue ?? false
    let release = ProtocolVersion(version.major, version.minor)
    fresh.pipeline.name = IngestPipeline.name(of: release)
    let index = RecordIndex.connectors
    _ = try await store.session.ask(.put, "/\(index.concrete)", index.body(for: release))
    // The API leaves out what has no value.
    let source = fresh.json(for: release)
    let members = (source.objectValue?.members ?? []).filter { !$0.value.isNull }
    let answer = try await store.session.ask(
      .put, "/.elastic-connectors/_doc/\(id)?refresh=true", .object(JSONObject(members)))
    return answer.isSuccess
      ? Self.json(201, ["result": "created", "id": .string(id)]) : Self.refusal(500, answer.reason)
  }

  private static func json(_ status: Int, _ body: JSONValue) -> HTTPResponse {
    HTTPResponse(status: status, body: Array(body.text.utf8))
  }

  private static func refusal(_ status: Int, _ reason: String) -> HTTPResponse {
    json(
      status,
      ["error": ["type": "status_exception", "reason": .string(reason)], "status": .count(status)])
  }
}

extension JSONValue {
  fileprivate static func count(_ number: Int) -> JSONValue { .integer(Int64(number)) }
}
