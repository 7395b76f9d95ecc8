internal import ConnectorKit
internal import ConcurrencySupport
internal import Synchronization

/// One life of a data source: calls that can be given up, and one `close` after the last of them.
final class SourceSession: Sendable {
  private struct State {
    var calls = 0
    var isClosing = false
  }

  /// How long a cancelled call may take before it is left alone.
  private static let grace = Duration.milliseconds(700)

  private let source: any DataSource
  private let host: TaskHost
  private let sleep: @Sendable (Duration) async throws -> Void
  private let state = Mutex(State())
  private let closed = Promise<Void>()

  /// Takes over a data source.
  init(
    _ source: any DataSource, host: TaskHost,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.source = source
    self.host = host
    self.sleep = sleep
  }

  /// Calls the data source.
  ///
  /// - Throws: what the call throws, or `CancellationError` within a second of a cancellation.
  func call<Value: Sendable>(
    _ body: @escaping @Sendable (any DataSource) async throws -> Value
  ) async throws -> Value {
    try await host.supervise(grace: Self.grace, sleep: sleep) { [self] in
      state.withLock { $0.calls += 1 }
      do {
        let value = try await body(source)
        await endCall()
        return value
      } catch {
        await endCall()
        throw error
      }
    }
  }

  /// Closes the data source as soon as no call runs.
  ///
  /// Waits for it, but neither for a call that was left alone nor longer than a second.
  func close() async {
    let isIdle = state.withLock { state in
      state.isClosing = true
      return state.calls == 0
    }
    guard isIdle, host.start({ [self] in await closeNow() }) else { return }
    let isTimed = host.start { [self] in
      try? await sleep(.seconds(1))
      closed.fulfill(.success(()))
    }
    if isTimed { _ = try? await closed.valueDespiteCancellation() }
  }

  private func endCall() async {
    let isLast = state.withLock { state in
      state.calls -= 1
      return state.isClosing && state.calls == 0
    }
    if isLast { await closeNow() }
  }

  private func closeNow() async {
    await source.close()
    closed.fulfill(.success(()))
  }
}
