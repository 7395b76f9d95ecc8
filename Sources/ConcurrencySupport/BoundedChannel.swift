internal import Synchronization

/// A queue between tasks that is bounded in items and in bytes.
///
/// The order of elements is the order in which `send` was entered. An element is queued at once and
/// its sender then waits while the queue is over a limit; so the queue exceeds its limits by at most
/// one element of every sender. Senders go on once the queue has half emptied, which spares
/// thousands of task switches.
package final class BoundedChannel<Element: Sendable>: Sendable {
  /// What a queue holds at most.
  package struct Limits: Hashable, Sendable {
    package var items: Int
    package var bytes: Int

    /// Makes limits.
    package init(items: Int, bytes: Int) {
      self.items = items
      self.bytes = bytes
    }
  }

  /// What a receiver gets.
  package enum Reception: Sendable {
    case elements([Element])
    /// The queue is empty and somebody called ``BoundedChannel/flush()``.
    case flushed
    /// Nothing will follow.
    case finished
  }

  private struct Entry {
    /// Gone once it was received, so that the queue keeps nothing alive that it does not hold.
    var element: Element?
    var items: Int
    var bytes: Int
  }

  private enum End {
    case finished
    case failed(any Error)
  }

  private typealias Waiter = CheckedContinuation<Void, any Error>

  /// Those who wait for one thing.
  private enum Line { case senders, receivers }

  private struct State {
    var entries: [Entry] = []
    /// The first entry that was not received yet.
    var head = 0
    var items = 0
    var bytes = 0
    var end: End?
    var isFlushing = false
    var senders: [(id: Int, waiter: Waiter)] = []
    var receivers: [(id: Int, waiter: Waiter)] = []
    var lastWaiter = 0

    subscript(line: Line) -> [(id: Int, waiter: Waiter)] {
      get { line == .senders ? senders : receivers }
      set {
        switch line {
        case .senders: senders = newValue
        case .receivers: receivers = newValue
        }
      }
    }
  }

  /// What the queue holds at most.
  package let limits: Limits
  private let wakeItems: Int
  private let wakeBytes: Int
  private let state = Mutex(State())

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - limits: what it holds at most.
  ///   - wakeItems: a waiting receiver sleeps on until so many items are there, the queue is
  ///     finished or ``flush()`` is called.
  package init(_ limits: Limits, wakeItems: Int = 1) {
    self.limits = limits
    self.wakeItems = max(1, min(wakeItems, limits.items / 2))
    wakeBytes = limits.bytes / 4
  }

  /// Items and bytes that wait now.
  package var load: (items: Int, bytes: Int) { state.withLock { ($0.items, $0.bytes) } }

  /// Adds an element, then waits while the queue is over a limit.
  ///
  /// - Throws: the error of ``fail(_:)``, or `CancellationError` once the sending task is cancelled
  ///   or the queue is finished.
  package func send(_ element: Element, items: Int = 1, bytes: Int = 0) async throws {
    let (receiver, mustWait) = try state.withLock { state in
      try Self.checkOpen(state)
      state.entries.append(Entry(element: element, items: items, bytes: bytes))
      state.items += items
      state.bytes += bytes
      let isOver = state.items > limits.items || state.bytes > limits.bytes
      return (takeReceiver(&state), isOver)
    }
    receiver?.resume()
    if mustWait { try await waitForRoom() }
  }

  /// Takes what is there, waiting for at least one element.
  ///
  /// - Parameter items: stops taking after so many items; at least one element is taken.
  /// - Returns: what was there, or why nothing is.
  /// - Throws: the error of ``fail(_:)``, or `CancellationError`.
  package func receive(atMost items: Int = .max) async throws -> Reception {
    while true {
      try Task.checkCancellation()
      let (reception, senders) = try state.withLock { state in
        let reception = try take(atMost: items, from: &state)
        return (reception, reception == nil ? [] : takeSenders(&state))
      }
      for sender in senders { sender.waiter.resume() }
      if let reception { return reception }
      try await waitForElements()
    }
  }

  /// Says that nothing will follow; what is queued is still received.
  package func finish() { end(.finished) }

  /// Drops what is queued and makes everybody throw.
  package func fail(_ error: any Error) { end(.failed(error)) }

  /// Wakes a receiver even if little or nothing is there.
  package func flush() {
    let receiver: Waiter? = state.withLock { state in
      guard !state.receivers.isEmpty else { return nil }
      state.isFlushing = true
      return state.receivers.removeFirst().waiter
    }
    receiver?.resume()
  }

  private func end(_ end: End) {
    let waiters: [Waiter] = state.withLock { state in
      guard state.end == nil || Self.isFailure(end) else { return [] }
      state.end = end
      if case .failed = end { Self.drop(&state) }
      defer {
        state.senders = []
        state.receivers = []
      }
      return state.senders.map(\.waiter) + state.receivers.map(\.waiter)
    }
    for waiter in waiters { waiter.resume() }
  }

  private static func isFailure(_ end: End) -> Bool {
    if case .failed = end { true } else { false }
  }

  private static func drop(_ state: inout State) {
    state.entries = []
    state.head = 0
    state.items = 0
    state.bytes = 0
  }

  private static func checkOpen(_ state: State) throws {
    switch state.end {
    case nil: break
    case .finished: throw CancellationError()
    case .failed(let error): throw error
    }
  }

  private func take(atMost items: Int, from state: inout State) throws -> Reception? {
    if case .failed(let error) = state.end { throw error }
    guard state.head < state.entries.count else {
      if state.isFlushing {
        state.isFlushing = false
        return .flushed
      }
      return state.end == nil ? nil : .finished
    }
    var taken: [Element] = []
    var count = 0
    while state.head < state.entries.count, taken.isEmpty || count < items {
      let entry = state.entries[state.head]
      if let element = entry.element { taken.append(element) }
      state.entries[state.head].element = nil
      count += entry.items
      state.items -= entry.items
      state.bytes -= entry.bytes
      state.head += 1
    }
    state.isFlushing = false
    Self.compact(&state)
    return .elements(taken)
  }

  private static func compact(_ state: inout State) {
    if state.head == state.entries.count {
      state.entries.removeAll(keepingCapacity: true)
      state.head = 0
    } else if state.head > 64, state.head > state.entries.count / 2 {
      state.entries.removeFirst(state.head)
      state.head = 0
    }
  }

  private func takeReceiver(_ state: inout State) -> Waiter? {
    guard state.items >= wakeItems || state.bytes >= wakeBytes, !state.receivers.isEmpty else {
      return nil
    }
    return state.receivers.removeFirst().waiter
  }

  private func takeSenders(_ state: inout State) -> [(id: Int, waiter: Waiter)] {
    guard state.items <= limits.items / 2, state.bytes <= limits.bytes / 2 else { return [] }
    defer { state.senders = [] }
    return state.senders
  }

  private func waitForRoom() async throws {
    try await wait(in: .senders) { [limits] state in
      state.end != nil || (state.items <= limits.items && state.bytes <= limits.bytes)
    }
    try state.withLock { state in
      if case .failed(let error) = state.end { throw error }
    }
  }

  private func waitForElements() async throws {
    try await wait(in: .receivers) { state in
      state.end != nil || state.head < state.entries.count
    }
  }

  /// Waits in a line of waiters unless there is no reason to.
  private func wait(
    in line: Line,
    unless isNeedless: (State) -> Bool
  ) async throws {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (waiter: Waiter) in
        let result: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if isNeedless(state) { return .success(()) }
          state[line].append((id, waiter))
          return nil
        }
        if let result { waiter.resume(with: result) }
      }
    } onCancel: {
      let waiter: Waiter? = state.withLock { state in
        guard let index = state[line].firstIndex(where: { $0.id == id }) else {
          return nil
        }
        return state[line].remove(at: index).waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
  }
}
