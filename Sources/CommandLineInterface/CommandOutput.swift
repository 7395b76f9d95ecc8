internal import Glibc
internal import Synchronization
internal import TerminalKit

/// Where commands print.
package protocol CommandOutput: Sendable {
  /// Cells of a row of standard output; `nil` if it is no terminal.
  var columns: Int? { get }
  /// Cells of a row of standard error; `nil` if it is no terminal.
  var errorColumns: Int? { get }
  /// Prints results.
  func write(_ text: String)
  /// Prints progress and errors.
  func writeError(_ text: String)
}

/// Standard output and standard error.
///
/// A reader that has gone (`| head`) is no error: what it does not want is lost. For that SIGPIPE
/// must be ignored, which is up to the program.
package struct StandardStreams: CommandOutput {
  /// The first error that kept results from being printed.
  private final class Faults: Sendable {
    let first = Mutex<Int32?>(nil)
  }

  private let faults = Faults()

  /// Makes the streams.
  package init() {}

  /// Why results could not be printed, for a person; `nil` if they could.
  package var problem: String? {
    faults.first.withLock { $0 }.map { code in
      "The output can't be written: \(unsafe String(cString: strerror(code)))."
    }
  }

  package var columns: Int? { Self.columns(of: STDOUT_FILENO) }
  package var errorColumns: Int? { Self.columns(of: STDERR_FILENO) }
  package func write(_ text: String) {
    guard let code = Self.write(text, to: STDOUT_FILENO), code != EPIPE else { return }
    faults.first.withLock { $0 = $0 ?? code }
  }
  package func writeError(_ text: String) { _ = Self.write(text, to: STDERR_FILENO) }

  private static func columns(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let result = unsafe withUnsafeMutablePointer(to: &size) { pointer in
      unsafe ioctl(descriptor, UInt(TIOCGWINSZ), pointer)
    }
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// - Returns: the number of the error; `nil` if all was written.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      bytes = bytes.dropFirst(count)
    }
    return nil
  }
}

/// How a piece of text is marked on a terminal.
enum Tint: Hashable {
  case plain, strong, good, bad, warning, muted

  /// The parameters of the escape sequence SGR.
  fileprivate var code: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .good: "32"
    case .bad: "31"
    case .warning: "33"
    case .muted: "2"
    }
  }
}

/// Turns harmless text into what a stream takes.
struct Printer: Sendable {
  let isASCII: Bool
  let usesColor: Bool

  var ellipsis: SafeText { isASCII ? "..." : "…" }

  /// Text with its mark, or without where there are no colours.
  func text(_ text: SafeText, _ tint: Tint = .plain) -> String {
    let plain = isASCII ? ascii(text) : text.string
    guard usesColor, let code = tint.code, !text.isEmpty else { return plain }
    return "\u{1B}[\(code)m\(plain)\u{1B}[0m"
  }

  /// Text from anywhere, made harmless.
  func text(_ text: String, _ tint: Tint = .plain) -> String {
    self.text(SafeText(text), tint)
  }

  private func ascii(_ text: SafeText) -> String {
    text.ascii
      ?? text.clusters.map { ASCIIFallback.string($0.text, width: $0.width) }.joined()
  }
}
