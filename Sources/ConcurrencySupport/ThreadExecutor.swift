internal import Glibc
internal import Synchronization

/// Runs jobs one after another on a thread of its own.
///
/// Give one to an actor that calls a blocking C library (`unownedExecutor`), so that the shared
/// pool, which has only as many threads as the machine has cores, is never blocked.
/// The thread starts with the first job, and ends when the executor is released.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
  private let queue = JobQueue()
  private let name: String

  /// Makes an executor without a thread yet.
  ///
  /// - Parameter name: the thread's name as `top -H` shows it, cut at 15 bytes.
  package init(name: String) { self.name = name }

  deinit { queue.close() }

  /// Adds a job; the concurrency runtime calls this.
  package func enqueue(_ job: consuming ExecutorJob) {
    let isFirst = queue.push(UnownedJob(job), for: self)
    if isFirst { startThread(name: name) { [queue] in queue.runUntilClosed() } }
  }

  /// A reference that does not keep the executor alive.
  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}

/// The jobs that wait for a ``ThreadExecutor``'s thread.
///
/// `@unchecked Sendable`: every stored property is read and written under `mutex`.
private final class JobQueue: @unchecked Sendable {
  private struct Entry {
    var job: UnownedJob
    var executor: ThreadExecutor
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var entries: [Entry] = []
  private var isClosed = false
  private var hasThread = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    condition.deallocate()
  }

  /// Adds a job.
  ///
  /// - Returns: whether there is no thread yet that runs it.
  func push(_ job: UnownedJob, for executor: ThreadExecutor) -> Bool {
    pthread_mutex_lock(mutex)
    let isFirst = !hasThread
    hasThread = true
    entries.append(Entry(job: job, executor: executor))
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
    return isFirst
  }

  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  func runUntilClosed() {
    while let batch = nextBatch() {
      for entry in batch {
        entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
      }
    }
  }

  private func nextBatch() -> [Entry]? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while entries.isEmpty {
      if isClosed { return nil }
      pthread_cond_wait(condition, mutex)
    }
    let batch = entries
    entries = []
    return batch
  }
}

/// Starts a detached thread that runs the body once, at a lower priority than the main thread's.
///
/// The main thread draws the screen and takes keys: it must not wait for threads that index.
/// - Parameters:
///   - name: the thread's name, cut at 15 bytes.
///   - body: what the thread does.
package func startThread(name: String, _ body: @escaping @Sendable () -> Void) {
  final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
  let start = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  pthread_attr_setstacksize(&attributes, 2 << 20)
  var thread = pthread_t()
  let result = pthread_create(
    &thread, &attributes,
    { argument in
      guard let argument = argument else { return nil }
      let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
      nameThread(start.name)
      // On Linux this concerns the calling thread alone.
      setpriority(.init(PRIO_PROCESS.rawValue), 0, getpriority(.init(PRIO_PROCESS.rawValue), 0) + 5)
      start.body()
      return nil
    }, start)
  pthread_attr_destroy(&attributes)
  precondition(result == 0, "the system refuses to start a thread: error \(result)")
}

/// Gives the calling thread the name that `top -H` shows; a failure does no harm.
private func nameThread(_ name: String) {
  let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
  guard file >= 0 else { return }
  let bytes = Array(name.utf8.prefix(15))
  _ = write(file, bytes, bytes.count)
  close(file)
}
