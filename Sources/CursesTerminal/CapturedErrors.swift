internal import CTerminalSupport
internal import Glibc

/// Keeps what is written to standard error away from the screen, and shows it afterwards.
///
/// Libraries and the language's runtime write there, above all the reason of a crash.
final class CapturedErrors {
  /// Bytes kept; more than this is forgotten from the beginning.
  private static let limit: off_t = 1 << 20

  let file: Int32
  /// Standard error as it was.
  let original: Int32

  /// Begins to capture; `nil` if standard error is not on a terminal, where it does no harm.
  init?() {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    file = connector_make_memory_file("standard-error")
    guard file >= 0 else { return nil }
    original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    guard original >= 0 else {
      Glibc.close(file)
      return nil
    }
    // Appending, so that cutting the file leaves no hole.
    _ = fcntl(file, F_SETFL, O_APPEND)
    resume()
  }

  deinit {
    Glibc.close(file)
    Glibc.close(original)
  }

  /// Captures again after ``release()``.
  func resume() { dup2(file, STDERR_FILENO) }

  /// Gives standard error back and writes what was captured.
  func release() {
    dup2(original, STDERR_FILENO)
    var buffer = [UInt8](repeating: 0, count: 1024)
    var offset: off_t = 0
    while true {
      let count = buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, offset) }
      guard count > 0 else { break }
      // A line that is gone or stalled takes nothing; there is nobody to tell.
      var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
      guard poll(&ready, 1, 200) > 0, ready.revents & Int16(POLLHUP | POLLERR) == 0 else { break }
      guard write(STDERR_FILENO, buffer, count) > 0 else { break }
      offset += off_t(count)
    }
    ftruncate(file, 0)
  }

  /// Keeps a chatty library from filling the memory.
  func trim() {
    if lseek(file, 0, SEEK_END) > Self.limit { ftruncate(file, 0) }
  }
}
