internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// The documents that could not be indexed for one reason.
package struct DeadLetterGroupScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case open, retry, retryAll, copyID }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.enter], .open, hint: "document", help: "Show the document as it was refused"),
    KeyBinding([.character("r")], .retry, hint: "retry", help: "Send the document again"),
    KeyBinding(
      [.character("R")], .retryAll, hint: "retry these", help: "Send all of these documents again"),
    KeyBinding([.character("y")], .copyID, hint: "copy id", help: "Copy the document’s id"),
  ])

  private var letters: [DeadLetter]
  private let connectorID: String
  private var list = ListState()
  private var retrying: DeadLetterRetrying
  /// The documents of the retry that is under way.
  private var sent: Set<String> = []

  init(connectorID: String, jobID: String, _ group: DeadLetterGroup) {
    self.connectorID = connectorID
    letters = group.letters
    retrying = DeadLetterRetrying(connectorID: connectorID, jobID: jobID)
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    [
      context.snapshot.connector(connectorID)?.record.name ?? "Connector", "Dead letters",
      "One reason",
    ]
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    Self.keys.help { action in
      if letters.isEmpty { return "All of these documents are indexed now." }
      return action == .retry || action == .retryAll ? retrying.obstacle(context) : nil
    }
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result):
      guard retrying.take(tag, result) else { return [] }
      // What is certainly indexed leaves the list; a part of many is told by the page before.
      if case .success(.deadLettersRetried(let report)) = result, report.indexed == sent.count {
        letters.removeAll { sent.contains($0.documentID) }
      }
      return []
    case .dialogAnswered(let id, let answer):
      return retrying.answered(id, answer, &context) ?? []
    case .refreshed, .fileSaved, .connection, .uncovered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let body = Self.table.body(of: layout(context.area, context).table)
    switch list.respond(to: event, count: letters.count, in: body) {
    case .opened(let row): return open(letters[row])
    case .moved: return []
    case .ignored: break
    }
    guard let row = list.selected(count: letters.count) else { return [] }
    let letter = letters[row]
    switch Self.keys.action(for: event) {
    case .open: return open(letter)
    case .retry:
      sent = [letter.documentID]
      return retrying.start([letter.documentID], &context)
    case .retryAll:
      sent = Set(letters.map(\.documentID))
      return retrying.ask(Array(sent).sorted(), count: sent.count)
    case .copyID:
      return [
        .copy(letter.documentID),
        .flash(Flash(.info, "Copied the id. \(context.options.clipboardNote)")),
      ]
    case nil: return []
    }
  }

  private func open(_ letter: DeadLetter) -> [Effect] {
    [
      .push(
        .document(
          DocumentScreen(
            title: letter.documentID, body: letter.payload,
            note: "Refused by \(letter.stage): \(letter.reason)")))
    ]
  }

  private static let table = Table([
    Table.Column("Document", minimum: 20, ideal: 40, flex: 3, priority: 9, cut: .middle),
    Table.Column("When", minimum: 8, ideal: 16, priority: 5),
    Table.Column("Kept", minimum: 8, ideal: 12, priority: 4),
  ])

  private func layout(
    _ area: Rect, _ context: ScreenContext
  ) -> (note: Rect, table: Rect, detail: Rect) {
    let note = area.splitTop(retrying.rows(width: area.width - 4, context).count)
    let parts = note.rest.splitBottom(area.height >= 12 ? min(9, area.height / 2) : 0)
    return (note.top, parts.rest, parts.bottom)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let layout = layout(area, context)
    frame.writeRows(
      retrying.rows(width: area.width - 4, context), in: layout.note.inset(left: 2, right: 2),
      symbols: symbols)
    Self.table.draw(
      in: layout.table, on: &frame, count: letters.count, state: list, symbols: symbols
    ) { index in
      let letter = letters[index]
      let kept = letter.isWhole ? Format.bytes(letter.payload.count) : "in part"
      return [
        StyledText(SafeText(letter.documentID)),
        StyledText(SafeText(Format.age(of: letter.at, at: context.now)), .muted),
        StyledText(SafeText(kept), letter.isWhole ? .muted : Style(.warning)),
      ]
    }
    drawDetail(in: layout.detail, on: &frame, context)
  }

  private func drawDetail(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard !area.isEmpty, let index = list.selected(count: letters.count) else { return }
    let letter = letters[index]
    let inside = frame.box(
      area, title: SafeText(letter.documentID).middleTruncated(to: area.width - 6),
      symbols: context.symbols
    ).inset(left: 1, right: 1)
    var rows = FieldRows(width: inside.width, column: 10, symbols: context.symbols)
    rows.field("Reason", SafeText(letter.reason), style: Style(.danger))
    rows.field("When", SafeText(Format.localAndUTC(letter.at, context.zone)))
    let note =
      letter.isWhole
      ? "kept whole" : "kept in part: the next sync reads it again, it can’t be sent as it is"
    rows.field("Document", SafeText(note), style: letter.isWhole ? .muted : Style(.warning))
    frame.writeRows(rows.rows, in: inside, symbols: context.symbols)
  }
}
