package import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// One connector with its pages behind tabs.
package struct ConnectorScreen: ScreenModel {
  /// The pages in the order of their digits.
  package enum Tab: Int, Hashable, Sendable, CaseIterable {
    case overview = 1
    case configuration, schedule, jobs, documents, log, settings

    var titles: [SafeText] {
      switch self {
      case .overview: ["Overview", "Overview", "Overview"]
      case .configuration: ["Configuration", "Config", "Conf"]
      case .schedule: ["Schedule", "Schedule", "Sched"]
      case .jobs: ["Jobs", "Jobs", "Jobs"]
      case .documents: ["Documents", "Documents", "Docs"]
      case .log: ["Log", "Log", "Log"]
      case .settings: ["Settings", "Settings", "Set"]
      }
    }

    var title: String { titles[0].string }

    var digit: Character { Character(String(rawValue)) }
  }

  /// What the keys do on every tab.
  package enum Action: Hashable, Sendable {
    case show(Tab)
    case nextTab, tabBefore, sync, cancel
  }

  /// Keys of every tab; a page that declares one of them takes it.
  package static let keys = KeyMap<Action>(
    [
      KeyBinding(
        [.character("s")], .sync, hint: "sync",
        help: "Sync now and watch, or watch what runs"),
      KeyBinding([.character("c")], .cancel, hint: "cancel", help: "Cancel the active sync"),
      KeyBinding([.tab, .character("]")], .nextTab, hint: "next tab", help: "Show the next tab"),
      KeyBinding([.backTab, .character("[")], .tabBefore, help: "Show the tab before"),
    ]
      + Tab.allCases.map { tab in
        KeyBinding(
          [.character(tab.digit), .alt(tab.digit)], .show(tab), help: "Show \(tab.title)")
      })

  package let connectorID: String
  /// The page that is shown.
  package private(set) var tab: Tab
  private var overview: OverviewPage
  private var configuration: ConfigurationPage
  private var schedule: SchedulePage
  private var jobs: JobsPage
  private var documents: DocumentsPage
  private var log: LogPage
  private var settings: SettingsPage
  private var appeared: Set<Tab> = []
  /// Which page waits for an answer.
  private var owners: [RequestTag: Tab] = [:]
  private var asking: Tab?
  private var cancellation: RequestTag?

  /// Makes the screen of a connector, opened at one of its pages.
  package init(connectorID: String, tab: Tab = .overview) {
    self.connectorID = connectorID
    self.tab = tab
    overview = OverviewPage(connectorID: connectorID)
    configuration = ConfigurationPage(connectorID: connectorID)
    schedule = SchedulePage(connectorID: connectorID)
    jobs = JobsPage(connectorID: connectorID)
    documents = DocumentsPage(connectorID: connectorID)
    log = LogPage(connectorID: connectorID)
    settings = SettingsPage(connectorID: connectorID)
  }

  /// The page of a tab as what all pages have in common.
  package func page(_ tab: Tab) -> any ScreenModel {
    switch tab {
    case .overview: overview
    case .configuration: configuration
    case .schedule: schedule
    case .jobs: jobs
    case .documents: documents
    case .log: log
    case .settings: settings
    }
  }

  private mutating func change(
    _ tab: Tab, _ body: (inout any ScreenModel) -> [Effect]
  ) -> [Effect] {
    var page = page(tab)
    let effects = body(&page)
    switch page {
    case let page as OverviewPage: overview = page
    case let page as ConfigurationPage: configuration = page
    case let page as SchedulePage: schedule = page
    case let page as JobsPage: jobs = page
    case let page as DocumentsPage: documents = page
    case let page as LogPage: log = page
    case let page as SettingsPage: settings = page
    default: preconditionFailure("a page changed its type")
    }
    return effects
  }

  // MARK: - What the console asks

  package var isEditingText: Bool { page(tab).isEditingText }

  package var unsavedChanges: String? {
    let losses = Tab.allCases.compactMap { page($0).unsavedChanges }
    return losses.isEmpty ? nil : losses.joined(separator: " ")
  }

  package func wakeUp(_ context: ScreenContext) -> Timestamp? {
    page(tab).wakeUp(context)
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    [context.snapshot.connector(connectorID)?.record.name ?? "Connector"]
      + page(tab).breadcrumb(context)
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    guard let state = context.snapshot.connector(connectorID) else { return [] }
    var inner = context
    inner.area = ConnectorScreenLayout(in: context.area).page
    let own = page(tab).keyHelp(inner)
    if page(tab).isEditingText { return own }
    let taken = Set(own.flatMap(\.keys))
    let shared = Self.keys.help { action in
      switch action {
      case .show, .nextTab, .tabBefore: nil
      case .sync: state.activeJob == nil ? state.syncObstacle : nil
      case .cancel: state.cancelObstacle
      }
    }
    return own + shared.filter { help in help.keys.contains { !taken.contains($0) } }
  }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    show(tab, &context)
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .refreshed:
      return Tab.allCases.filter(appeared.contains).flatMap { send(message, to: $0, &context) }
    case .uncovered: return send(message, to: tab, &context)
    case .response(let tag, let result):
      if tag == cancellation {
        cancellation = nil
        return CancelQuestion.effects(of: result)
      }
      guard let owner = owners.removeValue(forKey: tag) else { return [] }
      return send(message, to: owner, &context)
    case .fileSaved(let tag, _):
      guard let owner = owners.removeValue(forKey: tag) else { return [] }
      return send(message, to: owner, &context)
    case .connection: return []
    case .dialogAnswered(let id, let answer):
      if id == CancelQuestion.id, asking == nil { return cancel(answer, &context) }
      guard let owner = asking else { return [] }
      asking = nil
      return send(message, to: owner, &context)
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let layout = ConnectorScreenLayout(in: context.area)
    if case .mouse(let mouse) = event, layout.tabs.contains(mouse.point) {
      guard mouse.kind == .press, let tab = layout.tab(at: mouse.point, selected: tab, context)
      else { return [] }
      return show(tab, &context)
    }
    guard case .key(let key) = event, let action = Self.keys.action(for: key) else {
      return send(.input(event), to: tab, &context)
    }
    // Alt and a digit changes the tab even while text is typed.
    if case .alt = key { return perform(action, &context) }
    var inner = context
    inner.area = layout.page
    let page = page(tab)
    if page.isEditingText || page.keyHelp(inner).contains(where: { $0.keys.contains(key) }) {
      return send(.input(event), to: tab, &context)
    }
    return perform(action, &context)
  }

  private mutating func perform(
    _ action: Action, _ context: inout ScreenContext
  ) -> [Effect] {
    let state = context.snapshot.connector(connectorID)
    let all = Tab.allCases
    let index = tab.rawValue - 1
    switch action {
    case .show(let tab): return show(tab, &context)
    case .nextTab: return show(all[(index + 1) % all.count], &context)
    case .tabBefore: return show(all[(index + all.count - 1) % all.count], &context)
    case .sync: return state.map { [.push(.live(LiveSyncScreen(of: $0)))] } ?? []
    case .cancel:
      guard let state, state.activeJob != nil else { return [] }
      asking = nil
      return [.ask(CancelQuestion.dialog(state.record.name))]
    }
  }

  private mutating func cancel(
    _ answer: DialogAnswer, _ context: inout ScreenContext
  ) -> [Effect] {
    guard CancelQuestion.isConfirmed(answer),
      let job = context.snapshot.connector(connectorID)?.activeJob?.job
    else { return [] }
    let tag = context.makeTag()
    cancellation = tag
    return [.request(tag, .cancelSync(jobID: job.id))]
  }

  private mutating func show(_ tab: Tab, _ context: inout ScreenContext) -> [Effect] {
    self.tab = tab
    guard appeared.insert(tab).inserted else { return send(.uncovered, to: tab, &context) }
    return inside(tab, &context) { $0.appear(&$1) }
  }

  private mutating func send(
    _ message: ScreenMessage, to tab: Tab, _ context: inout ScreenContext
  ) -> [Effect] {
    inside(tab, &context) { $0.update(message, &$1) }
  }

  /// Lets a page act in its own part of the screen and notes what it asks for.
  private mutating func inside(
    _ tab: Tab, _ context: inout ScreenContext,
    _ body: (inout any ScreenModel, inout ScreenContext) -> [Effect]
  ) -> [Effect] {
    let outer = context.area
    context.area = ConnectorScreenLayout(in: outer).page
    let effects = change(tab) { body(&$0, &context) }
    context.area = outer
    var passed: [Effect] = []
    for effect in effects {
      switch effect {
      case .request(let tag, _), .saveFile(let tag, _, _): owners[tag] = tab
      case .ask: asking = tab
      case .push(.connector(let other)) where other.connectorID == connectorID:
        // A page that points at another page of the same connector.
        passed += show(other.tab, &context)
        continue
      default: break
      }
      passed.append(effect)
    }
    return passed
  }
}
