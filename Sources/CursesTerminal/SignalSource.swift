internal import CTerminalSupport
internal import Glibc

/// Reads the signals that ``CursesTerminal/blockSignals()`` blocked.
final class SignalSource {
  let descriptor: Int32
  /// Read already, but not handed over.
  private var kept: [Int32] = []

  init() throws(TerminalError) {
    descriptor = connector_make_signal_descriptor()
    guard descriptor >= 0 else {
      throw TerminalError("The system has no descriptor left: \(systemMessage(errno)).")
    }
  }

  deinit { close(descriptor) }

  /// Forgets signals that have arrived already.
  func discard(_ unwanted: [Int32]) {
    kept = signals().filter { !unwanted.contains($0) }
  }

  /// The signals that arrived, each once.
  func signals() -> [Int32] {
    var signals = kept
    kept = []
    while true {
      let signal = connector_read_signal(descriptor)
      guard signal != 0 else { return signals }
      if !signals.contains(signal) { signals.append(signal) }
    }
  }
}
