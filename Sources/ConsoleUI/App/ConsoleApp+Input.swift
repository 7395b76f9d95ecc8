internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

extension ConsoleApp {
  /// Takes what a person did to whatever is on top: a question, an overlay, the page.
  mutating func handle(_ input: InputEvent) -> [AppCommand] {
    if case .resize(let size) = input {
      context.size = size
      guard let top = stack.last else { return [] }
      return [.repaint] + send(.input(input), to: top.id)
    }
    if input == .key(.control("z")) { return [.suspend] }
    if input == .key(.control("l")) { return [.repaint] }
    if isTooSmall { return input == .key(.control("c")) ? leave(.quit) : [] }
    if let last = dialogs.indices.last {
      let result = dialogs[last].update(input, size: context.size)
      return result.map { answer($0) } ?? []
    }
    switch overlay {
    case .help(var help):
      let isDone = help.update(input, size: context.size, symbols: context.symbols)
      overlay = isDone ? nil : .help(help)
      return []
    case .palette(let palette): return handle(input, in: palette)
    case nil: break
    }
    if context.snapshot.service.phase != .running { return handleWithoutService(input) }
    return handleOnScreen(input)
  }

  /// Whether the terminal shows nothing but that it is too small.
  var isTooSmall: Bool {
    context.size.width < Self.minimumSize.width || context.size.height < Self.minimumSize.height
  }

  private mutating func handle(_ input: InputEvent, in palette: CommandPalette) -> [AppCommand] {
    var palette = palette
    switch palette.update(input, size: context.size) {
    case .open: overlay = .palette(palette)
    case .closed: overlay = nil
    case .chosen(let command):
      overlay = nil
      if let reason = command.disabledReason {
        show(Flash(.warning, reason))
        return []
      }
      return run(command.action)
    }
    return []
  }

  private mutating func run(_ action: CommandPalette.Action) -> [AppCommand] {
    switch action {
    case .press(let key): return send(.input(.key(key)), to: stack[stack.count - 1].id)
    case .global(let action): return perform(action)
    case .goTo(.list): return leave(.goTo(nil))
    case .goTo(.newConnector): return leave(.goTo(.wizard(WizardScreen())))
    case .goTo(.connections): return leave(.goTo(.connections(ConnectionsScreen())))
    case .goTo(.connector(let id)):
      return leave(.goTo(.connector(ConnectorScreen(connectorID: id))))
    case .goTo(.page(let id, let tab)):
      return leave(.goTo(.connector(ConnectorScreen(connectorID: id, tab: tab))))
    case .goTo(.sync(let id)):
      let state = context.snapshot.connector(id)
      let live = state.map { LiveSyncScreen(of: $0) } ?? LiveSyncScreen(connectorID: id)
      return leave(.goTo(.live(live)))
    }
  }

  /// While the store can't be used, only other stores, leaving and help can be reached.
  private mutating func handleWithoutService(_ input: InputEvent) -> [AppCommand] {
    if topScreen.kind.worksWithoutStore { return handleOnScreen(input) }
    switch ServicePage.keys.action(for: input) {
    case .connections: return push(.connections(ConnectionsScreen()))
    case .former: return context.formerStore.map { leave(.useStore($0)) } ?? []
    case nil: break
    }
    guard case .key(let key) = input, let action = GlobalAction.action(for: key) else {
      return []
    }
    switch action {
    case .back, .palette: return []
    case .help, .quit, .suspend, .repaint: return perform(action)
    }
  }

  private mutating func handleOnScreen(_ input: InputEvent) -> [AppCommand] {
    guard let top = stack.last else { return [] }
    guard case .key(let key) = input else {
      if case .mouse(let mouse) = input, mouse.kind == .press,
        Chrome.hintBar(of: context.size).contains(mouse.point)
      {
        return hintBar.key(at: mouse.point.x).map { handleOnScreen(.key($0)) } ?? []
      }
      return send(.input(input), to: top.id)
    }
    prepareArea()
    let model = top.screen.model
    if model.isEditingText, let action = GlobalAction.actionWhileEditing(for: key) {
      return perform(action)
    }
    let isText = if case .character = key { model.isEditingText } else { false }
    if !isText, let help = model.keyHelp(context).first(where: { $0.keys.contains(key) }) {
      if let reason = help.disabledReason {
        show(Flash(.warning, reason))
        return []
      }
      return send(.input(input), to: top.id)
    }
    if !model.isEditingText, let action = GlobalAction.action(for: key) {
      return perform(action)
    }
    return send(.input(input), to: top.id)
  }

  private mutating func perform(_ action: GlobalAction) -> [AppCommand] {
    switch action {
    case .help: overlay = .help(makeHelp())
    case .palette: overlay = .palette(makePalette())
    case .back: return leave(.back)
    case .quit: return leave(.quit)
    case .suspend: return [.suspend]
    case .repaint: return [.repaint]
    }
    return []
  }

  // MARK: - What the key declarations are made into

  /// The help of the keys that work on every screen, as far as they do anything here.
  var globalHelp: [KeyHelp] {
    GlobalAction.bindings.compactMap { binding in
      if binding.action == .back, stack.count < 2 { return nil }
      if binding.action == .palette, context.snapshot.service.phase != .running { return nil }
      return KeyHelp(binding)
    }
  }

  private var screenHelp: [KeyHelp] {
    showsPage ? topScreen.model.keyHelp(context) : ServicePage.keyHelp(context)
  }

  /// The hints of the moment.
  package var hintBar: HintBar {
    if let dialog = dialogs.last {
      return HintBar(screen: dialog.hints, global: [], width: context.size.width)
    }
    switch overlay {
    case .help: return HintBar(screen: HelpOverlay.hints, global: [], width: context.size.width)
    case .palette:
      return HintBar(screen: CommandPalette.hints, global: [], width: context.size.width)
    case nil: break
    }
    let screen = screenHelp
    let own = Set(screen.flatMap(\.keys))
    let global = globalHelp.compactMap { help -> KeyHelp? in
      var help = help
      // Letters are text while one types; only the other keys are left.
      if topScreen.model.isEditingText { help.keys.removeAll(where: \.isCharacter) }
      return help.keys.isEmpty || help.keys.contains(where: own.contains) ? nil : help
    }
    return HintBar(screen: screen, global: global, width: context.size.width)
  }

  private func makeHelp() -> HelpOverlay {
    let screen = screenHelp
    let own = Set(screen.flatMap(\.keys))
    let everywhere = globalHelp.filter { $0.keys.contains { !own.contains($0) } }
    let title = topScreen.model.breadcrumb(context).last ?? "connector-console"
    return HelpOverlay(
      title: title,
      sections: [
        HelpOverlay.Section(title: "This page", keys: screen),
        topScreen.model.movesByRows
          ? HelpOverlay.motions : HelpOverlay.Section(title: "", keys: []),
        HelpOverlay.Section(title: "Everywhere", keys: everywhere),
      ])
  }

  private func makePalette() -> CommandPalette {
    var commands: [CommandPalette.Command] = []
    for help in screenHelp {
      guard let key = help.keys.first, let hint = help.hint else { continue }
      commands.append(
        CommandPalette.Command(
          name: hint, help: help.help, key: key, action: .press(key),
          disabledReason: help.disabledReason))
    }
    commands += pageCommands
    commands.append(
      CommandPalette.Command(
        name: "connectors", help: "Go to the list of connectors", action: .goTo(.list)))
    commands.append(
      CommandPalette.Command(
        name: "new connector", help: "Build a connector", action: .goTo(.newConnector)))
    commands.append(
      CommandPalette.Command(
        name: "connections", help: "Go to the stores: the embedded index and Elasticsearch servers",
        action: .goTo(.connections)))
    commands += globalCommands
    for state in context.snapshot.connectors {
      commands.append(
        CommandPalette.Command(
          name: ConnectorSummary.name(state, context),
          help: "Go to the connector of \(state.record.indexName ?? "no index")",
          action: .goTo(.connector(id: state.id))))
    }
    for state in context.snapshot.connectors where state.canSync || state.activeJob != nil {
      let isActive = state.activeJob != nil
      commands.append(
        CommandPalette.Command(
          name: (isActive ? "watch " : "sync ") + ConnectorSummary.name(state, context),
          help: isActive ? "Watch the sync that is active" : "Start a full sync and watch it",
          action: .goTo(.sync(connectorID: state.id))))
    }
    return CommandPalette(commands)
  }

  /// The pages of the connector that one looks at, or whose job or document one looks at.
  private var pageCommands: [CommandPalette.Command] {
    let ids = stack.reversed().compactMap { $0.screen.connectorID }
    guard let id = ids.first, let state = context.snapshot.connector(id) else { return [] }
    let isOnTop = topScreen.kind == .connector
    return ConnectorScreen.Tab.allCases.map { tab in
      CommandPalette.Command(
        name: tab.title,
        help: "Go to this page of \(ConnectorSummary.name(state, context))",
        key: isOnTop ? .character(tab.digit) : nil,
        action: isOnTop ? .press(.alt(tab.digit)) : .goTo(.page(connectorID: id, tab)))
    }
  }

  private var globalCommands: [CommandPalette.Command] {
    GlobalAction.bindings.compactMap { binding in
      let name: String? =
        switch binding.action {
        case .help: "help"
        case .quit: "quit"
        case .suspend: "suspend"
        case .repaint: "repaint"
        case .palette, .back: nil
        }
      return name.map {
        CommandPalette.Command(
          name: $0, help: binding.help, key: binding.keys.first, action: .global(binding.action))
      }
    }
  }
}
