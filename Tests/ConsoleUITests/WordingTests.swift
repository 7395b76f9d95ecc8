import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

/// What pages say where words once misled.
@Suite struct WordingTests {
  @Test func `a sentence does not follow to another page`() {
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [Fixtures.handbook]))
    driver.press(.character("c"))
    #expect(driver.text.contains("▲ No sync of Handbook is active."))
    driver.press(.enter)
    #expect(!driver.text.contains("No sync of Handbook"))
    driver.press(.character("c"))
    #expect(driver.text.contains("No sync of Handbook"))
    driver.press(.character("3"))
    #expect(!driver.text.contains("No sync of Handbook"))
  }

  @Test func `a sentence goes even if the clock stands at its end`() {
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [Fixtures.handbook]))
    driver.press(.character("c"))
    driver.change { $0.at = Fixtures.seconds(7) }
    driver.send(.tick(Fixtures.seconds(7)))
    #expect(!driver.text.contains("No sync of Handbook"))
  }

  @Test func `canceling is not told any more once the sync is over`() {
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [Fixtures.archive]))
    driver.press(.character("c"), .character("y"))
    driver.answer(.done)
    #expect(driver.text.contains("Canceling the sync"))
    driver.change { $0.connectors[0].activeJob = nil }
    #expect(!driver.text.contains("Canceling the sync"))
  }

  @Test(arguments: Fixtures.sizes)
  func `a running sync of unknown length has its numbers named in the list`(_ size: Size) {
    var archive = Fixtures.archive
    archive.activeJob?.estimatedTotal = nil
    archive.activeJob?.counters.extracted = 10_859
    let driver = ConsoleDriver(size: size, snapshot: Fixtures.snapshot(of: [archive]))
    #expect(driver.text.contains("10,859 read"))
  }

  @Test func `a schedule that is off is no problem, and Enter opens the schedule`() {
    var state = Fixtures.handbook
    state.problems = [
      Problem(
        severity: .warning,
        title: "No schedule is set; syncs run only when they are started.",
        remedy: "Set a schedule if the index must follow the source by itself.",
        action: .setSchedule)
    ]
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [state, Fixtures.wiki]))
    #expect(driver.text.contains("1 with problems"))
    driver.press(.enter)
    #expect(driver.text.contains("Enter set a schedule"))
    driver.press(.enter)
    #expect(driver.breadcrumb.last == "Schedule")
  }

  @Test func `equal names are told apart by their index`() {
    var other = Fixtures.handbook
    other.record.id = "handbook-2"
    other.record.indexName = "search-other"
    var driver = ConsoleDriver(
      size: Fixtures.wide, snapshot: Fixtures.snapshot(of: [Fixtures.handbook, other]))
    #expect(driver.text.contains("Handbook (search-other)"))
    driver.press(.character("d"))
    #expect(driver.text.contains("Delete Handbook (search-handbook)?"))
    driver.press(.escape, .character(":"))
    #expect(driver.text.contains("sync Handbook (search-other)"))
  }

  @Test func `deleting the connector alone repeats the choice and says that the index stays`() {
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [Fixtures.handbook]))
    driver.press(.character("d"), .character("c"))
    #expect(driver.text.contains("You chose “connector only”"))
    driver.type("Handbook")
    driver.press(.enter)
    driver.answer(.done)
    #expect(
      driver.text.contains("the index search-handbook stays with 12,345 documents."))
  }

  @Test func `the filter takes words, not scattered letters`() {
    var driver = ConsoleDriver()
    driver.type("/hbk")
    #expect(driver.text.contains("No connector matches"))
    driver.press(.control("u"))
    driver.type("direct hand")
    #expect(driver.text.contains("1 of 11"))
  }

  @Test func `a search of common words only says why nothing is found`() {
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.handbook]),
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: .documents)))
    driver.press(.character("/"))
    driver.type("the")
    driver.press(.enter)
    driver.answer(.search(SearchResponse(total: 0, hits: [], took: .microseconds(300))))
    #expect(driver.text.contains("Very common words, such as “the”"))
    #expect(driver.text.contains("under 1 ms"))
    #expect(!driver.text.contains("0, "))
  }

  @Test func `narrow headings leave out the order before the problems`() {
    var states = [Fixtures.handbook, Fixtures.wiki]
    states[0].documentCount = 133_688
    let text = ConsoleDriver(
      size: Fixtures.small, snapshot: Fixtures.snapshot(of: states)
    ).text
    #expect(text.contains("2 connectors · 137,709 documents · 1 with problems "))
  }

  @Test func `a suspended sync neither moves nor counts as syncing`() {
    var archive = Fixtures.archive
    archive.activeJob?.job.status = .suspended
    var context = Fixtures.context(snapshot: Fixtures.snapshot(of: [archive]))
    context.options.isStill = false
    #expect(ConsoleApp(context: context).timeToNextTick > .milliseconds(125))
    var driver = ConsoleDriver(snapshot: context.snapshot)
    #expect(driver.text.contains("‖ suspended"))
    #expect(!driver.text.contains("syncing"))
    #expect(!driver.text.contains("1 sync active"))
    driver.press(.enter)
    #expect(driver.text.contains("Sync suspended"))
  }

  @Test(arguments: ConnectorScreen.Tab.allCases)
  func `a page where nothing moves is drawn once a second at most`(_ tab: ConnectorScreen.Tab) {
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.handbook]),
      opening: .connector(ConnectorScreen(connectorID: "handbook", tab: tab)))
    driver.answerAll()
    var drawn = 0
    for _ in 0..<100 {
      let before = driver.app.revision
      driver.wait(.milliseconds(100))
      driver.answerAll()
      if driver.app.revision != before { drawn += 1 }
    }
    #expect(drawn <= 11)
  }

  @Test func `quitting with input that would be lost names both`() {
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.handbook]), opening: .wizard(WizardScreen()))
    driver.type("docs")
    driver.press(.control("c"))
    #expect(driver.text.contains("Quit connector-console?"))
    #expect(driver.text.contains("Quit and lose it"))
  }
}
