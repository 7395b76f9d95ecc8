internal import ConcurrencySupport

extension TaskHost {
  /// Runs work that gets a while to come to its end once the caller is cancelled.
  ///
  /// For requests whose result must be counted once they were sent. After the grace the work is
  /// cancelled and left alone.
  func shield<Value: Sendable>(
    grace: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await run(work) { stop in
      try? await sleep(grace)
      stop.raise()
    }
  }

  /// Runs foreign work; once the caller is cancelled, the work is cancelled too and left alone if
  /// it does not end within a time.
  ///
  /// - Parameters:
  ///   - grace: how long to wait for it after the cancellation.
  ///   - sleep: the clock to wait with.
  ///   - work: what to run.
  /// - Returns: what the work returns.
  /// - Throws: what the work throws, or `CancellationError`.
  func supervise<Value: Sendable>(
    grace: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await run(work) { stop in
      stop.raise()
      try? await sleep(grace)
    }
  }

  /// Runs work as a child of the host.
  ///
  /// - Parameters:
  ///   - work: what to run.
  ///   - end: begins when the caller is cancelled, and cancels the work by raising the signal; when
  ///     it returns, the work is left alone.
  /// - Returns: what the work returns.
  /// - Throws: what the work throws, or `CancellationError`.
  private func run<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value,
    end: @escaping @Sendable (Signal) async -> Void
  ) async throws -> Value {
    let promise = Promise<Value>()
    let stop = Signal()
    let isStarted = start {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          do {
            promise.fulfill(.success(try await work()))
          } catch {
            promise.fulfill(.failure(error))
          }
        }
        group.addTask { try? await stop.wait() }
        await group.next()
        group.cancelAll()
      }
    }
    guard isStarted else { throw CancellationError() }
    do {
      return try await promise.value()
    } catch let error where Task.isCancelled {
      let isTimed = start {
        await end(stop)
        promise.fulfill(.failure(CancellationError()))
      }
      guard isTimed else {
        stop.raise()
        throw error
      }
      return try await promise.valueDespiteCancellation()
    }
  }

  /// Runs foreign work for a limited time.
  ///
  /// - Returns: `nil` if the time was over first; the work is cancelled then.
  func supervise<Value: Sendable>(
    deadline: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await self.supervise(grace: .milliseconds(500), sleep: sleep, work)
      }
      group.addTask {
        try await sleep(deadline)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }
}
