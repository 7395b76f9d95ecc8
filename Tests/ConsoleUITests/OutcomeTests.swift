import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

/// What is said of a sync once it is over, and what stays said.
@Suite struct OutcomeTests {
  private func ended(_ change: (inout SyncJob) -> Void) -> ConsoleDriver {
    var archive = Fixtures.archive
    archive.activeJob?.stages = []
    archive.activeJob?.log = []
    archive.activeJob?.latestErrors = []
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [archive]), opening: .live(LiveSyncScreen(of: archive)))
    driver.change { snapshot in
      guard var job = snapshot.connectors[0].activeJob?.job else { return }
      job.status = .completed
      job.completedAt = Fixtures.seconds(0)
      job.counters = Fixtures.settledCounters
      job.counters.failed = 0
      job.counters.withoutContent = 0
      job.counters.unchanged += 3
      change(&job)
      snapshot.connectors[0].lastJob = job
      snapshot.connectors[0].activeJob = nil
    }
    return driver
  }

  @Test func `a sync that lacks nothing is completed and accounts for all`() {
    let text = ended { _ in }.text
    #expect(text.contains("✓ Sync completed after"))
    #expect(text.contains("all are accounted for"))
  }

  @Test(arguments: ["folder", "content", "failed", "held"])
  func `a sync that lacks something is completed in part and says what`(_ what: String) {
    let driver = ended { job in
      switch what {
      case "folder":
        job.metadata.partialScopes = [
          JobMetadata.PartialScope(name: "/srv/private", reason: "permission denied")
        ]
      case "content": job.counters.withoutContent = 1
      case "failed":
        job.counters.failed = 1
        job.counters.unchanged -= 1
      default: job.counters.heldDeletions = 12
      }
    }
    let text = driver.text
    #expect(text.contains("▲ Sync completed, in part"))
    #expect(!text.contains("all are accounted for"))
    let phrases = [
      "folder": "1 folder not read whole", "content": "1 document without content",
      "failed": "1 failed", "held": "12 deletions held",
    ]
    #expect(text.contains("Missing: \(phrases[what] ?? "?")"))
  }

  @Test func `the list, the history and the job say completed in part with the same words`() {
    var state = Fixtures.handbook
    state.lastJob = Fixtures.completedJob
    let snapshot = Fixtures.snapshot(of: [state])
    #expect(ConsoleDriver(snapshot: snapshot).text.contains("▲ completed, in part"))
    var jobs = ConsoleDriver(
      snapshot: snapshot,
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .jobs)))
    jobs.answer(.jobs([Fixtures.completedJob], total: 1))
    #expect(jobs.text.contains("▲ completed, in part"))
    var job = ConsoleDriver(
      snapshot: snapshot,
      opening: .job(JobScreen(connectorID: "handbook", jobID: Fixtures.completedJob.id)))
    job.answer(.job(Fixtures.completedJob))
    #expect(job.text.contains("▲ completed, in part"))
  }

  @Test func `boxes and log are filled from the record after a sync too fast to be watched`() {
    var driver = ended { _ in }
    #expect(driver.text.contains("12,900│"))
    #expect(driver.text.contains("1,340│"))
    guard case .log(connectorID: "archive", _) = driver.requests.last?.request else {
      Issue.record("The log is not asked for.")
      return
    }
    func line(_ job: String, _ text: String) -> LogLine {
      LogLine(
        at: Fixtures.now, level: .info, connectorID: "archive", jobID: job, message: text)
    }
    driver.answer(.log([line("other", "Foreign line."), line("archive-1", "The sync ended.")]))
    #expect(driver.text.contains("The sync ended."))
    #expect(!driver.text.contains("Foreign line."))
  }

  @Test func `a suspended sync shows what its record counted`() {
    var archive = Fixtures.archive
    archive.activeJob?.job.status = .suspended
    archive.activeJob?.stages = []
    let driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [archive]), opening: .live(LiveSyncScreen(of: archive)))
    #expect(driver.text.contains("Sync suspended"))
    #expect(driver.text.contains("11,480│"))
  }

  @Test func `the first box and the sum tell one number of extracted documents`() {
    var archive = Fixtures.archive
    archive.activeJob?.stages[0].documents = 777_777
    archive.activeJob?.stages[1].documents = 777_776
    let driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [archive]), opening: .live(LiveSyncScreen(of: archive)))
    #expect(!driver.text.contains("777,77"))
    #expect(driver.text.contains("104,210│"))
  }

  @Test func `progress follows documents with an outcome`() {
    var archive = Fixtures.archive
    var counters = JobCounters()
    counters.extracted = 4_239
    archive.activeJob?.counters = counters
    archive.activeJob?.estimatedTotal = 4_239
    #expect(archive.activeJob?.fractionDone == 0)
    let driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [archive]), opening: .live(LiveSyncScreen(of: archive)))
    #expect(!driver.text.contains("100 %"))
    #expect(driver.text.contains("0 of about 4,239"))
  }

  @Test func `a canceled sync tells of no held deletions`() {
    let driver = ended { job in
      job.status = .canceled
      job.counters.heldDeletions = 131_626
    }
    #expect(driver.text.contains("Sync canceled"))
    #expect(!driver.text.contains("131,626"))
  }

  @Test func `a sync that is in the way is watched, not refused`() {
    let idle = Fixtures.handbook
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [idle]),
      opening: .live(LiveSyncScreen(connectorID: "handbook")))
    driver.refuse(EngineFailure(.conflict, "A sync of this connector runs already."))
    var job = Fixtures.completedJob
    job.id = "elsewhere-1"
    job.status = .inProgress
    job.completedAt = nil
    driver.answer(.jobs([job], total: 1))
    #expect(!driver.text.contains("could not start"))
    #expect(driver.requests.last?.request == .job(jobID: "elsewhere-1"))
    driver.change { snapshot in
      snapshot.connectors[0].activeJob = JobProgress(
        job: job, phase: .extracting, isElsewhere: true)
    }
    #expect(driver.text.contains("by another proc"))
  }
}
