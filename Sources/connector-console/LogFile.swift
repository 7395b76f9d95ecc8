internal import ConcurrencySupport
internal import EngineAPI
internal import Glibc
internal import SyncEngine
internal import Synchronization

/// Appends the engine's log to a file, on a thread of its own.
///
/// A line takes the form `2026-11-24T03:00:00.000Z WARNING [connector] message`; control characters
/// in it are written as `\u{1b}`, so that a hostile title cannot reach the terminal of whoever reads
/// the file. At 8 MiB the file is renamed to `….1` and a new one begun. While the disk is slower
/// than the log, at most 10,000 lines wait; more are dropped and counted.
///
/// `@unchecked Sendable`: `descriptor` and `size` belong to the writing thread once it has started;
/// everything else is immutable or under a lock.
final class LogFile: LogSink, @unchecked Sendable {
  private static let maximumSize = 8 << 20
  private static let maximumWaiting = 10_000

  private struct Queue {
    var lines: [LogLine] = []
    var dropped = 0
    var isClosed = false
  }

  private let path: String
  private let queue = Mutex(Queue())
  private let wake: Int32
  private var descriptor: Int32
  private var size: Int

  /// Opens the file, or makes it for its owner alone.
  ///
  /// - Returns: `nil` if the file can't be written; `errno` says why.
  init?(path: String) {
    self.path = path
    descriptor = Self.openFile(path)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    wake = eventfd(0, Int32(EFD_CLOEXEC.rawValue))
    guard wake >= 0 else {
      Glibc.close(descriptor)
      return nil
    }
    startThread(name: "log") { [self] in writeUntilClosed() }
  }

  func write(_ line: LogLine) {
    queue.withLock { queue in
      if queue.lines.count < Self.maximumWaiting {
        queue.lines.append(line)
      } else {
        queue.dropped += 1
      }
    }
    eventfd_write(wake, 1)
  }

  /// Lets the thread write what waits and end.
  func close() {
    queue.withLock { $0.isClosed = true }
    eventfd_write(wake, 1)
  }

  private static func openFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
  }

  private func writeUntilClosed() {
    while true {
      var count: eventfd_t = 0
      eventfd_read(wake, &count)
      let batch = queue.withLock { queue in
        let batch = queue
        queue.lines = []
        queue.dropped = 0
        return batch
      }
      var text = batch.lines.map(Self.text).joined()
      if batch.dropped > 0 { text += "(\(batch.dropped) lines were dropped)\n" }
      append(text)
      if batch.isClosed { break }
    }
    Glibc.close(descriptor)
    Glibc.close(wake)
  }

  /// A log must never stop what it reports on: what can't be written is lost.
  private func append(_ text: String) {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { break }
      rest = rest.dropFirst(written)
    }
    size += bytes.count
    if size > Self.maximumSize { rotate() }
  }

  private func rotate() {
    guard rename(path, path + ".1") == 0 else { return }
    let fresh = Self.openFile(path)
    guard fresh >= 0 else { return }
    Glibc.close(descriptor)
    descriptor = fresh
    size = 0
  }

  private static func text(of line: LogLine) -> String {
    let level = line.level.rawValue.uppercased()
    let connector = line.connectorID.map { " [\($0)]" } ?? ""
    return "\(line.at) \(level)\(connector) \(escaped(line.message))\n"
  }

  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return text
    }
    return text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    .joined()
  }
}
