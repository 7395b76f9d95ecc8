internal import Synchronization

/// Brings together a request's transfer and its cancellation, whichever comes first.
final class TransferHandle: Sendable {
  private enum State {
    case empty, cancelled
    case attached(Transfer)
  }

  private let state = Mutex(State.empty)

  /// - Returns: `false` if the request was cancelled already.
  func attach(_ transfer: Transfer) -> Bool {
    state.withLock { state in
      if case .cancelled = state { return false }
      state = .attached(transfer)
      return true
    }
  }

  /// - Returns: the transfer to stop, if there is one.
  func cancel() -> Transfer? {
    state.withLock { state in
      defer { state = .cancelled }
      if case .attached(let transfer) = state { return transfer }
      return nil
    }
  }
}
