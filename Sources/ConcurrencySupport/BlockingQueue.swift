internal import Glibc

/// Hands values to a thread that blocks while there are none.
///
/// Not for tasks: waiting blocks the thread. At most ``capacity`` values wait; more are dropped.
/// `@unchecked Sendable`: every stored variable is read and written under `mutex`.
package final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
  /// What was waiting when a thread looked.
  package struct Batch: Sendable {
    /// Oldest first.
    package var elements: [Element]
    /// Values that were dropped since the last batch, for want of room.
    package var dropped: Int
    /// Whether nothing will follow.
    package var isLast: Bool
  }

  /// How many values wait at most.
  package let capacity: Int

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var elements: [Element] = []
  private var dropped = 0
  private var isClosed = false

  /// Makes an empty queue.
  package init(capacity: Int) {
    self.capacity = capacity
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  /// Adds a value; never waits.
  package func push(_ element: Element) {
    pthread_mutex_lock(mutex)
    if isClosed || elements.count >= capacity { dropped += 1 } else { elements.append(element) }
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Says that nothing will follow.
  package func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Waits until there is something, then takes it all.
  ///
  /// - Parameter timeout: how long to wait; `nil` waits for ever.
  /// - Returns: what was there; nothing after the timeout.
  package func takeAll(timeout: Duration? = nil) -> Batch {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let deadline = timeout.map(Self.moment(after:))
    while elements.isEmpty, dropped == 0, !isClosed {
      guard var deadline else {
        pthread_cond_wait(condition, mutex)
        continue
      }
      if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
    }
    let batch = Batch(elements: elements, dropped: dropped, isLast: isClosed)
    elements = []
    dropped = 0
    return batch
  }

  private static func moment(after timeout: Duration) -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = timeout.components
    let nanoseconds = Int64(now.tv_nsec) + attoseconds / 1_000_000_000
    return timespec(
      tv_sec: now.tv_sec + Int(seconds + nanoseconds / 1_000_000_000),
      tv_nsec: Int(nanoseconds % 1_000_000_000))
  }
}
