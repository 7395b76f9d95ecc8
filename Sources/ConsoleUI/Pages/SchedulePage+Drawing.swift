internal import ConnectorKit
internal import ConnectorProtocol
package import TerminalKit

extension SchedulePage {
  private func bodyPlace(_ area: Rect) -> Rect { area.inset(top: area.height >= 16 ? 1 : 0) }

  func listPlace(_ area: Rect, _ context: ScreenContext) -> Rect {
    bodyPlace(area).splitTop(types(context).count).top
  }

  /// The fields with the next runs, what is to be said about them, and the buttons.
  func editPlaces(_ area: Rect) -> (editor: Rect, notes: Rect, buttons: Rect) {
    let bottom = bodyPlace(area).splitBottom(area.height >= 16 ? 2 : 1)
    let notes = bottom.rest.splitBottom(notes(width: area.width - 4).count)
    return (
      notes.rest, notes.bottom, bottom.bottom.row(bottom.bottom.height - 1).inset(left: 2, right: 1)
    )
  }

  private func notes(width: Int) -> [StyledText] {
    if saving != nil { return [StyledText("Saving…", .muted)] }
    if let failure { return StyledText(SafeText(failure), Style(.danger)).wrapped(width) }
    guard isChangedElsewhere else { return [] }
    return StyledText(
      "The schedule was changed elsewhere. Saving keeps what you typed.", Style(.warning)
    ).wrapped(width)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard let record = record(context) else { return }
    guard let editor else {
      drawList(record, in: area, on: &frame, context)
      return
    }
    let places = editPlaces(area)
    frame.writeRows(
      notes(width: area.width - 4), in: places.notes.inset(left: 2, right: 2),
      symbols: context.symbols)
    buttons.draw(Self.editButtons, in: places.buttons, on: &frame)
    // Last, since an open list of choices covers what stands around the form.
    editor.draw(
      in: places.editor, on: &frame, context,
      isFocused: buttons.focus == nil && saving == nil)
  }

  private func drawList(
    _ record: Connector, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let types = types(context)
    let symbols = context.symbols
    let place = listPlace(area, context)
    let table = Table(
      [
        Table.Column("", minimum: 10, ideal: 21, priority: 2),
        Table.Column("", minimum: 16, ideal: 30, flex: 1, priority: 1),
      ], hasHeader: false)
    table.draw(in: place, on: &frame, count: types.count, state: list, symbols: symbols) { row in
      let entry = record.scheduling[types[row]]
      let mark = entry.isEnabled ? symbols.bulletFull : symbols.bulletEmpty
      var text = StyledText(mark + " ", Style(entry.isEnabled ? .success : .muted))
      text.append(
        SafeText(ScheduleEditor.summary(of: entry)), entry.isEnabled ? .text : .muted)
      return [StyledText(SafeText(Self.name(types[row])), .text), text]
    }
    let entry = record.scheduling[selectedType(context)]
    var problem: String?
    do throws(QuartzError) { _ = try QuartzExpression(parsing: entry.interval) } catch {
      problem = error.message
    }
    let rest = bodyPlace(area).splitTop(types.count + 1).rest
    let preview = rest.splitTop(7)
    SchedulePreview(entry: entry, problem: problem).draw(in: preview.top, on: &frame, context)
    frame.writeParagraphs(
      "Schedules run in UTC, while this console or another is open.",
      in: preview.rest.inset(left: 2, right: 2), style: .muted, symbols: symbols)
  }
}
