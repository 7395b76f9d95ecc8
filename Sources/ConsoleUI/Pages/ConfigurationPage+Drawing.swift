internal import ConnectorKit
internal import EngineAPI
package import TerminalKit

extension ConfigurationPage {
  func bodyPlace(_ area: Rect) -> Rect { area.inset(left: 0, top: area.height >= 16 ? 1 : 0) }

  /// The fields, what is to be said about them, and the buttons.
  func editPlaces(_ area: Rect) -> (form: Rect, notes: Rect, buttons: Rect) {
    let body = bodyPlace(area)
    let bottom = body.splitBottom(area.height >= 16 ? 2 : 1)
    let notes = bottom.rest.splitBottom(editNotes(width: area.width - 4).count)
    return (
      notes.rest, notes.bottom, bottom.bottom.row(bottom.bottom.height - 1).inset(left: 2, right: 1)
    )
  }

  private func editNotes(width: Int) -> [StyledText] {
    if saving != nil { return [StyledText("Saving…", .muted)] }
    if let failure { return StyledText(SafeText(failure), Style(.danger)).wrapped(width) }
    guard isChangedElsewhere else { return [] }
    let labels = (form?.schema.fields ?? []).filter { form?.conflicts.contains($0.key) == true }
      .map(\.label)
    let text =
      labels.isEmpty
      ? "The configuration was changed elsewhere; the fields you did not touch show it."
      : "Changed elsewhere as well: \(labels.joined(separator: ", ")). Saving keeps what you typed."
    return StyledText(SafeText(text), Style(.warning)).wrapped(width)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard context.snapshot.connector(connectorID) != nil else { return }
    switch mode {
    case .view: drawValues(in: bodyPlace(area), on: &frame, context)
    case .check: check.draw(in: bodyPlace(area), on: &frame, context)
    case .edit:
      let places = editPlaces(area)
      frame.writeRows(
        editNotes(width: area.width - 4), in: places.notes.inset(left: 2, right: 2),
        symbols: context.symbols)
      buttons.draw(Self.editButtons, in: places.buttons, on: &frame)
      // Last, since an open list of choices covers what stands around the form.
      form?.form.draw(
        in: places.form, on: &frame, context, isFocused: buttons.focus == nil && saving == nil)
    }
  }

  private func drawValues(in body: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let inner = body.inset(left: 2)
    let rows = valueRows(width: body.width - 4, context)
    let visible = scroll.visible(count: rows.count, height: inner.height)
    frame.writeRows(Array(rows[visible]), in: inner.inset(right: 2), symbols: context.symbols)
    frame.scrollbar(
      body.inset(left: max(0, body.width - 1)), offset: visible.lowerBound,
      visible: visible.count, total: rows.count, symbols: context.symbols)
  }

  /// Status, problems and the values, as they are shown while nothing is edited.
  func valueRows(width: Int, _ context: ScreenContext) -> [StyledText] {
    let symbols = context.symbols
    let found = recheck.rows(width: width, context)
    guard let form, !form.schema.fields.isEmpty else {
      let text = "The connector service has not declared the fields of this data source yet. "
      return StyledText(SafeText(text + "Press r to ask it again."), .muted).wrapped(width)
        + (found.isEmpty ? [] : [StyledText()] + found)
    }
    let labels = form.form.fields.map { SafeText($0.label).width + $0.depth * 2 }
    let column = min((labels.max() ?? 0) + 3, max(12, width * 2 / 5))
    var rows = FieldRows(width: width, column: column, symbols: symbols)
    if !found.isEmpty {
      for row in found { rows.text(row) }
      rows.blank()
    }
    for field in form.form.fields where !field.isAdvanced { append(field, form, &rows, context) }
    let advanced = form.form.fields.filter(\.isAdvanced)
    if !advanced.isEmpty {
      rows.heading("Advanced")
      for field in advanced { append(field, form, &rows, context) }
    }
    return rows.rows
  }

  private func append(
    _ field: FormField, _ form: ConfigurationForm, _ rows: inout FieldRows,
    _ context: ScreenContext
  ) {
    let isMasked = revealedUntil.map { context.now >= $0 } ?? true
    let label = SafeText(" ").repeated(field.depth * 2) + SafeText(field.label)
    let value = form.display(field, isMasked: isMasked)
    let problem = form.form.problems.first { $0.key == field.key }
    if value.isEmpty {
      let meaning = field.emptyMeaning.map { "empty, means \($0)" } ?? "empty"
      rows.field(label, SafeText(meaning), style: .muted)
    } else {
      let style = field.isSecret && !isMasked ? Style(.warning) : .text
      rows.field(label, SafeText(masked(value, context)), style: style)
    }
    guard let problem else { return }
    rows.field("", context.symbols.failure + " " + SafeText(problem.message), style: Style(.danger))
  }

  /// The dots that stand for a secret, in the characters of the screen.
  private func masked(_ value: String, _ context: ScreenContext) -> String {
    context.options.isASCII ? String(value.map { $0 == "•" ? "*" : $0 }) : value
  }
}
