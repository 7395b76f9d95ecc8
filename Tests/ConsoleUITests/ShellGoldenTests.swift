import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct ShellGoldenTests {
  @Test(arguments: Fixtures.sizes)
  func `help shows the keys of the page`(_ size: Size) {
    var driver = ConsoleDriver(size: size)
    driver.press(.character("?"))
    expectGolden(driver.frame, "help")
  }

  @Test(arguments: Fixtures.sizes)
  func `the palette offers commands and connectors`(_ size: Size) {
    var driver = ConsoleDriver(size: size)
    driver.type(":sy")
    expectGolden(driver.frame, "palette")
  }

  @Test(arguments: Fixtures.sizes)
  func `an opening store has a page of its own`(_ size: Size) {
    var snapshot = Fixtures.snapshot(of: [])
    snapshot.service.phase = .opening
    expectGolden(ConsoleDriver(size: size, snapshot: snapshot).frame, "opening")
  }

  @Test(arguments: Fixtures.sizes)
  func `a store that can't be used says what to do`(_ size: Size) {
    var snapshot = Fixtures.snapshot(of: [])
    snapshot.service.phase = .failed(
      "The store was written by a newer version of connector-console (format 9, this one "
        + "knows 3). Update this program, or name another folder with --store.")
    expectGolden(ConsoleDriver(size: size, snapshot: snapshot).frame, "failed-store")
  }

  @Test(arguments: [Size(width: 50, height: 12), Size(width: 20, height: 5)])
  func `a terminal that is too small is told so`(_ size: Size) {
    expectGolden(ConsoleDriver(size: size).frame, "too-small")
  }

  @Test func `quitting during a sync asks`() {
    var driver = ConsoleDriver()
    driver.press(.character("q"))
    expectGolden(driver.frame, "quit-question")
  }

  @Test(arguments: Fixtures.sizes)
  func `deleting asks for the name`(_ size: Size) {
    var driver = ConsoleDriver(size: size)
    driver.press(.down, .character("d"))
    expectGolden(driver.frame, "delete-scope")
    driver.press(.character("i"))
    driver.type("Handbok")
    driver.press(.enter)
    expectGolden(driver.frame, "delete-name")
  }
}
