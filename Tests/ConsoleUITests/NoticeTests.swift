import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

/// What is told, for how long, and where one is taken.
@Suite struct NoticeTests {
  private let quiet = Fixtures.snapshot(of: [Fixtures.handbook])

  @Test func `a page of the connector is reached by its name`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter)
    driver.type(":sched")
    driver.press(.enter)
    #expect(driver.position == "connector.schedule")
    driver.type(":docum")
    driver.press(.enter)
    #expect(driver.position == "connector.documents")
  }

  @Test func `a page of the connector is reached from above it as well`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("l"))
    #expect(driver.position == "job")
    driver.type(":setti")
    driver.press(.enter)
    #expect(driver.position == "connector.settings")
  }

  @Test func `that it was saved is no news while it is edited again`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("3"), .enter, .control("s"))
    driver.answer(.done)
    #expect(driver.text.contains("✓ The schedule is saved."))
    driver.press(.enter)
    #expect(!driver.text.contains("The schedule is saved."))
  }

  @Test func `what is asked for is not told beside the answer`() {
    var driver = ConsoleDriver(snapshot: quiet)
    driver.press(.enter, .character("r"))
    #expect(driver.text.contains("Asking the connector service"))
    let report = RecheckReport(finding: .connected, explanation: [], at: Fixtures.now)
    driver.answer(.rechecked(report))
    #expect(driver.text.contains("The service reached the data source."))
    #expect(!driver.text.contains("Asking the connector service"))
  }

  @Test func `a refusal stays while one goes on`() {
    var driver = ConsoleDriver(
      snapshot: Fixtures.snapshot(of: [Fixtures.handbook, Fixtures.wiki]))
    driver.press(.character("c"), .down)
    #expect(driver.text.contains("▲ No sync of Handbook is active."))
  }

  @Test(arguments: Fixtures.sizes)
  func `a long sentence is broken, and its tip is told once`(_ size: Size) {
    let context = Fixtures.context(size: size, snapshot: quiet)
    var options = context.options
    options.clipboardNote = "tmux passes a copy on only after “tmux set -g set-clipboard on”."
    var driver = ConsoleDriver(size: size, snapshot: quiet)
    driver.app = ConsoleApp(
      context: ScreenContext(
        snapshot: quiet, now: context.now, zone: context.zone, options: options, size: size))
    driver.press(.enter, .character("y"))
    #expect(driver.text.contains("Copied the id."))
    #expect(driver.text.contains("on”."))
    driver.press(.character("y"))
    #expect(driver.text.contains("Copied the id."))
    #expect(!driver.text.contains("on”."))
  }

  @Test(arguments: Fixtures.sizes)
  func `the help leaves nothing of a sentence out`(_ size: Size) {
    var driver = ConsoleDriver(size: size, snapshot: quiet)
    driver.press(.character("?"))
    #expect(!driver.text.contains("…"))
  }

  @Test func `a language is found by how its name begins`() {
    var picker = OptionPicker(
      Language.allCases.map { OptionPicker.Item($0.rawValue, $0.name, detail: $0.analysis) },
      noun: "languages")
    let area = Rect(x: 0, y: 0, width: 80, height: 20)
    func found(_ text: String) -> [String] {
      picker = OptionPicker(picker.items, noun: "languages")
      _ = picker.update(.key(.character("/")), in: area)
      for character in text { _ = picker.update(.key(.character(character)), in: area) }
      return picker.matches.map(\.id)
    }
    #expect(found("ger") == [Language.german.rawValue])
    #expect(found("braz") == [Language.brazilian.rawValue])
    #expect(found("grmn").first == Language.german.rawValue)
  }

  @Test func `a canceled sync has a mark of its own`() {
    for isASCII in [false, true] {
      let symbols = Symbols.set(isASCII: isASCII)
      let canceled = JobStatus.canceled.look(symbols)
      for other in JobStatus.allCases where other != .canceled {
        #expect(other.look(symbols).symbol != canceled.symbol)
      }
      #expect(canceled.role != JobStatus.error.look(symbols).role)
    }
  }
}
