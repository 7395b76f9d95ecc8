internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

extension ConsoleApp {
  /// Carries out what a screen wants, and whatever follows from it.
  mutating func carryOut(_ effects: [Effect], of owner: Int) -> [AppCommand] {
    var commands: [AppCommand] = []
    for effect in effects { commands += carryOut(effect, of: owner) }
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

  /// Shows a screen on top.
  mutating func push(_ screen: Screen) -> [AppCommand] {
    lastEntryID += 1
    stack.append(StackEntry(id: lastEntryID, screen: screen))
    return appear(lastEntryID)
  }

  private mutating func replace(_ id: Int, with screen: Screen) -> [AppCommand] {
    guard let index = stack.firstIndex(where: { $0.id == id }) else { return [] }
    forget(id)
    lastEntryID += 1
    stack[index] = StackEntry(id: lastEntryID, screen: screen)
    return appear(lastEntryID)
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
    forget(id)
    return wasTop ? send(.uncovered, to: stack[stack.count - 1].id) : []
  }

  /// Drops the questions of a screen; its answers still come, to be dropped or told.
  private mutating func forget(_ id: Int) {
    dialogs.removeAll { $0.owner == .screen(id) }
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
      for entry in stack.dropFirst() { forget(entry.id) }
      stack.removeSubrange(1...)
      let commands = send(.uncovered, to: stack[0].id)
      guard let screen else { return commands }
      return commands + push(screen)
    }
  }

  private func question(before intent: PendingLeave) -> Dialog? {
    let left = intent == .back ? Array(stack.suffix(1)) : stack
    let losses = left.compactMap { $0.screen.model.unsavedChanges }
    let runs = intent == .quit ? ownRunningSyncs : []
    if losses.isEmpty, runs.isEmpty { return nil }
    var body = losses
    if runs.count == 1 {
      body.append(
        "A sync of \(runs[0]) runs. "
          + "The sync is suspended and taken up again at the next start.")
    } else if runs.count > 1 {
      body.append(
        "\(runs.count) syncs run. "
          + "They are suspended and taken up again at the next start.")
    }
    let isQuit = intent == .quit
    let leave = isQuit ? losses.isEmpty ? "Quit" : "Quit and lose it" : "Leave"
    return Dialog(
      id: "leave", title: isQuit ? "Quit connector-console?" : "Leave this page?", body: body,
      kind: .choice([
        Dialog.Button("stay", "Stay", key: "n"),
        Dialog.Button(
          "leave", leave, key: "y", isDangerous: !losses.isEmpty),
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
