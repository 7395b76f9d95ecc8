internal import ConnectorKit
internal import EngineAPI
package import TerminalKit

/// All stores that the console can work on: the embedded index and saved Elasticsearch servers.
package struct ConnectionsScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case use, check, add, edit, remove }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding(
      [.enter, .character("u")], .use, hint: "use",
      help: "Check the connection, then work on it; running syncs are suspended"),
    KeyBinding(
      [.character("t")], .check, hint: "check",
      help: "Look at the server: version, licence, privileges, indices, certificate"),
    KeyBinding([.character("n")], .add, hint: "new", help: "Add an Elasticsearch connection"),
    KeyBinding([.character("e")], .edit, hint: "edit", help: "Edit the connection"),
    KeyBinding(
      [.character("d"), .delete], .remove, hint: "remove", help: "Remove the saved connection",
      isDangerous: true),
  ])

  /// One store of the list.
  struct Row: Hashable, Sendable {
    var name: String
    var choice: ConnectionInUse
    var isInUse: Bool
    /// The saved connection; `nil` if it is none.
    var saved: SavedConnection?

    var connection: ElasticsearchConnection? {
      if case .elasticsearch(let connection) = choice.location { connection } else { nil }
    }
  }

  private static let removal = "connection.remove"

  private(set) var known: ConnectionList?
  private(set) var list = ListState()
  private(set) var failure: String?
  private var tag: RequestTag?
  private var removing: String?

  /// Makes the page.
  package init() {}

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Connections"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    let row = selected(context)
    let complaint = known?.complaint == nil ? nil : "The file of connections can’t be used."
    return Self.keys.help { action in
      switch action {
      case .use:
        row == nil
          ? "There is no connection to choose."
          : row?.isInUse == true ? "This store is in use already." : nil
      case .check: row?.connection == nil ? "The embedded index needs no check." : nil
      case .add: complaint
      case .edit, .remove:
        complaint ?? (row?.saved == nil ? "Only saved connections can be changed." : nil)
      }
    }
  }

  // MARK: - Rows

  /// The embedded index, what the command line names, and what is saved.
  func rows(_ context: ScreenContext) -> [Row] {
    guard let known else { return [] }
    let current = context.store
    var rows = [
      Row(
        name: "Embedded index", choice: ConnectionInUse(known.embedded, origin: .standard),
        isInUse: current.location == known.embedded)
    ]
    rows += known.saved.map { saved in
      let choice = ConnectionInUse(.elasticsearch(saved.connection), origin: .saved(id: saved.id))
      return Row(
        name: saved.name, choice: choice, isInUse: current == choice, saved: saved)
    }
    if rows.contains(where: \.isInUse) { return rows }
    // What is in use is always there, saved or not.
    rows.insert(Row(name: "This run’s own", choice: current, isInUse: true), at: 1)
    return rows
  }

  func selected(_ context: ScreenContext) -> Row? {
    let rows = rows(context)
    return list.selected(count: rows.count).map { rows[$0] }
  }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] { load(&context) }

  private mutating func load(_ context: inout ScreenContext) -> [Effect] {
    request(.list, &context)
  }

  private mutating func request(
    _ request: ConnectionRequest, _ context: inout ScreenContext
  ) -> [Effect] {
    let tag = context.makeTag()
    self.tag = tag
    return [.connection(tag, request)]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .connection(let tag, let response):
      guard tag == self.tag else { return [] }
      self.tag = nil
      take(response, context)
      return []
    case .dialogAnswered(Self.removal, .chosen("remove")):
      guard let removing else { return [] }
      self.removing = nil
      return request(.remove(id: removing), &context)
    case .uncovered: return load(&context)
    case .refreshed, .fileSaved, .dialogAnswered, .response: return []
    }
  }

  private mutating func take(_ response: ConnectionResponse, _ context: ScreenContext) {
    switch response {
    case .list(let new):
      let isFirst = known == nil
      known = new
      failure = nil
      let rows = rows(context)
      if isFirst, let row = rows.firstIndex(where: \.isInUse) {
        list.select(row, count: rows.count, height: rows.count)
      }
    case .failed(let reason): failure = reason
    case .preflight: break
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let rows = rows(context)
    let body = Self.table.body(of: layout(context.area, context).table)
    switch list.respond(to: event, count: rows.count, in: body) {
    case .opened(let row): return use(rows[row])
    case .moved: return []
    case .ignored: break
    }
    guard let action = Self.keys.action(for: event) else { return [] }
    if action == .add { return [.push(.connectionForm(ConnectionFormScreen()))] }
    guard let row = selected(context) else { return [] }
    switch action {
    case .use: return use(row)
    case .check:
      guard let connection = row.connection else { return [] }
      return [.push(.preflight(PreflightScreen(name: row.name, connection, use: usable(row))))]
    case .edit:
      return row.saved.map { [.push(.connectionForm(ConnectionFormScreen($0)))] } ?? []
    case .remove: return row.saved.map { askForRemoval(of: $0, row) } ?? []
    case .add: return []
    }
  }

  private func usable(_ row: Row) -> ConnectionInUse? { row.isInUse ? nil : row.choice }

  private func use(_ row: Row) -> [Effect] {
    guard !row.isInUse else { return [] }
    guard let connection = row.connection else { return [.useStore(row.choice)] }
    return [
      .push(
        .preflight(
          PreflightScreen(name: row.name, connection, use: row.choice, usesAtOnce: true)))
    ]
  }

  private mutating func askForRemoval(of saved: SavedConnection, _ row: Row) -> [Effect] {
    removing = saved.id
    var body = ["The address and its secrets are forgotten. Nothing changes on the server."]
    if row.isInUse { body.append("The console goes on working on it until it ends.") }
    return [
      .ask(
        Dialog(
          id: Self.removal, title: "Remove “\(saved.name)”?", body: body,
          kind: .choice([
            Dialog.Button("keep", "Keep", key: "n"),
            Dialog.Button("remove", "Remove", key: "y", isDangerous: true),
          ])))
    ]
  }

  // MARK: - Drawing

  static let table = Table([
    Table.Column("", minimum: 1, ideal: 1, priority: 9),
    Table.Column("Name", minimum: 14, ideal: 18, flex: 1, priority: 9),
    Table.Column("Address", minimum: 16, ideal: 28, flex: 2, priority: 8, cut: .middle),
    Table.Column("State", minimum: 8, ideal: 23, priority: 5),
  ])

  func layout(
    _ area: Rect, _ context: ScreenContext
  ) -> (notes: Rect, table: Rect, detail: Rect) {
    let notes = noteRows(width: area.width - 4)
    let top = area.splitTop(notes.count)
    let rows = rows(context).count + 1
    let detail = min(9, max(0, top.rest.height - min(rows, 6)))
    let parts = top.rest.splitBottom(detail)
    return (top.top, parts.rest, parts.bottom)
  }

  func noteRows(width: Int) -> [StyledText] {
    if let failure { return StyledText(SafeText(failure), Style(.danger)).wrapped(width) }
    if let complaint = known?.complaint {
      return StyledText(SafeText(complaint), Style(.warning)).wrapped(width)
    }
    return known == nil ? [StyledText("Reading the saved connections…", .muted)] : []
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let layout = layout(area, context)
    frame.writeRows(
      noteRows(width: area.width - 4), in: layout.notes.inset(left: 2, right: 2),
      symbols: symbols)
    let rows = rows(context)
    Self.table.draw(
      in: layout.table, on: &frame, count: rows.count, state: list, symbols: symbols
    ) { index in
      let row = rows[index]
      let place: String =
        switch row.choice.location {
        case .embedded(let directory): context.abbreviated(directory)
        case .elasticsearch(let connection): connection.addressText
        }
      let mark = row.isInUse ? symbols.bulletFull : SafeText.empty
      return [
        StyledText(mark, Style(.success, isBold: true)),
        StyledText(SafeText(row.name), Style(.text, isBold: row.isInUse)),
        StyledText(SafeText(place), .muted), origin(row, context),
      ]
    }
    drawDetail(in: layout.detail, on: &frame, context)
  }

  private func origin(_ row: Row, _ context: ScreenContext) -> StyledText {
    guard row.isInUse else { return StyledText(row.saved == nil ? "" : "saved", .muted) }
    let origin = context.store.origin
    let source = origin.isGivenAtStart ? ": " + origin.title : ""
    return StyledText(SafeText("in use" + source), Style(.success))
  }

  private func drawDetail(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard area.height > 2, let row = selected(context) else { return }
    let symbols = context.symbols
    let inside = frame.box(area, title: SafeText(row.name), symbols: symbols)
      .inset(left: 1, right: 1)
    var rows = FieldRows(width: inside.width, column: 13, symbols: symbols)
    if let connection = row.connection {
      rows.identifier("Address", SafeText(connection.addressText))
      rows.field("Who asks", SafeText(connection.credentialsText))
      let style: Style = connection.isUnverified ? Style(.danger, isBold: true) : .text
      rows.field("Certificate", SafeText(connection.trustText), style: style)
    } else if case .embedded(let directory) = row.choice.location {
      rows.identifier("Folder", SafeText(context.abbreviated(directory)))
      rows.field("What it is", "An index on this machine that needs no server.", style: .muted)
    }
    rows.field("State", stateText(row, context))
    if let path = known?.path, row.saved != nil {
      rows.identifier("Kept in", SafeText(context.abbreviated(path)), style: .muted)
    }
    frame.writeRows(rows.rows, in: inside, symbols: symbols)
  }

  private func stateText(_ row: Row, _ context: ScreenContext) -> StyledText {
    if row.isInUse {
      let origin = context.store.origin
      let words = "in use, chosen by " + origin.title
      let more = origin.isGivenAtStart ? "; the command line goes before what is saved" : ""
      return StyledText(SafeText(words + more), Style(.success))
    }
    let isNext =
      row.saved.map { $0.id == known?.startID }
      ?? (row.choice.origin == .standard && known?.startID == nil)
    return StyledText(isNext ? "used at a start without flags" : "not in use", .muted)
  }
}
