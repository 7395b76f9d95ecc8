internal import EngineAPI
internal import Glibc
internal import SyncEngine
internal import Synchronization

/// What a running service has told so far, to its log and to systemd.
struct ServeSession {
  private let engine: SyncService
  private let journal: Journal
  private let notifier: SystemdNotifier
  private let storeName: String
  private var isReady = false
  private var isOpen = false
  /// Whether the service was told to end.
  private(set) var isStopping = false
  private let probe = Probe()

  /// Makes the session of a service that was just started.
  init(engine: SyncService, journal: Journal, notifier: SystemdNotifier, storeName: String) {
    self.engine = engine
    self.journal = journal
    self.notifier = notifier
    self.storeName = storeName
  }

  /// Tells how opening the store went.
  ///
  /// systemd hears that the service is ready even while the server is away: it works as meant then,
  /// and would be started anew in vain.
  /// - Returns: whether the service goes on.
  mutating func note(_ opening: StoreOpening) -> Bool {
    switch opening {
    case .open:
      isOpen = true
      journal.write(.info, "Serving on \(storeName).")
      tell("Serving on \(storeName)")
    case .waiting(let message): tell("Waiting for \(storeName): \(message)")
    case .refused(let message):
      guard isOpen || isStopping else {
        notifier.stopping(message)
        return false
      }
      tell(message)
    }
    return true
  }

  private mutating func tell(_ status: String) {
    guard !isStopping else { return }
    if isReady { notifier.status(status) } else { notifier.ready(status) }
    isReady = true
  }

  /// Begins to stop.
  ///
  /// - Returns: `false` if that was asked for before, so that the program ends at once.
  mutating func stop(_ signal: Int32) -> Bool {
    let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
    guard !isStopping else {
      journal.write(.warning, "\(name) again: ending at once.")
      return false
    }
    isStopping = true
    journal.write(.info, "\(name): suspending the running syncs.")
    notifier.stopping("Suspending the running syncs")
    return true
  }

  /// Tells that the service has stopped.
  func end() { journal.write(.info, "The service has stopped.") }

  /// Opens the log's file anew.
  func reopenLog() { journal.reopen() }

  /// Tells systemd that the service lives, if the engine answers.
  ///
  /// While the store is not open the engine has nothing to answer with, and while it stops systemd
  /// has another limit.
  func giveSignOfLife() {
    guard isOpen, !isStopping else { return notifier.watchdog() }
    // An engine that has not answered the last time gets no sign of life.
    guard
      probe.isBusy.compareExchange(
        expected: false, desired: true, ordering: .relaxed
      ).exchanged
    else { return }
    let (engine, notifier, probe) = (engine, notifier, probe)
    Task {
      _ = await engine.perform(.log(connectorID: "", limit: 0))
      probe.isBusy.store(false, ordering: .relaxed)
      notifier.watchdog()
    }
  }

  /// Whether the engine is being asked.
  private final class Probe: Sendable {
    let isBusy = Atomic(false)
  }
}
