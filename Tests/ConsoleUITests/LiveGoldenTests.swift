import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct LiveGoldenTests {
  private func live(_ size: Size, _ change: (inout JobProgress) -> Void = { _ in }) -> ConsoleDriver
  {
    var archive = Fixtures.archive
    if var job = archive.activeJob {
      change(&job)
      archive.activeJob = job
    }
    return ConsoleDriver(
      size: size, snapshot: Fixtures.snapshot(of: [archive]),
      opening: .live(LiveSyncScreen(of: archive)))
  }

  private func ended(_ size: Size, _ change: (inout SyncJob) -> Void) -> ConsoleDriver {
    var driver = live(size)
    driver.change { snapshot in
      var job = snapshot.connectors[0].activeJob?.job
      job?.status = .completed
      job?.completedAt = Fixtures.seconds(0)
      job?.counters = Fixtures.settledCounters
      if var ended = job {
        change(&ended)
        snapshot.connectors[0].lastJob = ended
      }
      snapshot.connectors[0].activeJob = nil
    }
    return driver
  }

  @Test(arguments: Fixtures.sizes + [Size(width: 200, height: 60), Size(width: 100, height: 30)])
  func `the pipeline of a running sync is drawn stage by stage`(_ size: Size) {
    expectGolden(live(size).frame, "live")
  }

  @Test(arguments: Fixtures.sizes)
  func `a sync of unknown length is drawn without a share`(_ size: Size) {
    let driver = live(size) { job in
      job.estimatedTotal = nil
      job.remaining = nil
      job.latestErrors = []
      job.counters.extracted = 12_104_210
      job.counters.unchanged = 11_992_418
      job.counters.failed = 0
    }
    expectGolden(driver.frame, "live-unknown-total")
  }

  @Test(arguments: Fixtures.sizes)
  func `a completed sync shows what became of every document`(_ size: Size) {
    expectGolden(ended(size) { _ in }.frame, "live-completed")
  }

  @Test func `a failed sync shows why`() {
    let driver = ended(Fixtures.usual) { job in
      job.status = .error
      job.error = Fixtures.failedJob.error
    }
    expectGolden(driver.frame, "live-failed")
  }

  @Test func `a canceled sync says what stays`() {
    let driver = ended(Fixtures.usual) { $0.status = .canceled }
    expectGolden(driver.frame, "live-canceled")
  }

  @Test func `held deletions are told at the end`() {
    let driver = ended(Fixtures.usual) { job in
      job.counters.heldDeletions = 1_234
      job.metadata.heldDeletionsReason = Fixtures.heldJob.metadata.heldDeletionsReason
    }
    expectGolden(driver.frame, "live-held")
  }

  @Test(arguments: Fixtures.sizes)
  func `a sync that left something out says what and which key shows it`(_ size: Size) {
    let driver = ended(size) { job in
      job.counters.failed = 0
      job.counters.unchanged += 3
      job.counters.superseded = 0
      job.counters.unchanged += 2
      job.metadata.partialScopes = Fixtures.completedJob.metadata.partialScopes
    }
    expectGolden(driver.frame, "live-in-part")
  }

  @Test func `a suspended sync shows how far it has come`() {
    let driver = live(Fixtures.usual) { job in
      job.job.status = .suspended
      job.stages = []
      job.log = []
      job.latestErrors = []
    }
    expectGolden(driver.frame, "live-suspended")
  }

  @Test func `canceling asks`() {
    var driver = live(Fixtures.usual)
    driver.press(.character("c"))
    expectGolden(driver.frame, "live-cancel-question")
  }

  @Test(arguments: Fixtures.sizes)
  func `a sync that could not start says why`(_ size: Size) {
    var driver = ConsoleDriver(
      size: size, opening: .live(LiveSyncScreen(connectorID: "handbook")))
    driver.refuse(
      EngineFailure(
        .noSpace,
        "The disk of the store is full: 512 MB more are needed. Free some space and try again."))
    expectGolden(driver.frame, "live-refused")
  }

  @Test func `the live view is drawn in ASCII alone`() {
    let archive = Fixtures.archive
    let driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [archive]), opening: .live(LiveSyncScreen(of: archive)),
      isASCII: true)
    expectGolden(driver.frame, "live-ascii")
  }
}
