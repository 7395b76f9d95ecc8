internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// Runs one attempt of a job that this process has claimed.
///
/// Beside the pipeline it keeps a watch, which renews the claim, writes counters, sees what others
/// ask of the job and moves the checkpoint. Whatever ends first ends the attempt; the rest is
/// cancelled and waited for, so that the counters are final when ``run()`` returns.
final class JobRunner: Sendable {
  /// How often the watch does what.
  struct Rhythm: Sendable {
    var tick = Duration.milliseconds(250)
    /// Looks whether the job was cancelled by another process.
    var look = Duration.seconds(1)
    /// Writes heartbeat, counters and checkpoint.
    var heartbeat = Duration.seconds(5)
    /// Writes them the first time, so that other processes soon see that something happens.
    var firstHeartbeat = Duration.seconds(1)
  }

  let job: SyncJob
  let control = JobControl()
  let monitor: JobMonitor
  private let stores: EngineStores
  private let descriptor: DataSourceDescriptor?
  private let environment: EngineEnvironment
  private let host: TaskHost
  private let limits: PipelineLimits
  private let rhythm = Rhythm()
  private let lease: Lease
  private let deadLetters: DeadLetterBox
  private let pipeline = Mutex<SyncPipeline?>(nil)
  /// Acknowledged, but not on the connector's record yet.
  private let unsavedCursor = Mutex<SyncCursor?>(nil)

  /// Makes the runner of a job, given its record as this process claimed it.
  ///
  /// The descriptor is `nil` if this program has no data source of the job's kind.
  init(
    job: SyncJob, descriptor: DataSourceDescriptor?, stores: EngineStores,
    environment: EngineEnvironment, host: TaskHost, log: EngineLog, limits: PipelineLimits
  ) {
    self.job = job
    self.descriptor = descriptor
    self.stores = stores
    self.environment = environment
    self.host = host
    self.limits = limits
    monitor = JobMonitor(job: job, log: log, monotonic: environment.monotonic)
    lease = Lease(monotonic: environment.monotonic)
    deadLetters = DeadLetterBox(
      job: job, store: stores.connectors, now: environment.now
    ) { [monitor] in monitor.reportItem(.error, $0) }
  }

  /// Runs the attempt to its end.
  @concurrent
  func run() async -> JobEnd {
    do {
      let report = try await withThrowingTaskGroup(of: DeletionReport?.self) { group in
        group.addTask { try await self.work() }
        group.addTask {
          try await self.watch()
          return nil
        }
        group.addTask {
          try await self.control.waitForStop()
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
      return .completed(report ?? DeletionReport())
    } catch {
      monitor.enter(.stopping)
      return await settleStop(error)
    }
  }

  /// Keeps what can be kept of an attempt that did not complete.
  private func settleStop(_ error: any Error) async -> JobEnd {
    let end = JobEnd(error, of: job)
    if case .lost = end { return end }
    do {
      if pipeline.withLock({ $0 }) != nil { try await stores.indices.refresh(job.indexName) }
      try await saveCheckpoint()
      try await deadLetters.flush()
    } catch {
      // A full disk is what stopped the job then; that is told once, as the job's end.
      monitor.report(
        JobEnd(error, of: job).isShortage ? .debug : .warning,
        "What the stopped sync left behind could not be kept; the next attempt reads it again: "
          + Wording.message(of: error))
    }
    return end
  }

  private func work() async throws -> DeletionReport {
    let apiKey = try await requireKey()
    let session = SourceSession(try makeSource(), host: host, sleep: environment.sleep)
    do {
      let report = try await sync(session, apiKey)
      await session.close()
      return report
    } catch {
      await session.close()
      throw error
    }
  }

  private func sync(_ session: SourceSession, _ apiKey: String) async throws -> DeletionReport {
    monitor.enter(.connecting)
    monitor.report(.info, job.metadata.attempts > 1 ? "The sync goes on." : "The sync starts.")
    try await session.call { try await $0.check() }
    try await dropFormerDeadLetters()
    let pipeline = try await makePipeline(session, apiKey)
    self.pipeline.withLock { $0 = pipeline }
    try await pipeline.run(try request()) { try await self.load(into: pipeline) }
    var report = DeletionReport()
    if job.type == .full {
      monitor.enter(.deleting)
      report = try await pipeline.deleteUnseen(allowed: job.metadata.allowedDeletions)
    }
    monitor.enter(.committing)
    try await deadLetters.flush()
    try await stores.indices.refresh(job.indexName)
    try await saveCheckpoint()
    try checkSettled()
    return report
  }

  /// Documents that an earlier attempt rejected are read again, and rejected again if need be.
  private func dropFormerDeadLetters() async throws {
    guard job.metadata.attempts > 1, job.type != .incremental else { return }
    try await stores.connectors.removeDeadLetters(jobID: job.id, documentIDs: nil)
  }

  private func requireKey() async throws -> String {
    if let key = try await stores.credentials.apiKey(connectorID: job.connectorID) { return key }
    throw SyncError(.authentication, at: .connect, JobEnd.keyMissing)
  }

  private func makeSource() throws -> any DataSource {
    guard let descriptor else {
      throw SyncError(
        .configuration, at: .connect,
        "This program has no data source of the kind \"\(job.serviceType)\"; choose another one or "
          + "run a version that has it.")
    }
    guard job.type != .accessControl else {
      throw SyncError(
        .configuration, at: .connect,
        "Access control syncs are not supported by the data source \(descriptor.name).")
    }
    if let problem = descriptor.schema.problems(in: job.configuration.values).first {
      throw SyncError(.configuration, at: .connect, problem.message)
    }
    return try descriptor.make(descriptor.schema.resolved(job.configuration.values))
  }

  private func makePipeline(
    _ session: SourceSession, _ apiKey: String
  ) async throws -> SyncPipeline {
    let key = try await stores.indices.digestKey(of: job.indexName)
    let route = try await stores.indices.ingestRoute(job.pipeline)
    if let remark = route.remark { monitor.report(route.needsAttention ? .warning : .info, remark) }
    let context = SyncPipeline.Context(
      job: job, apiKey: apiKey,
      newestAPIKey: { [stores, job] in
        try await stores.credentials.apiKey(connectorID: job.connectorID)
      }, index: stores.indices, source: session, environment: environment,
      host: host, monitor: monitor, lease: lease, deadLetters: deadLetters, limits: limits,
      ingest: route.pipeline)
    return SyncPipeline(context, key: key, isKept: try RuleFilter.keeping(job.filtering))
  }

  private func request() throws -> ExtractionRequest {
    guard job.type == .incremental else {
      return ExtractionRequest(.full, lastCursor: job.syncCursor)
    }
    guard let cursor = job.syncCursor else {
      throw SyncError(
        .configuration, at: .extract,
        "An incremental sync needs a completed full sync before it; run a full sync.")
    }
    return ExtractionRequest(.incremental(since: cursor), lastCursor: cursor)
  }

  private func load(into pipeline: SyncPipeline) async throws {
    monitor.enter(.loading)
    let count = try await stores.indices.statistics(of: job.indexName).documentCount
    pipeline.differ.withLock { $0.reserve(count) }
    try await stores.indices.forEachKnownDocument(in: job.indexName) { documents in
      try Task.checkCancellation()
      pipeline.differ.withLock { $0.load(documents) }
    }
    monitor.leaveLoading()
  }

  /// Every document has exactly one outcome, or the counts can't be trusted.
  private func checkSettled() throws {
    let counters = monitor.counters.value
    guard counters.extracted != counters.settled else { return }
    throw SyncError(
      .bug, at: .commit,
      "The sync extracted \(counters.extracted) documents but settled \(counters.settled): this is "
        + "an error of the program, please report it.")
  }

  private func watch() async throws {
    var look = environment.monotonic() + rhythm.look
    var heartbeat = environment.monotonic() + rhythm.firstHeartbeat
    while true {
      try await environment.sleep(rhythm.tick)
      monitor.sample()
      pipeline.withLock { $0 }?.flush()
      let now = environment.monotonic()
      do {
        if now >= heartbeat {
          heartbeat = now + rhythm.heartbeat
          look = now + rhythm.look
          try await beat(at: now)
          try await saveCheckpoint()
          try await deadLetters.flush()
        } else if now >= look {
          look = now + rhythm.look
          try judge(await stores.connectors.job(job.id)?.record)
        }
      } catch let error as StoreError where error.kind == .unavailable || error.kind == .conflict {
        monitor.report(.warning, "The heartbeat failed and is tried again: \(error.message)")
      }
    }
  }

  private func beat(at moment: Duration) async throws {
    let (counters, milliseconds) = (monitor.total, monitor.stageMilliseconds)
    let (now, worker, warnings) = (environment.now(), job.metadata.worker, monitor.warnings)
    let written = monitor.written
    let current: SyncJob
    do {
      current = try await stores.connectors.changeJob(job.id) { record in
        guard record.metadata.worker == worker, record.status == .inProgress else { return false }
        record.lastSeen = now
        record.counters = counters
        record.metadata.stageMilliseconds = milliseconds
        record.metadata.written = written
        record.metadata.warnings = warnings
        return true
      }.record
    } catch let error as StoreError where error.kind == .notFound {
      throw StopReason.lost(error.message)
    }
    try judge(current)
    lease.renew(at: moment)
    monitor.update(current)
  }

  /// Stops the attempt if the job's record says so.
  private func judge(_ current: SyncJob?) throws {
    guard let current else { throw StopReason.lost("The job's record is gone.") }
    guard current.metadata.worker == job.metadata.worker else {
      throw StopReason.lost("Another process has taken the job over.")
    }
    switch current.status {
    case .inProgress: return
    case .canceling: throw StopReason.cancel
    default:
      throw StopReason.lost("The job was set to \"\(current.status.rawValue)\" from outside.")
    }
  }

  /// Keeps the newest cursor before which everything is in the index.
  private func saveCheckpoint() async throws {
    guard let pipeline = pipeline.withLock({ $0 }) else { return }
    if let newer = pipeline.acknowledgements.withLock({ $0.takeAcknowledgedCursor() }) {
      unsavedCursor.withLock { $0 = newer }
    }
    guard let cursor = unsavedCursor.withLock({ $0 }) else { return }
    try await deadLetters.flush()
    try await stores.indices.refresh(job.indexName)
    _ = try await stores.connectors.changeConnector(job.connectorID) { record in
      record.syncCursor = cursor
      return true
    }
    unsavedCursor.withLock { if $0 == cursor { $0 = nil } }
  }
}
