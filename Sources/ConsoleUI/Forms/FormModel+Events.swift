internal import ConnectorKit
package import TerminalKit

extension FormModel {
  /// Takes an event.
  ///
  /// - Parameters:
  ///   - event: a key, text or the mouse.
  ///   - area: where the form is drawn.
  ///   - context: the moment, and the page that a list of choices may cover.
  /// - Returns: what came of it.
  package mutating func update(
    _ event: InputEvent, in area: Rect, _ context: ScreenContext
  ) -> Outcome {
    if popup != nil { return updatePopup(event, in: popupPlace(in: area, context)) }
    switch event {
    case .key(let key): return press(key, in: area, at: context.now)
    case .paste:
      guard let field = focusedField, field.isText else { return .ignored }
      return edit(field, event, in: area)
    case .mouse(let mouse): return updateMouse(mouse, in: area)
    case .resize: return .ignored
    }
  }

  private mutating func press(
    _ key: Key, in area: Rect, at now: Timestamp
  ) -> Outcome {
    switch key {
    case .tab: return step(1)
    case .backTab: return step(-1)
    default: break
    }
    guard let field = focusedField else {
      return focus == .advanced ? pressAdvanced(key) : .ignored
    }
    if key == .control("r"), field.isSecret {
      reveal =
        isRevealed(field.key, at: now) ? nil : Reveal(key: field.key, until: now + Self.revealTime)
      return .handled
    }
    switch field.control {
    case .text, .area, .number:
      if field.control == .area || ![.up, .down, .enter].contains(key) {
        let outcome = edit(field, .key(key), in: area)
        if outcome != .ignored { return outcome }
      }
    case .toggle:
      if key == .character(" ") { return toggle(field) }
      if key == .left || key == .right { return toggle(field) }
    case .choice:
      if let outcome = pressChoice(field, key) { return outcome }
    }
    return move(key)
  }

  private mutating func move(_ key: Key) -> Outcome {
    switch key {
    case .down: return step(1)
    case .up: return step(-1)
    case .enter:
      let outcome = step(1)
      return outcome == .leftAtEnd ? .submitted : outcome
    default: return .ignored
    }
  }

  private mutating func pressAdvanced(_ key: Key) -> Outcome {
    switch key {
    case .character(" "), .enter:
      isAdvancedOpen.toggle()
      return .handled
    case .right where !isAdvancedOpen, .left where isAdvancedOpen:
      isAdvancedOpen.toggle()
      return .handled
    default: return move(key)
    }
  }

  private mutating func pressChoice(_ field: FormField, _ key: Key) -> Outcome? {
    let options = field.options
    let index = options.firstIndex { $0.value == text(field.key) }
    switch key {
    case .left: return choose(field, at: (index ?? 1) - 1)
    case .right: return choose(field, at: (index ?? -1) + 1)
    case .character(" ") where field.isInline:
      return choose(field, at: ((index ?? -1) + 1) % options.count)
    case .character(let character) where field.isInline:
      guard let match = options.firstIndex(where: { Self.label($0, startsWith: character) })
      else { return nil }
      return choose(field, at: match)
    case .character(let character):
      popup = FormPopup(field, selected: text(field.key))
      if character != " " { popup?.type(String(character)) }
      return .handled
    default: return nil
    }
  }

  private static func label(_ option: FormField.Option, startsWith character: Character) -> Bool {
    option.label.first?.lowercased() == character.lowercased()
  }

  private mutating func choose(_ field: FormField, at index: Int) -> Outcome {
    guard field.options.indices.contains(index) else { return .handled }
    return put(.choice(field.options[index].value), into: field.key)
  }

  private mutating func toggle(_ field: FormField) -> Outcome {
    put(.flag(!flag(field.key)), into: field.key)
  }

  private mutating func put(_ value: Value, into key: String) -> Outcome {
    guard values[key] != value else { return .handled }
    values[key] = value
    foundProblems.removeAll { $0.key == key }
    return .changed
  }

  private mutating func edit(
    _ field: FormField, _ event: InputEvent, in area: Rect
  ) -> Outcome {
    var input = input(field)
    let before = input.text
    guard input.handle(event, width: layout(in: area).boxWidth(field) - 2) else { return .ignored }
    values[field.key] = .text(input)
    guard input.text != before else { return .handled }
    foundProblems.removeAll { $0.key == field.key }
    return .changed
  }

  private mutating func updatePopup(_ event: InputEvent, in place: Rect) -> Outcome {
    guard var list = popup, let field = field(list.key) else {
      popup = nil
      return .handled
    }
    switch list.update(event, in: place) {
    case .open:
      popup = list
      return .handled
    case .closed:
      popup = nil
      return .handled
    case .chosen(let value):
      popup = nil
      return put(.choice(value), into: field.key)
    }
  }

  private mutating func updateMouse(_ mouse: MouseEvent, in area: Rect) -> Outcome {
    switch mouse.kind {
    case .wheelDown:
      if focus != stops.last { _ = step(1) }
      return .handled
    case .wheelUp:
      if focus != stops.first { _ = step(-1) }
      return .handled
    case .press, .doublePress: return click(mouse.point, in: area)
    }
  }

  private mutating func click(_ point: Point, in area: Rect) -> Outcome {
    guard let hit = hit(point, in: area) else { return .ignored }
    switch hit {
    case .advanced:
      moveFocus(to: .advanced)
      isAdvancedOpen.toggle()
      return .handled
    case .label(let field):
      moveFocus(to: .field(field.key))
      return .handled
    case .control(let field, let option):
      moveFocus(to: .field(field.key))
      switch field.control {
      case .toggle: return toggle(field)
      case .choice where field.isInline:
        return option.map { choose(field, at: $0) } ?? .handled
      case .choice:
        popup = FormPopup(field, selected: text(field.key))
        return .handled
      case .text, .area, .number: return .handled
      }
    }
  }
}
