internal import Synchronization

/// Lets as many requests pass at a time as ``InFlightLimit`` allows, and none while the index wants
/// to be left alone.
final class RequestGate: Sendable {
  /// The right to have one request under way; given back with ``leave(_:_:)``.
  struct Pass: Sendable {
    fileprivate let round: Int
  }

  private typealias Waiter = CheckedContinuation<Void, any Error>

  private struct State {
    var limit: InFlightLimit
    var inFlight = 0
    var closedUntil: Duration?
    var waiters: [(id: Int, waiter: Waiter)] = []
    var lastWaiter = 0
  }

  private enum Admission {
    case passed(Pass), full
    case closed(Duration)
  }

  private let state: Mutex<State>
  private let monotonic: @Sendable () -> Duration
  private let sleep: @Sendable (Duration) async throws -> Void

  /// Makes an open gate for so many requests at most.
  init(
    maximum: Int, monotonic: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    state = Mutex(State(limit: InFlightLimit(maximum: maximum)))
    self.monotonic = monotonic
    self.sleep = sleep
  }

  /// How many requests are under way, and how many may be.
  var load: (inFlight: Int, allowed: Int) { state.withLock { ($0.inFlight, $0.limit.allowed) } }

  /// Waits for a place.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func enter() async throws -> Pass {
    while true {
      try Task.checkCancellation()
      switch admit() {
      case .passed(let pass): return pass
      case .closed(let time): try await sleep(time)
      case .full: try await waitForPlace()
      }
    }
  }

  /// Gives a place back and tells what became of the request.
  func leave(_ pass: Pass, _ answer: InFlightLimit.Answer) {
    let waiters: [Waiter] = state.withLock { state in
      state.limit.note(answer, begunIn: pass.round)
      state.inFlight -= 1
      let free = max(0, state.limit.allowed - state.inFlight)
      let woken = state.waiters.prefix(free).map(\.waiter)
      state.waiters.removeFirst(woken.count)
      return woken
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Lets nobody pass for a time.
  func close(for time: Duration) {
    let end = monotonic() + time
    state.withLock { $0.closedUntil = max($0.closedUntil ?? end, end) }
  }

  private func admit() -> Admission {
    let now = monotonic()
    return state.withLock { state in
      if let end = state.closedUntil {
        if now < end { return .closed(end - now) }
        state.closedUntil = nil
      }
      guard state.inFlight < state.limit.allowed else { return .full }
      state.inFlight += 1
      return .passed(Pass(round: state.limit.round))
    }
  }

  private func waitForPlace() async throws {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (waiter: Waiter) in
        let result: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.inFlight < state.limit.allowed { return .success(()) }
          state.waiters.append((id, waiter))
          return nil
        }
        if let result { waiter.resume(with: result) }
      }
    } onCancel: {
      let waiter: Waiter? = state.withLock { state in
        guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return state.waiters.remove(at: index).waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
  }
}
