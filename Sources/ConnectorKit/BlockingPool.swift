internal import ConcurrencySupport
internal import Synchronization

/// A few threads of one's own for calls that block: files, sockets, C clients.
///
/// The shared pool has only as many threads as the machine has cores; a blocking call there stops
/// everybody. Hand over work in pieces of a millisecond or so: a hop costs about 10 µs.
public final class BlockingPool: Sendable {
  private let workers: [Worker]
  private let next = Atomic<Int>(0)

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - threads: how many, at least 1.
  ///   - name: their name as `top -H` shows it.
  public init(threads: Int, name: String) {
    workers = (0..<max(1, threads)).map { _ in Worker(ThreadExecutor(name: name)) }
  }

  /// Runs work on one of the threads and returns what it returns.
  public func run<Result: Sendable>(
    _ work: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return try await workers[Int(UInt(bitPattern: turn) % UInt(workers.count))].run(work)
  }
}

/// One thread of a ``BlockingPool``.
private actor Worker {
  private let executor: ThreadExecutor

  init(_ executor: ThreadExecutor) { self.executor = executor }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  func run<Result: Sendable>(_ work: @Sendable () throws -> Result) throws -> Result {
    try work()
  }
}
