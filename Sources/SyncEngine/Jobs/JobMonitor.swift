internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// What a running job lets others see: counters, stages, rates, its latest lines.
///
/// Stages write here once for a group of documents; whoever draws reads when it likes.
final class JobMonitor: Sendable {
  /// What a stage did.
  private final class StageMeter: Sendable {
    let documents: Atomic<Int>
    let busyNanoseconds = Atomic<Int64>(0)

    /// Makes a meter that has counted so many documents already.
    init(documents: Int) { self.documents = Atomic(documents) }
  }

  /// How full a stage's queue is.
  typealias Gauge = @Sendable () -> (queued: Int, capacity: Int)

  private struct State {
    var job: SyncJob
    var phase = JobProgress.Phase.connecting
    var currentItem = ""
    var estimatedTotal: Int?
    var rates = RateMeter()
    var gauges: [StageProgress.Stage: Gauge] = [:]
    /// How many tasks work in a stage at a time; 1 where nothing is said.
    var workers: [StageProgress.Stage: Int] = [:]
    /// When the attempt ended.
    var closedAt: Duration?
    var errors: [LogLine] = []
    var lines: [LogLine] = []
    var warnings: [String] = []
    var itemLines = 0
    var inFlight = 0
    var maximumInFlight = 0
  }

  /// Lines about single items that an attempt writes at most.
  private static let itemLines = 500

  /// What this attempt did; the job's earlier attempts are in ``account``.
  let counters = LiveCounters()
  private let account: AttemptAccount
  private let baseMilliseconds: [String: Int64]
  private let meters: [StageMeter]
  private let started: Duration
  private let monotonic: @Sendable () -> Duration
  private let log: EngineLog
  private let state: Mutex<State>

  /// Makes a monitor of a job that starts now.
  init(job: SyncJob, log: EngineLog, monotonic: @escaping @Sendable () -> Duration) {
    account = AttemptAccount(job)
    let base = account.base
    baseMilliseconds = job.metadata.stageMilliseconds
    meters = StageProgress.Stage.allCases.map { stage in
      StageMeter(documents: base.documents(through: stage))
    }
    started = monotonic()
    self.monotonic = monotonic
    self.log = log
    var state = State(job: job)
    state.warnings = job.metadata.warnings
    state.rates.sample(documents: 0, bytes: 0, at: started)
    self.state = Mutex(state)
  }

  /// The counters of all attempts.
  var total: JobCounters { account.total(with: counters.value) }

  /// What all attempts wrote; `nil` in the first.
  var written: JobMetadata.Written? {
    job.metadata.attempts > 1 ? account.written(with: counters.value) : nil
  }

  /// The warnings so far.
  var warnings: [String] { state.withLock { $0.warnings } }

  /// The wall-clock milliseconds that the stages were busy in all attempts, by name.
  ///
  /// Of a stage in which several tasks work it is the mean of their times.
  var stageMilliseconds: [String: Int64] {
    var sums = baseMilliseconds
    let (workers, end) = state.withLock { ($0.workers, $0.closedAt ?? monotonic()) }
    for stage in StageProgress.Stage.allCases {
      let busy = busy(stage, workers, atMost: end - started).milliseconds
      if busy > 0 { sums[stage.rawValue, default: 0] += busy }
    }
    return sums
  }

  private func busy(
    _ stage: StageProgress.Stage, _ workers: [StageProgress.Stage: Int], atMost limit: Duration
  ) -> Duration {
    let nanoseconds = meter(stage).busyNanoseconds.load(ordering: .relaxed)
    return min(.nanoseconds(nanoseconds / Int64(max(1, workers[stage] ?? 1))), limit)
  }

  /// What the job is doing now.
  func enter(_ phase: JobProgress.Phase) { state.withLock { $0.phase = phase } }

  /// What the index holds is loaded: goes on to what the source is doing.
  func leaveLoading() {
    state.withLock { if $0.phase == .loading { $0.phase = .extracting } }
  }

  /// The job's record changed.
  func update(_ job: SyncJob) { state.withLock { $0.job = job } }

  /// The attempt is over; its record has the final counters, be it written already or not.
  func close(_ job: SyncJob) {
    sample()
    let moment = monotonic()
    state.withLock { state in
      state.job = job
      state.closedAt = state.closedAt ?? moment
      if job.status == .suspended { state.phase = .queued }
    }
  }

  /// Whether the attempt is over.
  var isClosed: Bool { state.withLock { $0.closedAt != nil } }

  /// The job's record as it was last seen here.
  var job: SyncJob { state.withLock { $0.job } }

  /// Installs the gauges of the queues, and how many tasks work in a stage.
  func setGauges(
    _ gauges: [StageProgress.Stage: Gauge], workers: [StageProgress.Stage: Int],
    maximumInFlight: Int
  ) {
    state.withLock { state in
      state.gauges = gauges
      state.workers = workers
      state.maximumInFlight = maximumInFlight
    }
  }

  /// A request to the index begins (1) or ended (-1).
  func changeInFlight(by delta: Int) { state.withLock { $0.inFlight += delta } }

  /// Notes that the source wrote documents.
  func extracted(_ documents: Int) {
    var delta = JobCounters()
    delta.extracted = documents
    counters.add(delta)
  }

  /// Notes that documents left a stage; those of the extract stage are counted by
  /// ``extracted(_:)``.
  func passed(_ stage: StageProgress.Stage, _ documents: Int) {
    meter(stage).documents.wrappingAdd(documents, ordering: .relaxed)
  }

  /// Runs a piece of a stage's work and adds its time.
  func timed<Result>(
    _ stage: StageProgress.Stage, _ work: () async throws -> Result
  ) async rethrows -> Result {
    let start = monotonic()
    defer { addBusy(stage, since: start) }
    return try await work()
  }

  /// Runs a piece of a stage's work and adds its time.
  func timedNow<Result>(
    _ stage: StageProgress.Stage, _ work: () throws -> Result
  ) rethrows -> Result {
    let start = monotonic()
    defer { addBusy(stage, since: start) }
    return try work()
  }

  /// Tells which item is being read.
  func working(on item: String) { state.withLock { $0.currentItem = item } }

  /// Tells how many documents there will be.
  func estimate(total: Int) { state.withLock { $0.estimatedTotal = max(0, total) } }

  /// Takes a sample for the rates.
  func sample() {
    let counters = counters.value
    let moment = monotonic()
    state.withLock { state in
      state.rates.sample(
        documents: counters.settled, bytes: counters.bytesWritten, at: moment)
    }
  }

  /// Writes a line to the log and keeps it for the live view.
  func report(_ level: LogLine.Level, _ message: String) {
    let (connectorID, jobID) = state.withLock { ($0.job.connectorID, $0.job.id) }
    let line = log.write(level, message, connectorID: connectorID, jobID: jobID)
    state.withLock { state in
      state.lines.append(line)
      if state.lines.count > 200 { state.lines.removeFirst() }
      guard level >= .warning else { return }
      state.errors.append(line)
      if state.errors.count > 20 { state.errors.removeFirst() }
    }
  }

  /// Reports something about one item; only the first lines, for a log is no list of items.
  func reportItem(_ level: LogLine.Level, _ message: String) {
    let number = state.withLock { state in
      state.itemLines += 1
      return state.itemLines
    }
    if number <= Self.itemLines {
      report(level, message)
    } else if number == Self.itemLines + 1 {
      report(
        level, "More such lines are left out; the counters and the dead letters have them all.")
    }
  }

  /// Keeps a warning with the job, the first hundred.
  func warn(_ message: String) {
    report(.warning, message)
    state.withLock { if $0.warnings.count < 100 { $0.warnings.append(message) } }
  }

  /// What the live view shows.
  func progress() -> JobProgress {
    let moment = monotonic()
    let (state, gauges) = state.withLock { ($0, $0.gauges) }
    let now = counters.value
    var progress = JobProgress(job: state.job, phase: state.phase)
    progress.counters = state.closedAt == nil ? account.total(with: now) : state.job.counters
    progress.elapsed = (state.closedAt ?? moment) - started
    let isOpen = state.closedAt == nil
    progress.stages = zip(StageProgress.Stage.allCases, meters).map { stage, meter in
      let gauge = gauges[stage]?() ?? (queued: 0, capacity: 0)
      let documents =
        stage == .extract
        ? progress.counters.extracted : meter.documents.load(ordering: .relaxed)
      // A queue takes a sender's last group whole, so it may hold a little more than its limit.
      return StageProgress(
        stage: stage, documents: documents,
        queued: isOpen ? min(gauge.queued, gauge.capacity) : 0, capacity: gauge.capacity,
        busy: busy(stage, state.workers, atMost: progress.elapsed))
    }
    progress.rateHistory = state.rates.history
    progress.maximumInFlight = state.maximumInFlight
    progress.estimatedTotal = state.estimatedTotal
    progress.currentItem = state.currentItem
    progress.latestErrors = state.errors
    progress.log = state.lines
    guard isOpen || state.job.status.isTerminal else { return progress }
    progress.documentsPerSecond = state.rates.documentsPerSecond
    progress.bytesPerSecond = state.rates.bytesPerSecond
    guard isOpen else { return progress }
    progress.requestsInFlight = state.inFlight
    progress.remaining = remaining(state, settled: now.settled, elapsed: progress.elapsed)
    return progress
  }

  private func remaining(_ state: State, settled: Int, elapsed: Duration) -> Duration? {
    guard let total = state.estimatedTotal, settled > 0 else { return nil }
    let recent = state.rates.documentsPerSecond
    let average = Double(settled) / max(elapsed.seconds, 0.001)
    let rate = recent > 0 ? recent : average
    return .seconds(max(0, Double(total - settled)) / rate)
  }

  private func meter(_ stage: StageProgress.Stage) -> StageMeter {
    meters[StageProgress.Stage.allCases.firstIndex(of: stage) ?? 0]
  }

  private func addBusy(_ stage: StageProgress.Stage, since start: Duration) {
    addBusy(stage, monotonic() - start)
  }

  /// Adds time that a stage was busy.
  func addBusy(_ stage: StageProgress.Stage, _ time: Duration) {
    let (seconds, attoseconds) = time.components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    meter(stage).busyNanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
  }
}

extension JobCounters {
  /// The counters without documents that were read and have no outcome: whoever goes on with the
  /// job reads them again.
  var settledOnly: JobCounters {
    var counters = self
    counters.extracted = settled
    return counters
  }
}
