import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct PaletteTests {
  private let quiet = Fixtures.snapshot(of: [Fixtures.handbook, Fixtures.wiki])

  @Test func `some letters of a name go to the connector`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.type(":wex")
    driver.press(.enter)
    #expect(driver.breadcrumb == ["Wiki export", "Overview"])
  }

  @Test func `going elsewhere leaves the list at the bottom`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter)
    driver.type(":Wiki exp")
    driver.press(.enter, .escape)
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test(arguments: [
    ("new connector", Screen.Kind.wizard), ("sync Wiki", .live), ("connectors", .connectors),
  ])
  func `a command is run by its name`(_ command: (String, Screen.Kind)) {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter)
    driver.type(":" + command.0)
    driver.press(.enter)
    #expect(driver.app.topScreen.kind == command.1)
  }

  @Test func `quit is a command`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.type(":quit")
    driver.press(.enter)
    #expect(driver.commands == [.quit])
  }

  @Test func `a key of the page is a command`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.type(":order")
    driver.press(.enter)
    #expect(driver.text.contains("ordered by problems first"))
  }

  @Test func `a command that does nothing now says why`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.type(":cancel")
    driver.press(.enter)
    #expect(driver.text.contains("No sync of Handbook is active."))
  }

  @Test func `Esc and a backspace in the empty field close it`() {
    var driver = ConsoleDriver(snapshot: quiet)
    let before = driver.text
    driver.press(.character(":"), .escape)
    #expect(driver.text == before)
    driver.press(.character(":"), .character("x"), .backspace, .backspace)
    #expect(driver.text == before)
  }

  @Test func `nothing is run when nothing matches`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.type(":zzzz")
    driver.press(.enter)
    #expect(driver.text.contains("Nothing is called that here."))
    #expect(driver.commands == [])
  }

  @Test func `help lists every key that the page declares`() {
    var driver = ConsoleDriver(size: Size(width: 132, height: 60), snapshot: quiet)
    driver.press(.character("?"))
    for binding in ConnectorListScreen.keys.bindings {
      #expect(driver.text.contains(binding.help))
    }
    for binding in GlobalAction.bindings where binding.action != .back {
      #expect(driver.text.contains(binding.help))
    }
    driver.press(.character("?"))
    #expect(!driver.text.contains("Everywhere"))
  }
}
