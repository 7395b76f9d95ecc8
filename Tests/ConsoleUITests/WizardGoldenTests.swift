import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct WizardGoldenTests {
  @Test(arguments: Fixtures.sizes)
  func `every step looks as recorded`(_ size: Size) {
    for step in WizardStep.allCases {
      var driver = WizardDriver(size: size)
      driver.go(to: step)
      if step == .check { driver.console.answer(.checked(WizardFixtures.report)) }
      expectGolden(driver.console.frame, "wizard-\(step.number)-\(step)")
    }
  }

  @Test(arguments: Fixtures.sizes)
  func `a name is judged as it is typed`(_ size: Size) {
    var driver = WizardDriver(size: size)
    driver.type("My docs")
    expectGolden(driver.console.frame, "wizard-1-name-bad")
    driver = WizardDriver(size: size)
    driver.type("docs")
    expectGolden(driver.console.frame, "wizard-1-name-good")
    driver = WizardDriver(size: size)
    driver.type("handbook")
    expectGolden(driver.console.frame, "wizard-1-name-taken")
    driver = WizardDriver(size: size)
    driver.type("old")
    expectGolden(driver.console.frame, "wizard-1-name-unowned")
  }

  @Test(arguments: Fixtures.sizes)
  func `the key is shown with the connector's ID`(_ size: Size) {
    var driver = WizardDriver(size: size)
    driver.go(to: .apiKey)
    driver.press(.enter)
    expectGolden(driver.console.frame, "wizard-4-apiKey-waiting")
    driver.console.answer(.connectorCreated(WizardFixtures.created))
    driver.addRecord()
    expectGolden(driver.console.frame, "wizard-4-apiKey-shown")
    driver.press(.enter)
    expectGolden(driver.console.frame, "wizard-4-apiKey-unkept")
    driver.press(.escape)
    driver.press(.escape)
    expectGolden(driver.console.frame, "wizard-4-apiKey-leave")
    driver.press(.escape)
    driver.press(.character("y"))
    expectGolden(driver.console.frame, "wizard-4-apiKey-copied")
    driver.press(.enter, .control("p"))
    expectGolden(driver.console.frame, "wizard-4-apiKey-kept")
  }

  @Test(arguments: Fixtures.sizes)
  func `the configuration tells what is wrong and what the service said`(_ size: Size) {
    var driver = WizardDriver(size: size)
    driver.go(to: .configuration)
    driver.type("srv/docs")
    driver.press(.control("n"))
    expectGolden(driver.console.frame, "wizard-6-configuration-error")
    driver.press(.control("u"), .function(5))
    let report = RecheckReport(
      finding: .needsConfiguration(missing: ["Folder"]),
      explanation: [
        "The connector service of this console has seen the record and declared its fields.",
        "Fill in the missing field and save, then it connects to the source.",
      ], at: Fixtures.now)
    driver.console.answer(.rechecked(report))
    expectGolden(driver.console.frame, "wizard-6-configuration-recheck")
  }

  @Test(arguments: Fixtures.sizes)
  func `a failed check says what to do`(_ size: Size) {
    var driver = WizardDriver(size: size)
    driver.go(to: .check)
    expectGolden(driver.console.frame, "wizard-7-check-running")
    driver.console.refuse(
      EngineFailure(
        .source,
        "The folder /srv/docs does not exist. Correct the path, or make the folder first.",
        field: "directory"))
    expectGolden(driver.console.frame, "wizard-7-check-failed")
  }

  @Test(arguments: Fixtures.sizes)
  func `a schedule shows its next runs`(_ size: Size) {
    var driver = WizardDriver(size: size)
    driver.go(to: .schedule)
    driver.press(.character(" "), .tab)
    expectGolden(driver.console.frame, "wizard-8-schedule-daily")
    driver.press(.character(" "))
    expectGolden(driver.console.frame, "wizard-8-schedule-list")
    driver.type("cust")
    driver.press(.enter, .tab, .control("u"))
    driver.type("0 0 25 * * ?")
    driver.press(.control("n"))
    expectGolden(driver.console.frame, "wizard-8-schedule-custom")
  }

  @Test func `in ASCII no sign of the wizard is lost`() {
    for step in WizardStep.allCases {
      var driver = WizardDriver(isASCII: true)
      driver.go(to: step)
      let frame = driver.console.frame
      let lost = frame.cells.filter { cell in
        cell.text.unicodeScalars.contains { !$0.isASCII }
          && ASCIIFallback.string(cell.text, width: cell.width).contains("?")
      }
      #expect(lost.isEmpty, "\(step): \(lost.map(\.text))\n\(driver.text)")
    }
  }
}
