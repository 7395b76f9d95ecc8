import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct ConnectorGoldenTests {
  private func connector(
    _ id: String, _ tab: ConnectorScreen.Tab, _ size: Size
  ) -> ConsoleDriver {
    ConsoleDriver(
      size: size, opening: .connector(ConnectorScreen(connectorID: id, tab: tab)))
  }

  @Test(arguments: Fixtures.sizes)
  func `the overview of a healthy connector`(_ size: Size) {
    expectGolden(connector("handbook", .overview, size).frame, "overview")
  }

  @Test(arguments: Fixtures.sizes, ["wiki", "archive", "hostile", "long"])
  func `the overview of a connector with something to tell`(_ size: Size, _ id: String) {
    expectGolden(connector(id, .overview, size).frame, "overview-\(id)")
  }

  @Test func `a recheck tells what was found and why`() {
    var driver = connector("legal", .overview, Fixtures.usual)
    driver.press(.character("r"))
    driver.answer(
      .rechecked(
        RecheckReport(
          finding: .failed(error: "the folder /srv/legal does not exist"),
          explanation: [
            "The record was found.", "Its status is connected, its last sign of life 2 h old.",
            "The folder was looked at just now and is not there: is a disk unmounted?",
          ], at: Fixtures.now)))
    expectGolden(driver.frame, "recheck")
  }

  @Test(arguments: Fixtures.sizes)
  func `the history of jobs`(_ size: Size) {
    var driver = connector("archive", .jobs, size)
    let record = Fixtures.archive.record
    var jobs = [Fixtures.runningJob.job]
    for (index, status) in [
      JobStatus.completed, .error, .canceled, .suspended, .pending, .canceling,
    ].enumerated() {
      var job = Fixtures.job(
        "archive-old-\(index)", record, status, endedAt: -86_400 * (index + 1),
        trigger: .scheduled)
      if status == .pending { job.startedAt = nil }
      if !status.isTerminal { job.completedAt = nil }
      jobs.append(job)
    }
    driver.answer(.jobs(jobs, total: jobs.count))
    expectGolden(driver.frame, "jobs")
  }

  @Test func `an empty history says what to press`() {
    var driver = connector("hostile", .jobs, Fixtures.usual)
    driver.answer(.jobs([], total: 0))
    expectGolden(driver.frame, "jobs-empty")
  }

  @Test(arguments: Fixtures.sizes)
  func `a job shows numbers that add up`(_ size: Size) {
    var driver = ConsoleDriver(
      size: size,
      opening: .job(JobScreen(connectorID: "handbook", jobID: Fixtures.completedJob.id)))
    driver.answer(.job(Fixtures.completedJob))
    expectGolden(driver.frame, "job")
    driver.press(.end)
    expectGolden(driver.frame, "job-end")
  }

  @Test(arguments: Fixtures.sizes)
  func `held deletions are released by typing their number`(_ size: Size) {
    var driver = ConsoleDriver(
      size: size, opening: .job(JobScreen(connectorID: "press", jobID: "press-4")))
    driver.answer(.job(Fixtures.heldJob))
    expectGolden(driver.frame, "job-held")
    driver.press(.character("R"))
    expectGolden(driver.frame, "job-release")
  }

  @Test(arguments: Fixtures.sizes)
  func `dead letters show document and reason`(_ size: Size) {
    var driver = ConsoleDriver(
      size: size,
      opening: .deadLetters(
        DeadLettersScreen(connectorID: "handbook", jobID: Fixtures.completedJob.id)))
    driver.answer(.deadLetters(Fixtures.manyDeadLetters, total: 9))
    expectGolden(driver.frame, "dead-letters")
    driver.press(.enter)
    expectGolden(driver.frame, "dead-letter-group")
    driver.press(.enter)
    expectGolden(driver.frame, "dead-letter")
  }

  @Test func `dead letters are sent again after a question, and the outcome is told`() {
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.handbook]),
      opening: .deadLetters(
        DeadLettersScreen(connectorID: "handbook", jobID: Fixtures.completedJob.id)))
    driver.answer(.deadLetters(Fixtures.manyDeadLetters, total: 9))
    driver.press(.character("r"))
    #expect(driver.text.contains("Send 6 documents again?"))
    driver.press(.character("y"))
    let ids = (0..<6).map { "orders/\($0 + 40).json" }
    #expect(
      driver.requests.last?.request
        == .retryDeadLetters(jobID: Fixtures.completedJob.id, documentIDs: ids))
    var report = DeadLetterRetry()
    report.indexed = 5
    report.refused = 1
    report.reason = "The field is too long."
    driver.answer(.deadLettersRetried(report))
    driver.answer(.deadLetters(Array(Fixtures.manyDeadLetters.suffix(4)), total: 4))
    #expect(driver.text.contains("5 documents indexed, 1 refused again."))
    #expect(driver.text.contains("The index says: The field is too"))
    expectGolden(driver.frame, "dead-letters-retried")
  }

  @Test func `one dead letter is sent again at once and leaves the list`() {
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.handbook]),
      opening: .deadLetters(
        DeadLettersScreen(connectorID: "handbook", jobID: Fixtures.completedJob.id)))
    driver.answer(.deadLetters(Fixtures.manyDeadLetters, total: 9))
    driver.press(.enter, .down, .character("r"))
    #expect(
      driver.requests.last?.request
        == .retryDeadLetters(jobID: Fixtures.completedJob.id, documentIDs: ["orders/41.json"]))
    var report = DeadLetterRetry()
    report.indexed = 1
    driver.answer(.deadLettersRetried(report))
    #expect(!driver.text.contains("orders/41.json"))
    #expect(driver.text.contains("orders/42.json"))
  }

  @Test(arguments: Fixtures.sizes)
  func `a search highlights the words`(_ size: Size) {
    var driver = connector("handbook", .documents, size)
    driver.press(.character("/"))
    driver.type("holiday")
    driver.press(.enter)
    driver.answer(.search(Fixtures.searchResponse))
    if case .document = driver.requests.last?.request {
      driver.answer(.document(Fixtures.documentBody))
    }
    expectGolden(driver.frame, "documents")
  }

  @Test func `a search without hits says what to try`() {
    var driver = connector("handbook", .documents, Fixtures.usual)
    driver.press(.character("/"))
    driver.type("xyzzy")
    driver.press(.enter)
    driver.answer(.search(SearchResponse(total: 0, hits: [], took: .milliseconds(1))))
    expectGolden(driver.frame, "documents-none")
  }

  @Test(arguments: Fixtures.sizes)
  func `the whole document is shown`(_ size: Size) {
    var driver = ConsoleDriver(
      size: size,
      opening: .document(
        DocumentScreen(index: "search-handbook", id: DocumentID("leave/holiday.md"))))
    driver.answer(.document(Fixtures.documentBody))
    expectGolden(driver.frame, "document")
  }

  @Test(arguments: Fixtures.sizes)
  func `the log has levels and times`(_ size: Size) {
    var driver = connector("handbook", .log, size)
    driver.answer(.log(Fixtures.log))
    expectGolden(driver.frame, "log")
  }
}
