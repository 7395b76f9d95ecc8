internal import Glibc
internal import Synchronization

/// A server on loopback that does with each request what a test says.
///
/// `@unchecked Sendable`: the state has a lock; the rest is constant.
package final class ScriptedServer: @unchecked Sendable {
  /// A request as it came.
  package struct Request: Sendable {
    /// Method, target and version.
    package var line: String
    /// By names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]
    /// Counts from 1.
    package var connection: Int
  }

  /// The other end of a connection.
  package struct Connection: Sendable {
    fileprivate let socket: Int32

    /// Sends a text.
    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends bytes; `false` once the client is gone.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    /// Sends a whole answer.
    package func answer(_ status: String = "200 OK", headers: String = "", _ body: [UInt8] = []) {
      send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.count)\r\n\r\n")
      send(body)
    }

    /// Ends the connection.
    package func close() { shutdown(socket, Int32(SHUT_RDWR)) }

    /// Blocks until the client closes.
    package func waitForEnd() {
      var byte: UInt8 = 0
      while recv(socket, &byte, 1, 0) > 0 {}
    }
  }

  /// Where it listens.
  package let port: Int
  private let listener: Int32
  private let handler: @Sendable (Request, Connection) -> Void
  private let connections = Mutex(0)

  /// How many connections came.
  package var accepted: Int { connections.withLock { $0 } }
  /// Its address.
  package var url: String { "http://127.0.0.1:\(port)" }

  /// Starts to listen.
  package init(_ handler: @escaping @Sendable (Request, Connection) -> Void) {
    self.handler = handler
    (listener, port) = Self.listen(backlog: 64)
    Self.thread { [self] in acceptAll() }
  }

  deinit { Glibc.close(listener) }

  /// Listens on a free port.
  package static func listen(backlog: Int32) -> (socket: Int32, port: Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        precondition(bind(listener, pointer, length) == 0)
        precondition(Glibc.listen(listener, backlog) == 0)
        precondition(getsockname(listener, pointer, &length) == 0)
      }
    }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// Whether something listens on a port.
  package static func canConnect(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box)
    pthread_detach(thread)
  }

  private func acceptAll() {
    while true {
      let socket = accept(listener, nil, nil)
      guard socket >= 0 else { return }
      let number = connections.withLock { count in
        count += 1
        return count
      }
      Self.thread { [self] in
        serve(socket, number)
        Glibc.close(socket)
      }
    }
  }

  private func serve(_ socket: Int32, _ number: Int) {
    var buffered: [UInt8] = []
    while let request = read(socket, number, &buffered) {
      handler(request, Connection(socket: socket))
    }
  }

  private func read(_ socket: Int32, _ number: Int, _ buffered: inout [UInt8]) -> Request? {
    var end: Int?
    while end == nil {
      if buffered.first == 0x16 {
        // The start of TLS, to which an HTTP server answers like this.
        Connection(socket: socket).answer("400 Bad Request")
        return nil
      }
      end = buffered.firstIndexOfBlankLine
      if end == nil, !fill(socket, &buffered) { return nil }
    }
    guard let end else { return nil }
    let head = String(decoding: buffered[..<end], as: UTF8.self)
    let lines = head.split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].dropFirst()) : ""
    }
    buffered.removeFirst(end + 4)
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    while buffered.count < length { if !fill(socket, &buffered) { return nil } }
    let body = Array(buffered.prefix(length))
    buffered.removeFirst(length)
    return Request(
      line: String(lines.first ?? ""), headers: headers, body: body, connection: number)
  }

  private func fill(_ socket: Int32, _ buffered: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let count = recv(socket, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    buffered += chunk[..<count]
    return true
  }
}

extension [UInt8] {
  fileprivate var firstIndexOfBlankLine: Int? {
    guard count >= 4 else { return nil }
    return (0...(count - 4)).first { self[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
  }
}

/// A gate for threads of a server: opens once so many have come.
package final class Gate: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var missing: Int

  /// Makes a gate.
  package init(_ count: Int) {
    missing = count
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  /// Blocks until all have come.
  package func arriveAndWait() {
    pthread_mutex_lock(mutex)
    missing -= 1
    if missing <= 0 { pthread_cond_broadcast(condition) }
    while missing > 0 { pthread_cond_wait(condition, mutex) }
    pthread_mutex_unlock(mutex)
  }
}
