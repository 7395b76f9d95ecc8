internal import CTerminalSupport
internal import Glibc
internal import TerminalKit

/// The terminal's line: its modes, what was read, and what waits to be written.
///
/// Writing never blocks: what the line does not take waits in a queue. For the terminal's thread
/// only.
final class TerminalDevice {
  /// Bytes that may wait; a frame is far smaller, a copy at most 200,000.
  static let queueLimit = 4 << 20

  private let descriptor: Int32
  private let saved: termios
  private var queue: [UInt8] = []
  private var written = 0
  /// Whether the line is gone.
  private(set) var isHungUp = false
  /// Whether the descriptor is our own, so that it may be non-blocking.
  private let isOwn: Bool

  /// Opens the line of two descriptors, which stay open and as they are.
  init(input: Int32, output: Int32) throws(TerminalError) {
    guard isatty(output) == 1 else {
      throw TerminalError(
        "Standard output is not a terminal; run the console in one, or use a command such as "
          + "“connectors” or “search” (see --help).")
    }
    guard isatty(input) == 1 else {
      throw TerminalError(
        "Standard input is not a terminal; run the console without redirecting its input.")
    }
    let reopened = connector_reopen_terminal(output)
    isOwn = reopened >= 0
    descriptor = isOwn ? reopened : fcntl(output, F_DUPFD_CLOEXEC, 3)
    guard descriptor >= 0 else {
      throw TerminalError("The terminal can't be opened: \(systemMessage(errno)).")
    }
    var modes = termios()
    guard tcgetattr(descriptor, &modes) == 0 else {
      let reason = systemMessage(errno)
      Glibc.close(descriptor)
      throw TerminalError("The terminal does not tell its modes: \(reason).")
    }
    saved = modes
  }

  deinit { Glibc.close(descriptor) }

  // MARK: Modes

  /// Hands every key over at once and as it is; `^C` and `^Z` too.
  func makeRaw() {
    var modes = saved
    cfmakeraw(&modes)
    modes.c_cflag |= tcflag_t(CS8)
    // Reads return at once with what there is.
    withUnsafeMutableBytes(of: &modes.c_cc) { characters in
      characters[Int(VMIN)] = isOwn ? 1 : 0
      characters[Int(VTIME)] = 0
    }
    setModes(modes)
  }

  /// Gives the line the modes that it had.
  func restoreModes() { setModes(saved) }

  private func setModes(_ modes: termios) {
    var modes = modes
    if connector_set_modes(descriptor, &modes) != 0, errno == EIO { isHungUp = true }
  }

  /// The size in cells; `nil` if the line does not know it.
  var size: Size? {
    var rows: Int32 = 0
    var columns: Int32 = 0
    guard connector_terminal_size(descriptor, &rows, &columns) == 0 else { return nil }
    return Size(width: Int(columns), height: Int(rows))
  }

  /// Stops the program while another one has the terminal, as reading from it would.
  func waitForForeground() throws(TerminalError) {
    guard connector_wait_for_foreground(descriptor) == 0 else {
      throw TerminalError("The console runs in the background; start it in the foreground.")
    }
  }

  var isInForeground: Bool { connector_is_in_foreground(descriptor) != 0 }

  /// Restores the line if the program crashes or exits from here on.
  func armGuard(_ sequence: [UInt8], errors: CapturedErrors?) {
    var modes = saved
    sequence.withUnsafeBytes { bytes in
      connector_arm_guard(
        descriptor, &modes, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
        errors?.file ?? -1, errors?.original ?? -1)
    }
  }

  // MARK: Reading

  /// What arrived; empty if nothing did.
  func read() -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { return Array(chunk.prefix(count)) }
    if count == 0 ? isOwn : !Self.isTemporary(errno) { isHungUp = true }
    return []
  }

  private static func isTemporary(_ error: Int32) -> Bool {
    error == EAGAIN || error == EINTR || error == EWOULDBLOCK
  }

  // MARK: Writing

  /// Whether something waits to be written.
  var isBehind: Bool { written < queue.count }

  /// Adds bytes to the queue and writes what the line takes now.
  func write(_ bytes: [UInt8]) {
    guard !isHungUp, !bytes.isEmpty else { return }
    guard queue.count - written + bytes.count <= Self.queueLimit else { return }
    queue.append(contentsOf: bytes)
    flush()
  }

  /// Writes what the line takes now.
  func flush() {
    while isBehind, !isHungUp {
      // A shared descriptor blocks if it gets more than fits.
      if !isOwn, !isWritable() { return }
      let limit = isOwn ? queue.count - written : min(256, queue.count - written)
      let count = queue.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, limit)
      }
      if count > 0 {
        written += count
      } else if errno == EINTR {
        continue
      } else {
        if !Self.isTemporary(errno) { isHungUp = true }
        return
      }
    }
    queue.removeAll(keepingCapacity: true)
    written = 0
  }

  private func isWritable() -> Bool {
    var ready = pollDescriptor(isReading: false)
    ready.events = Int16(POLLOUT)
    return poll(&ready, 1, 0) > 0 && ready.revents & Int16(POLLOUT) != 0
  }

  /// Waits until everything is written, but no longer than a time.
  ///
  /// - Returns: whether everything was written.
  func drain(within limit: Duration) -> Bool {
    let deadline = ContinuousClock.now + limit
    flush()
    while isBehind, !isHungUp {
      let rest = deadline - .now
      guard rest > .zero else { return false }
      var ready = pollDescriptor(isReading: false)
      _ = poll(&ready, 1, rest.roundedMilliseconds)
      flush()
    }
    return !isHungUp
  }

  /// Forgets what waits here and in the system.
  func discard() {
    queue.removeAll()
    written = 0
    tcflush(descriptor, Int32(TCOFLUSH))
  }

  /// What to wait for on the line.
  func pollDescriptor(isReading: Bool) -> pollfd {
    var events = isReading ? Int16(POLLIN) : 0
    if isBehind { events |= Int16(POLLOUT) }
    return pollfd(fd: descriptor, events: events, revents: 0)
  }

  /// Takes note of what `poll` said about the line.
  func noticed(_ polled: pollfd) {
    if polled.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { isHungUp = true }
  }
}

extension Duration {
  /// Milliseconds for `poll`, rounded up so that a wait is not too short.
  var roundedMilliseconds: Int32 {
    guard self > .zero else { return 0 }
    let parts = components
    guard parts.seconds < 1_000_000 else { return 1_000_000_000 }
    let milliseconds = parts.seconds * 1_000
    return Int32(milliseconds + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
