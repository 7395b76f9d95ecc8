import Glibc
import HTTPClient
import HTTPTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPClientTests {
  private func client(
    _ server: ScriptedServer, _ change: (inout HTTPSettings) -> Void = { _ in }
  ) -> HTTPClient {
    var settings = HTTPSettings(baseURL: server.url)
    change(&settings)
    return HTTPClient(settings)
  }

  private func failure(_ client: HTTPClient, _ request: HTTPRequest = HTTPRequest(.get, "/"))
    async -> HTTPError?
  {
    do {
      _ = try await client.send(request)
      return nil
    } catch { return error }
  }

  private func expectSentence(_ error: HTTPError?) {
    #expect(error?.message.hasSuffix(".") == true)
    #expect(error?.message.contains("\n") == false)
  }

  @Test func `a request and its answer travel whole`() async throws {
    let server = ScriptedServer { request, connection in
      let method = request.line.split(separator: " ")[0]
      connection.answer(
        "201 Created",
        headers: "X-Method: \(method)\r\nx-echo:  \(request.headers["x-own"] ?? "")\r\n",
        request.body)
    }
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for method in [HTTPRequest.Method.post, .put, .delete] {
      let answer = try await client(server).send(
        HTTPRequest(method, "/a%20b?c=d", headers: [("X-Own", "value")], body: body))
      #expect(answer.status == 201)
      #expect(answer.header("x-method") == method.rawValue)
      #expect(answer.header("X-Echo") == "value")
      #expect(answer.body == body)
    }
    let empty = try await client(server).send(HTTPRequest(.put, "/"))
    #expect(empty.body == [])
  }

  @Test func `requests one after another use one connection`() async throws {
    let server = ScriptedServer { request, connection in
      connection.answer("200 OK", Array(request.line.utf8))
    }
    let client = client(server)
    for number in 0..<20 {
      let answer = try await client.send(HTTPRequest(.get, "/\(number)"))
      #expect(answer.body == Array("GET /\(number) HTTP/1.1".utf8))
    }
    #expect(server.accepted == 1)
  }

  @Test func `a connection that the server closed meanwhile is replaced unseen`() async throws {
    let server = ScriptedServer { request, connection in
      connection.answer("200 OK", request.body)
      connection.close()
    }
    let client = client(server)
    for number in 0..<5 {
      let body = Array("body \(number)".utf8)
      #expect(try await client.send(HTTPRequest(.post, "/", body: body)).body == body)
    }
  }

  @Test func `several requests are under way at once, no more than allowed`() async throws {
    let gate = Gate(4)
    let server = ScriptedServer { _, connection in
      gate.arriveAndWait()
      connection.answer()
    }
    let client = client(server) { $0.maximumConnections = 4 }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<12 { group.addTask { try await client.send(HTTPRequest(.get, "/")).status } }
      for try await status in group { #expect(status == 200) }
    }
    #expect(server.accepted == 4)
  }

  @Test func `a body is compressed when that is asked for, and reads back the same`() async throws {
    let server = ScriptedServer { request, connection in
      let encoding = request.headers["content-encoding"] ?? "none"
      connection.answer(
        headers: "Content-Encoding: \(encoding)\r\nX-Bytes: \(request.body.count)\r\n",
        request.body)
    }
    let body = Array(String(repeating: "{\"field\":\"value\"}\n", count: 10_000).utf8)
    let client = client(server) {
      $0.compressesRequests = true
      $0.acceptsCompression = true
    }
    let answer = try await client.send(HTTPRequest(.post, "/", body: body))
    #expect(answer.body == body)
    #expect(answer.header("content-encoding") == "gzip")
    #expect(answer.header("x-bytes").flatMap { Int($0) } ?? body.count < body.count / 10)
    var plain = HTTPRequest(.post, "/", body: body)
    plain.mayCompress = false
    #expect(try await self.client(server).send(plain).header("content-encoding") == "none")
  }

  @Test(arguments: [
    ("http://localhost:9200", false), ("https://LOCALHOST", false),
    ("http://127.0.0.1:9200", false),
    ("http://127.9.8.7/es", false), ("http://[::1]:9200", false),
    ("http://u:p@es.localhost", false),
    ("https://host:9200", true), ("http://10.0.0.1", true), ("http://127.0.0.1.nip.io", true),
    ("http://localhost.example.com", true), ("http://[2001:db8::1]:9200", true),
    ("http://127.host", true), ("", true),
  ])
  func `bodies are compressed where the link leaves the machine`(_ url: String, _ leaves: Bool) {
    let settings = HTTPSettings(baseURL: url)
    #expect(settings.compressesRequests == leaves)
    #expect(settings.acceptsCompression == leaves)
  }

  @Test func `credentials go into the header and into no description`() async throws {
    let server = ScriptedServer { request, connection in
      connection.answer("200 OK", Array((request.headers["authorization"] ?? "").utf8))
    }
    let cases: [(HTTPCredentials, String)] = [
      (.basic(user: "anna", password: "pass:word"), "Basic YW5uYTpwYXNzOndvcmQ="),
      (.apiKey("aWQ6c2VjcmV0"), "ApiKey aWQ6c2VjcmV0"), (.bearer("dG9rZW4"), "Bearer dG9rZW4"),
    ]
    for (credentials, header) in cases {
      let answer = try await client(server).send(
        HTTPRequest(.get, "/", credentials: credentials))
      #expect(String(decoding: answer.body, as: UTF8.self) == header)
      let secret = header.split(separator: " ")[1]
      #expect(!"\(credentials)\(String(reflecting: credentials))".contains(secret))
      #expect(!"\(credentials)".contains("word:"))
    }
  }

  @Test func `a header with a line break is left out`() async throws {
    let server = ScriptedServer { request, connection in
      connection.answer("200 OK", Array((request.headers["x-evil"] ?? "none").utf8))
    }
    let request = HTTPRequest(.get, "/", headers: [("X-Own", "a\r\nX-Evil: b")])
    #expect(try await client(server).send(request).body == Array("none".utf8))
  }

  @Test func `cancelling a request is felt at once and closes its connection`() async throws {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let server = ScriptedServer { _, connection in
      arrival.yield()
      connection.waitForEnd()
      end.yield()
    }
    let client = client(server)
    let task = Task { await failure(client) }
    var arrivals = arrived.makeAsyncIterator()
    await arrivals.next()
    task.cancel()
    #expect(await task.value?.kind == .cancelled)
    var ends = ended.makeAsyncIterator()
    await ends.next()
    let late = Task { await failure(client) }
    late.cancel()
    #expect(await late.value?.kind == .cancelled)
  }

  @Test func `an answer that breaks off is an error`() async {
    let server = ScriptedServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
      connection.close()
    }
    let error = await failure(client(server))
    #expect(error?.kind == .truncated)
    #expect(error?.mayHaveBeenCarriedOut == true)
    #expect(error?.isTransient == true)
    expectSentence(error)
  }

  @Test func `an endless answer is cut off`() async {
    let server = ScriptedServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
      while connection.send([UInt8](repeating: 0x20, count: 65_536)) {}
    }
    let error = await failure(client(server) { $0.maximumResponseBytes = 1 << 20 })
    #expect(error?.kind == .tooLarge)
    expectSentence(error)
  }

  @Test func `a server that is silent, or takes too long, is given up`() async {
    let server = ScriptedServer { _, connection in connection.waitForEnd() }
    let limits = [
      (HTTPTimeouts(idle: .seconds(1), total: .seconds(50)), HTTPError.Timeout.idle),
      (HTTPTimeouts(total: .milliseconds(200)), .total),
    ]
    for (timeouts, kind) in limits {
      let error = await failure(client(server) { $0.timeouts = timeouts })
      #expect(error?.kind == .timeout(kind))
      #expect(error?.mayHaveBeenCarriedOut == true)
      expectSentence(error)
    }
  }

  @Test func `a server that takes no connection is given up`() async {
    let (listener, port) = ScriptedServer.listen(backlog: 0)
    defer { close(listener) }
    // Fill the queue of connections that nobody accepts.
    let fillers = (0..<3).map { _ in Self.connectWithoutWaiting(port) }
    defer { for filler in fillers { close(filler) } }
    var settings = HTTPSettings(baseURL: "http://127.0.0.1:\(port)")
    settings.timeouts.connect = .milliseconds(300)
    let error = await failure(HTTPClient(settings))
    #expect(error?.kind == .timeout(.connect))
    #expect(error?.mayHaveBeenCarriedOut == false)
    expectSentence(error)
  }

  private static func connectWithoutWaiting(_ port: Int) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_INET, type, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return descriptor
  }

  @Test func `wrong addresses are told apart`() async {
    let (listener, port) = ScriptedServer.listen(backlog: 1)
    close(listener)
    let cases: [(String, HTTPError.Kind)] = [
      ("http://127.0.0.1:\(port)", .refused), ("http://nothing.invalid:9200", .nameResolution),
      ("ftp://127.0.0.1", .invalidURL), ("http://127.0.0.1:99999", .invalidURL),
    ]
    for (url, kind) in cases {
      let error = await failure(HTTPClient(HTTPSettings(baseURL: url)))
      #expect(error?.kind == kind, "\(url)")
      #expect(error?.mayHaveBeenCarriedOut == false)
      expectSentence(error)
    }
  }

  @Test func `releasing a client ends what is under way`() async {
    let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = ScriptedServer { _, connection in
      arrival.yield()
      connection.waitForEnd()
    }
    weak var released: HTTPClient?
    do {
      let client = client(server)
      released = client
      let task = Task { await failure(client) }
      var arrivals = arrived.makeAsyncIterator()
      await arrivals.next()
      task.cancel()
      _ = await task.value
    }
    #expect(released == nil)
  }

  @Test func `an error's text holds neither user nor password of the address`() async {
    let (listener, port) = ScriptedServer.listen(backlog: 1)
    close(listener)
    let error = await failure(
      HTTPClient(HTTPSettings(baseURL: "http://anna:secret@127.0.0.1:\(port)")))
    #expect(error?.message.contains("secret") == false)
    #expect(error?.message.contains("127.0.0.1:\(port)") == true)
  }
}
