internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// What keys do on the page of the settings.
package enum SettingsAction: Hashable, Sendable, CaseIterable {
  case save, choose, rename, language, regenerate, copyKey, saveKey, copyID, filter, delete, back

  package static let bindings: [KeyBinding<SettingsAction>] = [
    KeyBinding([.control("s")], .save, hint: "save", help: "Save what is typed"),
    KeyBinding([.enter], .choose, hint: "change", help: "Change what the pointer is at"),
    KeyBinding([.character("e")], .rename, hint: "edit", help: "Edit name and description"),
    KeyBinding([.character("L")], .language, hint: "language", help: "Change the language"),
    KeyBinding(
      [.character("K")], .regenerate, hint: "new key",
      help: "Make a new API key; the present one is refused from then on", isDangerous: true),
    KeyBinding([.character("y")], .copyKey, hint: "copy key", help: "Copy the new API key"),
    KeyBinding(
      [.character("w")], .saveKey, hint: "save to file",
      help: "Save key and connector ID to a file that only you can read"),
    KeyBinding([.character("i")], .copyID, hint: "copy ID", help: "Copy the connector ID"),
    KeyBinding([.character("/")], .filter, hint: "filter", help: "Narrow the list down"),
    KeyBinding(
      [.character("d"), .delete], .delete, hint: "delete",
      help: "Delete the connector; asks for its name", isDangerous: true),
    KeyBinding([.escape], .back, hint: "back", help: "Back to the settings"),
  ]

  /// The actions by key.
  package static let map = KeyMap(bindings)
}

extension SettingsPage {
  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    SettingsAction.bindings.compactMap { binding in
      guard applies(binding.action) else { return nil }
      return KeyHelp(binding, disabledReason: disabledReason(binding.action, context))
    }
  }

  private func applies(_ action: SettingsAction) -> Bool {
    switch (action, mode) {
    case (.choose, .view), (.rename, .view), (.language, .view), (.regenerate, .view),
      (.delete, .view), (.copyID, .view), (.copyID, .key), (.copyKey, .key), (.saveKey, .key),
      (.save, .identity), (.filter, .language), (.choose, .language):
      true
    case (.back, let mode): mode != .view
    default: false
    }
  }

  private func disabledReason(_ action: SettingsAction, _ context: ScreenContext) -> String? {
    if action == .regenerate, record(context)?.indexName == nil {
      return "Without an index there is nothing that a key could write."
    }
    switch action {
    case .copyKey, .copyID, .saveKey, .filter, .back: return nil
    default: return pending == nil ? nil : "One moment: the engine has not answered yet."
    }
  }

  mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    // While the key is on its way into a file, what is typed is for nobody.
    if mode == .key, card?.isSaving == true { return [] }
    switch mode {
    case .view:
      if let effects = updateView(event, &context) { return effects }
    case .identity: return updateIdentity(event, &context)
    case .language:
      guard pending == nil else { break }
      switch languages.update(event, in: bodyPlace(context.area)) {
      case .handled: return []
      case .chosen(let id):
        return askForLanguage(Language(rawValue: id) ?? .universal, context)
      case .refused(let reason):
        failure = reason
        return []
      case .ignored: break
      }
    case .key: break
    }
    return act(event, &context)
  }

  private mutating func updateView(
    _ event: InputEvent, _ context: inout ScreenContext
  ) -> [Effect]? {
    let lines = Line.allCases
    let places = linePlaces(in: bodyPlace(context.area), context)
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress {
      guard let hit = places.firstIndex(where: { $0.contains(mouse.point) }) else { return nil }
      list.select(hit, count: lines.count, height: lines.count)
      return mouse.kind == .doublePress ? open(lines[hit], &context) : []
    }
    return list.handle(event, count: lines.count, height: lines.count) ? [] : nil
  }

  private mutating func act(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    guard let action = SettingsAction.map.action(for: event), applies(action),
      disabledReason(action, context) == nil
    else { return [] }
    switch action {
    case .choose: return open(Line.allCases[list.selection], &context)
    case .rename: return open(.identity, &context)
    case .language: return open(.language, &context)
    case .regenerate: return open(.key, &context)
    case .delete: return open(.delete, &context)
    case .copyKey: return card?.copyKey() ?? []
    case .saveKey: return card?.askForPath(context) ?? []
    case .copyID where mode == .key: return card?.copyID() ?? []
    case .copyID:
      return [
        .copy(connectorID), .flash(Flash(.info, "Connector ID sent to the terminal’s clipboard.")),
      ]
    case .save: return saveIdentity(&context)
    case .filter: return []
    case .back: return goBack()
    }
  }

  private mutating func goBack() -> [Effect] {
    failure = nil
    switch mode {
    case .view: return []
    case .identity: return cancelIdentity()
    case .language: mode = .view
    case .key: return leaveKey()
    }
    return []
  }

  private mutating func open(_ line: Line, _ context: inout ScreenContext) -> [Effect] {
    guard pending == nil, let state = context.snapshot.connector(connectorID) else { return [] }
    switch line {
    case .identity:
      editIdentity(context)
      return []
    case .language:
      mode = .language
      languages.select(state.record.language.rawValue)
      return []
    case .key:
      guard state.record.indexName != nil else { return [] }
      return askForKey(context)
    case .delete: return deletion.ask(state, context)
    }
  }

  static let editButtons = [
    ButtonRow.Button("save", "Save"), ButtonRow.Button("cancel", "Cancel"),
  ]

  private mutating func updateIdentity(
    _ event: InputEvent, _ context: inout ScreenContext
  ) -> [Effect] {
    let places = editPlaces(context.area)
    switch buttons.update(event, Self.editButtons, in: places.buttons) {
    case .ignored: break
    case .handled: return []
    case .left:
      identity.enter(atEnd: event != .key(.tab))
      return []
    case .pressed("cancel"): return cancelIdentity()
    case .pressed: return saveIdentity(&context)
    }
    guard pending == nil else { return [] }
    let isClick = places.form.contains(event.point)
    if buttons.focus == nil || isClick {
      if isClick { buttons.focus = nil }
      switch identity.update(event, in: places.form, context) {
      case .ignored: break
      case .handled: return []
      case .changed:
        failure = nil
        identity.setProblems(SettingsForm.problems(identity))
        identity.setWarnings(SettingsForm.warnings(identity, of: connectorID, context.snapshot))
        return []
      case .leftAtTop, .leftAtEnd, .submitted:
        buttons.focus = "save"
        return []
      }
    }
    return act(event, &context)
  }
}
