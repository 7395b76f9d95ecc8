import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct WizardScreenTests {
  // MARK: - Name

  @Test func `the index is called as typed, with the prefix once`() {
    var driver = WizardDriver()
    driver.type("docs")
    #expect(driver.text.contains("search-docs"))
    driver.press(.control("u"))
    driver.type("search-docs")
    #expect(driver.text.contains("search-docs"))
    #expect(!driver.text.contains("search-search-"))
  }

  @Test(arguments: ["", "My", "a b", "a/b", "a,b", String(repeating: "é", count: 130)])
  func `a name that Elasticsearch refuses goes no further`(_ name: String) {
    var driver = WizardDriver()
    driver.paste(name)
    driver.press(.enter)
    #expect(driver.step == .name)
  }

  @Test func `a taken name offers its connector`() {
    var driver = WizardDriver()
    driver.type("handbook")
    driver.press(.enter)
    #expect(driver.step == .name)
    #expect(driver.text.contains("The index exists already"))
    driver.press(.character("o"))
    #expect(driver.wizard == nil)
    guard case .connector(let screen) = driver.console.app.topScreen else {
      Issue.record("the connector is not shown")
      return
    }
    #expect(screen.connectorID == "handbook")
  }

  @Test func `an index without a connector is taken over, and the page says so`() {
    var driver = WizardDriver()
    driver.type("old")
    #expect(driver.text.contains("An index search-old exists and has no connector"))
    #expect(!driver.text.contains("good and free"))
    driver.press(.enter)
    #expect(driver.step == .language)
  }

  @Test func `the faults of a name stand in one list, each once`() {
    var driver = WizardDriver()
    driver.type("My docs")
    driver.press(.enter)
    #expect(driver.text.components("✗") == 3)
    #expect(driver.text.components("must not contain") == 3)
    driver.press(.control("u"), .enter)
    #expect(driver.text.contains("✗ The name is empty."))
    #expect(driver.text.contains("such as docs"))
  }

  // MARK: - Lists

  @Test func `languages are found by a part of their name`() {
    var driver = WizardDriver()
    driver.go(to: .language)
    driver.type("/braz")
    driver.press(.enter)
    #expect(driver.wizard?.language == .brazilian)
    #expect(driver.step == .source)
  }

  @Test func `a data source that is not available says why and is not chosen`() {
    var driver = WizardDriver()
    driver.go(to: .source)
    driver.press(.character("G"), .enter)
    #expect(driver.step == .source)
    #expect(driver.text.contains("Install the package smbclient"))
  }

  @Test func `another data source and back loses no value`() {
    var driver = WizardDriver()
    driver.go(to: .configuration)
    driver.press(.control("u"))
    driver.type("/data")
    driver.press(.control("p"), .control("p"), .control("p"))
    #expect(driver.step == .source)
    #expect(driver.text.contains("Fixed since step 4, where the connector was made."))
    driver.press(.control("n"), .control("n"), .control("n"))
    #expect(driver.wizard?.configurations["dir"]?.form.text("directory") == "/data")
  }

  // MARK: - API key

  @Test func `Generate asks once, however often it is pressed`() {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.enter, .enter, .character("g"), .character(" "))
    let creations = driver.console.requests.filter {
      if case .createConnector = $0.request { true } else { false }
    }
    #expect(creations.count == 1)
    let draft = ConnectorDraft(
      indexName: "search-docs", language: .universal, serviceType: "dir", name: "docs")
    #expect(creations.first?.request == .createConnector(draft))
  }

  @Test func `a refused creation is told where it happened and can be tried again`() {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.enter)
    driver.console.refuse(
      EngineFailure(.noSpace, "The disk is full. Free 20 MB, then try again."))
    #expect(driver.step == .apiKey)
    #expect(driver.text.contains("The disk is full"))
    driver.press(.enter)
    #expect(!driver.text.contains("The disk is full"))
    driver.console.answer(.connectorCreated(WizardFixtures.created))
    #expect(driver.wizard?.card != nil)
  }

  @Test func `a key that nobody kept is warned about once`() {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.enter)
    driver.console.answer(.connectorCreated(WizardFixtures.created))
    driver.addRecord()
    driver.press(.enter)
    #expect(driver.step == .apiKey)
    driver.press(.character("y"))
    #expect(driver.step == .identity)
    driver.press(.control("p"))
    #expect(!driver.text.contains(WizardFixtures.key.encoded))
    driver.press(.enter)
    #expect(driver.step == .identity)
  }

  @Test func `a kept key is not shown again once its step was left`() {
    var driver = WizardDriver()
    driver.go(to: .identity)
    driver.press(.control("p"))
    #expect(driver.step == .apiKey)
    #expect(!driver.text.contains(WizardFixtures.key.encoded))
    #expect(driver.text.contains(WizardFixtures.key.id))
    #expect(driver.text.contains("press K on"))
    let count = driver.console.commands.count
    driver.press(.character("y"), .character("w"))
    #expect(driver.console.commands.count == count)
  }

  @Test func `what copying does is told on the page of the key`() {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.enter)
    driver.console.answer(.connectorCreated(WizardFixtures.created))
    driver.addRecord()
    driver.press(.character("y"), .character("i"))
    #expect(driver.text.contains("Paste it somewhere"))
    driver.press(.enter)
    #expect(driver.step == .identity)
    #expect(!driver.text.contains("clipboard"))
  }

  @Test func `the key is saved with the ID to a private file`() {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.enter)
    driver.console.answer(.connectorCreated(WizardFixtures.created))
    driver.addRecord()
    driver.press(.character("w"))
    #expect(driver.text.contains("/home/ada/search-docs-connector.yml"))
    driver.press(.enter)
    guard case .saveFile(let tag, let path, let contents)? = driver.console.commands.last else {
      Issue.record("no file is saved")
      return
    }
    #expect(path == "/home/ada/search-docs-connector.yml")
    #expect(contents.contains(WizardFixtures.key.encoded))
    #expect(contents.contains(WizardFixtures.connectorID))
    driver.console.send(.fileSaved(tag, "The folder /home/ada can't be written. Choose another."))
    #expect(driver.text.contains("can't be written"))
    #expect(driver.text.contains("/home/ada/search-docs-connector.yml"))
    #expect(driver.wizard?.card?.isUnkept == true)
    driver.press(.enter)
    if case .saveFile(let tag, _, _)? = driver.console.commands.last {
      driver.console.send(.fileSaved(tag, nil))
    }
    #expect(driver.text.contains("Saved to /home/ada/search-docs-connector.yml"))
    #expect(driver.wizard?.card?.isUnkept == false)
  }

  /// A wizard that asks for the path of the key's file, nothing typed.
  private func asksForPath() -> WizardDriver {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.enter)
    driver.console.answer(.connectorCreated(WizardFixtures.created))
    driver.addRecord()
    driver.press(.character("w"), .control("u"))
    return driver
  }

  @Test(arguments: [
    ("", "Type where the file shall go."), ("  ", "Type where the file shall go."),
    ("/srv/", "/srv/ is a folder."), ("~", "/home/ada is a folder."), ("a/..", "is a folder."),
  ])
  func `a path that is no file's is asked for again`(_ path: String, _ reason: String) {
    var driver = asksForPath()
    driver.type(path)
    let count = driver.console.commands.count
    driver.press(.enter)
    #expect(driver.text.contains(reason))
    driver.type("x")
    #expect(driver.step == .apiKey)
    #expect(driver.console.commands.count == count)
    driver.press(.escape)
    #expect(driver.text.contains("Not kept yet"))
  }

  @Test func `a relative path starts in the home directory, and the question says so`() {
    var driver = asksForPath()
    #expect(driver.text.contains("/ starts in your home"))
    driver.type("keys/a.yml")
    driver.press(.enter)
    guard case .saveFile(_, let path, _)? = driver.console.commands.last else {
      Issue.record("no file is saved")
      return
    }
    #expect(path == "/home/ada/keys/a.yml")
  }

  @Test func `a refused file keeps the question open, and keys never reach the page behind`() {
    var driver = asksForPath()
    driver.type("/nowhere/key.yml")
    driver.press(.enter)
    guard case .saveFile(let tag, _, _)? = driver.console.commands.last else {
      Issue.record("no file is saved")
      return
    }
    driver.type("y")
    #expect(driver.wizard?.card?.isCopied == false)
    driver.console.send(.fileSaved(tag, "The folder does not exist."))
    #expect(driver.text.contains("The folder does not exist."))
    #expect(driver.text.contains("/nowhere/key.yml"))
    driver.type("y")
    #expect(driver.text.contains("/nowhere/key.ymly"))
    driver.press(.escape)
    #expect(driver.text.contains("✗ The folder does not exist."))
    #expect(driver.text.contains("Not kept yet"))
  }

  // MARK: - Later steps

  @Test func `another language after the creation is changed in the index`() {
    var driver = WizardDriver()
    driver.go(to: .identity)
    driver.press(.control("p"), .control("p"), .control("p"))
    #expect(driver.step == .language)
    driver.type("/ger")
    driver.press(.enter)
    #expect(
      driver.console.requests.last?.request
        == .changeLanguage(connectorID: WizardFixtures.connectorID, .german))
    driver.console.answer(.done)
    #expect(driver.step == .source)
  }

  @Test func `a new name is saved when one goes on`() {
    var driver = WizardDriver()
    driver.go(to: .identity)
    driver.press(.control("u"))
    driver.type("Team docs")
    driver.press(.control("n"))
    #expect(
      driver.console.requests.last?.request
        == .rename(
          connectorID: WizardFixtures.connectorID, name: "Team docs", description: nil))
    driver.console.answer(.done)
    #expect(driver.step == .configuration)
  }

  @Test func `a refused value is told at its field`() {
    var driver = WizardDriver()
    driver.go(to: .configuration)
    driver.type("/nowhere")
    driver.press(.control("n"))
    driver.console.refuse(
      EngineFailure(.invalid, "/nowhere does not exist. Make it first.", field: "directory"))
    #expect(driver.step == .configuration)
    #expect(driver.text.contains("/nowhere does not exist"))
    #expect(driver.wizard?.configurations["dir"]?.form.focus == .field("directory"))
  }

  @Test func `Recheck saves complete values before it asks`() {
    var driver = WizardDriver()
    driver.go(to: .configuration)
    driver.type("/srv")
    driver.press(.function(5))
    guard case .saveConfiguration? = driver.console.requests.last?.request else {
      Issue.record("nothing is saved")
      return
    }
    driver.console.answer(.done)
    #expect(
      driver.console.requests.last?.request
        == .recheck(connectorID: WizardFixtures.connectorID))
    driver.console.answer(
      .rechecked(
        RecheckReport(
          finding: .connected, explanation: ["The folder can be read."], at: Fixtures.now)))
    #expect(driver.text.contains("Connected"))
    #expect(driver.text.contains("The folder can be read."))
  }

  @Test func `Recheck tells what is wrong with the fields instead of judging the saved ones`() {
    var driver = WizardDriver()
    driver.go(to: .configuration)
    driver.type("srv")
    let count = driver.console.requests.count
    driver.press(.function(5))
    #expect(driver.console.requests.count == count)
    #expect(driver.text.contains("does not have the right form"))
  }

  @Test func `a name that another connector has is warned about and taken`() {
    var driver = WizardDriver()
    driver.go(to: .identity)
    driver.press(.control("u"))
    driver.type(Fixtures.handbook.record.name)
    #expect(driver.text.contains("has this name too"))
    driver.press(.control("n"))
    driver.console.answer(.done)
    #expect(driver.step == .configuration)
  }

  @Test func `a failed check leads back to its field`() {
    var driver = WizardDriver()
    driver.go(to: .check)
    driver.console.refuse(
      EngineFailure(.source, "The folder is gone. Choose another.", field: "directory"))
    driver.press(.character("f"))
    #expect(driver.step == .configuration)
    #expect(driver.text.contains("The folder is gone"))
  }

  @Test func `a check is done anew only when the values changed`() {
    var driver = WizardDriver()
    driver.go(to: .schedule)
    let before = driver.console.requests.count
    driver.press(.control("p"), .control("n"))
    #expect(driver.console.requests.count == before)
  }

  // MARK: - The end

  @Test func `Save and sync saves the schedule and shows the sync`() {
    var driver = WizardDriver()
    driver.go(to: .schedule)
    driver.press(.character(" "), .control("n"), .character("S"))
    #expect(
      driver.console.requests.last?.request
        == .saveSchedule(
          connectorID: WizardFixtures.connectorID, .full,
          Scheduling.Entry(isEnabled: true, interval: "0 0 0 * * ?")))
    driver.console.answer(.done)
    guard case .live(let live) = driver.console.app.topScreen else {
      Issue.record("the sync is not shown")
      return
    }
    #expect(live.connectorID == WizardFixtures.connectorID)
  }

  @Test func `Save without a schedule shows the connector at once`() {
    var driver = WizardDriver()
    driver.go(to: .summary)
    let before = driver.console.requests.count
    driver.press(.enter)
    guard case .connector = driver.console.app.topScreen else {
      Issue.record("the connector is not shown")
      return
    }
    let saves = driver.console.requests.dropFirst(before).filter {
      if case .saveSchedule = $0.request { true } else { false }
    }
    #expect(saves.isEmpty)
  }

  @Test func `every line of the summary leads to its step`() {
    var driver = WizardDriver()
    driver.go(to: .summary)
    driver.press(.up)
    driver.press(.character("g"), .down, .enter)
    #expect(driver.step == .language)
  }

  @Test func `a line of the summary leads to its very field`() {
    var driver = WizardDriver()
    driver.go(to: .configuration)
    driver.type("/srv/docs")
    driver.press(.tab, .tab, .tab, .tab, .control("n"))
    driver.console.answer(.done)
    driver.console.answer(.checked(WizardFixtures.report))
    driver.press(.enter, .control("n"))
    #expect(driver.step == .summary)
    guard let line = driver.console.place(of: "Folder") else {
      Issue.record("the summary does not show the folder")
      return
    }
    driver.console.click(line.x, line.y, .doublePress)
    #expect(driver.step == .configuration)
    #expect(driver.wizard?.configurations["dir"]?.form.focus == .field("directory"))
    driver.type("x")
    #expect(driver.wizard?.configurations["dir"]?.form.text("directory") == "/srv/docsx")
  }

  @Test func `the documents of a check are reached by an arrow, and pointed at only then`() {
    var driver = WizardDriver()
    driver.go(to: .check)
    driver.console.answer(.checked(WizardFixtures.report))
    #expect(driver.wizard?.buttonFocus == "next")
    #expect(!driver.text.contains("\n▸"))
    driver.press(.down)
    #expect(driver.wizard?.buttonFocus == nil)
    #expect(driver.text.contains("\n▸ handbook/chapter-1.md"))
    driver.press(.down)
    #expect(driver.text.contains("\n▸ handbook/chapter-2.md"))
  }

  @Test func `lines and buttons of the summary are one ring with one pointer`() {
    var driver = WizardDriver()
    driver.go(to: .summary)
    #expect(driver.wizard?.buttonFocus == "save")
    #expect(!driver.text.contains("\n▸"))
    driver.press(.down)
    #expect(driver.wizard?.buttonFocus == nil)
    #expect(driver.text.contains("\n▸"))
    driver.press(.up)
    #expect(driver.wizard?.buttonFocus == "save")
    driver.press(.up)
    #expect(driver.wizard?.buttonFocus == nil)
    driver.press(.down, .tab, .tab)
    #expect(driver.wizard?.buttonFocus == nil)
    driver.press(.tab)
    #expect(driver.wizard?.buttonFocus == "save")
    driver.press(.up, .enter)
    #expect(driver.step == .schedule)
  }

  @Test func `the help of the key's step has no key twice`() {
    var driver = WizardDriver()
    driver.go(to: .apiKey)
    driver.press(.character("?"))
    #expect(!driver.text.contains("First row"))
    #expect(driver.text.contains("Press the button"))
    #expect(driver.text.contains("Go from field to field, and to the buttons"))
  }

  // MARK: - Leaving

  @Test func `Esc leaves at once while nothing was typed`() {
    var driver = WizardDriver()
    driver.press(.escape)
    #expect(driver.wizard == nil)
  }

  @Test func `Esc asks before typed text is dropped`() {
    var driver = WizardDriver()
    driver.type("docs")
    driver.press(.escape)
    #expect(driver.text.contains("Drop the new connector?"))
    driver.press(.escape)
    #expect(driver.wizard?.nameForm.text("name") == "docs")
    driver.press(.escape, .character("y"))
    #expect(driver.wizard == nil)
  }

  @Test func `Esc after the creation keeps or deletes the connector`() {
    var driver = WizardDriver()
    driver.go(to: .identity)
    driver.press(.escape)
    #expect(driver.text.contains("The connector exists already"))
    var kept = driver
    kept.press(.character("y"))
    if case .connector = kept.console.app.topScreen {} else { Issue.record("not kept") }
    driver.press(.character("d"))
    #expect(
      driver.console.requests.last?.request
        == .deleteConnector(connectorID: WizardFixtures.connectorID, deleteIndex: true))
    driver.console.answer(.done)
    #expect(driver.wizard == nil)
  }

  // MARK: - Whatever one does

  /// Everything that was typed or chosen.
  private struct Inputs: Equatable {
    var name: String
    var source: String?
    var identity: [String]
    var values: [String: ConfigurationValues]
    var schedule: Scheduling.Entry

    init(_ wizard: WizardScreen) {
      name = wizard.nameForm.text("name")
      source = wizard.sourceType
      identity = [wizard.identity.text("name"), wizard.identity.text("description")]
      values = wizard.configurations.mapValues { $0.values }
      schedule = wizard.schedule.entry
    }
  }

  @Test func `going back and on never loses what was typed`() {
    let seed = UInt64.random(in: 1...UInt64.max)
    print("wizard seed \(seed)")
    var random = SeededGenerator(seed)
    for _ in 0..<12 {
      var driver = WizardDriver()
      driver.go(to: WizardStep.allCases.randomElement(using: &random) ?? .name)
      for _ in 0..<80 {
        guard let before = driver.wizard.map(Inputs.init) else { break }
        let isMove = Bool.random(using: &random)
        move(&driver, isMove: isMove, &random)
        guard let after = driver.wizard.map(Inputs.init) else { break }
        if isMove { #expect(after == before, "seed \(seed)") }
      }
    }
  }

  private func move(
    _ driver: inout WizardDriver, isMove: Bool, _ random: inout SeededGenerator
  ) {
    let step = driver.step
    let moves: [Key] = [.control("n"), .control("p"), .control("p"), .tab, .escape]
    let edits: [Key] = [
      .character("x"), .character("7"), .backspace, .down, .up, .left, .right, .character(" "),
    ]
    // Going on from the list of sources chooses the one at the pointer, which is an input.
    let key = (isMove ? moves : edits).randomElement(using: &random) ?? .tab
    if isMove, step == .source || step == .apiKey, key == .control("n") { return }
    if !isMove, step == .apiKey || step == .summary { return }
    let count = driver.console.requests.count
    driver.press(key)
    if key == .escape { driver.press(.escape) }
    guard driver.console.requests.count > count else { return }
    switch driver.console.requests.last?.request {
    case .check: driver.console.answer(.checked(WizardFixtures.report))
    case .createConnector: break
    default:
      if Bool.random(using: &random) {
        driver.console.answer(.done)
      } else {
        driver.console.refuse(EngineFailure(.store, "The store is busy. Try again."))
      }
    }
  }

  @Test func `every step names the keys that leave it`() {
    for step in WizardStep.allCases {
      var driver = WizardDriver()
      driver.go(to: step)
      let keys = driver.wizard?.keyHelp(driver.console.app.context).flatMap(\.keys) ?? []
      #expect(keys.contains(.escape))
      #expect(step == .name || keys.contains(.control("p")))
    }
    #expect(WizardAction.map.conflicts.isEmpty)
  }
}

extension String {
  /// How many pieces a text would fall into at a part.
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count + 1 }
}
