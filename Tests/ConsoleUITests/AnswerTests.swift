import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct AnswerTests {
  private let quiet = Fixtures.snapshot(of: [Fixtures.handbook, Fixtures.wiki])

  @Test func `a late answer for a screen that is gone changes nothing`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("4"))
    let late = driver.requests.last
    driver.press(.escape)
    let before = driver.text
    if let late { driver.send(.response(late.tag, .success(.jobs([], total: 0)))) }
    #expect(late != nil)
    #expect(driver.text == before)
  }

  @Test func `a late failure is told even when its screen is gone`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("4"), .escape)
    driver.refuse(EngineFailure(.store, "The store is busy. Try again."))
    #expect(driver.text.contains("The store is busy."))
  }

  @Test func `an answer that nobody asked for is dropped`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.send(.response(RequestTag(4711), .failure(EngineFailure(.store, "Noise."))))
    driver.send(.fileSaved(RequestTag(4712), "Noise."))
    #expect(!driver.text.contains("Noise."))
  }

  @Test func `an answer is taken once`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("6"))
    let tag = driver.requests.last?.tag
    driver.answer(.log(Fixtures.log))
    if let tag { driver.send(.response(tag, .success(.log([])))) }
    #expect(driver.text.contains("36 lines"))
  }

  @Test func `nothing moves any more once everything is answered`() {
    var context = Fixtures.context(snapshot: quiet)
    context.options.isStill = false
    var app = ConsoleApp(
      context: context,
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .jobs)))
    let commands = app.start()
    #expect(app.isAnimating)
    for case .request(let tag, _) in commands {
      _ = app.update(.response(tag, .success(.jobs([], total: 0))))
    }
    #expect(!app.isAnimating)
  }

  @Test func `s starts a sync and watches it to its end`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("s"))
    #expect(
      driver.requests.map(\.request)
        == [.startSync(connectorID: "handbook", .full, allowedDeletions: nil)])
    #expect(driver.text.contains("Asking for a sync"))
    driver.answer(.syncStarted(jobID: "new"))
    var job = SyncJob(
      id: "new", connector: Fixtures.handbook.record, type: .full, trigger: .onDemand,
      createdAt: Fixtures.now)
    job.status = .inProgress
    var progress = JobProgress(job: job, phase: .extracting)
    progress.counters.extracted = 77
    driver.change { $0.connectors[0].activeJob = progress }
    #expect(driver.text.contains("reading the source"))
    #expect(driver.text.contains("77"))
    job.status = .completed
    job.counters.extracted = 80
    job.counters.unchanged = 80
    job.startedAt = Fixtures.now
    job.completedAt = Fixtures.seconds(2)
    let ended = job
    driver.change { snapshot in
      snapshot.connectors[0].activeJob = nil
      snapshot.connectors[0].lastJob = ended
    }
    #expect(driver.text.contains("Sync completed after 2.0 s"))
    #expect(driver.text.contains("nothing was written"))
  }

  @Test func `a job that leaves the snapshot is looked up, not guessed`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("s"))
    driver.answer(.syncStarted(jobID: "new"))
    #expect(driver.requests.last?.request == .job(jobID: "new"))
    var job = Fixtures.failedJob
    job.id = "new"
    driver.answer(.job(job))
    #expect(driver.text.contains("Sync failed"))
    #expect(driver.text.contains("permission denied"))
  }

  @Test func `a sync that runs is watched, not started again`() {
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [Fixtures.archive]))
    driver.press(.character("s"))
    #expect(driver.requests.isEmpty)
    #expect(driver.text.contains("103,692 of about 200,000"))
  }

  @Test func `c cancels only after a yes`() {
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [Fixtures.archive]))
    driver.press(.character("s"), .character("c"), .enter)
    #expect(driver.requests.isEmpty)
    driver.press(.character("c"), .character("y"))
    #expect(driver.requests.map(\.request) == [.cancelSync(jobID: "archive-1")])
  }

  @Test func `a connector is deleted after its name was typed exactly`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("d"), .character("i"))
    driver.type("handbook")
    driver.press(.enter)
    #expect(driver.requests.isEmpty)
    #expect(driver.text.contains("That is not Handbook."))
    driver.press(.control("u"))
    driver.type("Handbook")
    driver.press(.enter)
    #expect(
      driver.requests.map(\.request)
        == [.deleteConnector(connectorID: "handbook", deleteIndex: true)])
    driver.answer(.done)
    #expect(
      driver.text.contains("Handbook is deleted, and the index search-handbook with 12,345"))
  }

  @Test func `Esc deletes nothing`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("d"), .escape, .character("d"), .character("c"), .escape)
    #expect(driver.requests.isEmpty)
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test func `held deletions are released by their number and no other`() {
    var driver = ConsoleDriver(
      opening: .job(JobScreen(connectorID: "press", jobID: "press-4")))
    driver.answer(.job(Fixtures.heldJob))
    driver.commands.removeAll()
    driver.press(.character("R"))
    driver.type("1243")
    driver.press(.enter, .control("u"))
    #expect(driver.requests.isEmpty)
    driver.type("1234")
    driver.press(.enter)
    #expect(
      driver.requests.map(\.request)
        == [.startSync(connectorID: "press", .full, allowedDeletions: 1_234)])
  }

  @Test func `a problem's key does what the remedy says`() {
    var driver = ConsoleDriver(opening: .connector(ConnectorScreen(connectorID: "wiki")))
    driver.press(.enter)
    #expect(driver.breadcrumb == ["Wiki export", "Configuration"])
    var legal = ConsoleDriver(opening: .connector(ConnectorScreen(connectorID: "legal")))
    legal.press(.enter)
    #expect(legal.requests.map(\.request) == [.recheck(connectorID: "legal")])
    var press = ConsoleDriver(opening: .connector(ConnectorScreen(connectorID: "press")))
    press.press(.enter)
    #expect(press.app.topScreen.kind == .job)
  }

  @Test func `a search starts when the typing rests`() {
    var driver = ConsoleDriver(
      snapshot: quiet,
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .documents)))
    driver.answerAll()
    driver.press(.character("/"))
    driver.type("holi")
    driver.wait(.milliseconds(200))
    #expect(driver.requests.isEmpty)
    driver.type("day")
    driver.wait(.milliseconds(300))
    #expect(
      driver.requests.map(\.request)
        == [
          .search(
            index: "search-handbook", SearchRequest(query: "holiday", from: 0, size: 25))
        ])
  }

  @Test func `the answer to an older search does not replace a newer one`() {
    var driver = ConsoleDriver(
      snapshot: quiet,
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .documents)))
    let old = driver.requests.last?.tag
    driver.press(.character("/"))
    driver.type("holiday")
    driver.press(.enter)
    driver.answer(.search(Fixtures.searchResponse))
    if let old {
      let empty = SearchResponse(total: 0, hits: [], took: .zero)
      driver.send(.response(old, .success(.search(empty))))
    }
    #expect(driver.text.contains("117 documents match"))
  }

  @Test func `the end of the hits brings more hits`() {
    var driver = ConsoleDriver(
      snapshot: quiet,
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .documents)))
    driver.answer(.search(Fixtures.searchResponse))
    driver.commands.removeAll()
    driver.press(.end)
    #expect(
      driver.requests.map(\.request)
        == [.search(index: "search-handbook", SearchRequest(query: "", from: 25, size: 25))])
  }

  @Test func `the history is read again when a job ends`() {
    var driver = ConsoleDriver(
      snapshot: quiet,
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .jobs)))
    driver.answerAll()
    driver.change { $0.connectors[0].lastJob?.id = "newer" }
    #expect(
      driver.requests.map(\.request)
        == [.jobs(connectorID: "handbook", from: 0, size: 50)])
  }

  @Test func `copying says that it happened`() {
    var driver = ConsoleDriver(opening: .connector(ConnectorScreen(connectorID: "wiki")))
    driver.press(.character("y"))
    #expect(driver.commands.last == .copy("wiki"))
    #expect(driver.text.contains("Copied the id."))
  }
}
