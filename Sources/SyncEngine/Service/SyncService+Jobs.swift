internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// How often the store is asked for jobs that other processes queued.
  private static let pollInterval = Duration.seconds(2)
  private static let recoveryInterval = Duration.seconds(10)

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
        try await takeUpJobs(stores)
      } catch is CancellationError {
        return
      } catch {
        log.write(
          .warning, "Looking for jobs failed and is tried again: \(Self.message(of: error))")
      }
      try? await jobsSignal.wait(atMost: Self.pollInterval, sleep: environment.sleep)
    }
  }

  /// Claims what may run now and starts it.
  func takeUpJobs(_ stores: EngineStores) async throws {
    let query = JobQuery(statuses: [.pending, .suspended], oldestFirst: true, size: 1000)
    for candidate in try await stores.connectors.jobs(query).jobs {
      guard !isStopping, running.count < settings.maximumJobs else { return }
      let job = candidate.record
      guard isWanted(job) else { continue }
      claiming.insert(job.id)
      defer { claiming.remove(job.id) }
      if let claimed = try await claim(candidate, stores) { start(claimed, stores) }
    }
  }

  private func isWanted(_ job: SyncJob) -> Bool {
    if settings.mode == .ownJobs, !ownJobs.contains(job.id) { return false }
    if let wait = waiting[job.id], environment.monotonic() < wait.until { return false }
    return !running.values.contains { $0.job.connectorID == job.connectorID }
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
  private func keepFinishing(_ runner: JobRunner, _ end: JobEnd, _ stores: EngineStores) async {
    while true {
      do {
        try await finish(runner, end, stores)
        return
      } catch {
        runner.monitor.report(
          .error, "The end of the sync can't be recorded: \(Self.message(of: error))")
        guard !isStopping else { return }
        await pause(.seconds(5))
      }
    }
  }

  private func noteWaiting(_ jobID: String, _ end: JobEnd) {
    guard case .suspended(_, waits: true) = end else {
      waiting[jobID] = nil
      return
    }
    let delay = min(waiting[jobID].map { $0.delay * 2 } ?? .seconds(60), .seconds(15 * 60))
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
    runner.monitor.update(job)
    guard job.metadata.worker == worker || job.status.isTerminal || job.status == .suspended else {
      return
    }
    _ = try? await stores.connectors.changeConnector(job.connectorID) { record in
      ending.update(&record, job)
      return true
    }
    let (level, text) = ending.summary(job)
    runner.monitor.report(level, text)
  }

  /// What to tell people about an error.
  nonisolated static func message(of error: any Error) -> String {
    switch error {
    case let error as StoreError: error.message
    case let error as SyncError: error.message
    case let error as EngineFailure: error.message
    default: "\(error)"
    }
  }
}
