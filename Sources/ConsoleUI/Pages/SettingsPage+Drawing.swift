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
    let parts = bodyPlace(area).splitBottom(1)
    return (parts.rest, parts.bottom.inset(left: 2, right: 1))
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
  private func rows(_ line: Line, width: Int, _ context: ScreenContext) -> [StyledText] {
    guard let state = context.snapshot.connector(connectorID) else { return [] }
    let record = state.record
    let column = 15
    var rows = FieldRows(width: width, column: column, symbols: context.symbols)
    switch line {
    case .identity:
      rows.field("Name", SafeText(record.name), style: Style(.text, isBold: true))
      let description = record.description ?? ""
      rows.field(
        "Description", SafeText(description.isEmpty ? "none" : description),
        style: description.isEmpty ? .muted : .text)
    case .language:
      var text = StyledText(SafeText(record.language.name), .text)
      text.append("  " + SafeText(record.language.analysis), .muted)
      rows.field("Language", text)
    case .key:
      if let id = record.apiKeyID {
        rows.identifier("API key ID", SafeText(id))
        rows.field("", "Only a hash of the key is kept with the index.", style: .muted)
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

  /// Where the lines stand.
  func linePlaces(in body: Rect, _ context: ScreenContext) -> [Rect] {
    let width = body.width - 4
    let facts = factRows(width: width, context).count
    let wanted = Line.allCases.map { rows($0, width: width, context).count }
    let isLoose = facts + wanted.reduce(0, +) + wanted.count + 1 <= body.height
    var y = body.y + facts + 1
    return wanted.map { height in
      defer { y += height + (isLoose ? 1 : 0) }
      let place = Rect(x: body.x, y: y, width: body.width, height: height)
      return place.intersection(body)
    }
  }

  private func drawLines(in body: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let width = body.width - 4
    frame.writeRows(
      factRows(width: width, context), in: body.inset(left: 2, right: 2),
      symbols: context.symbols)
    let selected = list.selected(count: Line.allCases.count)
    for (index, place) in linePlaces(in: body, context).enumerated() where !place.isEmpty {
      let line = Line.allCases[index]
      let inner = place.inset(left: 2, right: 2)
      frame.writeRows(
        rows(line, width: width, context), in: inner, symbols: context.symbols)
      if index == selected {
        Table.drawSelection(
          place.row(0), on: &frame, isFocused: pending == nil, symbols: context.symbols)
      }
    }
  }
}
