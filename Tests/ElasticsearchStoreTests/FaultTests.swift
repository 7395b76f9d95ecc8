import ConnectorKit
import ConnectorProtocol
import HTTPClient
import HTTPTesting
import Synchronization
import Testing

@testable import ElasticsearchStore

/// Against a server of our own, which answers as Elasticsearch documents it, or wrongly.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
  private static let mark = "X-Elastic-Product: Elasticsearch\r\n"

  private static let operations = (0..<8).map { number in
    BulkOperation.index(
      IndexOperation(
        id: DocumentID("\(number)"), digest: DocumentDigest(low: UInt64(number), high: 0),
        fingerprint: 1, scope: "", body: Array("{\"n\":\(number)}".utf8)))
  }

  private func store(_ server: ScriptedServer) -> ElasticsearchStore {
    ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: server.url)), credentials: .bearer("admin"))
  }

  private func failure(_ server: ScriptedServer) async -> StoreError? {
    do {
      _ = try await store(server).apply(Self.operations, to: "search-a", apiKey: "a2V5")
      return nil
    } catch { return error as? StoreError }
  }

  private static func items(_ count: Int) -> [UInt8] {
    let item = "{\"index\":{\"status\":201,\"result\":\"created\"}}"
    return Array(
      "{\"items\":[\(Array(repeating: item, count: count).joined(separator: ","))]}".utf8)
  }

  @Test func `a body that is too large is halved until it fits, in order`() async throws {
    let sizes = Mutex<[Int]>([])
    let server = ScriptedServer { request, connection in
      let count = request.body.count { $0 == 0x0A } / 2
      sizes.withLock { $0.append(count) }
      if count > 3 {
        connection.answer("413 Request Entity Too Large")
      } else {
        connection.answer(headers: Self.mark, Self.items(count))
      }
    }
    let store = store(server)
    let results = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    #expect(results == Array(repeating: .created, count: 8))
    #expect(sizes.withLock { $0 } == [8, 4, 2, 2, 4, 2, 2])
  }

  @Test func `one document that is too large is rejected alone`() async throws {
    let server = ScriptedServer { request, connection in
      if request.body.split(separator: 0x0A).contains(where: { $0.starts(with: "{\"n\":5".utf8) }) {
        connection.answer("413 Request Entity Too Large")
      } else {
        connection.answer(headers: Self.mark, Self.items(request.body.count { $0 == 0x0A } / 2))
      }
    }
    let results = try await store(server).apply(Self.operations, to: "search-a", apiKey: "a2V5")
    #expect(results.count { $0 == .created } == 7)
    guard case .rejected(let reason) = results[5] else {
      Issue.record("\(results[5])")
      return
    }
    #expect(reason.contains("http.max_content_length"))
  }

  @Test func `items that are put off are told apart from items that are refused`() async throws {
    let statuses = [
      (429, "es_rejected_execution_exception"), (503, "unavailable_shards_exception"),
      (502, "x"), (504, "x"), (409, "version_conflict_engine_exception"),
      (500, "x"), (400, "document_parsing_exception"), (413, "x"),
    ]
    let items = statuses.map {
      "{\"index\":{\"status\":\($0.0),\"error\":{\"type\":\"\($0.1)\",\"reason\":\"why\"}}}"
    }
    let body = Array("{\"errors\":true,\"items\":[\(items.joined(separator: ","))]}".utf8)
    let server = ScriptedServer { _, connection in connection.answer(headers: Self.mark, body) }
    let results = try await store(server).apply(Self.operations, to: "search-a", apiKey: "a2V5")
    let busy = BulkItemResult.overloaded(reason: "Elasticsearch says: why.")
    let again = BulkItemResult.retry(reason: "Elasticsearch says: why.")
    let never = BulkItemResult.rejected(reason: "Elasticsearch says: why.")
    #expect(results == [busy, busy, busy, busy, again, again, never, never])
  }

  @Test(arguments: [
    "429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout",
    "500 Internal Server Error",
  ])
  func `a server that is overloaded may be asked again`(_ status: String) async {
    let server = ScriptedServer { _, connection in connection.answer(status, headers: Self.mark) }
    let error = await failure(server)
    #expect(error?.kind == .unavailable)
    #expect(error?.message.hasSuffix(".") == true)
  }

  @Test func `what a busy server asks for is passed on`() async {
    let server = ScriptedServer { _, connection in
      connection.answer("503 Busy", headers: Self.mark + "Retry-After: 17\r\n")
    }
    #expect(await failure(server)?.retryAfter == .seconds(17))
  }

  @Test func `a server that stops once it has answered is away, not one of another protocol`()
    async throws
  {
    let count = Mutex(0)
    let server = ScriptedServer { _, connection in
      let number = count.withLock {
        $0 += 1
        return $0
      }
      if number == 1 {
        connection.answer(headers: Self.mark, Self.items(8))
      } else {
        connection.close()
      }
    }
    let store = store(server)
    _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    await #expect {
      _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    } throws: { ($0 as? StoreError)?.kind == .unavailable }
  }

  @Test func `an answer without end is given up, and the request may be sent again`()
    async throws
  {
    let count = Mutex(0)
    let server = ScriptedServer { _, connection in
      let number = count.withLock {
        $0 += 1
        return $0
      }
      if number == 1 { return connection.answer(headers: Self.mark, Self.items(8)) }
      connection.send("HTTP/1.1 200 OK\r\n\(Self.mark)Transfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 0x10000)
      while connection.send(chunk + [13, 10]) {}
    }
    let store = store(server)
    _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    await #expect {
      _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    } throws: { ($0 as? StoreError)?.kind == .unavailable }
  }

  @Test func `a request that is repeated has the same ids and bodies`() async throws {
    let bodies = Mutex<[[UInt8]]>([])
    let server = ScriptedServer { request, connection in
      bodies.withLock { $0.append(request.body) }
      connection.close()
    }
    let store = store(server)
    for _ in 0..<2 {
      _ = try? await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    }
    #expect(bodies.withLock { $0.count } == 2)
    #expect(bodies.withLock { Set($0).count } == 1)
  }

  @Test func `a limit that was learnt is kept to, without asking again`() async throws {
    let sizes = Mutex<[Int]>([])
    let server = ScriptedServer { request, connection in
      sizes.withLock { $0.append(request.body.count) }
      if request.body.count > 500 {
        connection.answer("413 Request Entity Too Large")
      } else {
        connection.answer(
          headers: Self.mark, Self.items(request.body.count { $0 == 0x0A } / 2))
      }
    }
    let store = store(server)
    #expect(store.requestBytes == .max)
    _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    #expect(store.requestBytes <= 500)
    sizes.withLock { $0 = [] }
    _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    #expect(sizes.withLock { $0.allSatisfy { $0 <= 500 } })
  }

  @Test func `a pipeline is named in the request, and its flags are in the documents`()
    async throws
  {
    let seen = Mutex<[ScriptedServer.Request]>([])
    let server = ScriptedServer { request, connection in
      seen.withLock { $0.append(request) }
      connection.answer(headers: Self.mark, Self.items(8))
    }
    let pipeline = IngestPipeline(name: "a b", reduceWhitespace: false)
    _ = try await store(server).apply(
      Self.operations, to: "search-a", apiKey: "a2V5", through: pipeline)
    let request = try #require(seen.withLock { $0.first })
    #expect(request.line.contains("pipeline=a%20b"))
    let document = try JSONValue(parsing: Array(request.body.split(separator: 0x0A)[1]))
    #expect(document["n"] == 0)
    #expect(document["_extract_binary_content"] == true)
    #expect(document["_reduce_whitespace"] == false)
    #expect(document["_run_ml_inference"] == true)
    #expect(document[OwnMember.name]?["f"] == 1)
  }

  @Test(arguments: [
    ("200 OK", true, false), ("404 Not Found", false, false), ("403 Forbidden", false, true),
  ])
  func `a pipeline that is not there, or can't be asked for, is left out with a word`(
    _ status: String, _ isUsed: Bool, _ needsAttention: Bool
  ) async throws {
    let server = ScriptedServer { _, connection in connection.answer(status, headers: Self.mark) }
    let wanted = IngestPipeline()
    let route = try await store(server).ingestRoute(wanted)
    #expect(route.pipeline == (isUsed ? wanted : nil))
    #expect((route.remark == nil) == isUsed)
    #expect(route.needsAttention == needsAttention)
    let none = try await store(server).ingestRoute(IngestPipeline(name: ""))
    #expect(none == IngestRoute())
  }

  @Test func `a proxy's page with status 200 is no answer`() async {
    let page = Array("<html>Welcome</html>".utf8)
    let server = ScriptedServer { _, connection in connection.answer("200 OK", page) }
    let error = await failure(server)
    #expect(error?.kind == .unavailable)
    #expect(error?.message.contains("not Elasticsearch") == true)
  }

  @Test func `an answer with fewer items, more, or cut off confirms nothing`() async {
    for body in [Self.items(7), Self.items(9), Array(Self.items(8).dropLast(3)), []] {
      let server = ScriptedServer { _, connection in connection.answer(headers: Self.mark, body) }
      #expect(await failure(server)?.kind == .unavailable)
    }
  }

  @Test func `a key that is refused is told, or the index that is gone`() async {
    for (status, kind) in [("200 OK", StoreError.Kind.unauthorized), ("404 Not Found", .notFound)] {
      let server = ScriptedServer { request, connection in
        if request.line.hasPrefix("HEAD") {
          connection.send("HTTP/1.1 \(status)\r\n\(Self.mark)Content-Length: 0\r\n\r\n")
        } else {
          connection.answer("403 Forbidden", headers: Self.mark)
        }
      }
      #expect(await failure(server)?.kind == kind)
    }
  }

  @Test func `documents go with the connector's key, everything else with the administrator's`()
    async throws
  {
    let seen = Mutex<[String]>([])
    let server = ScriptedServer { request, connection in
      seen.withLock { $0.append(request.headers["authorization"] ?? "") }
      connection.answer(headers: Self.mark, Self.items(8))
    }
    let store = store(server)
    _ = try await store.apply(Self.operations, to: "search-a", apiKey: "a2V5")
    try await store.refresh("search-a")
    #expect(seen.withLock { $0 } == ["ApiKey a2V5", "Bearer admin"])
  }

  @Test func `a walk with a part of the index missing ends in an error, not early`() async {
    let server = ScriptedServer { request, connection in
      if request.line.contains("/_search") {
        let body = "{\"pit_id\":\"p\",\"_shards\":{\"failures\":[{}]},\"hits\":{\"hits\":[]}}"
        connection.answer(headers: Self.mark, Array(body.utf8))
      } else if request.line.hasPrefix("GET") {
        let index = "{\"search-a\":{\"settings\":{\"index\":{\"uuid\":\"u\"}},\"mappings\":{}}}"
        connection.answer(headers: Self.mark, Array(index.utf8))
      } else {
        connection.answer(headers: Self.mark, Array("{\"id\":\"p\"}".utf8))
      }
    }
    await #expect {
      try await store(server).forEachKnownDocument(in: "search-a") { _ in }
    } throws: { ($0 as? StoreError)?.kind == .unavailable }
  }

  @Test func `a server before 8.4, or without security, is named in the preflight`() async throws {
    let server = ScriptedServer { request, connection in
      if request.line.hasPrefix("GET / ") {
        let body = "{\"cluster_name\":\"c\",\"version\":{\"number\":\"8.3.3\"}}"
        connection.answer(headers: Self.mark, Array(body.utf8))
      } else if request.line.hasPrefix("HEAD") {
        connection.send("HTTP/1.1 404 Not Found\r\n\(Self.mark)Content-Length: 0\r\n\r\n")
      } else {
        connection.answer("405 Method Not Allowed", headers: Self.mark)
      }
    }
    let preflight = try await store(server).preflight()
    #expect(preflight.version == ServerVersion(8, 3, 3))
    #expect(preflight.license == nil)
    #expect(preflight.problems.count == 2)
    #expect(preflight.problems[0].contains("8.4"))
    #expect(preflight.problems[1].contains("xpack.security.enabled"))
    #expect(preflight.notes.count == 3)
  }
}
