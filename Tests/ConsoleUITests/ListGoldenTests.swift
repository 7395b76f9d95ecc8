import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct ListGoldenTests {
  @Test(arguments: Fixtures.sizes)
  func `the list shows every connector with its state`(_ size: Size) {
    expectGolden(ConsoleDriver(size: size).frame, "list")
  }

  @Test(arguments: Fixtures.sizes)
  func `an empty list says what to press`(_ size: Size) {
    let driver = ConsoleDriver(size: size, snapshot: Fixtures.snapshot(of: []))
    expectGolden(driver.frame, "list-empty")
  }

  @Test func `the list is filtered by letters`() {
    var driver = ConsoleDriver()
    driver.type("/hand")
    expectGolden(driver.frame, "list-filter")
  }

  @Test(arguments: Fixtures.sizes)
  func `equal names and unknown lengths leave no question open`(_ size: Size) {
    var other = Fixtures.handbook
    other.record.id = "handbook-2"
    other.record.indexName = "search-handbook-of-old"
    var archive = Fixtures.archive
    archive.activeJob?.estimatedTotal = nil
    let driver = ConsoleDriver(
      size: size, snapshot: Fixtures.snapshot(of: [archive, Fixtures.handbook, other]))
    expectGolden(driver.frame, "list-equal-names")
  }

  @Test func `the list is drawn in ASCII alone`() {
    let driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.archive, Fixtures.handbook, Fixtures.wiki]),
      isASCII: true)
    expectGolden(driver.frame, "list-ascii")
    let isASCII = driver.text.unicodeScalars.allSatisfy { $0.isASCII }
    #expect(isASCII)
  }
}
