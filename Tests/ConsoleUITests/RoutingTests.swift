import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct RoutingTests {
  private let quiet = Fixtures.snapshot(of: [Fixtures.handbook, Fixtures.wiki])

  @Test func `Esc goes back, and the list stays`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter)
    #expect(driver.breadcrumb == ["Handbook", "Overview"])
    driver.press(.escape)
    #expect(driver.app.topScreen.kind == .connectors)
    driver.press(.escape)
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test func `q quits at once while nothing runs`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("q"))
    #expect(driver.commands == [.quit])
  }

  @Test func `quitting during a sync asks, and Esc stays`() {
    var driver = ConsoleDriver()
    driver.press(.character("q"))
    #expect(driver.text.contains("The sync is suspended"))
    driver.press(.escape)
    #expect(driver.commands == [])
    driver.press(.character("q"), .character("y"))
    #expect(driver.commands == [.quit])
  }

  @Test func `a sync in another process is no reason to ask`() {
    var archive = Fixtures.archive
    archive.activeJob?.isElsewhere = true
    var driver = ConsoleDriver(snapshot: Fixtures.snapshot(of: [archive]))
    driver.press(.control("c"))
    #expect(driver.commands == [.quit])
  }

  @Test func `a key that does nothing now says why`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("c"))
    #expect(driver.text.contains("No sync of Handbook is active."))
    #expect(driver.commands == [])
  }

  @Test func `letters are text while a filter is typed`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("/"))
    driver.type("q?:d")
    #expect(driver.commands == [])
    #expect(driver.text.contains("/ q?:d"))
    driver.press(.control("c"))
    #expect(driver.commands == [.quit])
  }

  @Test func `a paste goes into the filter and is never read as keys`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.send(.input(.paste("q\n:quit\n")))
    #expect(driver.commands == [])
    driver.press(.character("/"))
    driver.send(.input(.paste("hand\n")))
    #expect(driver.text.contains("/ hand"))
    #expect(driver.text.contains("1 of 2"))
  }

  @Test func `Ctrl-Z suspends even while text is typed`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("/"), .control("z"))
    #expect(driver.commands == [.suspend])
    driver.send(.resumed)
    #expect(driver.commands == [.suspend, .repaint])
  }

  @Test func `a terminal that was too small loses nothing`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("/"))
    driver.type("hand")
    driver.size = Size(width: 40, height: 10)
    driver.send(.input(.resize(driver.size)))
    driver.type("xyz")
    driver.press(.escape, .character("d"))
    driver.size = Fixtures.usual
    driver.send(.input(.resize(driver.size)))
    #expect(driver.text.contains("/ hand"))
    #expect(!driver.text.contains("xyz"))
  }

  @Test func `screens wait while the store can't be used`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("6"))
    driver.change { $0.service.phase = .failed("The disk is gone. Mount it again.") }
    #expect(driver.text.contains("The disk is gone."))
    driver.press(.escape, .character("1"), .character("d"), .enter)
    driver.change { $0.service.phase = .running }
    #expect(driver.breadcrumb == ["Handbook", "Log"])
    driver.change { $0.service.phase = .failed("Gone again.") }
    driver.press(.character("q"))
    #expect(driver.commands.last == .quit)
  }

  @Test func `a sentence goes after some seconds`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.character("c"))
    driver.wait(.seconds(5))
    #expect(driver.text.contains("No sync of Handbook"))
    driver.wait(.seconds(2))
    #expect(!driver.text.contains("No sync of Handbook"))
  }

  @Test func `nothing is drawn again when nothing has changed`() {
    var driver = ConsoleDriver(snapshot: quiet)
    let before = driver.app.revision
    var same = driver.app.context.snapshot
    same.at = same.at + .milliseconds(100)
    driver.send(.snapshot(same))
    driver.send(.tick(driver.app.context.now + .milliseconds(200)))
    #expect(driver.app.revision == before)
    driver.send(.tick(driver.app.context.now + .seconds(1)))
    #expect(driver.app.revision > before)
  }

  @Test func `ticks come once a second, and faster while something moves`() {
    var context = Fixtures.context(snapshot: quiet)
    context.options.isStill = false
    #expect(ConsoleApp(context: context).timeToNextTick == .seconds(1))
    context.snapshot = Fixtures.snapshot
    #expect(ConsoleApp(context: context).timeToNextTick <= .milliseconds(125))
  }

  @Test func `the selection stays on its connector when others come and go`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.down)
    driver.change { $0.connectors.insert(Fixtures.legal, at: 0) }
    driver.press(.enter)
    #expect(driver.breadcrumb.first == "Wiki export")
  }

  @Test func `a connector that is deleted elsewhere is told, not drawn`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter)
    driver.change { $0.connectors.removeFirst() }
    #expect(driver.text.contains("does not exist any more"))
    driver.press(.character("s"), .character("2"), .enter, .escape)
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test func `a click selects, a second one opens, and the wheel moves`() throws {
    var driver = ConsoleDriver(snapshot: quiet)
    let place = try #require(driver.place(of: "Wiki export"))
    driver.click(place.x, place.y)
    driver.click(place.x, place.y, .doublePress)
    #expect(driver.breadcrumb.first == "Wiki export")
    let tab = try #require(driver.place(of: "6 Log"))
    driver.click(tab.x, tab.y)
    #expect(driver.breadcrumb.last == "Log")
    driver.answer(.log(Fixtures.log))
    driver.click(10, 10, .wheelUp)
    #expect(driver.text.contains("standing"))
    let hint = try #require(driver.place(of: "f follow"))
    driver.click(hint.x, hint.y)
    #expect(driver.text.contains("following"))
  }

  @Test func `a click presses a button of a question`() throws {
    var driver = ConsoleDriver()
    driver.press(.character("q"))
    let place = try #require(driver.place(of: "y Quit"))
    driver.click(place.x, place.y)
    #expect(driver.commands == [.quit])
  }

  @Test func `digits change the tab, and Alt with a digit does so while text is typed`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("5"), .character("/"))
    driver.type("61")
    #expect(driver.breadcrumb.last == "Documents")
    driver.press(.alt("6"))
    #expect(driver.breadcrumb.last == "Log")
    driver.press(.tab)
    #expect(driver.breadcrumb.last == "Settings")
  }
}
