import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct ConfigurationGoldenTests {
  private func driver(_ size: Size) -> PageDriver<ConfigurationPage> {
    PageDriver(
      ConfigurationPage(connectorID: "database-1"), WizardFixtures.database1, size: size)
  }

  @Test(arguments: Fixtures.sizes)
  func `the configuration page looks as recorded`(_ size: Size) {
    var driver = driver(size)
    expectGolden(driver.frame, "configuration-view")
    driver.press(.control("r"))
    expectGolden(driver.frame, "configuration-revealed")
    driver.press(.character("r"))
    driver.answer(
      .rechecked(
        RecheckReport(
          finding: .failed(error: "The password of reader was refused."),
          explanation: [
            "The connector service reached db.example.org and could not sign in.",
            "Correct user or password here, then recheck.",
          ], at: Fixtures.now)))
    expectGolden(driver.frame, "configuration-recheck")
    driver.press(.character("e"))
    expectGolden(driver.frame, "configuration-edit")
    driver.press(.tab, .tab, .tab, .control("r"))
    expectGolden(driver.frame, "configuration-edit-secret")
    driver.press(.tab, .tab, .tab, .tab, .character(" "))
    driver.press(.tab, .character(" "))
    expectGolden(driver.frame, "configuration-edit-list")
  }

  @Test(arguments: Fixtures.sizes)
  func `a change elsewhere is told while one edits`(_ size: Size) {
    var driver = driver(size)
    driver.press(.character("e"))
    driver.type(".old")
    driver.changeRecord("database-1") { $0.configuration.values["host"] = .string("db2") }
    expectGolden(driver.frame, "configuration-elsewhere")
  }
}

@Suite struct ScheduleGoldenTests {
  @Test(arguments: Fixtures.sizes)
  func `the schedule page looks as recorded`(_ size: Size) {
    var driver = PageDriver(
      SchedulePage(connectorID: "database-1"), WizardFixtures.database1, size: size)
    expectGolden(driver.frame, "schedule-view")
    driver.press(.down)
    expectGolden(driver.frame, "schedule-view-incremental")
    driver.press(.enter)
    expectGolden(driver.frame, "schedule-edit-custom")
    driver.press(.escape, .up, .enter)
    expectGolden(driver.frame, "schedule-edit-weekly")
  }
}

@Suite struct SettingsGoldenTests {
  @Test(arguments: Fixtures.sizes)
  func `the settings page looks as recorded`(_ size: Size) {
    var driver = PageDriver(
      SettingsPage(connectorID: "database-1"), WizardFixtures.database1, size: size)
    expectGolden(driver.frame, "settings-view")
    driver.press(.enter)
    expectGolden(driver.frame, "settings-identity")
    driver.press(.escape, .character("L"))
    expectGolden(driver.frame, "settings-language")
    driver.press(.escape, .character("K"))
    driver.choose("regenerate")
    driver.answer(.apiKey(WizardFixtures.key))
    expectGolden(driver.frame, "settings-key")
  }
}
