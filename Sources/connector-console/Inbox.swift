internal import ConsoleUI
internal import Synchronization

/// Carries what happened on other threads to the thread of the terminal.
final class Inbox: Sendable {
  private let events = Mutex<[AppEvent]>([])
  private let wake: @Sendable () -> Void

  /// Makes an empty inbox.
  ///
  /// - Parameter wake: ends the terminal's wait; called from any thread after each event.
  init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  /// Adds an event.
  func post(_ event: AppEvent) {
    events.withLock { $0.append(event) }
    wake()
  }

  /// Takes all events out, oldest first.
  func drain() -> [AppEvent] {
    events.withLock { events in
      let drained = events
      events = []
      return drained
    }
  }
}
