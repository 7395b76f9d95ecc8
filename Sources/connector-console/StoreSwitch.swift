internal import ConcurrencySupport
internal import EngineAPI
internal import SyncEngine
internal import Synchronization

/// An engine over one store, with the task that runs it.
struct HostedEngine {
  let engine: SyncService
  private let task: Task<Void, Never>

  /// Starts an engine.
  init(_ engine: SyncService) {
    self.engine = engine
    task = Task { await engine.run() }
  }

  /// Suspends its syncs and ends it; what does not come back is left behind.
  func stop(deadline: Duration) async {
    await engine.shutdown(deadline: deadline)
    task.cancel()
  }
}

/// A change of the store that waits for the engine over the old one to end.
final class StoreSwitch: Sendable {
  /// How long running syncs have to come to a checkpoint.
  private static let deadline = Duration.seconds(5)

  let choice: ConnectionInUse
  private let isOver = Mutex(false)

  /// Ends an engine.
  ///
  /// - Parameters:
  ///   - old: the engine over the former store.
  ///   - choice: what comes after it.
  ///   - wake: called from any thread once the engine has ended.
  init(from old: HostedEngine, to choice: ConnectionInUse, wake: @escaping @Sendable () -> Void) {
    self.choice = choice
    Task { [self] in
      await old.stop(deadline: Self.deadline)
      isOver.withLock { $0 = true }
      wake()
    }
  }

  /// Whether the former store is free.
  var isDone: Bool { isOver.withLock { $0 } }
}
