internal import ConnectorProtocol
package import TerminalKit

/// What keys do on the page of the schedules.
package enum ScheduleAction: Hashable, Sendable, CaseIterable {
  case save, edit, back

  package static let bindings: [KeyBinding<ScheduleAction>] = [
    KeyBinding(
      [.control("s")], .save, hint: "save", help: "Save the schedule, once it is all right"),
    KeyBinding([.character("e"), .enter], .edit, hint: "edit", help: "Edit the schedule"),
    KeyBinding(
      [.escape], .back, hint: "back", help: "Back to the schedules; asks about changes"),
  ]

  /// The actions by key.
  package static let map = KeyMap(bindings)
}

extension SchedulePage {
  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    ScheduleAction.bindings.compactMap { binding in
      guard applies(binding.action) else { return nil }
      let isBusy = binding.action == .save && saving != nil
      return KeyHelp(
        binding, disabledReason: isBusy ? "One moment: the engine has not answered yet." : nil)
    }
  }

  private func applies(_ action: ScheduleAction) -> Bool {
    switch action {
    case .edit: editor == nil
    case .save, .back: editor != nil
    }
  }

  static let editButtons = [
    ButtonRow.Button("save", "Save"), ButtonRow.Button("cancel", "Cancel"),
  ]

  mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    if editor == nil {
      if let effects = updateView(event, context) { return effects }
    } else if let effects = updateEditor(event, &context) {
      return effects
    }
    guard let action = ScheduleAction.map.action(for: event), applies(action) else { return [] }
    switch action {
    case .edit:
      startEditing(context)
      return []
    case .save: return save(&context)
    case .back: return cancel()
    }
  }

  private mutating func updateView(
    _ event: InputEvent, _ context: ScreenContext
  ) -> [Effect]? {
    let types = types(context)
    let place = listPlace(context.area, context)
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress {
      guard let row = list.row(at: mouse.point, in: place, count: types.count) else { return nil }
      list.select(row, count: types.count, height: place.height)
      if mouse.kind == .doublePress { startEditing(context) }
      return []
    }
    return list.handle(event, count: types.count, height: place.height) ? [] : nil
  }

  private mutating func updateEditor(
    _ event: InputEvent, _ context: inout ScreenContext
  ) -> [Effect]? {
    let places = editPlaces(context.area)
    switch buttons.update(event, Self.editButtons, in: places.buttons) {
    case .ignored: break
    case .handled: return []
    case .left:
      editor?.form.enter(atEnd: event != .key(.tab))
      return []
    case .pressed("cancel"): return cancel()
    case .pressed: return save(&context)
    }
    guard saving == nil else { return [] }
    let isClick = places.editor.contains(event.point)
    guard buttons.focus == nil || isClick else { return nil }
    if isClick { buttons.focus = nil }
    switch editor?.update(event, in: places.editor, context) ?? .ignored {
    case .ignored: return nil
    case .handled: return []
    case .changed:
      failure = nil
      return []
    case .leftAtTop, .leftAtEnd, .submitted:
      buttons.focus = "save"
      return []
    }
  }
}
