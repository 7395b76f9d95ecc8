internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI

extension SyncService {
  /// Marks a job that another program ran and does not run any more: it can't be gone on with here.
  func giveUp(_ orphan: Versioned<SyncJob>, _ stores: EngineStores) async throws {
    var job = orphan.record
    let now = environment.now()
    let message =
      "The service that ran this sync (\(job.workerHostname ?? "unknown")) has not been heard of "
      + "for \(Int(Self.foreignSilence.seconds / 60)) minutes. Look at its log, then sync again."
    job.status = .error
    job.error = message
    job.completedAt = now
    _ = try await stores.connectors.updateJob(job, expecting: orphan.version)
    log.write(.error, message, connectorID: job.connectorID, jobID: job.id)
    _ = try await stores.connectors.changeConnector(job.connectorID) { record in
      guard record.lastSyncStatus == .inProgress else { return false }
      record.status = .error
      record.error = message
      record.lastSyncStatus = .error
      record.lastSyncError = message
      record.lastSynced = now
      return true
    }
  }

  /// Whether it is time to look for jobs that belong to nobody.
  func isCleanupDue(_ now: Duration) -> Bool {
    if let last = cleanedUp, now - last < settings.jobCleanupInterval { return false }
    cleanedUp = now
    return true
  }

  /// Removes open jobs whose connectors are gone.
  func cleanUp(_ stores: EngineStores) async throws {
    var query = JobQuery(
      statuses: [.pending, .inProgress, .canceling, .suspended], oldestFirst: true, size: 1000)
    var isThere: [String: Bool] = [:]
    while true {
      let page = try await stores.connectors.jobs(query)
      for job in page.jobs where isServed(job.record) && running[job.record.id] == nil {
        let id = job.record.connectorID
        // Asked for one by one: a list may be a second old.
        let known: Bool
        if let seen = isThere[id] {
          known = seen
        } else {
          known = try await stores.connectors.connector(id) != nil
          isThere[id] = known
        }
        if !known { try await remove(job, stores) }
      }
      query.from += query.size
      guard query.from < page.total else { return }
    }
  }

  func remove(_ orphan: Versioned<SyncJob>, _ stores: EngineStores) async throws {
    var job = orphan.record
    // A worker that lives sees for itself that the connector is gone.
    let isRunning = job.status == .inProgress || job.status == .canceling
    if isRunning, !isOrphan(job) { return }
    let now = environment.now()
    job.status = job.status == .inProgress ? .error : .canceled
    job.error = "The connector of this sync was deleted."
    job.completedAt = now
    if job.status == .canceled { job.canceledAt = now }
    do {
      _ = try await stores.connectors.updateJob(job, expecting: orphan.version)
      try await stores.connectors.deleteJob(job.id)
      log.write(.info, "A job whose connector was deleted is removed.", jobID: job.id)
    } catch let error as StoreError where error.kind == .conflict || error.kind == .notFound {
      return
    }
  }
}
