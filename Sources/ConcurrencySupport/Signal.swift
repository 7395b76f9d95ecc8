internal import Synchronization

/// Wakes tasks that wait; a call that nobody waits for is remembered once.
package final class Signal: Sendable {
  private struct State {
    var isRaised = false
    var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  /// Makes a signal that is not raised.
  package init() {}

  /// Wakes everybody who waits, or else the next one who will.
  package func raise() {
    let waiters = state.withLock { state in
      if state.waiters.isEmpty { state.isRaised = true }
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until the signal is raised.
  ///
  /// - Throws: `CancellationError` as soon as the waiting task is cancelled.
  package func wait() async throws {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.isRaised {
            state.isRaised = false
            return .success(())
          }
          state.waiters[id] = continuation
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
      waiter?.resume(throwing: CancellationError())
    }
  }

  /// Waits until the signal is raised or the time is over.
  ///
  /// - Parameters:
  ///   - duration: how long to wait at most.
  ///   - sleep: the clock to wait with.
  /// - Throws: `CancellationError` if the waiting task is cancelled.
  package func wait(
    atMost duration: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
  ) async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await self.wait() }
      group.addTask { try? await sleep(duration) }
      await group.next()
      group.cancelAll()
    }
    try Task.checkCancellation()
  }
}
