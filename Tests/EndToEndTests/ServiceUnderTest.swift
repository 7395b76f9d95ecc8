import Foundation
import Glibc

/// A running `serve`, with what it tells systemd and its log.
final class ServiceUnderTest {
  private let process: Process
  private let errors: Pipe
  private let socket: NotifySocket
  /// What it has told so far, one message an element.
  private(set) var messages: [String] = []

  /// Starts the service.
  init(
    _ program: ProgramUnderTest, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws {
    socket = try NotifySocket(program.home.appendingPathComponent("notify").path)
    let variables = environment.merging(["NOTIFY_SOCKET": socket.path]) { own, _ in own }
    let started = try program.start(["serve"] + arguments, environment: variables)
    process = started.process
    errors = started.errors
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var processIdentifier: Int32 { process.processIdentifier }

  /// Waits until it tells something that contains a text.
  func wait(for text: String, seconds: Double = 20) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !messages.contains(where: { $0.contains(text) }) {
      guard ContinuousClock.now < deadline, let message = socket.next(until: deadline) else {
        throw Missing(text: text, messages: messages)
      }
      messages.append(message)
    }
  }

  /// What was waited for in vain.
  struct Missing: Error, CustomStringConvertible {
    var text: String
    var messages: [String]
    var description: String { "“\(text)” did not come; there came \(messages)" }
  }

  /// Waits for one more message like that.
  func wait(forAnother text: String) throws {
    let before = messages
    messages = []
    defer { messages = before + messages }
    try wait(for: text)
  }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end, which must come within 30 seconds.
  ///
  /// - Returns: the exit code and what was written to standard error.
  func end() -> (code: Int32, log: String) {
    let deadline = ContinuousClock.now + .seconds(30)
    while process.isRunning, ContinuousClock.now < deadline { usleep(10_000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    let log = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    while let message = socket.next(until: .now) { messages.append(message) }
    return (process.terminationStatus, log)
  }
}

/// Stands in for systemd: a datagram socket at a path, or at an abstract name that begins with `@`.
final class NotifySocket {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    if path.hasPrefix("@") { bytes[0] = 0 } else { bytes.append(0) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    unlink(path)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  /// The next message; `nil` if none comes in time.
  func next(until deadline: ContinuousClock.Instant) -> String? {
    let (seconds, attoseconds) = max(.zero, deadline - .now).components
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let wait = Int32(seconds * 1000) + Int32(attoseconds / 1_000_000_000_000_000)
    guard poll(&ready, 1, wait) == 1 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
