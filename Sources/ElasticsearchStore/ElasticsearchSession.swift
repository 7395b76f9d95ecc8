internal import ConnectorKit
internal import ConnectorProtocol
internal import HTTPClient
internal import Synchronization

/// Asks an Elasticsearch server and puts its refusals into words.
final class ElasticsearchSession: Sendable {
  let client: HTTPClient
  let credentials: HTTPCredentials?
  /// Whether an Elasticsearch server ever answered here.
  private let hasAnswered = Atomic(false)

  /// Makes a session; nothing is sent yet.
  init(client: HTTPClient, credentials: HTTPCredentials?) {
    self.client = client
    self.credentials = credentials
  }

  /// An answer with its body as a tree where there is one.
  struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
    /// How long the server asks to be left alone.
    var retryAfter: Duration?
    var isSuccess: Bool { (200..<300).contains(status) }

    /// The body as a tree; `null` if it is not JSON.
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

    var errorType: String { json["error"]?["type"]?.stringValue ?? "" }

    /// The server's words.
    var reason: String {
      let error = json["error"]
      let reason = error?["reason"]?.stringValue ?? error?.stringValue ?? ""
      let cause = error?["caused_by"]?["reason"]?.stringValue
      let text = cause.map { "\(reason): \($0)" } ?? reason
      return text.isEmpty ? "status \(status)" : String(text.prefix(1000))
    }
  }

  /// Sends a request and returns whatever the server answers.
  ///
  /// - Throws: ``StoreError`` if no answer of an Elasticsearch server comes.
  func ask(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil
  ) async throws -> Answer {
    var request = HTTPRequest(method, target, credentials: credentials)
    if let body {
      request.body = Array(body.text.utf8)
      request.headers.append(("Content-Type", "application/json"))
    }
    return try await send(request)
  }

  /// Sends a request whose body is there as lines of JSON.
  func send(
    lines: [UInt8], to target: String, as credentials: HTTPCredentials?
  ) async throws -> Answer {
    var request = HTTPRequest(
      .post, target, headers: [("Content-Type", "application/x-ndjson")], body: lines,
      credentials: credentials)
    request.maximumResponseBytes = Self.bulkAnswerBytes + lines.count
    return try await send(request)
  }

  /// An answer to a bulk request is never that much longer than the request.
  private static let bulkAnswerBytes = 16 << 20

  private func send(_ request: HTTPRequest) async throws -> Answer {
    var request = request
    request.headers.append(("X-Elastic-Product-Origin", "connectors"))
    let response: HTTPResponse
    do {
      response = try await client.send(request)
    } catch let error where error.kind == .cancelled {
      throw CancellationError()
    } catch {
      throw StoreError(isPassing(error) ? .unavailable : .invalid, error.message)
    }
    try checkOrigin(response)
    hasAnswered.store(true, ordering: .relaxed)
    return Answer(
      status: response.status, body: response.body, retryAfter: response.retryAfter)
  }

  /// Whether the same request may work later.
  ///
  /// A server that is stopped looks like one that speaks another protocol; one that answered before
  /// does not. An answer without end is a proxy's or a fault's, not this server's.
  private func isPassing(_ error: HTTPError) -> Bool {
    switch error.kind {
    case .serverWantsTLS, .serverSpeaksPlainHTTP, .handshake, .tooLarge:
      hasAnswered.load(ordering: .relaxed)
    default: error.isTransient
    }
  }

  /// A proxy's page is no answer of the store, whatever its status says.
  private func checkOrigin(_ response: HTTPResponse) throws {
    if response.header("X-Elastic-Product") == "Elasticsearch" { return }
    // Answers before authentication carry no mark.
    if [401, 403, 413, 429, 502, 503, 504].contains(response.status) { return }
    throw StoreError(
      .unavailable,
      "What answers at \(client.settings.server) is not Elasticsearch (status "
        + "\(response.status)): check the address, and proxies on the way.")
  }

  /// Sends a request and insists on success.
  func require(
    _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
    subject: String
  ) async throws -> Answer {
    let answer = try await ask(method, target, body)
    guard answer.isSuccess else { throw error(answer, subject: subject) }
    return answer
  }

  /// Puts a refusal into words.
  ///
  /// - Parameters:
  ///   - answer: what the server answered.
  ///   - subject: what it is about, such as `the index search-a`.
  /// - Returns: what to throw.
  func error(_ answer: Answer, subject: String) -> StoreError {
    let words = "Elasticsearch says: \(answer.reason)."
    switch answer.status {
    case 401:
      return StoreError(
        .unauthorized,
        "Elasticsearch does not know who asks for \(subject): check user, password or API key.")
    case 403 where answer.errorType.contains("cluster_block"):
      return StoreError(
        .unavailable,
        "\(subject.capitalizedFirst) is blocked for writing. Remove the block. \(words)")
    case 403:
      return StoreError(
        .unauthorized,
        "A privilege is missing for \(subject). Grant it, or use another key. \(words)")
    case 404:
      return StoreError(
        .notFound, "\(subject.capitalizedFirst) does not exist. Create it first.")
    case 409:
      return StoreError(
        .conflict, "Another program changed \(subject). Read it again.")
    case 429, 502, 503, 504:
      return StoreError(
        .unavailable, "Elasticsearch is overloaded or starting. Try again later. \(words)",
        retryAfter: answer.retryAfter)
    case 507: return StoreError(.noSpace(needed: nil), "The server's disk is full. \(words)")
    case 400 where answer.errorType == "resource_already_exists_exception":
      return StoreError(
        .alreadyExists, "\(subject.capitalizedFirst) exists already. Choose another name.")
    case 500...: return StoreError(.unavailable, "The server failed with \(subject). \(words)")
    default: return StoreError(.invalid, "Elasticsearch refuses \(subject). \(words)")
    }
  }
}

extension String {
  /// The text with a capital letter at its front.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

  /// The text as a part of a path or a query's value.
  var percentEncoded: String {
    var encoded = ""
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "."), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return encoded
  }
}
