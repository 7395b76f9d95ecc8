internal import Synchronization

/// Memory that is lent out to those who need much of it, so that they do not all take it at once.
///
/// Loans are granted in the order in which they were asked for. One that is larger than the whole
/// budget is granted once nothing else is lent, so whoever needs it is alone with it.
package final class ByteBudget: Sendable {
  /// Some of the budget; whoever drops it gives it back.
  package final class Loan: Sendable {
    private let budget: ByteBudget
    private let bytes: Int

    fileprivate init(_ budget: ByteBudget, _ bytes: Int) {
      self.budget = budget
      self.bytes = bytes
    }

    deinit { budget.giveBack(bytes) }
  }

  private typealias Waiter = CheckedContinuation<Loan, any Error>

  private struct State {
    var lent = 0
    var lastID = 0
    var line: [(id: Int, bytes: Int, waiter: Waiter)] = []
  }

  /// What is lent at a time; a single larger loan exceeds it.
  package let bytes: Int
  private let state = Mutex(State())

  /// Makes a budget.
  package init(bytes: Int) { self.bytes = bytes }

  /// How many wait for a loan.
  package var waiting: Int { state.withLock { $0.line.count } }

  /// Borrows, waiting until there is enough.
  ///
  /// - Throws: `CancellationError` once the waiting task is cancelled.
  package func borrow(_ wanted: Int) async throws -> Loan {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (waiter: Waiter) in
        let isGranted: Bool? = state.withLock { state in
          if Task.isCancelled { return nil }
          guard state.line.isEmpty, fits(wanted, state) else {
            state.line.append((id, wanted, waiter))
            return false
          }
          state.lent += wanted
          return true
        }
        switch isGranted {
        case nil: waiter.resume(throwing: CancellationError())
        case true?: waiter.resume(returning: Loan(self, wanted))
        case false?: break
        }
      }
    } onCancel: {
      let waiter: Waiter? = state.withLock { state in
        guard let index = state.line.firstIndex(where: { $0.id == id }) else { return nil }
        return state.line.remove(at: index).waiter
      }
      waiter?.resume(throwing: CancellationError())
      // Whoever stood behind may fit.
      giveBack(0)
    }
  }

  private func fits(_ wanted: Int, _ state: State) -> Bool {
    state.lent == 0 || wanted <= bytes - state.lent
  }

  private func giveBack(_ returned: Int) {
    let granted: [(bytes: Int, waiter: Waiter)] = state.withLock { state in
      state.lent -= returned
      var granted: [(Int, Waiter)] = []
      while let first = state.line.first, fits(first.bytes, state) {
        state.lent += first.bytes
        granted.append((first.bytes, first.waiter))
        state.line.removeFirst()
      }
      return granted
    }
    for (bytes, waiter) in granted { waiter.resume(returning: Loan(self, bytes)) }
  }
}
