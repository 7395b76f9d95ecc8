internal import ConcurrencySupport
internal import ConsoleConfiguration
internal import EngineAPI
internal import Glibc
internal import Synchronization
internal import SyncEngine

/// Appends the engine's log to a file or to a stream of the process, on a thread of its own.
///
/// See ``LogForm`` for what a line looks like. At 8 MiB the file is renamed to `….1` and a new one
/// begun. While the disk is slower than the log, at most 10,000 lines wait; more are dropped and
/// counted.
///
/// `@unchecked Sendable`: `descriptor` and `size` belong to the writing thread once it has started;
/// everything else is immutable.
final class LogFile: LogSink, @unchecked Sendable {
  private static let maximumSize = 8 << 20

  private enum Entry {
    case line(LogLine)
    case reopening
  }

  /// `nil` for a stream.
  private let path: String?
  private let form: LogForm
  private let queue = BlockingQueue<Entry>(capacity: 10_000)
  private let written = BlockingQueue<Void>(capacity: 1)
  private var descriptor: Int32
  private var size: Int
  /// Why the file could not be opened when the log was made, for a person; `nil` if it was.
  let complaint: String?
  private let firstFault = Mutex<Int32?>(nil)

  /// Opens the file, or makes it for its owner alone.
  ///
  /// - Parameters:
  ///   - path: a file whose folder may come into being later: it is tried again then.
  ///   - format: what lines look like.
  init(path: String, format: LogSettings.Format) {
    self.path = path
    form = LogForm(format)
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

  /// Writes to a stream that is open and stays so.
  ///
  /// - Parameters:
  ///   - stream: its descriptor.
  ///   - form: what lines look like.
  init(stream: Int32, form: LogForm) {
    path = nil
    self.form = form
    descriptor = stream
    complaint = nil
    size = 0
    startThread(name: "log") { [self] in writeUntilClosed() }
  }

  private var isOpen: Bool { descriptor >= 0 }

  func write(_ line: LogLine) { queue.push(.line(line)) }

  /// Opens the file anew under its name, once what waits is written: after `logrotate`, say.
  func reopen() { queue.push(.reopening) }

  /// Why lines were lost, for a person; `nil` if none was.
  ///
  /// Ask once it is closed.
  var loss: String? {
    guard complaint == nil, let code = firstFault.withLock({ $0 }) else { return nil }
    return "The log \(path ?? "") is not whole: \(String(cString: strerror(code)))."
  }

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
      var text = ""
      for entry in batch.elements {
        switch entry {
        case .line(let line): text += form.text(of: line)
        case .reopening:
          append(text)
          text = ""
          openAnew()
        }
      }
      if batch.dropped > 0 { text += form.text(ofDropped: batch.dropped) }
      append(text)
      if batch.isLast { break }
    }
    if isOpen, path != nil { Glibc.close(descriptor) }
    written.close()
  }

  /// A log must never stop what it reports on: what can't be written is lost.
  private func append(_ text: String) {
    guard !text.isEmpty else { return }
    if !isOpen, let path {
      descriptor = Self.openFile(path)
      guard isOpen else { return }
      measure()
    }
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let code = errno
        firstFault.withLock { $0 = $0 ?? code }
        break
      }
      rest = rest.dropFirst(written)
    }
    if path != nil { size += bytes.count }
    if size > Self.maximumSize { rotate() }
  }

  private func measure() {
    var status = stat()
    // Only a regular file has a size to be watched.
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = isFile ? Int(status.st_size) : .min
  }

  private func rotate() {
    guard let path, rename(path, path + ".1") == 0 else { return }
    openAnew()
  }

  private func openAnew() {
    guard let path else { return }
    let fresh = Self.openFile(path)
    guard fresh >= 0 else { return }
    if isOpen { Glibc.close(descriptor) }
    descriptor = fresh
    measure()
  }
}
