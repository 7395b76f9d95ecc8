internal import ConnectorKit
internal import EngineAPI
package import TerminalKit

/// What keys do on the page of the configuration.
package enum ConfigurationAction: Hashable, Sendable, CaseIterable {
  case edit, recheck, check, reveal, fixField, save, back

  package static let bindings: [KeyBinding<ConfigurationAction>] = [
    KeyBinding(
      [.control("s")], .save, hint: "save", help: "Save what is typed, once it is all right"),
    KeyBinding(
      [.character("e"), .enter], .edit, hint: "edit", help: "Edit the fields"),
    KeyBinding(
      [.character("r"), .function(5)], .recheck, hint: "recheck",
      help: "Ask the connector service again for fields and status"),
    KeyBinding(
      [.character("t")], .check, hint: "check",
      help: "Connect to the source and show its first ten documents"),
    KeyBinding(
      [.character("f")], .fixField, hint: "fields",
      help: "Go to the fields, to the one that failed if it is known"),
    KeyBinding(
      [.control("r")], .reveal, hint: "show secrets",
      help: "Show what is masked for ten seconds"),
    KeyBinding([.escape], .back, hint: "back", help: "Back to the values; asks about changes"),
  ]

  /// The actions by key.
  package static let map = KeyMap(bindings)
}

extension ConfigurationPage {
  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    ConfigurationAction.bindings.compactMap { binding in
      guard applies(binding.action) else { return nil }
      return KeyHelp(binding, disabledReason: disabledReason(binding.action))
    }
  }

  private func applies(_ action: ConfigurationAction) -> Bool {
    switch (action, mode) {
    case (.edit, .view), (.recheck, .view), (.check, .view), (.check, .check),
      (.save, .edit), (.back, .edit), (.back, .check):
      true
    case (.reveal, .view): hasSecrets
    case (.reveal, .edit): form?.form.focusedField?.isSecret == true
    case (.fixField, .check): check.failure != nil
    default: false
    }
  }

  private func disabledReason(_ action: ConfigurationAction) -> String? {
    switch action {
    case .edit, .check:
      isFormEmpty ? "The connector service has not declared any field yet; press r." : nil
    case .save: saving == nil ? nil : "One moment: the engine has not answered yet."
    case .recheck: recheck.isAsking ? "The connector service has not answered yet." : nil
    case .reveal, .fixField, .back: nil
    }
  }

  private var hasSecrets: Bool {
    form?.form.fields.contains { $0.isSecret && !(form?.form.text($0.key).isEmpty ?? true) }
      ?? false
  }

  mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    switch mode {
    case .view: return updateView(event, &context)
    case .edit: return updateEdit(event, &context)
    case .check:
      if check.update(event, in: bodyPlace(context.area)) { return [] }
    }
    return act(event, &context)
  }

  private mutating func act(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    guard let action = ConfigurationAction.map.action(for: event), applies(action),
      disabledReason(action) == nil
    else { return [] }
    switch action {
    case .edit:
      startEditing()
      return []
    case .recheck: return recheck.start(connectorID: connectorID, &context)
    case .check:
      guard let form else { return [] }
      mode = .check
      return check.start(connectorID: connectorID, form.saved, &context)
    case .reveal:
      revealedUntil = revealedUntil == nil ? context.now + FormModel.revealTime : nil
      return []
    case .fixField:
      guard let problem = check.failure else { return [] }
      startEditing(at: problem.field)
      if let field = problem.field, form?.form.field(field) != nil {
        form?.form.report(FormProblem(field, problem.message))
      } else {
        failure = problem.message
      }
      return []
    case .save: return save(thenCheck: false, &context)
    case .back:
      if mode == .edit { return cancelEditing() }
      mode = .view
      return []
    }
  }

  private mutating func updateView(
    _ event: InputEvent, _ context: inout ScreenContext
  ) -> [Effect] {
    let body = bodyPlace(context.area)
    let rows = valueRows(width: body.width - 2, context)
    if event != .key(.enter), scroll.handle(event, count: rows.count, height: body.height) {
      return []
    }
    return act(event, &context)
  }

  static let editButtons = [
    ButtonRow.Button("save", "Save"), ButtonRow.Button("check", "Save and check"),
    ButtonRow.Button("cancel", "Cancel"),
  ]

  private mutating func updateEdit(
    _ event: InputEvent, _ context: inout ScreenContext
  ) -> [Effect] {
    let places = editPlaces(context.area)
    switch buttons.update(event, Self.editButtons, in: places.buttons) {
    case .ignored: break
    case .handled: return []
    case .left:
      form?.form.enter(atEnd: event != .key(.tab))
      return []
    case .pressed("cancel"): return cancelEditing()
    case .pressed(let id): return save(thenCheck: id == "check", &context)
    }
    guard saving == nil else { return [] }
    let isClick = if case .mouse = event { true } else { false }
    if buttons.focus == nil || (isClick && places.form.contains(event.point)) {
      if isClick { buttons.focus = nil }
      switch form?.form.update(event, in: places.form, context) ?? .ignored {
      case .ignored: break
      case .handled: return []
      case .changed:
        failure = nil
        form?.refresh()
        return []
      case .leftAtTop, .leftAtEnd, .submitted:
        buttons.focus = "save"
        return []
      }
    }
    return act(event, &context)
  }
}

extension InputEvent {
  /// Where the mouse is; far outside for anything but the mouse.
  var point: Point {
    if case .mouse(let mouse) = self { mouse.point } else { Point(x: -1, y: -1) }
  }
}
