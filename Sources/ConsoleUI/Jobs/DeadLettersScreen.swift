internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// The documents of a job that could not be indexed, by their reasons.
package struct DeadLettersScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case open, retry, retryAll, copyID }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.enter], .open, hint: "documents", help: "Show the documents with this reason"),
    KeyBinding(
      [.character("r")], .retry, hint: "retry", help: "Send the documents of this reason again"),
    KeyBinding([.character("R")], .retryAll, hint: "retry all", help: "Send all documents again"),
    KeyBinding(
      [.character("y")], .copyID, hint: "copy id", help: "Copy the id of the first document"),
  ])

  static let pageSize = 100
  /// Letters that are read at most.
  static let mostLetters = 2000

  package let connectorID: String
  package let jobID: String
  private var letters: [DeadLetter] = []
  private(set) var groups: [DeadLetterGroup] = []
  private var total = 0
  private var tag: RequestTag?
  private var failure: String?
  private var list = ListState()
  private var retrying: DeadLetterRetrying

  /// Makes the page of a job.
  package init(connectorID: String, jobID: String) {
    self.connectorID = connectorID
    self.jobID = jobID
    retrying = DeadLetterRetrying(connectorID: connectorID, jobID: jobID)
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    [context.snapshot.connector(connectorID)?.record.name ?? "Connector", "Dead letters"]
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    Self.keys.help { action in
      if letters.isEmpty { return "There is no dead letter to choose." }
      return action == .retry || action == .retryAll ? retrying.obstacle(context) : nil
    }
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] { reload(&context) }

  private mutating func reload(_ context: inout ScreenContext) -> [Effect] {
    letters = []
    total = 0
    failure = nil
    return load(&context)
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
      if retrying.take(tag, result) { return reload(&context) }
      guard tag == self.tag else { return [] }
      self.tag = nil
      return take(result, &context)
    case .dialogAnswered(let id, let answer):
      return retrying.answered(id, answer, &context) ?? []
    case .uncovered: return reload(&context)
    case .refreshed, .fileSaved, .connection: return []
    }
  }

  private mutating func take(
    _ result: Result<EngineResponse, EngineFailure>, _ context: inout ScreenContext
  ) -> [Effect] {
    switch result {
    case .success(.deadLetters(let more, let total)):
      letters += more
      self.total = max(total, letters.count)
      groups = DeadLetterGroup.groups(letters)
      let isWhole = more.isEmpty || letters.count >= min(total, Self.mostLetters)
      return isWhole ? [] : load(&context)
    case .success: break
    case .failure(let failure): self.failure = failure.message
    }
    return []
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let body = Self.table.body(of: layout(context.area, context).table)
    switch list.respond(to: event, count: groups.count, in: body) {
    case .opened(let row): return open(groups[row])
    case .moved: return []
    case .ignored: break
    }
    guard let row = list.selected(count: groups.count) else { return [] }
    let group = groups[row]
    switch Self.keys.action(for: event) {
    case .open: return open(group)
    case .retry:
      return retrying.ask(group.letters.map(\.documentID), count: group.letters.count)
    case .retryAll: return retrying.ask(nil, count: total)
    case .copyID:
      return [
        .copy(group.letters[0].documentID),
        .flash(Flash(.info, "Copied the id. \(context.options.clipboardNote)")),
      ]
    case nil: return []
    }
  }

  private func open(_ group: DeadLetterGroup) -> [Effect] {
    [
      .push(
        .deadLetterGroup(
          DeadLetterGroupScreen(connectorID: connectorID, jobID: jobID, group)))
    ]
  }

  private static let table = Table([
    Table.Column("Count", minimum: 7, priority: 9, alignment: .trailing),
    Table.Column("Stage", minimum: 8, priority: 8),
    Table.Column("Reason", minimum: 20, ideal: 30, flex: 3, priority: 9),
    Table.Column("For example", minimum: 14, ideal: 24, flex: 1, priority: 5, cut: .middle),
  ])

  private func layout(
    _ area: Rect, _ context: ScreenContext
  ) -> (heading: Rect, note: Rect, table: Rect, detail: Rect) {
    let top = area.splitTop(1)
    let note = top.rest.splitTop(retrying.rows(width: area.width - 4, context).count)
    let parts = note.rest.splitBottom(area.height >= 12 ? 6 : 0)
    return (top.top, note.top, parts.rest, parts.bottom)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let layout = layout(area, context)
    let heading = layout.heading.inset(left: 2, right: 1)
    frame.writeRows(
      retrying.rows(width: area.width - 4, context), in: layout.note.inset(left: 2, right: 2),
      symbols: symbols)
    if let failure {
      frame.write(
        symbols.failure + " " + SafeText(failure), in: heading, style: Style(.danger),
        symbols: symbols)
      return
    }
    guard !letters.isEmpty else {
      let note: SafeText = tag == nil ? "No document is left out." : "Reading…"
      frame.write(note, in: heading, style: .muted, symbols: symbols)
      return
    }
    let words =
      Format.count(total, "dead letter") + ", " + Format.count(groups.count, "reason")
      + (letters.count < total ? ", of the first \(Format.count(letters.count))" : "")
    frame.write(SafeText(words), in: heading, style: .title, symbols: symbols)
    frame.write(
      "not in the index", in: heading, alignment: .trailing, style: .muted, symbols: symbols)
    Self.table.draw(
      in: layout.table, on: &frame, count: groups.count, state: list, symbols: symbols
    ) { index in
      let group = groups[index]
      return [
        StyledText(SafeText(Format.count(group.letters.count))),
        StyledText(SafeText(group.stage), .muted),
        StyledText(SafeText(group.reason), Style(.danger)),
        StyledText(SafeText(group.letters[0].documentID), .muted),
      ]
    }
    drawDetail(in: layout.detail, on: &frame, context)
  }

  private func drawDetail(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard !area.isEmpty, let index = list.selected(count: groups.count) else { return }
    let group = groups[index]
    let title = Format.count(group.letters.count, "document")
    let inside = frame.box(area, title: SafeText(title), symbols: context.symbols)
      .inset(left: 1, right: 1)
    var rows = FieldRows(width: inside.width, column: 13, symbols: context.symbols)
    rows.identifier("For example", SafeText(group.letters[0].documentID))
    rows.field("Reason", SafeText(group.reason), style: Style(.danger))
    frame.writeRows(rows.rows, in: inside, symbols: context.symbols)
  }
}
