import ConnectorKit
import Synchronization

/// A clock that moves only when a test says so.
final class VirtualClock: Sendable {
  private struct Sleeper {
    var id: Int
    var until: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var elapsed = Duration.zero
    var sleepers: [Sleeper] = []
    var lastID = 0
  }

  /// The wall-clock time at the start.
  let start: Timestamp
  private let state = Mutex(State())

  init(start: Timestamp = Timestamp(secondsSince1970: 1_800_000_000)) { self.start = start }

  var elapsed: Duration { state.withLock { $0.elapsed } }

  var now: Timestamp { start + elapsed }

  /// How many tasks sleep.
  var sleepers: Int { state.withLock { $0.sleepers.count } }

  func sleep(_ duration: Duration) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if Task.isCancelled { return true }
          state.sleepers.append(
            Sleeper(id: id, until: state.elapsed + duration, continuation: continuation))
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves the clock and wakes those whose time has come.
  func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.elapsed += duration
      let due = state.sleepers.filter { $0.until <= state.elapsed }
      state.sleepers.removeAll { $0.until <= state.elapsed }
      return due.sorted { $0.until < $1.until }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }
}
