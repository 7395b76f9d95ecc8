internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// How long a job of another program may be silent, as Elastic's service has it.
  static let foreignSilence = Duration.seconds(300)
  /// How long a claim may take: from the mark on the connector's record to the one on the job's.
  private static let claimTime = Duration.seconds(10)

  /// Who runs a job here, as `metadata.worker` has it.
  nonisolated var worker: String {
    WorkerName(host: environment.hostName, process: environment.process).text
  }

  /// Claims a pending or suspended job for this process.
  ///
  /// - Returns: the job as it is in progress now; `nil` if it can't be claimed now.
  func claim(_ candidate: Versioned<SyncJob>, _ stores: EngineStores) async throws -> SyncJob? {
    let job = candidate.record
    guard let connector = try await stores.connectors.connector(job.connectorID) else {
      try await remove(candidate, stores)
      return nil
    }
    guard settings.mode == .ownJobs || settings.served.contains(connector.record) else {
      return nil
    }
    // Whoever queued the job before the connector was configured waits for that.
    let status = connector.record.status
    guard status != .created, status != .needsConfiguration else { return nil }
    guard try await activeJobs(of: job.connectorID, stores).isEmpty else { return nil }
    guard !isBeingClaimed(connector) else { return nil }
    do {
      let marked = try await markConnector(connector, stores)
      let claimed = try await markJob(candidate, marked.record, stores)
      guard try await isAlone(claimed, stores) else { return nil }
      return claimed.record
    } catch let error as StoreError where error.kind == .conflict || error.kind == .invalid {
      return nil
    }
  }

  /// The jobs of a connector that some process runs.
  func activeJobs(of connectorID: String, _ stores: EngineStores) async throws -> [SyncJob] {
    let query = JobQuery(
      connectorID: connectorID, statuses: [.inProgress, .canceling], oldestFirst: true)
    return try await stores.connectors.jobs(query).jobs.map(\.record)
  }

  /// Whether another process marked the connector a moment ago and will mark its job in a moment.
  ///
  /// Other programs don't say when they made their mark; then the time runs from when it was seen.
  private func isBeingClaimed(_ connector: Versioned<Connector>) -> Bool {
    let id = connector.record.id
    guard connector.record.lastSyncStatus == .inProgress else {
      claimsOfOthers[id] = nil
      return false
    }
    if let at = connector.record.updatedAt {
      let age = environment.now() - at
      if age >= .zero, age < Self.claimTime { return true }
    }
    let now = environment.monotonic()
    if let seen = claimsOfOthers[id], seen.version == connector.version {
      return now - seen.since < Self.claimTime
    }
    claimsOfOthers[id] = (connector.version, now)
    return true
  }

  private func markConnector(
    _ connector: Versioned<Connector>, _ stores: EngineStores
  ) async throws -> Versioned<Connector> {
    var record = connector.record
    record.lastSyncStatus = .inProgress
    record.lastSyncError = nil
    record.lastSeen = environment.now()
    record.updatedAt = environment.now()
    return try await stores.connectors.updateConnector(record, expecting: connector.version)
  }

  private func markJob(
    _ candidate: Versioned<SyncJob>, _ connector: Connector, _ stores: EngineStores
  ) async throws -> Versioned<SyncJob> {
    var job = candidate.record
    job.status = .inProgress
    job.startedAt = job.startedAt ?? environment.now()
    job.lastSeen = environment.now()
    job.workerHostname = environment.hostName
    job.metadata.worker = worker
    job.metadata.attempts += 1
    job.error = nil
    job.syncCursor = connector.syncCursor
    job.fillIn(from: connector)
    job.counters = job.counters.settledOnly
    do {
      return try await stores.connectors.updateJob(job, expecting: candidate.version)
    } catch {
      try await unmarkConnector(job.connectorID, as: candidate.record.status, stores)
      throw error
    }
  }

  /// Looks once more whether nobody else runs a job of the connector; gives way if somebody does.
  private func isAlone(_ claimed: Versioned<SyncJob>, _ stores: EngineStores) async throws -> Bool {
    let others = try await activeJobs(of: claimed.record.connectorID, stores)
      .filter { $0.id != claimed.record.id }
    guard !others.isEmpty else { return true }
    var job = claimed.record
    job.status = .suspended
    job.metadata.worker = nil
    _ = try await stores.connectors.updateJob(job, expecting: claimed.version)
    return false
  }

  private func unmarkConnector(
    _ id: String, as status: JobStatus, _ stores: EngineStores
  ) async throws {
    guard try await activeJobs(of: id, stores).isEmpty else { return }
    _ = try await stores.connectors.changeConnector(id) { record in
      guard record.lastSyncStatus == .inProgress else { return false }
      record.lastSyncStatus = status
      return true
    }
  }

  // MARK: - Orphans

  /// Takes jobs from processes that are dead: suspended ones go on, canceling ones are canceled.
  ///
  /// Looks at one connector's jobs, or at all if it is `nil`.
  func recoverOrphans(of connectorID: String? = nil, _ stores: EngineStores) async throws {
    let query = JobQuery(connectorID: connectorID, statuses: [.inProgress, .canceling])
    for job in try await stores.connectors.jobs(query).jobs where isOrphan(job.record) {
      do {
        guard try await stores.connectors.connector(job.record.connectorID) != nil else {
          try await remove(job, stores)
          continue
        }
        try await recover(job, stores)
      } catch let error as StoreError where error.kind == .conflict || error.kind == .invalid {
        // Another process was faster, or the worker lives after all.
        continue
      }
    }
  }

  /// Whether nobody runs a job any more that is said to run.
  func isOrphan(_ job: SyncJob) -> Bool {
    guard running[job.id] == nil, !claiming.contains(job.id), isServed(job) else { return false }
    // Asked to stop before anybody took it up.
    if job.status == .canceling, job.startedAt == nil { return true }
    if let worker = job.metadata.worker.flatMap(WorkerName.init(text:)),
      worker.host == environment.hostName
    {
      if worker.process == environment.process { return true }
      if !environment.isProcessAlive(worker.process) { return true }
    }
    let lastSign = job.lastSeen ?? job.startedAt ?? job.createdAt
    let isForeign = job.metadata.worker == nil
    return environment.now() - lastSign > (isForeign ? Self.foreignSilence : Lease.staleAfter)
  }

  private func recover(_ orphan: Versioned<SyncJob>, _ stores: EngineStores) async throws {
    var job = orphan.record
    let wasCanceling = job.status == .canceling
    guard wasCanceling || job.metadata.worker != nil else {
      return try await giveUp(orphan, stores)
    }
    job.status = wasCanceling ? .canceled : .suspended
    job.metadata.worker = nil
    job.counters = job.counters.settledOnly
    if wasCanceling {
      job.canceledAt = environment.now()
      job.completedAt = environment.now()
    }
    let status = job.status
    _ = try await stores.connectors.updateJob(job, expecting: orphan.version)
    log.write(
      .warning,
      wasCanceling
        ? "The process that ran this sync is gone; it is canceled now, as it was asked to be."
        : "The process that ran this sync is gone; it goes on here.",
      connectorID: job.connectorID, jobID: job.id)
    _ = try await stores.connectors.changeConnector(job.connectorID) { record in
      guard record.lastSyncStatus == .inProgress || record.lastSyncStatus == .canceling else {
        return false
      }
      record.lastSyncStatus = status
      return true
    }
  }
}

extension SyncJob {
  /// Takes from the connector's record what the job's copy of it lacks: old services copied little.
  fileprivate mutating func fillIn(from connector: Connector) {
    if indexName.isEmpty { indexName = connector.indexName ?? "" }
    guard serviceType.isEmpty || configuration.values.values.isEmpty else { return }
    serviceType = connector.serviceType ?? serviceType
    language = connector.language
    configuration = connector.configuration
    filtering = connector.filtering.active
    pipeline = connector.pipeline
  }
}

/// Names the process that runs a job: host, process id and start time.
struct WorkerName: Hashable, Sendable {
  var host: String
  var process: ProcessIdentity

  /// Makes a name.
  init(host: String, process: ProcessIdentity) {
    self.host = host
    self.process = process
  }

  /// Reads a name; `nil` if it is not one of ours.
  init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3, let id = Int32(parts[parts.count - 2]) else { return nil }
    host = parts.dropLast(2).joined(separator: ":")
    process = ProcessIdentity(id: id, start: String(parts[parts.count - 1]))
  }

  /// The name as text.
  var text: String { "\(host):\(process.id):\(process.start)" }
}
