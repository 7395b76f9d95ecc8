internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI

/// Tells how fast a job goes that another process runs, from its record alone.
///
/// The record changes with every heartbeat; a rate is taken between two of them.
struct RecordMeter: Sendable {
  /// Without a heartbeat for so long, nothing is known of a rate.
  private static let stale = Duration.seconds(15)

  private var at: Timestamp?
  private var counters = JobCounters()
  private var documentsPerSecond = 0.0
  private var bytesPerSecond = 0.0
  private var history: [Double] = []

  /// Makes a meter that has seen no record.
  init() {}

  /// Takes the job's record as it is now.
  mutating func take(_ job: SyncJob) {
    guard let seen = job.lastSeen else { return }
    let former = at ?? (job.metadata.attempts > 1 ? nil : job.startedAt)
    defer { (at, counters) = (seen, job.counters) }
    guard let former, seen > former else { return }
    let elapsed = seen - former
    documentsPerSecond = Double(max(0, job.counters.settled - counters.settled)) / elapsed.seconds
    bytesPerSecond =
      Double(max(0, job.counters.bytesWritten - counters.bytesWritten)) / elapsed.seconds
    let seconds = min(60, max(1, Int(elapsed.seconds.rounded())))
    history += [Double](repeating: documentsPerSecond, count: seconds)
    history.removeFirst(max(0, history.count - 60))
  }

  /// The progress of a job as its record tells it.
  func progress(of job: SyncJob, at now: Timestamp) -> JobProgress {
    var progress = JobProgress(
      job: job, phase: job.status == .canceling ? .stopping : .extracting, isElsewhere: true)
    progress.stages = StageProgress.Stage.allCases.map { stage in
      StageProgress(
        stage: stage, documents: job.counters.documents(through: stage),
        busy: .milliseconds(job.metadata.stageMilliseconds[stage.rawValue] ?? 0))
    }
    if let start = job.startedAt { progress.elapsed = max(.zero, now - start) }
    progress.rateHistory = history
    guard let at, now - at < Self.stale else { return progress }
    progress.documentsPerSecond = documentsPerSecond
    progress.bytesPerSecond = bytesPerSecond
    return progress
  }
}

extension JobCounters {
  /// How many documents left a stage, as far as counters tell.
  func documents(through stage: StageProgress.Stage) -> Int {
    switch stage {
    case .extract: extracted
    case .filter: max(0, settled - filtered)
    case .diff, .content: max(0, settled - filtered - unchanged)
    case .bulk: created + updated
    case .delete: deleted
    }
  }
}
