internal import Synchronization

/// A value that one task makes and others wait for.
package final class Promise<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, any Error>?
    var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
    var lastWaiter = 0
  }

  private let state = Mutex(State())

  /// Makes a promise without a value.
  package init() {}

  /// Gives the value; only the first one counts.
  ///
  /// - Returns: whether this was the first.
  @discardableResult
  package func fulfill(_ result: Result<Value, any Error>) -> Bool {
    let waiters: [CheckedContinuation<Value, any Error>]? = state.withLock { state in
      guard state.result == nil else { return nil }
      state.result = result
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    guard let waiters else { return false }
    for waiter in waiters { waiter.resume(with: result) }
    return true
  }

  /// Waits for the value.
  ///
  /// - Throws: the error the promise was fulfilled with, or `CancellationError` as soon as the
  ///   waiting task is cancelled.
  package func value() async throws -> Value {
    let id = newWaiter()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        register(continuation, as: id, isCancellable: true)
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
      waiter?.resume(throwing: CancellationError())
    }
  }

  /// Waits for the value even if the waiting task is cancelled.
  ///
  /// - Throws: the error the promise was fulfilled with.
  package func valueDespiteCancellation() async throws -> Value {
    let id = newWaiter()
    return try await withCheckedThrowingContinuation { continuation in
      register(continuation, as: id, isCancellable: false)
    }
  }

  private func newWaiter() -> Int {
    state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
  }

  private func register(
    _ continuation: CheckedContinuation<Value, any Error>, as id: Int, isCancellable: Bool
  ) {
    let result: Result<Value, any Error>? = state.withLock { state in
      if let result = state.result { return result }
      if isCancellable, Task.isCancelled { return .failure(CancellationError()) }
      state.waiters[id] = continuation
      return nil
    }
    if let result { continuation.resume(with: result) }
  }
}
