internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// Queues a job, or takes up the one that is suspended.
  ///
  /// A job that waits because no service runs is taken up by whoever offers to run it.
  func startSync(
    _ id: String, _ type: JobType, _ allowedDeletions: Int?, _ stores: EngineStores
  ) async throws -> EngineResponse {
    let connector = try await connector(id, stores)
    try checkReadiness(connector, for: type)
    try await recoverOrphans(of: id, stores)
    let query = JobQuery(
      connectorID: id, statuses: [.pending, .inProgress, .canceling, .suspended],
      oldestFirst: true)
    let open = try await stores.connectors.jobs(query).jobs.map(\.record)
    if let job = open.first(where: { $0.status == .suspended }) {
      return try await takeUpAgain(job, allowedDeletions, stores)
    }
    if settings.mode == .ownJobs, let job = open.first, job.status == .pending, job.type == type {
      return try await takeUpAgain(job, allowedDeletions, stores)
    }
    if let job = open.first(where: { unrecorded[$0.id] != nil }) {
      wantedAtOnce.insert(job.id)
      unrecorded[job.id]?.raise()
      return await wake(for: job.id, of: id)
    }
    if let job = open.first, job.type == type, job.status != .canceling, allowedDeletions == nil {
      log.write(.info, "A sync is queued or runs already.", connectorID: id, jobID: job.id)
      jobsSignal.raise()
      return .syncStarted(jobID: job.id)
    }
    if let job = open.first {
      let state = job.status == .pending ? "is queued" : "runs"
      throw EngineFailure(
        .conflict, "A sync of this connector \(state) already; wait for its end or cancel it.")
    }
    var job = SyncJob(
      id: environment.newIdentifier(), connector: connector, type: type, trigger: .onDemand,
      createdAt: environment.now())
    job.metadata.allowedDeletions = allowedDeletions
    _ = try await stores.connectors.createJob(job)
    log.write(.info, "A sync is queued.", connectorID: id, jobID: job.id)
    return await wake(for: job.id, of: id)
  }

  /// Asks a job to stop; one that nobody runs is canceled at once.
  func cancelSync(_ jobID: String, _ stores: EngineStores) async throws -> EngineResponse {
    let current = try await job(jobID, stores).record
    guard !current.status.isTerminal else {
      throw EngineFailure(.conflict, "The sync has ended already; there is nothing to cancel.")
    }
    let now = environment.now()
    let isOrphan = isOrphan(current)
    let changed = try await stores.connectors.changeJob(jobID) { job in
      switch job.status {
      case .pending, .suspended:
        job.status = .canceled
        job.canceledAt = now
        job.completedAt = now
        job.counters = job.counters.settledOnly
        job.forgetHeldDeletions()
      case .inProgress:
        job.status = .canceling
      default: return false
      }
      job.cancelationRequestedAt = now
      return true
    }.record
    if let runner = running[jobID] {
      runner.monitor.update(changed)
      runner.monitor.enter(.stopping)
      runner.control.stop(.cancel)
      unrecorded[jobID]?.raise()
    }
    if changed.status == .canceled { try await noteCanceled(changed, stores) }
    if changed.status == .canceling, isOrphan {
      try await recoverOrphans(of: changed.connectorID, stores)
    }
    log.write(
      .info, "The sync was asked to stop.", connectorID: changed.connectorID, jobID: jobID)
    await observe(connectorID: changed.connectorID)
    return .done
  }

  /// Checks that the program can run jobs of a type for a connector.
  func checkSupport(of type: JobType, _ connector: Connector) throws {
    guard let descriptor = descriptor(connector.serviceType) else {
      throw EngineFailure(
        .invalid,
        "This program has no data source of the kind \"\(connector.serviceType ?? "")\"; run a "
          + "version that has it.")
    }
    switch type {
    case .full: break
    case .incremental:
      guard descriptor.features.incrementalSync else {
        throw EngineFailure(
          .invalid, "\(descriptor.name) can't read only what changed; use a full sync.")
      }
    case .accessControl:
      throw EngineFailure(
        .invalid, "\(descriptor.name) has no access control syncs; use a full sync.")
    }
  }

  private func checkReadiness(_ connector: Connector, for type: JobType) throws {
    guard connector.indexName != nil else { throw Self.noIndex }
    try checkSupport(of: type, connector)
    if connector.status == .created || connector.status == .needsConfiguration {
      let missing = ConnectorPreparation.missingLabels(connector).joined(separator: ", ")
      throw EngineFailure(
        .invalid,
        missing.isEmpty
          ? "The connector needs configuration; recheck it, then enter the values."
          : "The connector needs configuration; enter the missing values first: \(missing).")
    }
    if type == .incremental, connector.syncCursor == nil {
      throw EngineFailure(
        .invalid, "An incremental sync needs a completed full sync before it; run a full sync.")
    }
  }

  private func takeUpAgain(
    _ job: SyncJob, _ allowedDeletions: Int?, _ stores: EngineStores
  ) async throws -> EngineResponse {
    waiting[job.id] = nil
    if let allowedDeletions {
      _ = try await stores.connectors.changeJob(job.id) { record in
        record.metadata.allowedDeletions = allowedDeletions
        return true
      }
    }
    let state =
      job.status == .suspended ? "suspended sync is taken up again" : "queued sync is taken up"
    log.write(.info, "The \(state).", connectorID: job.connectorID, jobID: job.id)
    return await wake(for: job.id, of: job.connectorID)
  }

  private func wake(for jobID: String, of connectorID: String) async -> EngineResponse {
    ownJobs.insert(jobID)
    jobsSignal.raise()
    await observe(connectorID: connectorID)
    return .syncStarted(jobID: jobID)
  }

  private func noteCanceled(_ job: SyncJob, _ stores: EngineStores) async throws {
    waiting[job.id] = nil
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(job.connectorID) { record in
      record.lastSyncStatus = .canceled
      record.lastSyncError = nil
      record.lastSynced = now
      return true
    }
  }
}
