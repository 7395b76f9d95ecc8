import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct SchedulePageTests {
  private func driver(_ interval: String, isEnabled: Bool = true) -> PageDriver<SchedulePage> {
    var record = WizardFixtures.record
    record.scheduling.full = Scheduling.Entry(isEnabled: isEnabled, interval: interval)
    return PageDriver(SchedulePage(connectorID: record.id), record)
  }

  /// The schedule that the last request saves.
  private func saved(_ driver: PageDriver<SchedulePage>) -> Scheduling.Entry? {
    guard case .saveSchedule(_, .full, let entry)? = driver.requests.last?.request else {
      return nil
    }
    return entry
  }

  private static func expression(_ random: inout some RandomNumberGenerator) -> String {
    func number(_ range: ClosedRange<Int>, _ random: inout some RandomNumberGenerator) -> String {
      let one = Int.random(in: range, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: return "*"
      case 1: return "\(one)/\(Int.random(in: 1...max(1, range.upperBound), using: &random))"
      case 2: return "\(min(one, range.upperBound - 1))-\(range.upperBound)"
      case 3: return "\(one),\(Int.random(in: range, using: &random))"
      default: return String(one)
      }
    }
    let days = ["?", "L", "15W", "LW", "L-3"]
    let weekdays = ["MON-FRI", "6#3", "6L", "2", "SUN,tue", "?"]
    let isByDate = Bool.random(using: &random)
    let date =
      isByDate
      ? (Bool.random(using: &random)
        ? number(1...31, &random)
        : days.dropFirst().randomElement(using: &random) ?? "1") : "?"
    let weekday = isByDate ? "?" : weekdays.dropLast().randomElement(using: &random) ?? "2"
    var parts = [
      number(0...59, &random), number(0...59, &random), number(0...23, &random), date,
      number(1...12, &random), weekday,
    ]
    if Int.random(in: 0..<4, using: &random) == 0 { parts.append("2027-2031") }
    let text = parts.joined(separator: Bool.random(using: &random) ? " " : "  ")
    return Bool.random(using: &random) ? text : " " + text + " "
  }

  @Test func `any valid expression survives opening and saving unchanged`() {
    let seed = UInt64.random(in: 1...UInt64.max)
    print("schedule seed \(seed)")
    var random = SeededGenerator(seed)
    var tried = 0
    while tried < 400 {
      let expression = Self.expression(&random)
      guard (try? QuartzExpression(parsing: expression)) != nil else { continue }
      tried += 1
      var driver = driver(expression)
      driver.press(.enter, .control("s"))
      #expect(saved(driver)?.interval == expression, "seed \(seed)")
      #expect(saved(driver)?.isEnabled == true)
    }
  }

  @Test func `turning a foreign schedule off and on keeps its expression`() {
    var driver = driver("0 0 6-20/2 ? * MON-FRI")
    driver.press(.enter, .character(" "), .character(" "), .control("s"))
    #expect(saved(driver) == Scheduling.Entry(isEnabled: true, interval: "0 0 6-20/2 ? * MON-FRI"))
  }

  @Test func `another frequency keeps the time that was chosen`() {
    var driver = driver("0 30 2 ? * 1")
    driver.press(.enter, .tab, .left, .control("s"))
    #expect(saved(driver)?.interval == "0 30 2 * * ?")
  }

  @Test func `a frequency that is chosen and taken back is no change`() {
    var driver = driver("0 30 2 ? * 1")
    driver.press(.enter, .tab, .left, .right)
    #expect(driver.page.unsavedChanges == nil)
  }

  @Test func `custom starts with the expression that was there`() {
    var driver = driver("0 30 2 * * ?")
    driver.press(.enter, .tab, .character(" "))
    driver.type("custom")
    driver.press(.enter, .control("s"))
    #expect(saved(driver)?.interval == "0 30 2 * * ?")
  }

  @Test func `a wrong expression is refused with its reason and stays as typed`() {
    var driver = driver("0 0 6-20/2 ? * MON-FRI")
    driver.press(.enter, .tab, .tab, .control("u"))
    driver.type("0 61 * * * ?")
    driver.press(.control("s"))
    #expect(driver.requests.isEmpty)
    #expect(driver.text.contains("61 is not between 0 and 59"))
    #expect(driver.text.contains("0 61 * * * ?"))
  }

  @Test func `a time is read in the ways that people write it`() {
    for (text, expected) in [
      ("7:05", "0 5 7 * * ?"), ("07.05", "0 5 7 * * ?"), ("0705", "0 5 7 * * ?"),
      ("7", "0 0 7 * * ?"), ("23:59", "0 59 23 * * ?"),
    ] {
      var driver = driver("0 0 0 * * ?")
      driver.press(.enter, .tab, .tab, .control("u"))
      driver.type(text)
      driver.press(.control("s"))
      #expect(saved(driver)?.interval == expected, "\(text)")
    }
    for text in ["24:00", "7:5", "x", "", "-1:00", "7:60"] {
      var driver = driver("0 0 0 * * ?")
      driver.press(.enter, .tab, .tab, .control("u"))
      driver.type(text)
      driver.press(.control("s"))
      #expect(driver.requests.isEmpty, "\(text)")
    }
  }

  @Test func `a time that can't be read is told at once, without an expression`() {
    for text in ["25:99", "0:00x"] {
      var driver = driver("0 0 0 * * ?")
      driver.press(.enter, .tab, .tab, .control("u"))
      driver.type(text)
      #expect(driver.text.contains("The time is hours and minutes"), "\(text)")
      #expect(!driver.text.contains("Quartz"), "\(text)")
    }
  }

  @Test func `a schedule that is off shows no expression`() {
    var driver = driver("0 0 0 * * ?", isEnabled: false)
    driver.press(.enter)
    #expect(driver.text.contains("None: it is off"))
    #expect(!driver.text.contains("Quartz"))
  }

  @Test func `a schedule that never fires says what to change`() {
    var driver = driver("0 0 0 31 2 ? ")
    driver.press(.enter)
    #expect(driver.text.contains("never fires"))
    #expect(driver.text.contains("Change"))
  }

  @Test func `a day that no year has is refused`() {
    var driver = driver("0 0 0 31 4 ?")
    driver.press(.enter, .tab, .tab, .tab, .control("u"))
    driver.type("30")
    driver.press(.tab)
    #expect(!driver.text.contains("at most"))
    driver.press(.backTab, .control("u"))
    driver.type("31 ")
    driver.press(.control("s"))
    #expect(driver.text.contains("April has at most 30 days."))
  }

  @Test func `changes ask before they are dropped`() {
    var driver = driver("0 0 0 * * ?")
    driver.press(.enter, .escape)
    #expect(driver.dialog == nil)
    driver.press(.enter, .character(" "), .escape)
    #expect(driver.dialog?.id == "discard")
    driver.choose("stay")
    #expect(driver.page.unsavedChanges != nil)
    driver.press(.escape)
    driver.choose("discard")
    #expect(driver.page.unsavedChanges == nil)
  }

  @Test func `a schedule changed elsewhere is told, and what was typed stays`() {
    var driver = driver("0 0 0 * * ?")
    driver.press(.enter, .tab, .tab, .control("u"))
    driver.type("4:00")
    driver.changeRecord(WizardFixtures.connectorID) {
      $0.scheduling.full.interval = "0 0 5 * * ?"
    }
    #expect(driver.text.contains("changed elsewhere"))
    driver.press(.control("s"))
    #expect(saved(driver)?.interval == "0 0 4 * * ?")
  }

  @Test func `a save is sent once, and a refusal is told with nothing lost`() {
    var driver = driver("0 0 0 * * ?")
    driver.press(.enter, .tab, .right, .control("s"), .control("s"))
    #expect(driver.requests.count == 1)
    driver.refuse(EngineFailure(.store, "The store is locked by another program. Try again."))
    #expect(driver.text.contains("The store is locked"))
    driver.press(.control("s"))
    #expect(driver.requests.count == 2)
    #expect(saved(driver)?.interval == "0 0 0 ? * 1")
  }
}

/// A generator whose numbers follow from a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
