internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// How often the store is asked for jobs that other processes queued.
  private static let pollInterval = Duration.seconds(2)
  private static let recoveryInterval = Duration.seconds(10)
  private static let longestRecordDelay = Duration.seconds(10)

  /// Takes up jobs until the task is cancelled.
  func keepTakingUpJobs() async {
    var recovered: Duration?
    while !isStopping, !Task.isCancelled, let stores = openedStores {
      do {
        let now = environment.monotonic()
        let isDue = recovered.map { now - $0 >= Self.recoveryInterval } ?? true
        if settings.mode == .service, isDue {
          recovered = now
          try await recoverOrphans(stores)
        }
        if settings.mode == .service, isCleanupDue(now) { try await cleanUp(stores) }
        try await takeUpJobs(stores)
        troubles["jobs"] = nil
      } catch is CancellationError {
        return
      } catch {
        report(
          "Looking for jobs failed and is tried again: \(Wording.message(of: error))", of: "jobs")
      }
      try? await jobsSignal.wait(atMost: Self.pollInterval, sleep: environment.sleep)
    }
  }

  /// Claims what may run now and starts it.
  func takeUpJobs(_ stores: EngineStores) async throws {
    var query = JobQuery(statuses: [.pending, .suspended], oldestFirst: true, size: 1000)
    var candidates: [Versioned<SyncJob>] = []
    while true {
      let page = try await stores.connectors.jobs(query)
      candidates += page.jobs.filter { isWanted($0.record) }
      query.from += query.size
      guard query.from < page.total else { break }
    }
    for candidate in candidates {
      guard !isStopping, running.count < settings.maximumConcurrentContentSyncs else { return }
      let job = candidate.record
      guard isWanted(job) else { continue }
      claiming.insert(job.id)
      defer { claiming.remove(job.id) }
      do {
        guard let claimed = try await claim(candidate, stores) else { continue }
        troubles[job.id] = nil
        start(claimed, stores)
      } catch let error as StoreError where error.isPassing {
        wait(for: job.id, isShortage: error.isShortage)
        report(
          "The sync can't be taken up and is tried again: \(error.message)", of: job.id,
          connectorID: job.connectorID)
      }
    }
  }

  private func isWanted(_ job: SyncJob) -> Bool {
    if settings.mode == .ownJobs, !ownJobs.contains(job.id) { return false }
    guard isServed(job) else { return false }
    if let wait = waiting[job.id], environment.monotonic() < wait.until { return false }
    return !running.values.contains { $0.job.connectorID == job.connectorID }
  }

  /// Whether a job may be this service's, as far as the job's record tells.
  ///
  /// Jobs of kinds that this program does not know are left to services that do, unless the
  /// configuration names their connector.
  func isServed(_ job: SyncJob) -> Bool {
    if settings.mode == .ownJobs { return true }
    switch settings.served {
    case .ids(let ids): return ids[job.connectorID] != nil
    case .serviceTypes(let types):
      return job.serviceType.isEmpty || types.contains(job.serviceType)
    case .all: return job.serviceType.isEmpty || descriptor(job.serviceType) != nil
    }
  }

  private func start(_ job: SyncJob, _ stores: EngineStores) {
    let runner = JobRunner(
      job: job, descriptor: descriptor(job.serviceType), stores: stores, environment: environment,
      host: host, log: log, limits: settings.limits)
    running[job.id] = runner
    board.add(runner.monitor, jobID: job.id, connectorID: job.connectorID)
    // A shutdown that came while the job was claimed has not seen it.
    if isStopping { runner.control.stop(.suspend) }
    let isStarted = host.start { await self.run(runner, stores) }
    if !isStarted { running[job.id] = nil }
  }

  private func run(_ runner: JobRunner, _ stores: EngineStores) async {
    let end = await runner.run()
    await keepFinishing(runner, end, stores)
    noteWaiting(runner.job.id, end)
    running[runner.job.id] = nil
    await observe(connectorID: runner.job.connectorID)
    board.remove(jobID: runner.job.id)
    if isStopping, running.isEmpty { idle.fulfill(.success(())) }
    jobsSignal.raise()
  }

  /// Writes how a job ended, again and again if the store can't take it (a full disk, say).
  ///
  /// Until then the job is shown as one that is suspended, with the reason.
  private func keepFinishing(_ runner: JobRunner, _ end: JobEnd, _ stores: EngineStores) async {
    let id = runner.job.id
    let signal = Signal()
    var delay = Duration.seconds(1)
    while true {
      do {
        try await finish(runner, end, stores)
        unrecorded[id] = nil
        return
      } catch let error as StoreError where error.kind == .corrupt {
        // Trying again mends nothing, and whoever waits must be told.
        unrecorded[id] = nil
        abandon(runner, end, error)
        return
      } catch {
        if unrecorded[id] == nil { showUnrecorded(runner, end, error) }
        unrecorded[id] = signal
        guard !isStopping else { return }
        try? await signal.wait(atMost: delay, sleep: environment.sleep)
        delay = min(delay * 2, Self.longestRecordDelay)
      }
    }
  }

  private func showUnrecorded(_ runner: JobRunner, _ end: JobEnd, _ error: any Error) {
    var reason = Wording.message(of: error)
    if let error = error as? StoreError, case .noSpace(let needed) = error.kind {
      reason = SpaceShortage(message: error.message, needed: needed).text
    }
    runner.monitor.report(
      .error, "The end of the sync can't be recorded yet and is tried again: \(reason)")
    let ending = JobEnding(
      end: end, monitor: runner.monitor, worker: worker, now: environment.now())
    runner.monitor.close(ending.waiting(runner.monitor.job, because: reason))
    board.noteChange()
  }

  /// Shows a job as failed whose record is lost.
  private func abandon(_ runner: JobRunner, _ end: JobEnd, _ error: StoreError) {
    let reason = "The sync's end can't be recorded: \(error.message)"
    runner.monitor.report(.error, reason)
    let ending = JobEnding(
      end: .failed(reason), monitor: runner.monitor, worker: worker, now: environment.now())
    runner.monitor.close(ending.failed(runner.monitor.job))
    board.noteChange()
  }

  private func noteWaiting(_ jobID: String, _ end: JobEnd) {
    let isWanted = wantedAtOnce.remove(jobID) != nil
    guard case .suspended(_, waits: true) = end, !isWanted else {
      waiting[jobID] = nil
      return
    }
    wait(for: jobID, isShortage: end.isShortage)
  }

  /// Leaves a job alone for a while, longer every time.
  private func wait(for jobID: String, isShortage: Bool) {
    // Space is there again from one moment to the next, and a person waits for the sync then.
    let (first, longest): (Duration, Duration) =
      isShortage ? (.seconds(5), .seconds(30)) : (.seconds(60), .seconds(15 * 60))
    let delay = min(waiting[jobID].map { $0.delay * 2 } ?? first, longest)
    waiting[jobID] = (environment.monotonic() + delay, delay)
  }

  private func finish(_ runner: JobRunner, _ end: JobEnd, _ stores: EngineStores) async throws {
    if case .lost(let why) = end {
      runner.monitor.report(.warning, "This process stopped the sync: \(why)")
      return
    }
    let ending = JobEnding(
      end: end, monitor: runner.monitor, worker: worker, now: environment.now(),
      documentCount: try? await stores.indices.statistics(of: runner.job.indexName).documentCount)
    let job: SyncJob
    do {
      job = try await ending.write(jobID: runner.job.id, to: stores.connectors)
    } catch let error as StoreError where error.kind == .notFound {
      return
    }
    runner.monitor.close(job)
    guard job.metadata.worker == worker || job.status.isTerminal || job.status == .suspended else {
      return
    }
    do {
      _ = try await stores.connectors.changeConnector(job.connectorID) { record in
        ending.update(&record, job)
        return true
      }
    } catch let error as StoreError where !error.isPassing {
      runner.monitor.report(.warning, error.message)
    }
    let (level, text) = ending.summary(job)
    runner.monitor.report(level, text)
  }
}

extension StoreError {
  /// Whether the disk is full.
  var isShortage: Bool { if case .noSpace = kind { true } else { false } }

  /// Whether the same request may work later.
  var isPassing: Bool { isShortage || kind == .unavailable }
}
