internal import TerminalKit

/// The keys that work on a page, made from their declarations.
struct HelpOverlay: Hashable, Sendable {
  private let title: String
  private let sections: [Section]
  private var scroll = ScrollState()

  /// Keys under a heading.
  struct Section: Hashable, Sendable {
    var title: String
    var keys: [KeyHelp]
  }

  init(title: String, sections: [Section]) {
    self.title = title
    self.sections = sections.filter { !$0.keys.isEmpty }
  }

  static let hints = [
    KeyHelp(KeyBinding([.down], 0, hint: "further", help: "Show more keys")),
    KeyHelp(KeyBinding([.escape], 1, hint: "close", help: "Close the help")),
  ]

  /// The keys of moving about, which the widgets know; told here once.
  static let motions = Section(
    title: "Moving",
    keys: [
      KeyHelp(KeyBinding([.down, .character("j")], 0, help: "Next row")),
      KeyHelp(KeyBinding([.up, .character("k")], 0, help: "Row before")),
      KeyHelp(KeyBinding([.pageDown, .control("f")], 0, help: "Next page")),
      KeyHelp(KeyBinding([.pageUp, .control("b")], 0, help: "Page before")),
      KeyHelp(KeyBinding([.home, .character("g")], 0, help: "First row")),
      KeyHelp(KeyBinding([.end, .character("G")], 0, help: "Last row")),
    ])

  /// Takes an event; returns whether the help is to be closed.
  mutating func update(_ event: InputEvent, size: Size, symbols: Symbols) -> Bool {
    switch event {
    case .key(.escape), .key(.enter), .key(.character("q")), .key(.character("?")),
      .key(.function(1)), .key(.control("c")):
      return true
    default:
      let inside = Self.inside(size)
      _ = scroll.handle(
        event, count: rows(width: inside.width, symbols).count, height: inside.height)
      return false
    }
  }

  private static func box(_ size: Size) -> Rect {
    let width = min(size.width - 4, 84)
    let height = size.height - 4
    return Rect(x: (size.width - width) / 2, y: 1, width: width, height: height)
  }

  private static func inside(_ size: Size) -> Rect {
    box(size).inset(left: 2, top: 1, right: 3, bottom: 1)
  }

  private func rows(width: Int, _ symbols: Symbols) -> [StyledText] {
    let widths = sections.flatMap(\.keys).map { names(of: $0, symbols).width }
    let column = min(24, widths.max() ?? 0)
    var rows: [StyledText] = []
    for section in sections {
      if !rows.isEmpty { rows.append(StyledText()) }
      rows.append(StyledText(SafeText(section.title), .title))
      for key in section.keys {
        rows += row(key, column: column, width: width, symbols)
      }
    }
    return rows
  }

  private func row(
    _ key: KeyHelp, column: Int, width: Int, _ symbols: Symbols
  ) -> [StyledText] {
    let isOff = key.disabledReason != nil
    let role: Role = isOff ? .muted : key.isDangerous ? .danger : .accent
    var row = StyledText(
      names(of: key, symbols).fitted(to: column, ellipsis: symbols.ellipsis),
      Style(role, isBold: !isOff))
    row.append("  ")
    let room = max(8, width - column - 2)
    let margin = StyledText(SafeText(" ").repeated(column + 2))
    let help = StyledText(SafeText(key.help), isOff ? .muted : .text).wrapped(room)
    var rows = help.enumerated().map { index, line in (index == 0 ? row : margin) + line }
    if rows.isEmpty { rows = [row] }
    if let reason = key.disabledReason {
      let note = StyledText("not now: " + SafeText(reason), .muted)
      rows += note.wrapped(room).map { margin + $0 }
    }
    return rows
  }

  private func names(of key: KeyHelp, _ symbols: Symbols) -> SafeText {
    key.keys.enumerated().reduce(SafeText.empty) { text, item in
      text + (item.offset > 0 ? " " : "") + item.element.text(symbols)
    }
  }

  func draw(on frame: inout Frame, symbols: Symbols) {
    let box = Self.box(frame.size)
    let inside = Self.inside(frame.size)
    frame.fill(box)
    frame.box(
      box, title: SafeText("Keys: " + title), footer: StyledText("Esc closes", .muted),
      style: Style(.focus), symbols: symbols)
    let rows = rows(width: inside.width, symbols)
    let visible = scroll.visible(count: rows.count, height: inside.height)
    frame.writeRows(Array(rows[visible]), in: inside, symbols: symbols)
    frame.scrollbar(
      Rect(x: box.right - 2, y: inside.y, width: 1, height: inside.height),
      offset: visible.lowerBound, visible: inside.height, total: rows.count, symbols: symbols)
  }
}
