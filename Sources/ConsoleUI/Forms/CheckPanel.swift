package import ConnectorKit
package import EngineAPI
package import TerminalKit

/// A check of a data source: its first documents, or why they could not be read.
package struct CheckPanel: Hashable, Sendable {
  /// How far the check has come.
  package enum State: Hashable, Sendable {
    case idle
    case running(RequestTag, since: Timestamp)
    case failed(EngineFailure)
    case done(CheckReport)
  }

  package private(set) var state = State.idle
  /// The values that were checked last.
  package private(set) var checkedValues: ConfigurationValues?
  private var list = ListState()
  private var scroll = ScrollState()
  /// Whether keys move in the fields of the selected document, not in the list.
  package private(set) var isInFields = false

  /// Makes a panel that has checked nothing.
  package init() {}

  package var isRunning: Bool {
    if case .running = state { true } else { false }
  }

  /// Whether the last check reached the source.
  package var hasPassed: Bool {
    if case .done = state { true } else { false }
  }

  /// Why the last check failed.
  package var failure: EngineFailure? {
    if case .failed(let failure) = state { failure } else { nil }
  }

  /// Starts a check, unless one is under way.
  package mutating func start(
    connectorID: String, _ values: ConfigurationValues, _ context: inout ScreenContext
  ) -> [Effect] {
    guard !isRunning else { return [] }
    let tag = context.makeTag()
    state = .running(tag, since: context.now)
    checkedValues = values
    isInFields = false
    return [.request(tag, .check(connectorID: connectorID, values))]
  }

  /// Takes the answer to its request; says whether it was this panel's.
  package mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>
  ) -> Bool {
    guard case .running(tag, _) = state else { return false }
    list = ListState()
    scroll = ScrollState()
    switch result {
    case .success(.checked(let report)): state = .done(report)
    case .success: state = .idle
    case .failure(let failure): state = .failed(failure)
    }
    return true
  }

  /// Takes an event that moves in the documents; says whether it was for the panel.
  package mutating func update(_ event: InputEvent, in area: Rect) -> Bool {
    guard case .done(let report) = state, !report.documents.isEmpty else { return false }
    let places = places(in: area, report)
    switch event {
    case .key(.tab), .key(.right), .key(.character("l")), .key(.enter):
      guard !isInFields else { return false }
      isInFields = true
      return true
    case .key(.backTab), .key(.left), .key(.character("h")):
      guard isInFields else { return false }
      isInFields = false
      return true
    case .mouse(let mouse) where places.list.contains(mouse.point):
      isInFields = false
      return updateList(event, in: places.list, report)
    case .mouse(let mouse) where places.fields.contains(mouse.point):
      isInFields = true
    default: break
    }
    if isInFields {
      let rows = fieldRows(report, width: places.fields.width)
      return scroll.handle(event, count: rows.count, height: places.fields.height)
    }
    return updateList(event, in: places.list, report)
  }

  private mutating func updateList(
    _ event: InputEvent, in place: Rect, _ report: CheckReport
  ) -> Bool {
    let before = list.selection
    let count = report.documents.count
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress {
      guard let row = list.row(at: mouse.point, in: place, count: count) else { return false }
      list.select(row, count: count, height: place.height)
    } else if !list.handle(event, count: count, height: place.height) {
      return false
    }
    if list.selection != before { scroll = ScrollState() }
    return true
  }

  // MARK: - Drawing

  /// Where the list and the fields stand: side by side if there is room, else one over the other.
  private func places(in area: Rect, _ report: CheckReport) -> (list: Rect, fields: Rect) {
    let body = area.splitTop(headRows(report, width: area.width)).rest
    if body.width >= 90 {
      let left = body.splitLeft(min(44, body.width * 2 / 5))
      return (left.left, left.rest.inset(left: 3, right: 1))
    }
    // The fields keep a few rows, which scroll; the list has the rest as far as it needs it.
    let rows = min(report.documents.count, max(2, body.height / 3, body.height - 6))
    let top = body.splitTop(rows)
    return (top.top, top.rest.inset(left: 2, top: 1, right: 1))
  }

  private func headRows(_ report: CheckReport, width: Int) -> Int {
    min(4, 1 + warningLines(report, width: width).count)
  }

  private func warningLines(_ report: CheckReport, width: Int) -> [SafeText] {
    report.warnings.flatMap { SafeText($0).wrapped(max(8, width - 4)) }
  }

  /// Draws the panel.
  package func draw(
    in area: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool = true
  ) {
    let symbols = Symbols.set(isASCII: context.options.isASCII)
    let inner = area.inset(left: 2, right: 1)
    switch state {
    case .idle:
      frame.writeParagraphs(
        "Not checked yet. Press t to connect to the source and read its first ten documents.",
        in: inner, style: .muted, symbols: symbols)
    case .running(_, let since):
      drawRunning(since: since, in: inner, on: &frame, context)
    case .failed(let failure): drawFailure(failure, in: inner, on: &frame, symbols)
    case .done(let report): draw(report, in: area, on: &frame, symbols, isFocused: isFocused)
    }
  }

  private func drawRunning(
    since: Timestamp, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    var text = StyledText(context.symbols.spinnerFrame(context.animationStep), Style(.running))
    text.append(" Reading the first documents… ", .text)
    let elapsed = context.now - since
    if elapsed >= .seconds(2) { text.append(SafeText(Format.clock(elapsed)), .muted) }
    frame.write(text, in: area.row(0), symbols: context.symbols)
  }

  private func drawFailure(
    _ failure: EngineFailure, in area: Rect, on frame: inout Frame, _ symbols: Symbols
  ) {
    frame.write(symbols.failure, in: area.row(0), style: Style(.danger, isBold: true))
    let rows = frame.writeParagraphs(
      failure.message, in: area.inset(left: 2), style: Style(.danger), symbols: symbols)
    let rest = area.splitTop(rows + 1).rest.inset(left: 2)
    let advice = "Press f to go to the fields, t to check again."
    frame.writeParagraphs(advice, in: rest, style: .muted, symbols: symbols)
  }

  private func draw(
    _ report: CheckReport, in area: Rect, on frame: inout Frame, _ symbols: Symbols,
    isFocused: Bool
  ) {
    let count = report.documents.count
    var head = StyledText(symbols.check + " ", Style(.success, isBold: true))
    let found =
      switch count {
      case 0: "The source answered, and there is no document in it."
      case 10: "The source answered. Its first ten documents:"
      default: "The source answered. It has " + Format.count(count, "document") + ":"
      }
    head.append(SafeText(found), .text)
    head.append("  " + SafeText(Format.duration(report.took)), .muted)
    frame.write(head, in: area.row(0).inset(left: 2, right: 1), symbols: symbols)
    let lines = warningLines(report, width: area.width)
    for (index, line) in lines.prefix(3).enumerated() {
      let row = area.row(index + 1).inset(left: 2, right: 1)
      let mark: SafeText = index == 0 ? symbols.warning + " " : "  "
      frame.write(mark + line, in: row, style: Style(.warning), symbols: symbols)
    }
    guard count > 0 else { return }
    let places = places(in: area, report)
    drawList(report, in: places.list, on: &frame, symbols, isFocused: isFocused)
    drawFields(report, in: places.fields, isBeside: area.width >= 90, on: &frame, symbols)
  }

  private func drawList(
    _ report: CheckReport, in place: Rect, on frame: inout Frame, _ symbols: Symbols,
    isFocused: Bool
  ) {
    let count = report.documents.count
    let table = Table([Table.Column("", minimum: 8, flex: 1, cut: .middle)], hasHeader: false)
    table.draw(
      in: place, on: &frame, count: count, state: list, isFocused: isFocused && !isInFields,
      symbols: symbols
    ) { row in
      [StyledText(SafeText(report.documents[row].id), .text)]
    }
    // Only what has the focus is pointed at.
    guard !isFocused, let selected = list.selected(count: count) else { return }
    let visible = list.visible(count: count, height: place.height)
    let row = place.row(selected - visible.lowerBound)
    frame.write(" ", at: row.origin, style: .text, clip: row)
  }

  private func drawFields(
    _ report: CheckReport, in place: Rect, isBeside: Bool, on frame: inout Frame,
    _ symbols: Symbols
  ) {
    if isBeside {
      let edge = Rect(x: place.x - 2, y: place.y, width: 1, height: place.height)
      frame.verticalRule(edge, style: isInFields ? Style(.focus) : .border, symbols: symbols)
    } else {
      let edge = Rect(x: place.x - 2, y: place.y - 1, width: place.width + 3, height: 1)
      frame.horizontalRule(edge, style: isInFields ? Style(.focus) : .border, symbols: symbols)
    }
    let rows = fieldRows(report, width: place.width - 2)
    let visible = scroll.visible(count: rows.count, height: place.height)
    frame.writeRows(
      Array(rows[visible]), in: place.inset(right: 2), symbols: symbols)
    frame.scrollbar(
      place.inset(left: max(0, place.width - 1)), offset: visible.lowerBound,
      visible: visible.count, total: rows.count, symbols: symbols)
  }

  /// The selected document's fields, name and value, long values broken into at most six rows.
  private func fieldRows(_ report: CheckReport, width: Int) -> [StyledText] {
    guard let index = list.selected(count: report.documents.count) else { return [] }
    let document = report.documents[index]
    guard case .object(let object)? = try? JSONValue(parsing: document.body) else {
      let text = String(decoding: document.body.prefix(2000), as: UTF8.self)
      return SafeText.paragraphs(text, width: width).map { StyledText($0, .text) }
    }
    let labels = object.members.map { SafeText($0.name).width }
    let labelWidth = min(labels.max() ?? 0, 18, max(6, width / 3))
    return object.members.flatMap { member in
      Self.rows(member, labelWidth: labelWidth, width: width)
    }
  }

  private static func rows(
    _ member: JSONObject.Member, labelWidth: Int, width: Int
  ) -> [StyledText] {
    let text = member.value.stringValue ?? member.value.text
    let room = max(8, width - labelWidth - 2)
    let lines = SafeText.paragraphs(text.prefix(room * 8), width: room)
    let shown = lines.prefix(6)
    let label = SafeText(member.name).fitted(to: labelWidth)
    return shown.enumerated().map { index, line in
      var row = StyledText(
        index == 0 ? label : SafeText.empty.padded(to: labelWidth), Style(.accent))
      row.append("  ", .text)
      let isCut = index == shown.count - 1 && (lines.count > 6 || text.count > room * 8)
      row.append(isCut ? line.prefix(room - 1) + "…" : line, .text)
      return row
    }
  }
}
