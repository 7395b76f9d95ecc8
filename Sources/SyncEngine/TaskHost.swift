/// Runs pieces of work as children of one task, so that whoever waits for one may stop waiting.
///
/// Foreign code (a data source) may ignore cancellation: a file system that hangs, a driver that
/// blocks. Its caller must not hang with it, yet no task may be without a parent. So such work is a
/// child of the service's own task, and its caller waits for a promise.
final class TaskHost: Sendable {
  private typealias Work = @Sendable () async -> Void

  private let works: AsyncStream<Work>
  private let intake: AsyncStream<Work>.Continuation

  /// Makes a host; nothing runs before ``run()``.
  init() { (works, intake) = AsyncStream.makeStream(of: Work.self) }

  /// Runs what is started until ``finish()``; then cancels what still runs and waits for it.
  @concurrent
  func run() async {
    await withDiscardingTaskGroup { group in
      for await work in works { group.addTask { await work() } }
      group.cancelAll()
    }
  }

  /// Takes no more work and ends ``run()``.
  func finish() { intake.finish() }

  /// Starts a piece of work.
  ///
  /// - Returns: `false` if the host takes no more work.
  @discardableResult
  func start(_ work: @escaping @Sendable () async -> Void) -> Bool {
    if case .enqueued = intake.yield(work) { true } else { false }
  }
}
