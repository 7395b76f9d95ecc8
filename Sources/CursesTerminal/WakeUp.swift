internal import CTerminalSupport
internal import Glibc

/// Wakes the terminal's thread from any other.
package final class WakeUp: Sendable {
  let descriptor: Int32

  init() throws(TerminalError) {
    descriptor = connector_make_event_descriptor()
    guard descriptor >= 0 else {
      throw TerminalError("The system has no descriptor left: \(systemMessage(errno)).")
    }
  }

  deinit { close(descriptor) }

  /// Makes ``CursesTerminal/nextEvent(timeout:)`` return ``TerminalEvent/wakeUp`` soon.
  ///
  /// Never blocks; several calls before the thread wakes make one event.
  package func signal() {
    var one: UInt64 = 1
    // A full counter means that it is awake already.
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes what was signalled.
  func clear() -> Bool {
    var count: UInt64 = 0
    return read(descriptor, &count, MemoryLayout<UInt64>.size) > 0
  }
}

/// What the system says about an error number.
func systemMessage(_ number: Int32) -> String {
  guard let text = strerror(number) else { return "error \(number)" }
  return String(cString: text)
}
