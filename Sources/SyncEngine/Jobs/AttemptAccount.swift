internal import ConnectorProtocol

/// What a job has done, all of its attempts together.
///
/// A full sync that is taken up again reads its source from the start; so what this attempt reads is
/// what the job reads, once. What an earlier attempt wrote shows up as unchanged now: to the job it
/// is created or updated. An incremental sync goes on behind what was read before, so there the
/// counters of its attempts add up.
struct AttemptAccount: Sendable {
  /// Whether this attempt reads what earlier ones have read.
  private let readsAgain: Bool
  private let earlier: JobCounters
  private let earlierWritten: JobMetadata.Written

  /// Makes the account of an attempt, given the job's record as it was claimed.
  init(_ job: SyncJob) {
    readsAgain = job.type != .incremental
    var earlier = job.counters.settledOnly
    // What an earlier attempt held was not decided on by this one.
    earlier.heldDeletions = 0
    self.earlier = earlier
    earlierWritten =
      job.metadata.written
      ?? JobMetadata.Written(created: earlier.created, updated: earlier.updated)
  }

  /// What the job's counters start from.
  var base: JobCounters { total(with: JobCounters()) }

  /// The job's counters, given those of this attempt.
  func total(with now: JobCounters) -> JobCounters {
    guard readsAgain else { return earlier + now }
    var total = now
    let created = min(now.unchanged, earlierWritten.created)
    let updated = min(now.unchanged - created, earlierWritten.updated)
    total.created += created
    total.updated += updated
    total.unchanged -= created + updated
    total.deleted += earlier.deleted
    total.bytesWritten += earlier.bytesWritten
    return total
  }

  /// What all attempts wrote, given the counters of this one.
  func written(with now: JobCounters) -> JobMetadata.Written {
    JobMetadata.Written(
      created: earlierWritten.created + now.created, updated: earlierWritten.updated + now.updated)
  }
}
