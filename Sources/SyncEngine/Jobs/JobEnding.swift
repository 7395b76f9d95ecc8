internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI

/// Writes how an attempt ended on the job's and the connector's record.
struct JobEnding: Sendable {
  var end: JobEnd
  var monitor: JobMonitor
  /// This process; the record of a job that another one took over is left alone.
  var worker: String
  var now: Timestamp
  /// Documents in the index now.
  var documentCount: Int?

  /// Writes the job's record.
  ///
  /// - Returns: the record as it is now.
  func write(jobID: String, to store: any ConnectorStore) async throws -> SyncJob {
    let wanted = status
    if wanted == .canceled {
      // The protocol knows no way from in progress to canceled but through canceling.
      _ = try await store.changeJob(jobID) { job in
        guard job.metadata.worker == worker, job.status == .inProgress else { return false }
        job.status = .canceling
        job.cancelationRequestedAt = job.cancelationRequestedAt ?? now
        return true
      }
    }
    return try await store.changeJob(jobID) { job in
      guard job.metadata.worker == worker else { return false }
      guard job.status == .inProgress || job.status == .canceling else { return false }
      let isCanceling = job.status == .canceling
      apply(wanted == .error || !isCanceling ? wanted : .canceled, to: &job)
      return true
    }.record
  }

  /// The record of a job whose end the store can't take now: it waits, for a reason.
  func waiting(_ job: SyncJob, because obstacle: String) -> SyncJob {
    var job = job
    apply(.suspended, to: &job)
    if case .suspended(let reason?, _) = end { job.error = reason } else { job.error = obstacle }
    return job
  }

  /// The record of a job that failed, though no store can take it.
  func failed(_ job: SyncJob) -> SyncJob {
    var job = job
    apply(.error, to: &job)
    return job
  }

  /// Writes the outcome on the connector's record.
  func update(_ connector: inout Connector, _ job: SyncJob) {
    connector.lastSyncStatus = job.status
    connector.lastSyncError = job.error
    connector.lastSeen = now
    connector.updatedAt = now
    guard job.status.isTerminal else { return }
    connector.lastSynced = now
    connector.lastIndexedDocumentCount = job.counters.created + job.counters.updated
    connector.lastDeletedDocumentCount = job.counters.deleted
    connector.status = job.status == .error ? .error : .connected
    connector.error = job.error
  }

  /// What the log says of the end.
  func summary(_ job: SyncJob) -> (LogLine.Level, String) {
    let counters = job.counters
    let counts = account(counters) + remarks(job)
    switch job.status {
    case .error: return (.error, "The sync failed: \(job.error ?? "") \(counts)")
    case .canceled: return (.warning, "The sync was canceled. \(counts)")
    case .suspended:
      return (
        job.error == nil ? .info : .error, "The sync is suspended. \(job.error ?? "") \(counts)"
      )
    default: return (.info, "The sync is complete. \(counts)")
    }
  }

  private func account(_ counters: JobCounters) -> String {
    let outcomes = [
      (counters.created, "created"), (counters.updated, "updated"),
      (counters.unchanged, "unchanged"), (counters.filtered, "filtered"),
      (counters.superseded, "superseded"), (counters.failed, "failed"),
    ].filter { $0.0 > 0 || $0.1 != "superseded" }.map { "\($0.grouped) \($1)" }.joined(
      separator: ", ")
    return "\(Wording.count(counters.extracted, "document")) extracted: \(outcomes); "
      + "\(counters.deleted.grouped) deleted."
  }

  /// What is worth knowing beside the account.
  private func remarks(_ job: SyncJob) -> String {
    var text = ""
    let partial = job.metadata.partialScopes.count
    if partial > 0 {
      text += " \(Wording.count(partial, "listing")) "
      text += partial == 1 ? "was" : "were"
      text += " not whole; nothing there was deleted."
    }
    if job.counters.withoutContent > 0 {
      text += " \(job.counters.withoutContent.grouped) without content."
    }
    if job.counters.heldDeletions > 0 {
      text += " \(Wording.count(job.counters.heldDeletions, "deletion")) held."
    }
    if let unfinished { text += " " + unfinished }
    return text
  }

  /// Says what became of documents that were read and have no outcome; `nil` if there are none.
  private var unfinished: String? {
    let total = monitor.total
    let count = total.extracted - total.settled
    guard count > 0 else { return nil }
    return "\(Wording.count(count, "more document")) had been read and not finished; "
      + "\(count == 1 ? "it is" : "they are") not counted, the next sync reads "
      + "\(count == 1 ? "it" : "them") again."
  }

  private var status: JobStatus {
    switch end {
    case .completed: .completed
    case .canceled: .canceled
    case .suspended, .lost: .suspended
    case .failed: .error
    }
  }

  private func apply(_ status: JobStatus, to job: inout SyncJob) {
    job.status = status
    job.counters = monitor.total.settledOnly
    job.lastSeen = now
    job.metadata.stageMilliseconds = monitor.stageMilliseconds
    job.metadata.written = monitor.written
    job.metadata.warnings = monitor.warnings
    if status.isTerminal, let unfinished, job.metadata.warnings.count < 100 {
      job.metadata.warnings.append(unfinished)
    }
    if status != .completed { job.forgetHeldDeletions() }
    job.totalDocumentCount = documentCount
    job.error = nil
    if status.isTerminal { job.completedAt = now }
    if status == .canceled { job.canceledAt = now }
    if status == .suspended { job.metadata.worker = nil }
    switch end {
    case .completed(let report):
      job.metadata.partialScopes = report.partialScopes
      job.metadata.heldDeletionsReason = report.heldReason
      job.metadata.heldDeletionsSample = report.heldSample
    case .suspended(let reason, _): job.error = reason
    case .failed(let message): job.error = message
    case .canceled, .lost: break
    }
  }
}

extension SyncJob {
  /// Deletions are held until somebody releases them only by a job that is complete.
  mutating func forgetHeldDeletions() {
    counters.heldDeletions = 0
    metadata.heldDeletionsReason = nil
    metadata.heldDeletionsSample = []
  }
}
