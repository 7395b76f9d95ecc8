internal import CCurl
internal import ConnectorKit
internal import Synchronization

/// One request under way.
///
/// `@unchecked Sendable`: until it is submitted the task that made it owns it, afterwards the
/// loop's thread alone; `cancellation` has a lock of its own.
final class Transfer: @unchecked Sendable {
  let request: HTTPRequest
  private let limit: Int
  private let finish: @Sendable (Result<HTTPResponse, HTTPError>) -> Void
  private let cancellation = Mutex(false)

  /// What goes over the wire.
  private let payload: [UInt8]
  let isCompressed: Bool
  private var sent = 0
  private var received: [UInt8] = []
  private var headers: [(name: String, value: String)] = []
  private(set) var exceededLimit = false
  private(set) var easy: UnsafeMutableRawPointer?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init(
    _ request: HTTPRequest, settings: HTTPSettings,
    finish: @escaping @Sendable (Result<HTTPResponse, HTTPError>) -> Void
  ) {
    self.request = request
    self.finish = finish
    limit = request.maximumResponseBytes ?? settings.maximumResponseBytes
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    let body = request.body ?? []
    if settings.compressesRequests, request.mayCompress, body.count >= 1024,
      let compressed = Gzip.compress(body)
    {
      payload = compressed
      isCompressed = true
    } else {
      payload = body
      isCompressed = false
    }
  }

  deinit {
    if let easy { curl_easy_cleanup(easy) }
    curl_slist_free_all(headerList)
    errorText.deallocate()
  }

  var isCancelled: Bool { cancellation.withLock { $0 } }

  func markCancelled() { cancellation.withLock { $0 = true } }

  /// What libcurl says of a failure.
  var curlText: String { String(cString: errorText) }

  func end(_ result: Result<HTTPResponse, HTTPError>) { finish(result) }

  /// The answer once libcurl says that it is whole.
  func response() -> HTTPResponse {
    var status = 0
    if let easy { connector_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &status) }
    return HTTPResponse(status: status, headers: headers, body: received)
  }

  /// Whether any of the request may have reached the server.
  var mayHaveBeenCarriedOut: Bool {
    guard let easy else { return false }
    var microseconds: Int64 = 0
    connector_curl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
    return microseconds > 0
  }

  var verifyResult: Int {
    var result = 0
    if let easy { connector_curl_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &result) }
    return result
  }

  // MARK: Set-up, on the loop's thread

  /// Makes the easy handle.
  ///
  /// - Returns: `nil` if libcurl refuses, which it does for want of memory only.
  func prepare(
    _ settings: HTTPSettings, pins: UnsafeMutablePointer<connector_tls_pins>
  ) -> UnsafeMutableRawPointer? {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    setString(easy, CURLOPT_URL, settings.baseURL + request.target)
    setString(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    setString(easy, CURLOPT_USERAGENT, settings.userAgent)
    connector_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    connector_curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    connector_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    connector_curl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
    connector_curl_set_long(easy, CURLOPT_BUFFERSIZE, 128 << 10)
    if settings.acceptsCompression { setString(easy, CURLOPT_ACCEPT_ENCODING, "gzip") }
    setString(easy, CURLOPT_NOPROXY, settings.usesProxyOfEnvironment ? Self.loopback : "*")
    connector_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    setTimeouts(easy, request.timeouts ?? settings.timeouts)
    setTrust(easy, settings.trust, pins)
    setMethod(easy)
    setHeaders(easy)
    let context = Unmanaged.passUnretained(self).toOpaque()
    connector_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    connector_curl_set_transfer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    connector_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    connector_curl_set_transfer(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      guard let bytes, let context else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    return easy
  }

  private static let loopback = "localhost,127.0.0.1,::1"

  private func setString(
    _ easy: UnsafeMutableRawPointer, _ option: CURLoption, _ value: String
  ) {
    _ = value.withCString { connector_curl_set_pointer(easy, option, $0) }
  }

  private func setTimeouts(_ easy: UnsafeMutableRawPointer, _ timeouts: HTTPTimeouts) {
    connector_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, timeouts.connect.wholeMilliseconds)
    connector_curl_set_long(easy, CURLOPT_TIMEOUT_MS, timeouts.total.wholeMilliseconds)
    connector_curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1)
    connector_curl_set_long(
      easy, CURLOPT_LOW_SPEED_TIME, max(1, Int(timeouts.idle.components.seconds)))
  }

  private func setTrust(
    _ easy: UnsafeMutableRawPointer, _ trust: TLSTrust,
    _ pins: UnsafeMutablePointer<connector_tls_pins>
  ) {
    switch trust {
    case .systemAuthorities: break
    case .authorities(let file): setString(easy, CURLOPT_CAINFO, file)
    case .authority: connector_tls_use_pins(easy, pins)
    case .certificate:
      connector_tls_use_pins(easy, pins)
      connector_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
    case .everything:
      connector_curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
      connector_curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
    }
  }

  private func setMethod(_ easy: UnsafeMutableRawPointer) {
    if request.body != nil || request.method == .post || request.method == .put {
      connector_curl_set_long(easy, CURLOPT_POST, 1)
      connector_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(payload.count))
      let context = Unmanaged.passUnretained(self).toOpaque()
      connector_curl_set_pointer(easy, CURLOPT_READDATA, context)
      connector_curl_set_transfer(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.send(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
      }
      connector_curl_set_pointer(easy, CURLOPT_SEEKDATA, context)
      connector_curl_set_seek(easy) { context, offset, origin in
        guard let context, origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.rewind(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
      }
    }
    if request.method == .head { connector_curl_set_long(easy, CURLOPT_NOBODY, 1) }
    if request.method == .put || request.method == .delete || request.body != nil {
      setString(easy, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }
  }

  private func setHeaders(_ easy: UnsafeMutableRawPointer) {
    // An empty one keeps libcurl from waiting for "100 Continue".
    var lines = request.headers.map { "\($0.name): \($0.value)" } + ["Expect:"]
    if isCompressed { lines.append("Content-Encoding: gzip") }
    if let line = request.credentials?.headerLine { lines.append(line) }
    for line in lines where !line.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      headerList = curl_slist_append(headerList, line)
    }
    connector_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
  }

  // MARK: Bytes, on the loop's thread

  private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard received.count + bytes.count <= limit else {
      exceededLimit = true
      return 0
    }
    received.append(contentsOf: bytes)
    return bytes.count
  }

  private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // An informational answer, or a proxy's, came before the one that counts.
      headers = []
    } else if let colon = line.firstIndex(of: ":"), headers.count < 200 {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append((String(line[..<colon]), String(value.prefix { !$0.isNewline })))
    }
    return bytes.count
  }

  private func send(_ space: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(space.count, payload.count - sent)
    guard count > 0 else { return 0 }
    payload.withUnsafeBytes { source in
      space.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[sent..<sent + count]))
    }
    sent += count
    return count
  }

  private func rewind(to offset: Int) -> Bool {
    guard offset >= 0, offset <= payload.count else { return false }
    sent = offset
    return true
  }
}

extension HTTPCredentials {
  /// The header; it goes to libcurl and nowhere else.
  fileprivate var headerLine: String {
    switch self {
    case .basic(let user, let password):
      "Authorization: Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"
    case .apiKey(let encoded): "Authorization: ApiKey \(encoded)"
    case .bearer(let token): "Authorization: Bearer \(token)"
    }
  }
}

extension Duration {
  /// At least 1, since 0 means "for ever" to libcurl.
  fileprivate var wholeMilliseconds: Int {
    let parts = components
    let seconds = min(max(0, parts.seconds), 1_000_000)
    return max(1, Int(seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
  }
}
