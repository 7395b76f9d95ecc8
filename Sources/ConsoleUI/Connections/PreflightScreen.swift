internal import ConnectorKit
package import EngineAPI
package import TerminalKit

/// A look at a server: what it is, what is missing there, and whether it is who it says.
package struct PreflightScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case use, again, cancel, copyFingerprint }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.character("u")], .use, hint: "use", help: "Work on this connection"),
    KeyBinding([.character("t")], .again, hint: "again", help: "Look at the server once more"),
    KeyBinding([.character("x")], .cancel, hint: "stop", help: "Stop looking"),
    KeyBinding(
      [.character("y")], .copyFingerprint, hint: "copy fingerprint",
      help: "Copy the fingerprint of the authority that the server shows"),
  ])

  /// How far the look has come.
  enum State: Hashable, Sendable {
    case idle
    case running(RequestTag, since: Timestamp)
    case stopped
    case failed(String)
    case done(PreflightReport)
  }

  package let name: String
  package let connection: ElasticsearchConnection
  /// What to change to if all is well; `nil` where there is nothing to change.
  private let choice: ConnectionInUse?
  /// Whether to change at once when nothing is in the way.
  private var usesAtOnce: Bool
  private(set) var state = State.idle
  private var scroll = ScrollState()

  /// Makes the page of a connection.
  ///
  /// - Parameters:
  ///   - name: what lists call it.
  ///   - connection: where to look.
  ///   - use: what a key changes to; `nil` if it is in use already, or not saved yet.
  ///   - usesAtOnce: whether it changes by itself if there is no problem.
  package init(
    name: String, _ connection: ElasticsearchConnection, use: ConnectionInUse? = nil,
    usesAtOnce: Bool = false
  ) {
    self.name = name
    self.connection = connection
    choice = use
    self.usesAtOnce = usesAtOnce
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    ["Connections", name.isEmpty ? "New" : name, "Check"]
  }

  private var isRunning: Bool {
    if case .running = state { true } else { false }
  }

  private var report: PreflightReport? {
    if case .done(let report) = state { report } else { nil }
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    Self.keys.help { action in
      switch action {
      case .use: choice == nil ? "Only a saved connection that is not in use can be used." : nil
      case .again: isRunning ? "The server is being looked at." : nil
      case .cancel: isRunning ? nil : "Nothing runs that could be stopped."
      case .copyFingerprint:
        report?.shownFingerprint == nil ? "There is no fingerprint to compare." : nil
      }
    }
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] { start(&context) }

  private mutating func start(_ context: inout ScreenContext) -> [Effect] {
    let tag = context.makeTag()
    state = .running(tag, since: context.now)
    scroll = ScrollState()
    return [.connection(tag, .preflight(connection))]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .connection(let tag, let response):
      guard case .running(tag, _) = state else { return [] }
      return take(response)
    case .refreshed, .fileSaved, .dialogAnswered, .response, .uncovered: return []
    }
  }

  private mutating func take(_ response: ConnectionResponse) -> [Effect] {
    switch response {
    case .preflight(let report):
      state = .done(report)
      let isClean = !report.findings.contains { $0.outcome == .problem || $0.outcome == .warning }
      guard usesAtOnce, isClean, let choice else { return [] }
      usesAtOnce = false
      return [.useStore(choice)]
    case .failed(let reason): state = .failed(reason)
    case .list: state = .stopped
    }
    return []
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    switch Self.keys.action(for: event) {
    case .use: return choice.map { [.useStore($0)] } ?? []
    case .again: return isRunning ? [] : start(&context)
    case .cancel:
      guard case .running(let tag, _) = state else { return [] }
      state = .stopped
      return [.cancel(tag)]
    case .copyFingerprint:
      guard let fingerprint = report?.shownFingerprint else { return [] }
      return [
        .copy(fingerprint),
        .flash(Flash(.info, "Copied the fingerprint. \(context.options.clipboardNote)")),
      ]
    case nil:
      let area = body(context.area)
      let count = rows(width: area.width - 2, context).count
      _ = scroll.handle(event, count: count, height: area.height)
      return []
    }
  }

  // MARK: - Drawing

  private func body(_ area: Rect) -> Rect {
    area.inset(left: 2, top: area.height >= 16 ? 1 : 0, right: 1)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let body = body(area)
    let rows = rows(width: body.width - 2, context)
    let visible = scroll.visible(count: rows.count, height: body.height)
    frame.writeRows(Array(rows[visible]), in: body.inset(right: 2), symbols: symbols)
    frame.scrollbar(
      Rect(x: body.right - 1, y: body.y, width: 1, height: body.height),
      offset: visible.lowerBound, visible: body.height, total: rows.count, symbols: symbols)
  }

  private func rows(width: Int, _ context: ScreenContext) -> [StyledText] {
    let symbols = context.symbols
    var rows = FieldRows(width: width, column: 14, symbols: symbols)
    rows.field("Address", SafeText(connection.addressText))
    rows.field("Who asks", SafeText(connection.credentialsText))
    rows.blank()
    switch state {
    case .idle: break
    case .running(_, let since):
      var line = StyledText(symbols.spinnerFrame(context.animationStep), Style(.running))
      line.append(" Looking at the server… ", .text)
      line.append(SafeText(Format.clock(context.now - since)), .muted)
      rows.append(line)
      rows.text(
        StyledText("A server far away may take half a minute. x stops, Esc leaves.", .muted))
    case .stopped:
      rows.text(StyledText("Stopped before the server answered. t looks again.", .muted))
    case .failed(let reason):
      rows.text(
        StyledText(symbols.failure + " " + SafeText(reason), Style(.danger)), hanging: 2)
    case .done(let report): add(report, to: &rows, symbols)
    }
    return rows.rows
  }

  private func add(
    _ report: PreflightReport, to rows: inout FieldRows, _ symbols: Symbols
  ) {
    for finding in report.findings {
      let (sign, style) = finding.outcome.look(symbols)
      var text = StyledText(sign + " ", Style(style.role, isBold: true))
      text.append(SafeText(finding.text), finding.outcome == .good ? .text : style)
      rows.field(SafeText(finding.subject), text)
    }
    if let fingerprint = report.shownFingerprint { add(fingerprint, to: &rows) }
    rows.blank()
    rows.text(StyledText(SafeText(verdict(report)), Style(.text, isBold: true)))
    rows.text(StyledText(SafeText("It took " + Format.duration(report.took) + "."), .muted))
  }

  private func add(_ fingerprint: String, to rows: inout FieldRows) {
    rows.blank()
    rows.field("It shows", "an authority with this SHA-256 fingerprint:")
    for line in Self.lines(of: fingerprint) { rows.field("", line, style: Style(.accent)) }
    rows.text(
      StyledText(
        "Compare it with the one that Elasticsearch printed when security was set up, or that its "
          + "administrator tells. Only if they are the same, enter it under Trust.", .muted))
  }

  /// The digits in pairs, as other programs show them, in two lines.
  private static func lines(of fingerprint: String) -> [SafeText] {
    var pairs: [String] = []
    var rest = Substring(fingerprint.uppercased())
    while !rest.isEmpty {
      pairs.append(String(rest.prefix(2)))
      rest = rest.dropFirst(2)
    }
    let half = (pairs.count + 1) / 2
    return [pairs.prefix(half), pairs.dropFirst(half)].map { SafeText($0.joined(separator: ":")) }
  }

  private func verdict(_ report: PreflightReport) -> String {
    let use = choice == nil ? "" : " u works on it."
    if report.isUsable { return "The connection can be used." + use }
    let anyway = choice == nil ? "" : " u works on it all the same."
    return "Something is in the way; fix it and press t." + anyway
  }
}

extension PreflightReport.Outcome {
  func look(_ symbols: Symbols) -> (symbol: SafeText, style: Style) {
    switch self {
    case .good: (symbols.check, Style(.success))
    case .note: (symbols.information, .muted)
    case .warning: (symbols.warning, Style(.warning))
    case .problem: (symbols.failure, Style(.danger))
    }
  }
}
