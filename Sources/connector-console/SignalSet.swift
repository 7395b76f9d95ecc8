internal import Glibc

/// Signals that are waited for by a thread in place of a handler.
struct SignalSet: Sendable {
  private let numbers: [Int32]

  /// Makes a set.
  init(_ numbers: [Int32]) { self.numbers = numbers }

  /// Keeps the signals from every thread that is started from now on.
  func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Waits for the signals for ever, on a thread of its own.
  func watch(_ handle: (Int32) -> Void) -> Never {
    var set = set
    while true {
      var signal: Int32 = 0
      if sigwait(&set, &signal) == 0 { handle(signal) }
    }
  }

  private var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }
}
