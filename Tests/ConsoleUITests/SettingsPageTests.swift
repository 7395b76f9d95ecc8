import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct SettingsPageTests {
  private func driver() -> PageDriver<SettingsPage> {
    PageDriver(SettingsPage(connectorID: "database-1"), WizardFixtures.database1)
  }

  @Test func `a new name is saved with the description that was there`() {
    var driver = driver()
    driver.press(.character("e"), .control("u"))
    driver.type("All orders")
    driver.press(.control("s"))
    #expect(
      driver.requests.last?.request
        == .rename(
          connectorID: "database-1", name: "All orders",
          description: "Orders since 2019.\nAsk Ada first."))
  }

  @Test func `an empty name is refused`() {
    var driver = driver()
    driver.press(.character("e"), .control("u"), .control("s"))
    #expect(driver.requests.isEmpty)
    #expect(driver.text.contains("The connector needs a name."))
  }

  @Test func `a name that another connector has is warned about and saved`() {
    var driver = driver()
    driver.press(.character("e"), .control("u"))
    driver.type(Fixtures.handbook.record.name)
    #expect(driver.text.contains("has this name too"))
    driver.press(.control("s"))
    #expect(driver.requests.count == 1)
  }

  @Test func `a name changed elsewhere is told, and the typed one stays`() {
    var driver = driver()
    driver.press(.character("e"))
    driver.type("!")
    driver.changeRecord("database-1") { $0.name = "Bestellungen" }
    #expect(driver.text.contains("changed elsewhere"))
    driver.press(.control("s"))
    #expect(
      driver.requests.last?.request
        == .rename(
          connectorID: "database-1", name: "Orders!",
          description: "Orders since 2019.\nAsk Ada first."))
  }

  @Test func `the language is changed only after a question that says what it costs`() {
    var driver = driver()
    driver.press(.character("L"))
    driver.type("/french")
    driver.press(.enter)
    #expect(driver.dialog?.body.first?.contains("12,345 documents") == true)
    #expect(driver.requests.isEmpty)
    driver.choose("change")
    #expect(
      driver.requests.last?.request == .changeLanguage(connectorID: "database-1", .french))
  }

  @Test func `a new key asks first, is shown once and is not lost unasked`() {
    var driver = driver()
    driver.press(.character("K"))
    #expect(driver.requests.isEmpty)
    driver.choose("regenerate")
    driver.answer(.apiKey(WizardFixtures.key))
    #expect(driver.text.contains(WizardFixtures.key.encoded))
    #expect(driver.page.unsavedChanges != nil)
    driver.press(.escape)
    #expect(driver.dialog?.id == "unkept")
    driver.choose("leave")
    #expect(!driver.text.contains(WizardFixtures.key.encoded))
  }

  @Test func `deleting asks twice, the second time for the name`() {
    var driver = driver()
    driver.press(.character("d"))
    driver.choose("index")
    #expect(driver.requests.isEmpty)
    guard case .typed(let word, _)? = driver.dialog?.kind, let dialog = driver.dialog else {
      Issue.record("the name is not asked for")
      return
    }
    #expect(word == "Orders")
    driver.send(.dialogAnswered(id: dialog.id, .confirmed(word)))
    #expect(
      driver.requests.last?.request
        == .deleteConnector(connectorID: "database-1", deleteIndex: true))
  }

  @Test func `no two keys of a page want different things`() {
    #expect(SettingsAction.map.conflicts.isEmpty)
    #expect(ScheduleAction.map.conflicts.isEmpty)
    #expect(ConfigurationAction.map.conflicts.isEmpty)
  }
}

@Suite struct ConfigurationPageTests {
  private func driver() -> PageDriver<ConfigurationPage> {
    PageDriver(ConfigurationPage(connectorID: "database-1"), WizardFixtures.database1)
  }

  @Test func `secrets are masked, and readable for ten seconds`() {
    var driver = driver()
    #expect(!driver.text.contains("correct horse"))
    driver.press(.control("r"))
    #expect(driver.text.contains("correct horse"))
    driver.context.now = driver.context.now + .seconds(10)
    driver.send(.refreshed)
    #expect(!driver.text.contains("correct horse"))
  }

  @Test func `Save and check saves, then checks the saved values`() {
    var driver = driver()
    driver.press(.character("e"), .control("u"))
    driver.type("db2")
    driver.press(.backTab, .right, .enter)
    guard case .saveConfiguration(_, let values)? = driver.requests.last?.request else {
      Issue.record("nothing is saved")
      return
    }
    #expect(values["host"] == .string("db2"))
    #expect(values["password"] == .string("correct horse"))
    driver.answer(.done)
    #expect(driver.requests.last?.request == .check(connectorID: "database-1", values))
    driver.answer(.checked(WizardFixtures.report))
    #expect(driver.text.contains("handbook/chapter-1.md"))
  }

  @Test func `a save that is refused keeps what was typed`() {
    var driver = driver()
    driver.press(.character("e"))
    driver.type(".old")
    driver.press(.control("s"), .control("s"))
    #expect(driver.requests.count == 1)
    driver.refuse(EngineFailure(.conflict, "Somebody else keeps changing it. Try again."))
    #expect(driver.text.contains("Somebody else keeps changing it"))
    #expect(driver.text.contains("db.example.org.old"))
  }

  @Test func `a refused value is told at its field, which gets the focus`() {
    var driver = driver()
    driver.press(.character("e"))
    driver.type("x")
    driver.press(.control("s"))
    driver.refuse(
      EngineFailure(.invalid, "“[a-” has no end. Close the bracket.", field: "tables"))
    #expect(driver.text.contains("✗ “[a-” has no end."))
    driver.type("z")
    #expect(!driver.text.contains("has no end"))
    #expect(driver.text.contains("customersz") || driver.text.contains("zorders"))
  }

  @Test func `changes ask before they are dropped`() {
    var driver = driver()
    driver.press(.character("e"), .escape)
    #expect(driver.dialog == nil)
    driver.press(.character("e"))
    driver.type("x")
    driver.press(.escape)
    #expect(driver.dialog?.id == "discard")
    driver.choose("discard")
    #expect(driver.page.unsavedChanges == nil)
    #expect(driver.text.contains("db.example.org"))
    #expect(!driver.text.contains("db.example.orgx"))
  }

  @Test func `a failed check leads to its field`() {
    var driver = driver()
    driver.press(.character("t"))
    driver.refuse(
      EngineFailure(.source, "The password was refused. Type the right one.", field: "password"))
    driver.press(.character("f"))
    #expect(driver.text.contains("The password was refused"))
    #expect(driver.page.isEditingText)
  }
}
