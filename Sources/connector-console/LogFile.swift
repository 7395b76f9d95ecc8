internal import ConcurrencySupport
internal import EngineAPI
internal import Glibc
internal import SyncEngine

/// Appends the engine's log to a file, on a thread of its own.
///
/// A line takes the form `2026-11-24T03:00:00.000Z WARNING [connector] message`; control characters
/// in it are written as `\u{1b}`, so that a hostile title cannot reach the terminal of whoever reads
/// the file. At 8 MiB the file is renamed to `….1` and a new one begun. While the disk is slower
/// than the log, at most 10,000 lines wait; more are dropped and counted.
///
/// `@unchecked Sendable`: `descriptor` and `size` belong to the writing thread once it has started;
/// everything else is immutable.
final class LogFile: LogSink, @unchecked Sendable {
  private static let maximumSize = 8 << 20

  private let path: String
  private let queue = BlockingQueue<LogLine>(capacity: 10_000)
  private let written = BlockingQueue<Void>(capacity: 1)
  private var descriptor: Int32
  private var size: Int
  /// Why the file could not be opened when the log was made, for a person; `nil` if it was.
  let complaint: String?

  /// Opens the file, or makes it for its owner alone.
  ///
  /// - Parameter path: a file whose folder may come into being later: it is tried again then.
  init(path: String) {
    self.path = path
    descriptor = Self.openFile(path)
    let reason = descriptor < 0 ? String(cString: strerror(errno)) : nil
    complaint = reason.map {
      "The log \(path) can't be written: \($0). Name a file that you may write, in a folder that "
        + "exists, with --log."
    }
    size = 0
    if isOpen { measure() }
    startThread(name: "log") { [self] in writeUntilClosed() }
  }

  private var isOpen: Bool { descriptor >= 0 }

  func write(_ line: LogLine) { queue.push(line) }

  /// Lets the thread write what waits, for at most a second.
  func close() {
    queue.close()
    _ = written.takeAll(timeout: .seconds(1))
  }

  private static func openFile(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
  }

  private func writeUntilClosed() {
    while true {
      let batch = queue.takeAll()
      var text = batch.elements.map(Self.text).joined()
      if batch.dropped > 0 { text += "(\(batch.dropped) lines were dropped)\n" }
      append(text)
      if batch.isLast { break }
    }
    if isOpen { Glibc.close(descriptor) }
    written.close()
  }

  /// A log must never stop what it reports on: what can't be written is lost.
  private func append(_ text: String) {
    if !isOpen {
      descriptor = Self.openFile(path)
      guard isOpen else { return }
      measure()
    }
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

  private func measure() {
    var status = stat()
    size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
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
