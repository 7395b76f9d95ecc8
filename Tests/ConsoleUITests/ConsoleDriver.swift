import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit

/// The console with hands: presses keys, answers requests and reads the screen.
struct ConsoleDriver {
  var app: ConsoleApp
  /// Everything that the console wanted done, oldest first.
  var commands: [AppCommand] = []
  var size: Size

  init(
    size: Size = Fixtures.usual, snapshot: EngineSnapshot = Fixtures.snapshot,
    opening screen: Screen? = nil, isASCII: Bool = false, store: ConnectionInUse? = nil
  ) {
    self.size = size
    var context = Fixtures.context(size: size, snapshot: snapshot, isASCII: isASCII)
    context.store = store ?? ConnectionInUse(Fixtures.embedded, origin: .standard)
    app = ConsoleApp(context: context, opening: screen)
    commands += app.start()
  }

  mutating func press(_ keys: Key...) {
    for key in keys { commands += app.update(.input(.key(key))) }
  }

  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  mutating func send(_ event: AppEvent) { commands += app.update(event) }

  mutating func change(_ change: (inout EngineSnapshot) -> Void) {
    var snapshot = app.context.snapshot
    change(&snapshot)
    send(.snapshot(snapshot))
  }

  /// Requests that no answer was given to, oldest first.
  var requests: [(tag: RequestTag, request: EngineRequest)] {
    commands.compactMap { command in
      if case .request(let tag, let request) = command { (tag, request) } else { nil }
    }
  }

  /// Answers the latest request.
  mutating func answer(_ response: EngineResponse) {
    guard let tag = requests.last?.tag else { return }
    send(.response(tag, .success(response)))
  }

  /// Questions about connections, oldest first.
  var connectionRequests: [(tag: RequestTag, request: ConnectionRequest)] {
    commands.compactMap { command in
      if case .connection(let tag, let request) = command { (tag, request) } else { nil }
    }
  }

  /// Answers the latest question about connections.
  mutating func answerConnection(_ response: ConnectionResponse) {
    guard let tag = connectionRequests.last?.tag else { return }
    send(.connectionAnswered(tag, response))
  }

  /// Answers every request that is open as a healthy engine would.
  mutating func answerAll() {
    for _ in 0..<20 {
      let open = requests
      let questions = connectionRequests
      commands.removeAll()
      if open.isEmpty, questions.isEmpty { return }
      for (tag, request) in questions {
        send(.connectionAnswered(tag, Fixtures.response(to: request)))
      }
      for (tag, request) in open {
        send(.response(tag, .success(Fixtures.response(to: request))))
      }
    }
  }

  /// Lets time pass in steps of a tenth of a second.
  mutating func wait(_ duration: Duration) {
    let end = app.context.now + duration
    while app.context.now < end {
      send(.tick(min(end, app.context.now + .milliseconds(100))))
    }
  }

  mutating func click(_ x: Int, _ y: Int, _ kind: MouseEvent.Kind = .press) {
    send(.input(.mouse(MouseEvent(kind, at: Point(x: x, y: y)))))
  }

  /// The first place where a text stands on the screen.
  func place(of text: String) -> Point? {
    let frame = frame
    for y in 0..<frame.size.height {
      let row = (0..<frame.size.width).map { frame[$0, y].text }
      for x in 0..<frame.size.width where row[x...].joined().hasPrefix(text) {
        return Point(x: x, y: y)
      }
    }
    return nil
  }

  /// What a position in a walk is told by: the page and, on a connector's screen, the tab.
  var position: String {
    if case .connector(let screen) = app.topScreen { return "connector.\(screen.tab)" }
    return app.topScreen.kind.rawValue
  }

  mutating func refuse(_ failure: EngineFailure) {
    guard let tag = requests.last?.tag else { return }
    send(.response(tag, .failure(failure)))
  }

  var frame: Frame { app.frame(size) }

  /// The characters on the screen.
  var text: String {
    let frame = frame
    return (0..<frame.size.height).map { y in
      (0..<frame.size.width).map { frame[$0, y].text }.joined()
    }
    .joined(separator: "\n")
  }

  var breadcrumb: [String] { app.topScreen.model.breadcrumb(app.context) }
}
