package import ConnectorKit

/// One run of a connector: one record of `.elastic-connectors-sync-jobs`.
package struct SyncJob: Hashable, Sendable, Identifiable {
  /// What started a job.
  package enum Trigger: String, Hashable, Sendable {
    case onDemand = "on_demand"
    case scheduled
  }

  /// The record's `_id`.
  package var id: String
  package var connectorID: String
  package var indexName: String
  package var serviceType: String
  package var language: Language
  /// The connector's configuration when the job was created.
  package var configuration: ConnectorConfiguration
  /// The active sync rules when the job was created.
  package var filtering: FilteringRules
  package var pipeline: IngestPipeline
  package var syncCursor: SyncCursor?
  package var type: JobType
  package var trigger: Trigger
  package var status: JobStatus
  /// Why it failed; a full sentence.
  package var error: String?
  package var createdAt: Timestamp
  package var startedAt: Timestamp?
  package var completedAt: Timestamp?
  package var canceledAt: Timestamp?
  package var cancelationRequestedAt: Timestamp?
  /// The worker's last sign of life.
  package var lastSeen: Timestamp?
  package var workerHostname: String?
  package var counters: JobCounters
  /// Documents in the index when the job ended.
  package var totalDocumentCount: Int?
  /// What this program keeps of a job beyond Elastic's fields (`metadata` of the record).
  package var metadata: JobMetadata
  /// Members of the stored record that this program does not know; they are written back.
  package var unknownMembers = JSONObject()

  /// Makes a pending job for a connector.
  package init(
    id: String, connector: Connector, type: JobType, trigger: Trigger, createdAt: Timestamp
  ) {
    self.id = id
    connectorID = connector.id
    indexName = connector.indexName ?? ""
    serviceType = connector.serviceType ?? ""
    language = connector.language
    configuration = connector.configuration
    filtering = connector.filtering.active
    pipeline = connector.pipeline
    syncCursor = connector.syncCursor
    self.type = type
    self.trigger = trigger
    self.createdAt = createdAt
    status = .pending
    counters = JobCounters()
    metadata = JobMetadata()
  }
}

/// What a job reads.
package enum JobType: String, Hashable, Sendable, CaseIterable {
  case full
  case incremental
  case accessControl = "access_control"
}

/// Where a job is in its life.
///
/// Moves: pending → in progress | canceled; in progress → canceling | completed | suspended |
/// error; suspended → in progress | canceled; canceling → canceled | error. The rest is final.
package enum JobStatus: String, Hashable, Sendable, CaseIterable {
  case pending
  case inProgress = "in_progress"
  case canceling
  case canceled
  case suspended
  case completed
  case error

  /// Whether nothing can follow.
  package var isTerminal: Bool { self == .canceled || self == .completed || self == .error }

  /// Whether the protocol lets a job move from this status to the next.
  package func canBecome(_ next: JobStatus) -> Bool {
    switch (self, next) {
    case (.pending, .inProgress), (.pending, .canceled),
      (.inProgress, .canceling), (.inProgress, .completed), (.inProgress, .suspended),
      (.inProgress, .error), (.suspended, .inProgress), (.suspended, .canceled),
      (.canceling, .canceled), (.canceling, .error):
      true
    default: false
    }
  }
}

/// One outcome for every document of a job.
///
/// `extracted` = `created` + `updated` + `unchanged` + `filtered` + `superseded` + `failed` at the
/// end of a job. A resumed job counts each document once, with what all of its attempts did.
package struct JobCounters: Hashable, Sendable {
  /// Documents that the data source wrote.
  package var extracted = 0
  /// Dropped by a sync rule.
  package var filtered = 0
  /// In the index already with equal content; not written.
  package var unchanged = 0
  package var created = 0
  package var updated = 0
  /// Gone or replaced while they were read; a newer version took their place.
  package var superseded = 0
  /// Dead letters: could not be indexed, kept with the reason.
  package var failed = 0
  /// Documents removed from the index; they were not extracted.
  package var deleted = 0
  /// Deletions that the guard holds until a person releases them.
  package var heldDeletions = 0
  /// Documents whose content could not be fetched: new ones are indexed without it, known ones
  /// stay as they are in the index.
  package var withoutContent = 0
  /// Bytes of encoded documents written to the index.
  package var bytesWritten = 0

  /// Makes counters at zero.
  package init() {}

  /// Documents with an outcome so far.
  package var settled: Int { created + updated + unchanged + filtered + superseded + failed }

  /// The sum of two runs' counters.
  package static func + (left: JobCounters, right: JobCounters) -> JobCounters {
    var sum = left
    sum.extracted += right.extracted
    sum.filtered += right.filtered
    sum.unchanged += right.unchanged
    sum.created += right.created
    sum.updated += right.updated
    sum.superseded += right.superseded
    sum.failed += right.failed
    sum.deleted += right.deleted
    sum.heldDeletions += right.heldDeletions
    sum.withoutContent += right.withoutContent
    sum.bytesWritten += right.bytesWritten
    return sum
  }
}

/// What this program keeps of a job beyond Elastic's fields.
package struct JobMetadata: Hashable, Sendable {
  /// How often the job was started: 1, and one more for every resumption.
  package var attempts = 0
  /// What all attempts created and updated, each counted in full; `nil` before the second.
  package var written: Written?
  /// Wall-clock time spent in each stage by name, in milliseconds of all attempts.
  package var stageMilliseconds: [String: Int64] = [:]
  /// Scopes that could not be listed whole, with the reason; nothing of them was deleted.
  package var partialScopes: [PartialScope] = []
  /// Why deletions are held; `nil` if none are.
  package var heldDeletionsReason: String?
  /// Some of the documents whose deletion is held.
  package var heldDeletionsSample: [String] = []
  /// At most so many deletions were released by a person for this job.
  package var allowedDeletions: Int?
  /// Names the process that runs the job: host, process id, start time.
  package var worker: String?
  /// Things a person should know, full sentences, the first hundred.
  package var warnings: [String] = []

  /// Makes empty metadata.
  package init() {}

  /// Documents that were written.
  package struct Written: Hashable, Sendable {
    package var created: Int
    package var updated: Int

    /// Makes counts.
    package init(created: Int, updated: Int) {
      self.created = created
      self.updated = updated
    }
  }

  /// A scope that could not be listed whole.
  package struct PartialScope: Hashable, Sendable {
    package var name: String
    package var reason: String

    /// Makes a partial scope.
    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }
}

extension SyncJob {
  /// A worker writes a heartbeat at least every ten seconds; some more is the store's delay.
  private static var longestSilence: Duration { .seconds(15) }

  /// How long nothing was heard of a job that is said to run; `nil` if that is no cause for doubt.
  package func silence(at now: Timestamp) -> Duration? {
    guard status == .inProgress || status == .canceling, let heard = lastSeen ?? startedAt else {
      return nil
    }
    let silence = now - heard
    return silence > Self.longestSilence ? silence : nil
  }
}
