internal import EngineAPI
internal import TerminalKit

/// Commands and places to choose from by a few letters of their names.
struct CommandPalette: Hashable, Sendable {
  /// What a command does.
  enum Action: Hashable, Sendable {
    /// Presses a key on the screen below.
    case press(Key)
    case global(GlobalAction)
    case goTo(Destination)
  }

  /// A place that can be reached from everywhere.
  enum Destination: Hashable, Sendable {
    case list
    case newConnector
    case connections
    case connector(id: String)
    case page(connectorID: String, ConnectorScreen.Tab)
    case sync(connectorID: String)
  }

  /// One row.
  struct Command: Hashable, Sendable {
    var name: String
    var help: String
    var key: Key?
    var action: Action
    var disabledReason: String?
  }

  private let commands: [Command]
  private var input = TextInput(placeholder: "command, page or connector")
  private var list = ListState()

  static let hints = [
    KeyHelp(KeyBinding([.enter], 0, hint: "run", help: "Run the command")),
    KeyHelp(KeyBinding([.down], 1, hint: "next", help: "Choose the next command")),
    KeyHelp(KeyBinding([.tab], 2, hint: "complete", help: "Take over the command’s name")),
    KeyHelp(KeyBinding([.escape], 3, hint: "close", help: "Close the palette")),
  ]

  init(_ commands: [Command]) { self.commands = commands }

  /// What came of an event.
  enum Outcome: Hashable, Sendable {
    case open, closed
    case chosen(Command)
  }

  mutating func update(_ event: InputEvent, size: Size) -> Outcome {
    let matches = matches
    let area = Self.listArea(size, count: matches.count)
    switch event {
    case .key(.escape), .key(.control("c")): return .closed
    case .key(.backspace) where input.isEmpty: return .closed
    case .key(.enter):
      guard let row = list.selected(count: matches.count) else { return .open }
      return .chosen(matches[row].element)
    case .key(.tab):
      guard let row = list.selected(count: matches.count) else { return .open }
      input.text = matches[row].element.name
    case .key(.control("n")), .key(.control("p")):
      let step = event == .key(.control("n")) ? Key.down : .up
      _ = list.handle(.key(step), count: matches.count, height: area.height)
    case .mouse(let mouse) where mouse.kind == .press || mouse.kind == .doublePress:
      guard let row = list.row(at: mouse.point, in: area, count: matches.count) else {
        return Self.box(size, count: matches.count).contains(mouse.point) ? .open : .closed
      }
      return .chosen(matches[row].element)
    default:
      if list.handle(event, count: matches.count, height: area.height, hasVimKeys: false) {
        return .open
      }
      if input.handle(event) { list.select(0, count: 0, height: 0) }
    }
    return .open
  }

  private var matches: [(element: Command, match: FuzzyMatcher.Match?)] {
    let matcher = FuzzyMatcher(input.text)
    let byName = matcher.filter(commands) { $0.name }.map { ($0.element, Optional($0.match)) }
    if matcher.isEmpty { return byName }
    let found = Set(byName.map(\.0))
    let byHelp = matcher.filter(commands.filter { !found.contains($0) }) { $0.help }
    return byName + byHelp.map { ($0.element, nil) }
  }

  private static func box(_ size: Size, count: Int) -> Rect {
    let width = min(size.width - 4, 76)
    let height = min(size.height - 4, max(1, count) + 4)
    return Rect(x: (size.width - width) / 2, y: 1, width: width, height: height)
  }

  private static func listArea(_ size: Size, count: Int) -> Rect {
    box(size, count: count).inset(left: 2, top: 3, right: 2, bottom: 1)
  }

  func draw(on frame: inout Frame, symbols: Symbols) {
    let matches = matches
    let box = Self.box(frame.size, count: matches.count)
    let area = Self.listArea(frame.size, count: matches.count)
    frame.fill(box)
    let inside = frame.box(
      box, title: "Commands", note: StyledText(SafeText("\(matches.count)"), .muted),
      footer: StyledText("Enter runs it, Esc closes", .muted), style: Style(.focus),
      symbols: symbols)
    frame.write(
      ":", at: Point(x: inside.x + 1, y: inside.y), style: Style(.accent, isBold: true),
      clip: inside)
    frame.cursor = input.draw(
      in: inside.row(0).inset(left: 2, right: 1), on: &frame, isFocused: true, symbols: symbols)
    frame.horizontalRule(inside.row(1), symbols: symbols)
    guard !matches.isEmpty else {
      frame.write(
        "Nothing is called that here.", in: area.row(0), style: .muted, symbols: symbols)
      return
    }
    let column = min(area.width / 2, (commands.map { SafeText($0.name).width }.max() ?? 0) + 2)
    for (row, index) in list.visible(count: matches.count, height: area.height).enumerated() {
      draw(
        matches[index], isSelected: index == list.selected(count: matches.count),
        column: column, in: area.row(row), on: &frame, symbols)
    }
  }

  private func draw(
    _ row: (element: Command, match: FuzzyMatcher.Match?), isSelected: Bool, column: Int,
    in area: Rect, on frame: inout Frame, _ symbols: Symbols
  ) {
    let command = row.element
    let isOff = command.disabledReason != nil
    let name = FuzzyMatcher.highlighted(
      command.name, row.match, style: isOff ? .muted : Style(.text, isBold: true))
    frame.write(name, in: area.inset(left: 2).splitLeft(column - 1).left, symbols: symbols)
    let help = command.disabledReason.map { "not now: " + $0 } ?? command.help
    let keyWidth = 9
    frame.write(
      SafeText(help), in: area.inset(left: column + 2, right: keyWidth), style: .muted,
      symbols: symbols)
    if let key = command.key {
      frame.write(
        key.text(symbols), in: area, alignment: .trailing, style: Style(.accent),
        symbols: symbols)
    }
    if isSelected { Table.drawSelection(area, on: &frame, isFocused: true, symbols: symbols) }
  }
}
