import ConcurrencySupport
import Glibc
import Synchronization

/// What a plain program does: threads that post prepared bodies, one after the other, each over a
/// connection of its own, and look at nothing of the answers but their status.
struct PlainLoop: Sendable {
  var port: Int
  var target: String
  /// Header lines, each with its line end.
  var headers = ""
  var connections: Int

  /// Posts bodies; the closure makes the n-th one, `nil` after the last.
  func post(_ body: @escaping @Sendable (Int) -> [UInt8]?) async throws {
    let next = Mutex(0)
    let problems = Mutex<[String]>([])
    let left = Mutex(connections)
    let take: @Sendable () -> Int = {
      next.withLock { number in
        defer { number += 1 }
        return number
      }
    }
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      for _ in 0..<connections {
        startThread(name: "plain") {
          do {
            let line = try Connection(port: port)
            while let bytes = body(take()) { try line.post(target, headers, bytes) }
          } catch {
            problems.withLock { $0.append("\(error)") }
          }
          let isLast = left.withLock { left in
            left -= 1
            return left == 0
          }
          if isLast { done.resume() }
        }
      }
    }
    if let problem = problems.withLock({ $0.first }) { throw BenchmarkError(problem) }
  }

  /// One connection with blocking reads and writes.
  private final class Connection {
    private let socket: Int32
    private var buffer: [UInt8] = Array(repeating: 0, count: 1 << 20)

    init(port: Int) throws {
      socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = UInt16(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard code == 0 else { throw BenchmarkError("Nothing answers at port \(port).") }
      var on: Int32 = 1
      setsockopt(
        socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(socket) }

    func post(_ target: String, _ headers: String, _ body: [UInt8]) throws {
      let head =
        "POST \(target) HTTP/1.1\r\nHost: localhost\r\n\(headers)"
        + "Content-Type: application/x-ndjson\r\nContent-Length: \(body.count)\r\n\r\n"
      try write(Array(head.utf8))
      try write(body)
      try readAnswer()
    }

    private func write(_ bytes: [UInt8]) throws {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          send(socket, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw BenchmarkError("The connection broke.") }
        sent += count
      }
    }

    private func readAnswer() throws {
      var length = 0
      var wanted: Int?
      while true {
        let count = buffer.withUnsafeMutableBytes {
          recv(socket, $0.baseAddress?.advanced(by: length), $0.count - length, 0)
        }
        guard count > 0 else { throw BenchmarkError("The connection broke.") }
        length += count
        if wanted == nil { wanted = try Self.length(buffer[..<min(length, 2048)]) }
        if let wanted, length >= wanted { return }
      }
    }

    /// Bytes of head and body together once the head is whole.
    private static func length(_ start: ArraySlice<UInt8>) throws -> Int? {
      let text = String(decoding: start, as: UTF8.self)
      guard let end = text.utf8.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else {
        return nil
      }
      guard text.hasPrefix("HTTP/1.1 200") else {
        throw BenchmarkError("The server answered \(text.prefix(40)).")
      }
      let head = text.utf8.distance(from: text.startIndex, to: end)
      for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:")
      {
        let value = line.dropFirst("content-length:".count).drop { $0 == " " }
        return head + (Int(value) ?? 0)
      }
      throw BenchmarkError("The answer has no length.")
    }
  }
}
