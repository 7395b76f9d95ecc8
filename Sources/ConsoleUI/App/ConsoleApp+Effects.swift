internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

extension ConsoleApp {
  /// Carries out what a screen wants, and whatever follows from it.
  mutating func carryOut(_ effects: [Effect], of owner: Int) -> [AppCommand] {
    var commands: [AppCommand] = []
    let asked = effects.compactMap { effect in
      if case .request(let tag, _) = effect { tag } else { nil }
    }
    for effect in effects {
      if case .flash(let flash) = effect, flash.kind == .info {
        show(flash, awaiting: asked.last)
      } else {
        commands += carryOut(effect, of: owner)
      }
    }
    return commands
  }

  private mutating func carryOut(_ effect: Effect, of owner: Int) -> [AppCommand] {
    revision += 1
    switch effect {
    case .request(let tag, let request):
      routes[tag] = owner
      return [.request(tag, request)]
    case .saveFile(let tag, let path, let contents):
      routes[tag] = owner
      return [.saveFile(tag, path: path, contents: contents)]
    case .connection(let tag, let request):
      routes[tag] = owner
      if case .preflight = request { looks.insert(tag) }
      return [.connection(tag, request)]
    case .cancel(let tag): return cancel(tag)
    case .useStore(let choice): return leave(.useStore(choice))
    case .copy(let text): return [.copy(text)]
    case .push(let screen): return push(screen)
    case .pop: return remove(owner)
    case .replace(let screen): return replace(owner, with: screen)
    case .flash(let flash):
      show(flash)
      return []
    case .ask(let dialog):
      dialogs.append(OpenDialog(dialog, owner: .screen(owner)))
      return []
    case .suspend: return [.suspend]
    case .quit: return leave(.quit)
    }
  }

  /// Gives up a look at a server.
  private mutating func cancel(_ tag: RequestTag) -> [AppCommand] {
    routes[tag] = nil
    return looks.remove(tag) == nil ? [] : [.cancel(tag)]
  }

  /// Shows a screen on top.
  mutating func push(_ screen: Screen) -> [AppCommand] {
    lastEntryID += 1
    stack.append(StackEntry(id: lastEntryID, screen: screen))
    return appear(lastEntryID)
  }

  private mutating func replace(_ id: Int, with screen: Screen) -> [AppCommand] {
    guard let index = stack.firstIndex(where: { $0.id == id }) else { return [] }
    let commands = forget(id)
    lastEntryID += 1
    stack[index] = StackEntry(id: lastEntryID, screen: screen)
    return commands + appear(lastEntryID)
  }

  private mutating func appear(_ id: Int) -> [AppCommand] {
    guard let index = stack.firstIndex(where: { $0.id == id }) else { return [] }
    prepareArea()
    let effects = stack[index].screen.appear(&context)
    return carryOut(effects, of: id)
  }

  /// Leaves a screen; the list at the bottom stays.
  mutating func remove(_ id: Int) -> [AppCommand] {
    guard let index = stack.firstIndex(where: { $0.id == id }), index > 0 else { return [] }
    let wasTop = index == stack.count - 1
    stack.remove(at: index)
    let commands = forget(id)
    return commands + (wasTop ? send(.uncovered, to: stack[stack.count - 1].id) : [])
  }

  /// Drops the questions of a screen and gives up its looks at servers; its other answers still
  /// come, to be dropped or told.
  private mutating func forget(_ id: Int) -> [AppCommand] {
    dialogs.removeAll { $0.owner == .screen(id) }
    let given = looks.filter { routes[$0] == id }
    return given.sorted { $0.number < $1.number }.flatMap { cancel($0) }
  }

  /// Goes back, elsewhere or out, and asks first if something would be lost or stopped.
  mutating func leave(_ intent: PendingLeave) -> [AppCommand] {
    if let question = question(before: intent) {
      pendingLeave = intent
      dialogs.append(OpenDialog(question, owner: .console))
      return []
    }
    return leaveNow(intent)
  }

  mutating func leaveNow(_ intent: PendingLeave) -> [AppCommand] {
    pendingLeave = nil
    switch intent {
    case .back:
      guard stack.count > 1 else { return [] }
      return remove(stack[stack.count - 1].id)
    case .quit: return [.quit]
    case .goTo(let screen):
      let commands = leaveAll() + send(.uncovered, to: stack[0].id)
      guard let screen else { return commands }
      return commands + push(screen)
    case .useStore(let choice):
      let commands = leaveAll()
      routes = [:]
      context.formerStore = context.store
      context.store = choice
      stack[0].screen = .connectors(ConnectorListScreen())
      return commands + [.useStore(choice)]
    }
  }

  /// Leaves all screens but the list.
  private mutating func leaveAll() -> [AppCommand] {
    let commands = stack.dropFirst().map(\.id).flatMap { forget($0) }
    stack.removeSubrange(1...)
    return commands
  }

  private func question(before intent: PendingLeave) -> Dialog? {
    let left = intent == .back ? Array(stack.suffix(1)) : stack
    let losses = left.compactMap { $0.screen.model.unsavedChanges }
    let runs = intent.stopsSyncs ? ownRunningSyncs : []
    if losses.isEmpty, runs.isEmpty { return nil }
    var body = losses
    if runs.count == 1 {
      body.append(
        "A sync of \(runs[0]) runs. The sync is suspended and taken up again "
          + intent.takingUp)
    } else if runs.count > 1 {
      body.append(
        "\(runs.count) syncs run. They are suspended and taken up again " + intent.takingUp)
    }
    let (title, plain, harmful) =
      switch intent {
      case .quit: ("Quit connector-console?", "Quit", "Quit and lose it")
      case .useStore(let choice):
        ("Change to " + context.storeTitle(choice.location) + "?", "Change", "Change and lose it")
      case .back, .goTo: ("Leave this page?", "Leave", "Leave")
      }
    return Dialog(
      id: "leave", title: title, body: body,
      kind: .choice([
        Dialog.Button("stay", "Stay", key: "n"),
        Dialog.Button(
          "leave", losses.isEmpty ? plain : harmful, key: "y", isDangerous: !losses.isEmpty),
      ]))
  }

  /// The names of connectors whose sync ends with this process.
  private var ownRunningSyncs: [String] {
    context.snapshot.connectors.filter { state in
      guard let active = state.activeJob else { return false }
      return !active.isElsewhere && active.phase != .queued
    }
    .map(\.record.name)
  }

  /// Hands the answer of the question on top to whoever asked.
  mutating func answer(_ answer: DialogAnswer) -> [AppCommand] {
    guard let dialog = dialogs.popLast() else { return [] }
    switch dialog.owner {
    case .screen(let id):
      return send(.dialogAnswered(id: dialog.dialog.id, answer), to: id)
    case .console:
      let intent = pendingLeave
      pendingLeave = nil
      guard answer == .chosen("leave"), let intent else { return [] }
      return leaveNow(intent)
    }
  }
}

extension PendingLeave {
  /// Whether the engine of this process ends.
  fileprivate var stopsSyncs: Bool {
    switch self {
    case .quit, .useStore: true
    case .back, .goTo: false
    }
  }

  /// When syncs that are suspended now go on.
  fileprivate var takingUp: String {
    self == .quit ? "at the next start." : "when the console works on this store again."
  }
}
