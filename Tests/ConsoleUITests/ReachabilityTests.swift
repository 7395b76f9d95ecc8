import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct ReachabilityTests {
  /// Everywhere a person can get by pressing keys that the pages declare.
  private func walk() -> Set<String> {
    let store = ConnectionInUse(
      .elasticsearch(Fixtures.production.connection), origin: .saved(id: "p"))
    var queue = [ConsoleDriver(snapshot: snapshot, store: store)]
    var seen: Set<String> = ["connectors"]
    var steps = 0
    while !queue.isEmpty, steps < 400 {
      var driver = queue.removeFirst()
      driver.answerAll()
      let help = driver.app.topScreen.model.keyHelp(driver.app.context)
      for key in help.filter({ $0.disabledReason == nil }).flatMap(\.keys) + [.down] {
        steps += 1
        var next = driver
        next.press(key)
        next.answerAll()
        // A question is answered with its first real choice.
        let where_ = next.position
        if seen.insert(where_).inserted { queue.append(next) }
      }
    }
    return seen
  }

  /// One connector whose every page has something to show.
  private var snapshot: EngineSnapshot { Fixtures.snapshot(of: [Fixtures.handbook]) }

  @Test func `every screen and every tab is reached by keys`() {
    let seen = walk()
    var expected = Set(Screen.Kind.allCases.map(\.rawValue))
    expected.remove("connector")
    for tab in ConnectorScreen.Tab.allCases { expected.insert("connector.\(tab)") }
    #expect(expected.subtracting(seen).sorted() == [])
  }

  @Test(arguments: Screen.Kind.allCases)
  func `every screen is left by Esc`(_ kind: Screen.Kind) {
    guard kind != .connectors else { return }
    let screen: Screen =
      switch kind {
      case .connectors, .wizard: .wizard(WizardScreen())
      case .connector: .connector(ConnectorScreen(connectorID: "handbook"))
      case .live: .live(LiveSyncScreen(connectorID: "handbook"))
      case .job: .job(JobScreen(connectorID: "handbook", jobID: "1"))
      case .deadLetters: .deadLetters(DeadLettersScreen(connectorID: "handbook", jobID: "1"))
      case .deadLetterGroup: .deadLetters(DeadLettersScreen(connectorID: "handbook", jobID: "1"))
      case .connections: .connections(ConnectionsScreen())
      case .connectionForm: .connectionForm(ConnectionFormScreen())
      case .preflight:
        .preflight(PreflightScreen(name: "a", Fixtures.production.connection))
      case .document: .document(DocumentScreen(title: "a", body: Fixtures.documentBody))
      }
    var driver = ConsoleDriver(opening: screen)
    driver.press(.escape)
    #expect(driver.app.topScreen.kind == .connectors)
  }

  @Test func `no page declares a key twice`() {
    #expect(ConnectorListScreen.keys.conflicts.isEmpty)
    #expect(ConnectorScreen.keys.conflicts.isEmpty)
    #expect(OverviewPage.keys.conflicts.isEmpty)
    #expect(JobsPage.keys.conflicts.isEmpty)
    #expect(DocumentsPage.keys.conflicts.isEmpty)
    #expect(LogPage.keys.conflicts.isEmpty)
    #expect(JobScreen.keys.conflicts.isEmpty)
    #expect(DeadLettersScreen.keys.conflicts.isEmpty)
    #expect(DocumentScreen.keys.conflicts.isEmpty)
    #expect(LiveSyncScreen.keys.conflicts.isEmpty)
    #expect(DeadLetterGroupScreen.keys.conflicts.isEmpty)
    #expect(ConnectionsScreen.keys.conflicts.isEmpty)
    #expect(ConnectionFormScreen.keys.conflicts.isEmpty)
    #expect(PreflightScreen.keys.conflicts.isEmpty)
    #expect(ServicePage.keys.conflicts.isEmpty)
  }

  @Test func `no page of its own takes the keys that work everywhere`() {
    let everywhere: Set<Key> = [.character("?"), .character(":"), .character("q"), .escape]
    var own = ConnectorListScreen.keys.bindings.flatMap(\.keys)
    own += ConnectorScreen.keys.bindings.flatMap(\.keys)
    own += OverviewPage.keys.bindings.flatMap(\.keys)
    own += JobsPage.keys.bindings.flatMap(\.keys)
    own += DocumentsPage.keys.bindings.flatMap(\.keys)
    own += LogPage.keys.bindings.flatMap(\.keys)
    own += JobScreen.keys.bindings.flatMap(\.keys)
    own += DeadLettersScreen.keys.bindings.flatMap(\.keys)
    own += DocumentScreen.keys.bindings.flatMap(\.keys)
    own += LiveSyncScreen.keys.bindings.flatMap(\.keys)
    own += DeadLetterGroupScreen.keys.bindings.flatMap(\.keys)
    own += ConnectionsScreen.keys.bindings.flatMap(\.keys)
    own += PreflightScreen.keys.bindings.flatMap(\.keys)
    own += ServicePage.keys.bindings.flatMap(\.keys)
    #expect(own.filter { everywhere.contains($0) } == [])
  }
}
