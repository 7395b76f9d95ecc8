package import TerminalKit

/// What the terminal reports to the program.
package enum TerminalEvent: Hashable, Sendable {
  /// A person did something, or the terminal changed its size.
  case input(InputEvent)
  /// ``WakeUp/signal()`` was called, once or more.
  case wakeUp
  /// The program is back from the shell; the last frame is drawn again already.
  case resumed
  /// The line is gone. Nothing can be shown or read any more.
  case hangUp
  /// The program is asked to end, by SIGTERM or SIGINT.
  case terminate(signal: Int32)
}

/// Why a terminal can't be used: one sentence that says what to do.
package struct TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String

  /// Makes an error.
  package init(_ message: String) { self.message = message }

  package var description: String { message }
}
