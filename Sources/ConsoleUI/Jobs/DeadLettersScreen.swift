internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// The documents of a job that could not be indexed.
package struct DeadLettersScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case open, copyID }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.enter], .open, hint: "document", help: "Show the document as it was refused"),
    KeyBinding([.character("y")], .copyID, hint: "copy id", help: "Copy the document’s id"),
  ])

  static let pageSize = 100

  package let connectorID: String
  package let jobID: String
  private var letters: [DeadLetter] = []
  private var total = 0
  private var tag: RequestTag?
  private var failure: String?
  private var list = ListState()

  /// Makes the page of a job.
  package init(connectorID: String, jobID: String) {
    self.connectorID = connectorID
    self.jobID = jobID
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    [context.snapshot.connector(connectorID)?.record.name ?? "Connector", "Dead letters"]
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    Self.keys.help { _ in letters.isEmpty ? "There is no dead letter to choose." : nil }
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    load(&context)
  }

  private mutating func load(_ context: inout ScreenContext) -> [Effect] {
    let tag = context.makeTag()
    self.tag = tag
    return [
      .request(tag, .deadLetters(jobID: jobID, from: letters.count, size: Self.pageSize))
    ]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result):
      guard tag == self.tag else { return [] }
      self.tag = nil
      switch result {
      case .success(.deadLetters(let more, let total)):
        letters += more
        self.total = max(total, letters.count)
      case .success: break
      case .failure(let failure): self.failure = failure.message
      }
      return []
    case .refreshed, .fileSaved, .connection, .dialogAnswered, .uncovered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let body = Self.table.body(of: layout(context.area).table)
    let selected = list.selected(count: letters.count).map { letters[$0] }
    if case .mouse(let mouse) = event, mouse.kind == .press,
      let row = list.row(at: mouse.point, in: body, count: letters.count)
    {
      list.select(row, count: letters.count, height: body.height)
      return []
    }
    if list.handle(event, count: letters.count, height: body.height) {
      let isNear = list.selection + body.height >= letters.count
      return isNear && tag == nil && letters.count < total ? load(&context) : []
    }
    switch (Self.keys.action(for: event), selected) {
    case (.open, let letter?):
      return [
        .push(
          .document(
            DocumentScreen(
              title: letter.documentID, body: letter.payload,
              note: "Refused by \(letter.stage): \(letter.reason)")))
      ]
    case (.copyID, let letter?):
      return [
        .copy(letter.documentID),
        .flash(Flash(.info, "Copied the id. \(context.options.clipboardNote)")),
      ]
    default: return []
    }
  }

  private static let table = Table([
    Table.Column("Document", minimum: 20, ideal: 36, flex: 2, priority: 9, cut: .middle),
    Table.Column("Stage", minimum: 8, priority: 5),
    Table.Column("Reason", minimum: 16, ideal: 30, flex: 3, priority: 9),
  ])

  private func layout(_ area: Rect) -> (heading: Rect, table: Rect, detail: Rect) {
    let top = area.splitTop(1)
    let parts = top.rest.splitBottom(area.height >= 14 ? 6 : 0)
    return (top.top, parts.rest, parts.bottom)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let layout = layout(area)
    let heading = layout.heading.inset(left: 2, right: 1)
    if let failure {
      frame.write(
        symbols.failure + " " + SafeText(failure), in: heading, style: Style(.danger),
        symbols: symbols)
      return
    }
    guard !letters.isEmpty else {
      let note: SafeText = tag == nil ? "Every document was indexed." : "Reading ..."
      frame.write(note, in: heading, style: .muted, symbols: symbols)
      return
    }
    frame.write(
      SafeText(Format.count(total, "dead letter")), in: heading, style: .title,
      symbols: symbols)
    frame.write(
      "not in the index; kept with the reason", in: heading, alignment: .trailing,
      style: .muted, symbols: symbols)
    Self.table.draw(
      in: layout.table, on: &frame, count: letters.count, state: list, symbols: symbols
    ) { index in
      let letter = letters[index]
      return [
        StyledText(SafeText(letter.documentID)), StyledText(SafeText(letter.stage), .muted),
        StyledText(SafeText(letter.reason), Style(.danger)),
      ]
    }
    drawDetail(in: layout.detail, on: &frame, context)
  }

  private func drawDetail(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard !area.isEmpty, let index = list.selected(count: letters.count) else { return }
    let letter = letters[index]
    let inside = frame.box(
      area, title: SafeText(letter.documentID), symbols: context.symbols
    ).inset(left: 1, right: 1)
    var rows = FieldRows(width: inside.width, column: 10, symbols: context.symbols)
    rows.field("Reason", SafeText(letter.reason), style: Style(.danger))
    rows.field("When", SafeText(Format.localAndUTC(letter.at, context.zone)))
    rows.field("Document", SafeText(Format.bytes(letter.payload.count)), style: .muted)
    frame.writeRows(rows.rows, in: inside, symbols: context.symbols)
  }
}
