import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI

extension Fixtures {
  static func job(
    _ id: String, _ connector: Connector, _ status: JobStatus, endedAt: Int?,
    took: Int = 83, trigger: SyncJob.Trigger = .onDemand
  ) -> SyncJob {
    var job = SyncJob(
      id: id, connector: connector, type: .full, trigger: trigger,
      createdAt: seconds((endedAt ?? -20) - took - 1))
    job.status = status
    job.startedAt = seconds((endedAt ?? -20) - took)
    job.completedAt = endedAt.map(seconds)
    if status == .canceled { job.canceledAt = job.completedAt }
    job.lastSeen = job.completedAt
    job.workerHostname = "fermat"
    job.counters = settledCounters
    job.totalDocumentCount = 12_345
    job.metadata.attempts = 1
    job.metadata.stageMilliseconds = [
      "extract": 61_200, "filter": 310, "diff": 4_100, "content": 48_800, "bulk": 22_900,
      "delete": 1_250,
    ]
    return job
  }

  /// Adds up.
  static var settledCounters: JobCounters {
    var counters = JobCounters()
    counters.extracted = 12_900
    counters.filtered = 555
    counters.unchanged = 11_000
    counters.created = 1_200
    counters.updated = 140
    counters.superseded = 2
    counters.failed = 3
    counters.deleted = 41
    counters.withoutContent = 7
    counters.bytesWritten = 5_120_000
    return counters
  }

  static var completedJob: SyncJob {
    var job = job(
      "6f1c2d0e-handbook-17",
      connector("handbook", name: "Handbook", index: "search-handbook"), .completed,
      endedAt: -185, trigger: .scheduled)
    job.metadata.partialScopes = [
      JobMetadata.PartialScope(
        name: "/srv/handbook/private",
        reason: "The folder can't be listed: permission denied.")
    ]
    job.metadata.warnings = [
      "The file /srv/handbook/huge.iso is larger than the limit of 100 MB; "
        + "only its metadata is indexed.",
      "7 files have no text that could be read.",
    ]
    return job
  }

  static var failedJob: SyncJob {
    var job = job(
      "wiki-9", connector("wiki", name: "Wiki export", index: "search-wiki"), .error,
      endedAt: -5_400, took: 2)
    job.error =
      "The folder /srv/wiki can't be read: permission denied. "
      + "Give the user of this program the right to read it, or choose another folder."
    job.counters = JobCounters()
    job.metadata.stageMilliseconds = [:]
    return job
  }

  static var heldJob: SyncJob {
    var job = job(
      "press-4", connector("press", name: "Press", index: "search-press"), .completed,
      endedAt: -600)
    job.counters.heldDeletions = 1_234
    job.metadata.heldDeletionsReason =
      "1,234 of 8,000 documents (15 %) are gone from the source; above 10 % a person decides."
    job.metadata.heldDeletionsSample = [
      "press/2019/01.txt", "press/2019/02.txt", "press/\u{1B}[2Jwipe.txt",
    ]
    return job
  }

  static var runningCounters: JobCounters {
    var counters = JobCounters()
    counters.extracted = 104_210
    counters.filtered = 310
    counters.unchanged = 91_900
    counters.created = 10_100
    counters.updated = 1_380
    counters.failed = 2
    counters.bytesWritten = 61_000_000
    return counters
  }

  static var runningJob: JobProgress {
    var job = SyncJob(
      id: "archive-1", connector: connector("archive", name: "Archive", index: "search-archive"),
      type: .full, trigger: .onDemand, createdAt: seconds(-84))
    job.status = .inProgress
    job.startedAt = seconds(-83)
    job.counters = runningCounters
    var progress = JobProgress(job: job, phase: .extracting)
    progress.stages = [
      StageProgress(stage: .extract, documents: 104_210, busy: .seconds(71)),
      StageProgress(
        stage: .filter, documents: 103_900, queued: 96, capacity: 512, busy: .seconds(1)),
      StageProgress(
        stage: .diff, documents: 11_992, queued: 140, capacity: 512, busy: .seconds(6)),
      StageProgress(
        stage: .content, documents: 11_700, queued: 250, capacity: 256, busy: .seconds(48)),
      StageProgress(
        stage: .bulk, documents: 11_482, queued: 218, capacity: 1_000, busy: .seconds(23)),
      StageProgress(stage: .delete, documents: 0, queued: 0, capacity: 256),
    ]
    progress.documentsPerSecond = 1_255.4
    progress.bytesPerSecond = 4_130_000
    progress.rateHistory = (0..<60).map { second in
      let wave = (second * 37) % 23
      return 700 + Double(wave) * 40 + Double(second) * 6
    }
    progress.requestsInFlight = 3
    progress.maximumInFlight = 8
    progress.elapsed = .seconds(83)
    progress.estimatedTotal = 200_000
    progress.remaining = .seconds(76)
    progress.currentItem = "/srv/archive/2019/reports/Quarterly report (final) 3.pdf"
    progress.log = (0..<12).map { index in
      LogLine(
        at: seconds(index * 5 - 60), level: index == 7 ? .warning : .info,
        connectorID: "archive", jobID: "archive-1",
        message: index == 7
          ? "The file /srv/archive/broken.pdf has no text that can be read."
          : "The folder /srv/archive/20\(10 + index) is read: 8,\(100 + index) files.")
    }
    progress.latestErrors = [
      LogLine(
        at: seconds(-25), level: .warning, connectorID: "archive", jobID: "archive-1",
        message: "The file /srv/archive/broken.pdf has no text that can be read."),
      LogLine(
        at: seconds(-12), level: .error, connectorID: "archive", jobID: "archive-1",
        message: "The document \u{1B}]0;owned\u{7}x.txt was refused: the id is too long."),
    ]
    return progress
  }
}
