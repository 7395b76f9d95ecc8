package import ConnectorKit
internal import EngineAPI
package import TerminalKit

/// What the engine said about a connector, newest at the bottom.
package struct LogPage: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case follow, level, filter }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding(
      [.character("f")], .follow, hint: "follow", help: "Keep the newest line in view, or stop"),
    KeyBinding(
      [.character("v")], .level, hint: "level", help: "Show more, or only warnings and errors"),
    KeyBinding(
      [.character("/")], .filter, hint: "filter", help: "Show only lines that contain a text"),
  ])

  /// Lines that are read.
  static let limit = 2_000
  /// How often new lines are asked for.
  static let interval = Duration.seconds(1)
  /// How often while no sync of the connector is active.
  static let idleInterval = Duration.seconds(5)

  package let connectorID: String
  private var lines: [LogLine] = []
  private var isLoaded = false
  private var failure: String?
  private var tag: RequestTag?
  private var nextLoad: Timestamp?
  private var level = LogLine.Level.info
  private var filter = TextInput(placeholder: "text in the line")
  private var isFiltering = false
  private var scroll = ScrollState(isFollowing: true)
  /// The rows as they are drawn, laid out once for all pictures.
  private var layout = Layout()

  private struct Layout: Hashable, Sendable {
    var width = 0
    var lineCount = 0
    var rows: [StyledText] = []
  }

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package var isEditingText: Bool { isFiltering }

  package func wakeUp(_ context: ScreenContext) -> Timestamp? { tag == nil ? nextLoad : nil }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Log"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { Self.keys.help() }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] { load(&context) }

  private mutating func load(_ context: inout ScreenContext) -> [Effect] {
    guard tag == nil else { return [] }
    let tag = context.makeTag()
    self.tag = tag
    nextLoad = nil
    return [.request(tag, .log(connectorID: connectorID, limit: Self.limit))]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    defer { followWidth(context) }
    switch message {
    case .input(let event):
      take(event, context)
      layOut(context)
      return []
    case .refreshed, .uncovered:
      guard let nextLoad, nextLoad <= context.now else { return [] }
      return load(&context)
    case .response(let tag, let result):
      guard tag == self.tag else { return [] }
      self.tag = nil
      let isActive = context.snapshot.connector(connectorID)?.activeJob != nil
      nextLoad = context.now + (isActive ? Self.interval : Self.idleInterval)
      switch result {
      case .success(.log(let lines)):
        failure = nil
        isLoaded = true
        if lines != self.lines {
          self.lines = lines
          layOut(context)
        }
      case .success: break
      case .failure(let failure): self.failure = failure.message
      }
      return []
    case .fileSaved, .connection, .dialogAnswered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: ScreenContext) {
    if isFiltering {
      switch event {
      case .key(.enter): isFiltering = false
      case .key(.escape):
        isFiltering = false
        filter.text = ""
      default: _ = filter.handle(event)
      }
      return
    }
    let area = Self.textArea(context.area)
    let count = layout.rows.count
    switch Self.keys.action(for: event) {
    case .follow:
      let isFollowing = scroll.isFollowing
      scroll.scroll(by: isFollowing ? -1 : count, count: count, height: area.height)
    case .level:
      let all = LogLine.Level.allCases
      level = all[((all.firstIndex(of: level) ?? 0) + 1) % all.count]
    case .filter: isFiltering = true
    case nil: _ = scroll.handle(event, count: count, height: area.height)
    }
  }

  // MARK: - Drawing

  private var shown: [LogLine] {
    let wanted = filter.text.lowercased()
    return lines.filter { line in
      line.level >= level && (wanted.isEmpty || line.message.lowercased().contains(wanted))
    }
  }

  private mutating func layOut(_ context: ScreenContext) {
    let shown = shown
    let width = Self.textArea(context.area).width
    let rows = LogText.rows(shown, width: width, context)
    layout = Layout(width: width, lineCount: shown.count, rows: rows)
  }

  private mutating func followWidth(_ context: ScreenContext) {
    if layout.width != Self.textArea(context.area).width { layOut(context) }
  }

  private static func textArea(_ area: Rect) -> Rect {
    area.inset(left: 2, top: 1, right: 2)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let inside = Self.textArea(area)
    drawHeading(in: area.row(0).inset(left: 2, right: 2), on: &frame, context)
    let isFitting = layout.width == inside.width
    let rows = isFitting ? layout.rows : LogText.rows(shown, width: inside.width, context)
    guard !rows.isEmpty else {
      guard isLoaded else { return }
      let note: SafeText =
        lines.isEmpty
        ? "Nothing since this console started."
        : "No line is shown; change the level or the filter."
      frame.write(note, in: inside.row(1), style: .muted, symbols: symbols)
      return
    }
    let visible = scroll.visible(count: rows.count, height: inside.height)
    frame.writeRows(Array(rows[visible]), in: inside, symbols: symbols)
    frame.scrollbar(
      Rect(x: area.right - 1, y: inside.y, width: 1, height: inside.height),
      offset: visible.lowerBound, visible: inside.height, total: rows.count, symbols: symbols)
  }

  private func drawHeading(in row: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    var right = StyledText("level ", .muted)
    right.append(SafeText(level.rawValue), Style(.accent))
    right.append(level == .error ? " only" : " and above", .muted)
    right.append("  ")
    if scroll.isFollowing {
      right.append(symbols.running + " following", Style(.success))
    } else {
      right.append(symbols.paused + " standing", Style(.warning))
    }
    frame.write(right, in: row, alignment: .trailing, symbols: symbols)
    let room = row.inset(right: right.width + 2)
    if let failure {
      frame.write(
        symbols.failure + " " + SafeText(failure), in: room, style: Style(.danger),
        symbols: symbols)
    } else if isFiltering || !filter.isEmpty {
      frame.write("/", at: room.origin, style: Style(.accent, isBold: true), clip: room)
      let cursor = filter.draw(
        in: room.inset(left: 2), on: &frame, isFocused: isFiltering, symbols: symbols)
      if isFiltering { frame.cursor = cursor }
    } else {
      let text = isLoaded ? Format.count(layout.lineCount, "line") : "Reading the log ..."
      frame.write(SafeText(text), in: room, style: isLoaded ? .title : .muted)
    }
  }
}
