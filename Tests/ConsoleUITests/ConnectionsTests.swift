import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct ConnectionsTests {
  private func opened(
    _ size: Size = Fixtures.usual, store: ConnectionInUse? = nil, isASCII: Bool = false
  ) -> ConsoleDriver {
    var driver = ConsoleDriver(size: size, isASCII: isASCII, store: store)
    driver.press(.character("C"))
    driver.answerConnection(.list(Fixtures.connectionList))
    return driver
  }

  @Test(arguments: Fixtures.sizes)
  func `the connections are listed with the one in use`(_ size: Size) {
    var driver = opened(size)
    expectGolden(driver.frame, "connections")
    driver.press(.down, .down)
    expectGolden(driver.frame, "connections-unverified")
  }

  @Test func `a store that a flag names is listed with the flag`() {
    let store = ConnectionInUse(
      .elasticsearch(ElasticsearchConnection(address: .url("https://localhost:9340"))),
      origin: .flag("--elasticsearch"))
    let driver = opened(store: store)
    #expect(driver.text.contains("https://localhost:9340"))
    #expect(driver.text.contains("in use: --elasticsearch"))
    #expect(driver.text.contains("the command line goes before"))
  }

  @Test func `no secret is on the page`() {
    var driver = opened(Size(width: 132, height: 40))
    for _ in 0..<4 {
      #expect(!driver.text.contains("hunter2") && !driver.text.contains("c2VjcmV0"))
      driver.press(.down)
    }
  }

  @Test func `a damaged file is told and nothing can be saved`() {
    var driver = ConsoleDriver()
    driver.press(.character("C"))
    let complaint = "/home/ada/.config/connections.json is damaged and is left as it is."
    driver.answerConnection(
      .list(ConnectionList(embedded: Fixtures.embedded, path: "/x", complaint: complaint)))
    #expect(driver.text.contains("is damaged and is left as it is"))
    driver.press(.character("n"))
    #expect(driver.app.topScreen.kind == .connections)
  }

  @Test(arguments: Fixtures.sizes)
  func `a look at a server shows what is missing with the remedy`(_ size: Size) {
    var driver = opened(size)
    driver.press(.down, .character("t"))
    expectGolden(driver.frame, "preflight-running")
    driver.answerConnection(.preflight(Fixtures.badReport))
    expectGolden(driver.frame, "preflight")
  }

  @Test(arguments: Fixtures.sizes)
  func `an unknown authority's fingerprint is shown for comparison`(_ size: Size) {
    var driver = opened(size)
    driver.press(.down, .character("t"))
    driver.answerConnection(.preflight(Fixtures.untrustedReport))
    expectGolden(driver.frame, "preflight-untrusted")
    driver.press(.character("y"))
    #expect(driver.commands.contains(.copy(Fixtures.fingerprint)))
  }

  @Test func `a look that is left or stopped is given up`() {
    var driver = opened()
    driver.press(.down, .character("t"))
    let first = driver.connectionRequests.last?.tag
    driver.press(.escape)
    #expect(first.map { driver.commands.contains(.cancel($0)) } == true)
    driver.press(.character("t"))
    let second = driver.connectionRequests.last?.tag
    driver.press(.character("x"))
    #expect(second.map { driver.commands.contains(.cancel($0)) } == true)
    driver.answerConnection(.preflight(Fixtures.goodReport))
    #expect(driver.text.contains("Stopped before the server answered"))
  }

  @Test func `a connection without problems is used after its check`() {
    var driver = opened()
    driver.press(.down, .enter)
    driver.answerConnection(.preflight(Fixtures.goodReport))
    // A sync runs: the question comes first.
    #expect(driver.text.contains("Change to Elasticsearch at https://search.example.org:9200?"))
    #expect(driver.text.contains("A sync of Archive runs."))
    driver.press(.character("y"))
    let choice = ConnectionInUse(
      .elasticsearch(Fixtures.production.connection), origin: .saved(id: "p"))
    #expect(driver.commands.contains(.useStore(choice)))
    #expect(driver.app.context.store == choice)
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test func `a connection with a problem is used only when the person says so`() {
    var driver = opened()
    driver.change { $0.connectors = [] }
    driver.press(.down, .enter)
    driver.answerConnection(.preflight(Fixtures.badReport))
    #expect(driver.app.topScreen.kind == .preflight)
    driver.press(.character("u"))
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test func `a store that can't be opened leaves a way back and one to the connections`() {
    var driver = opened()
    driver.change { $0.connectors = [] }
    let former = driver.app.context.store
    driver.press(.down, .enter)
    driver.answerConnection(.preflight(Fixtures.goodReport))
    driver.change {
      $0.service = ServiceState(
        phase: .failed("Nothing answers at search.example.org:9200: check that the server runs."),
        store: "Elasticsearch at search.example.org:9200")
    }
    expectGolden(driver.frame, "failed-store-way-back")
    driver.press(.character("C"))
    driver.answerConnection(.list(Fixtures.connectionList))
    #expect(driver.text.contains("Production"))
    driver.press(.escape, .character("b"))
    #expect(driver.commands.contains(.useStore(former)))
  }

  // MARK: The form

  @Test(arguments: Fixtures.sizes)
  func `a connection is edited in a form that masks its secret`(_ size: Size) {
    var driver = opened(size)
    driver.press(.down, .down, .character("e"))
    expectGolden(driver.frame, "connection-form")
    driver.press(.tab, .tab, .tab, .tab, .tab, .tab)
    expectGolden(driver.frame, "connection-form-unverified")
    #expect(!driver.text.contains("hunter2"))
    driver.press(.backTab, .control("r"))
    #expect(driver.text.contains("hunter2"))
    driver.wait(.seconds(11))
    #expect(!driver.text.contains("hunter2"))
  }

  @Test func `a new connection is typed, checked and saved`() {
    var driver = opened()
    driver.press(.character("n"))
    driver.type("Test server")
    driver.press(.tab, .tab)
    driver.type("https://localhost:9340")
    driver.press(.tab, .tab)
    driver.type("a2V5")
    driver.press(.control("t"))
    let expected = ElasticsearchConnection(
      address: .url("https://localhost:9340"), credentials: .apiKey("a2V5"))
    #expect(driver.connectionRequests.last?.request == .preflight(expected))
    driver.press(.escape, .control("s"))
    #expect(
      driver.connectionRequests.last?.request
        == .save(SavedConnection(id: "", name: "Test server", connection: expected)))
    driver.answerConnection(.list(Fixtures.connectionList))
    #expect(driver.app.topScreen.kind == .connections)
    #expect(driver.text.contains("The connection is saved."))
  }

  @Test func `what was typed is not dropped without a question`() {
    var driver = opened()
    driver.press(.character("n"))
    driver.type("X")
    driver.press(.escape)
    #expect(driver.text.contains("Drop what you typed?"))
    driver.press(.character("y"))
    #expect(driver.app.topScreen.kind == .connections)
  }

  @Test func `what is typed wrong is told at its field and not saved`() {
    var driver = opened()
    driver.press(.character("n"))
    driver.type("X")
    driver.press(.tab, .tab)
    driver.type("elastic:pw@host")
    driver.press(.control("s"))
    #expect(driver.text.contains("That is no URL."))
    #expect(driver.connectionRequests.last?.request == .list)
  }

  // MARK: On every page

  @Test(arguments: Fixtures.sizes)
  func `an unverified server leaves a mark on every page`(_ size: Size) {
    var driver = ConsoleDriver(size: size)
    driver.change { $0.service.isUnverified = true }
    expectGolden(driver.frame, "unverified")
    driver.press(.character("?"))
    #expect(driver.text.contains("verified"))
    #expect(driver.app.frame(Size(width: 40, height: 10))[20, 0].style.role == .danger)
  }

  @Test func `the mark is words, in ASCII too`() {
    var driver = ConsoleDriver(size: Size(width: 60, height: 16), isASCII: true)
    driver.change { $0.service.isUnverified = true }
    #expect(driver.text.contains("! unverified"))
  }

  @Test(arguments: Fixtures.sizes)
  func `a store that is away is told on every page, with since when`(_ size: Size) {
    var driver = ConsoleDriver(size: size)
    driver.change {
      $0.service.outage = ServiceState.Outage(
        since: Fixtures.seconds(-75),
        reason: "Nothing answers at search.example.org:9200: check that the server runs.")
    }
    expectGolden(driver.frame, "outage")
    driver.change { $0.service.outage = nil }
    #expect(!driver.text.contains("last known state"))
  }
}
