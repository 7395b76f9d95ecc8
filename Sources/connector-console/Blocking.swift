internal import ConcurrencySupport

/// Waits on the main thread for what tasks do.
enum Blocking {
  /// Runs asynchronous work and waits for it.
  ///
  /// Call it on the main thread only: the tasks run on the pool's threads.
  /// - Parameters:
  ///   - limit: returns after so long even if the work goes on.
  ///   - work: what to do.
  static func wait(atMost limit: Duration, _ work: @escaping @Sendable () async -> Void) {
    let done = BlockingQueue<Void>(capacity: 1)
    Task {
      await work()
      done.close()
    }
    _ = done.takeAll(timeout: limit)
  }
}
