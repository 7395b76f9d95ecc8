internal import ConcurrencySupport
internal import Glibc

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

/// The stream for what is not a result.
enum StandardError {
  /// Writes text at once; what can't be written is lost.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
