/// A request to the server of an ``HTTPClient``.
package struct HTTPRequest: Sendable {
  /// What is asked of the resource.
  package enum Method: String, Hashable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  package var method: Method
  /// Path and query, percent-encoded, with a slash at the front.
  package var target: String
  /// Names and values; a value never holds a line break.
  package var headers: [(name: String, value: String)]
  /// `nil` for a request without a body.
  package var body: [UInt8]?
  /// Who asks; never part of an error's text.
  package var credentials: HTTPCredentials?
  /// Replaces the client's limits where it is set.
  package var timeouts: HTTPTimeouts?
  /// Whether the body may be sent compressed.
  package var mayCompress: Bool
  /// A longer answer is an error.
  package var maximumResponseBytes: Int?

  /// Makes a request.
  package init(
    _ method: Method, _ target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8]? = nil, credentials: HTTPCredentials? = nil
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.credentials = credentials
    mayCompress = true
  }
}

/// Who asks.
package enum HTTPCredentials: Hashable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible
{
  case basic(user: String, password: String)
  /// The base64 of an API key's id and secret.
  case apiKey(String)
  case bearer(String)

  /// The kind without the secret, so that no log can hold one.
  package var description: String {
    switch self {
    case .basic: "user and password"
    case .apiKey: "API key"
    case .bearer: "bearer token"
    }
  }

  /// The kind without the secret.
  package var debugDescription: String { description }
}

/// What a server answered, whatever the status.
package struct HTTPResponse: Sendable {
  package var status: Int
  /// In the order in which they came.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]

  /// Makes a response.
  package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first value under a name, whatever its case.
  package func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}

/// How long a request may take.
package struct HTTPTimeouts: Hashable, Sendable {
  /// Until the connection stands, TLS included.
  package var connect: Duration
  /// Without a single byte in either direction; whole seconds.
  package var idle: Duration
  /// From start to end.
  package var total: Duration

  /// Makes limits.
  package init(
    connect: Duration = .seconds(10), idle: Duration = .seconds(120),
    total: Duration = .seconds(240)
  ) {
    self.connect = connect
    self.idle = idle
    self.total = total
  }
}
