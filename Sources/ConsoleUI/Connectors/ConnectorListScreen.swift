internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// All connectors with their status; the page that the console opens with.
package struct ConnectorListScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable {
    case open, new, sync, cancel, filter, sort, connections, delete
  }

  /// By what the rows are ordered.
  package enum Order: Hashable, Sendable, CaseIterable {
    case name, status, documents, lastSync

    var title: String {
      switch self {
      case .name: "name"
      case .status: "problems first"
      case .documents: "documents"
      case .lastSync: "last sync"
      }
    }
  }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.enter], .open, hint: "open", help: "Open the connector"),
    KeyBinding([.character("n")], .new, hint: "new", help: "Build a new connector"),
    KeyBinding(
      [.character("s")], .sync, hint: "sync", help: "Sync now and watch, or watch what runs"),
    KeyBinding([.character("c")], .cancel, hint: "cancel", help: "Cancel the active sync"),
    KeyBinding(
      [.character("/")], .filter, hint: "filter", help: "Show only what contains the typed words"),
    KeyBinding(
      [.character("o")], .sort, hint: "order",
      help: "Order by name, problems, documents or last sync"),
    KeyBinding(
      [.character("C")], .connections, hint: "connections",
      help: "Choose the store: the embedded index, or an Elasticsearch server"),
    KeyBinding(
      [.character("d"), .delete], .delete, hint: "delete",
      help: "Delete the connector, and its index if you want", isDangerous: true),
  ])

  private(set) var filter = TextInput(placeholder: "name, index or data source")
  private(set) var isFiltering = false
  private(set) var order = Order.name
  private(set) var list = ListState()
  /// The selected connector, wherever its row goes.
  private var selectedID: String?
  private var deletion = ConnectorDeletion()
  private var cancellation: RequestTag?

  /// Makes the page.
  package init() {}

  package var isEditingText: Bool { isFiltering }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Connectors"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    let state = selected(context)
    return Self.keys.help { action in
      switch action {
      case .new, .connections: nil
      case .filter, .sort:
        context.snapshot.connectors.isEmpty ? "There are no connectors yet; press n." : nil
      case .open, .delete: state == nil ? "There is no connector to choose." : nil
      case .sync:
        state.map { $0.activeJob == nil ? $0.syncObstacle : nil }
          ?? "There is no connector to sync."
      case .cancel: state.map(\.cancelObstacle) ?? "There is no sync to cancel."
      }
    }
  }

  // MARK: - Rows

  /// The connectors that the filter lets through, in order.
  func rows(_ context: ScreenContext) -> [ConnectorState] {
    let words = WordFilter(filter.text)
    let all = context.snapshot.connectors
    let found =
      words.isEmpty
      ? all
      : all.filter { state in
        words.matches([
          state.record.name, state.record.indexName ?? "",
          ConnectorSummary.sourceName(state, context),
        ])
      }
    return found.enumerated().sorted { left, right in
      let isLess = precedes(left.element, right.element)
      let isGreater = precedes(right.element, left.element)
      return isLess == isGreater ? left.offset < right.offset : isLess
    }
    .map(\.element)
  }

  private func precedes(_ left: ConnectorState, _ right: ConnectorState) -> Bool {
    switch order {
    case .name: left.record.name.lowercased() < right.record.name.lowercased()
    case .status: Self.weight(left) > Self.weight(right)
    case .documents: left.documentCount > right.documentCount
    case .lastSync:
      (left.lastJob?.createdAt.millisecondsSince1970 ?? 0)
        > (right.lastJob?.createdAt.millisecondsSince1970 ?? 0)
    }
  }

  private static func weight(_ state: ConnectorState) -> Int {
    let errors = state.problems.count { $0.severity == .error }
    return errors * 1000 + state.problems.count { !$0.isHint } * 10
      + (state.activeJob == nil ? 0 : 1)
  }

  func selected(_ context: ScreenContext) -> ConnectorState? {
    let rows = rows(context)
    if let found = rows.first(where: { $0.id == selectedID }) { return found }
    return list.selected(count: rows.count).map { rows[$0] }
  }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    followSelection(context)
    return []
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .refreshed, .uncovered:
      followSelection(context)
      return []
    case .response(let tag, let result):
      if tag == cancellation {
        cancellation = nil
        return CancelQuestion.effects(of: result)
      }
      return deletion.take(tag, result)
    case .dialogAnswered(let id, let answer):
      if let effects = cancel(id, answer, &context) { return effects }
      return deletion.take(id, answer, &context)
    case .fileSaved, .connection: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    if isFiltering, edit(event, context) { return [] }
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress {
      return click(mouse, &context)
    }
    let rows = rows(context)
    if list.handle(event, count: rows.count, height: ConnectorListLayout(context).tableRows) {
      selectedID = list.selected(count: rows.count).map { rows[$0].id }
      return []
    }
    guard let action = Self.keys.action(for: event) else {
      if event == .key(.escape), !filter.isEmpty { filter.text = "" }
      return []
    }
    return perform(action, &context)
  }

  /// Takes an event for the filter's field; `false` if it moves in the list below.
  private mutating func edit(_ event: InputEvent, _ context: ScreenContext) -> Bool {
    switch event {
    case .key(.enter): isFiltering = false
    case .key(.escape):
      isFiltering = false
      filter.text = ""
      followSelection(context)
    case .key(.up), .key(.down), .key(.pageUp), .key(.pageDown), .mouse, .resize: return false
    default:
      if filter.handle(event) {
        selectedID = nil
        list.select(0, count: rows(context).count, height: 1)
      }
    }
    return true
  }

  private mutating func click(
    _ mouse: MouseEvent, _ context: inout ScreenContext
  ) -> [Effect] {
    let rows = rows(context)
    let layout = ConnectorListLayout(context)
    let body = ConnectorListLayout.table(order: order, symbols: context.symbols)
      .body(of: layout.table)
    guard let row = list.row(at: mouse.point, in: body, count: rows.count) else { return [] }
    let wasSelected = selected(context)?.id == rows[row].id
    list.select(row, count: rows.count, height: body.height)
    selectedID = rows[row].id
    let opens = mouse.kind == .doublePress && wasSelected
    return opens ? perform(.open, &context) : []
  }

  private mutating func perform(
    _ action: Action, _ context: inout ScreenContext
  ) -> [Effect] {
    let state = selected(context)
    switch action {
    case .new: return [.push(.wizard(WizardScreen()))]
    case .connections: return [.push(.connections(ConnectionsScreen()))]
    case .filter:
      isFiltering = true
      return []
    case .sort:
      let all = Order.allCases
      order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
      followSelection(context)
      return []
    case .open:
      guard let state else { return [] }
      return [.push(.connector(ConnectorScreen(connectorID: state.id)))]
    case .sync:
      guard let state else { return [] }
      return [.push(.live(LiveSyncScreen(of: state)))]
    case .cancel:
      guard let state, state.activeJob != nil else { return [] }
      return [.ask(CancelQuestion.dialog(state.record.name))]
    case .delete:
      guard let state else { return [] }
      return deletion.ask(state, context)
    }
  }

  private mutating func cancel(
    _ id: String, _ answer: DialogAnswer, _ context: inout ScreenContext
  ) -> [Effect]? {
    guard id == CancelQuestion.id else { return nil }
    guard CancelQuestion.isConfirmed(answer), let job = selected(context)?.activeJob?.job else {
      return []
    }
    let tag = context.makeTag()
    cancellation = tag
    return [.request(tag, .cancelSync(jobID: job.id))]
  }

  /// Moves the selection to where the selected connector's row is now.
  private mutating func followSelection(_ context: ScreenContext) {
    let rows = rows(context)
    let height = ConnectorListLayout(context).tableRows
    if let index = rows.firstIndex(where: { $0.id == selectedID }) {
      list.select(index, count: rows.count, height: height)
    } else {
      list.select(list.selection, count: rows.count, height: height)
      selectedID = list.selected(count: rows.count).map { rows[$0].id }
    }
  }
}
