internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

extension SettingsPage {
  func bodyPlace(_ area: Rect) -> Rect {
    let body = area.inset(top: area.height >= 16 ? 1 : 0)
    return body.splitBottom(noteRows(width: area.width - 4).count).rest
  }

  /// The fields of name and description, and the buttons.
  func editPlaces(_ area: Rect) -> (form: Rect, buttons: Rect) {
    let parts = bodyPlace(area).splitBottom(area.height >= 16 ? 2 : 1)
    let row = parts.bottom.row(parts.bottom.height - 1)
    return (parts.rest, row.inset(left: 2, right: 1))
  }

  private func noteRows(width: Int) -> [StyledText] {
    if let pending {
      let text: SafeText =
        switch pending.purpose {
        case .identity: "Saving…"
        case .language: "Analysing all documents again…"
        case .key: "Making a new key…"
        }
      return [StyledText(text, .muted)]
    }
    if let failure { return StyledText(SafeText(failure), Style(.danger)).wrapped(width) }
    guard isChangedElsewhere, mode == .identity else { return [] }
    return StyledText(
      "Name or description was changed elsewhere. Saving keeps what you typed.", Style(.warning)
    ).wrapped(width)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard record(context) != nil else { return }
    let body = bodyPlace(area)
    switch mode {
    case .view: drawLines(in: body, on: &frame, context)
    case .language: languages.draw(in: body, on: &frame, context, isFocused: pending == nil)
    case .key: card?.draw(in: body.inset(left: 2, right: 2), on: &frame, context)
    case .identity:
      let places = editPlaces(area)
      identity.draw(
        in: places.form, on: &frame, context,
        isFocused: buttons.focus == nil && pending == nil)
      buttons.draw(Self.editButtons, in: places.buttons, on: &frame)
    }
    let notes = noteRows(width: area.width - 4)
    let place = area.splitBottom(notes.count).bottom.inset(left: 2, right: 2)
    frame.writeRows(notes, in: place, symbols: context.symbols)
  }

  /// The rows of one line of the page: what it is called, and what it says.
  private func rows(
    _ line: Line, width: Int, _ context: ScreenContext, isTight: Bool
  ) -> [StyledText] {
    guard let state = context.snapshot.connector(connectorID) else { return [] }
    let record = state.record
    let column = 15
    var rows = FieldRows(width: width, column: column, symbols: context.symbols)
    switch line {
    case .identity:
      rows.field("Name", SafeText(record.name), style: Style(.text, isBold: true))
      let lines = SafeText.lines(record.description ?? "").prefix(isTight ? 1 : 4)
      for (index, line) in lines.enumerated() {
        let isNone = lines.count == 1 && line.isEmpty
        rows.field(
          index == 0 ? "Description" : "", isNone ? "none" : line,
          style: isNone ? .muted : .text)
      }
    case .language:
      var text = StyledText(SafeText(record.language.name), .text)
      text.append("  " + SafeText(record.language.analysis), .muted)
      rows.field("Language", text)
    case .key:
      if let id = record.apiKeyID {
        rows.identifier("API key ID", SafeText(id))
        if !isTight {
          rows.field(
            "",
            "The index keeps only a hash of the key; this program keeps its own copy in a "
              + "private file for its syncs.", style: .muted)
        }
      } else {
        rows.field("API key ID", "none: make one so that syncs can write", style: Style(.warning))
      }
    case .delete:
      rows.field("Delete", "Remove the connector, with its index or without", style: .muted)
    }
    return rows.rows
  }

  /// Facts that can't be changed here.
  private func factRows(width: Int, _ context: ScreenContext) -> [StyledText] {
    guard let record = record(context) else { return [] }
    var rows = FieldRows(width: width, column: 15, symbols: context.symbols)
    rows.identifier("Connector ID", SafeText(record.id))
    rows.field("Index", SafeText(record.indexName ?? "none"))
    let source = context.snapshot.catalog.first { $0.serviceType == record.serviceType }
    rows.field("Data source", SafeText(source?.name ?? record.serviceType ?? "unknown"))
    if let created = record.createdAt {
      rows.field("Created", SafeText(Format.localAndUTC(created, context.zone)))
    }
    return rows.rows
  }

  /// What is shown of the page in a height: all of it, or as much as there is room for.
  private struct Plan {
    var facts: [StyledText]
    var lines: [[StyledText]]
    var isLoose = false
  }

  private func plan(in body: Rect, _ context: ScreenContext) -> Plan {
    let width = body.width - 4
    let facts = factRows(width: width, context)
    func lines(isTight: Bool) -> [[StyledText]] {
      Line.allCases.map { rows($0, width: width, context, isTight: isTight) }
    }
    let all = lines(isTight: false)
    let height = all.reduce(0) { $0 + $1.count }
    if facts.count + height + all.count < body.height {
      return Plan(facts: facts, lines: all, isLoose: true)
    }
    if facts.count + 1 + height <= body.height { return Plan(facts: facts, lines: all) }
    // What can be changed stays in sight; facts make room for it.
    let tight = lines(isTight: true)
    let room = body.height - 1 - tight.reduce(0) { $0 + $1.count }
    return Plan(facts: Array(facts.prefix(max(0, room))), lines: tight)
  }

  /// Where the lines stand.
  func linePlaces(in body: Rect, _ context: ScreenContext) -> [Rect] {
    let plan = plan(in: body, context)
    var y = body.y + plan.facts.count + (plan.facts.isEmpty ? 0 : 1)
    return plan.lines.map { rows in
      defer { y += rows.count + (plan.isLoose ? 1 : 0) }
      return Rect(x: body.x, y: y, width: body.width, height: rows.count).intersection(body)
    }
  }

  private func drawLines(in body: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let plan = plan(in: body, context)
    let symbols = context.symbols
    frame.writeRows(plan.facts, in: body.inset(left: 2, right: 2), symbols: symbols)
    let selected = list.selected(count: Line.allCases.count)
    for (index, place) in linePlaces(in: body, context).enumerated() where !place.isEmpty {
      frame.writeRows(plan.lines[index], in: place.inset(left: 2, right: 2), symbols: symbols)
      guard index == selected else { continue }
      Table.drawSelection(
        place.row(0), on: &frame, isFocused: pending == nil, symbols: symbols)
    }
  }
}
