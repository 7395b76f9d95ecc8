package import TerminalKit

/// Buttons side by side: which there are, and which has the focus.
package struct ButtonRow: Hashable, Sendable {
  /// One button.
  package struct Button: Hashable, Sendable {
    package var id: String
    package var label: String
    package var isDangerous: Bool

    /// Makes a button.
    package init(_ id: String, _ label: String, isDangerous: Bool = false) {
      self.id = id
      self.label = label
      self.isDangerous = isDangerous
    }
  }

  /// What came of an event.
  package enum Outcome: Hashable, Sendable {
    case ignored
    case handled
    case pressed(String)
    /// The focus moved out of the row.
    case left
  }

  /// The button with the focus; `nil` while something else has it.
  package var focus: String?

  /// Makes a row without focus.
  package init() {}

  /// Takes a key while a button has the focus, and the mouse at any time.
  package mutating func update(
    _ event: InputEvent, _ buttons: [Button], in area: Rect
  ) -> Outcome {
    switch event {
    case .mouse(let mouse) where mouse.kind == .press || mouse.kind == .doublePress:
      let hit = zip(buttons, Self.places(buttons, in: area)).first { $0.1.contains(mouse.point) }
      guard let hit else { return .ignored }
      focus = hit.0.id
      return .pressed(hit.0.id)
    case .key(let key):
      guard let focus, let index = buttons.firstIndex(where: { $0.id == focus }) else {
        return .ignored
      }
      return press(key, at: index, buttons)
    default: return .ignored
    }
  }

  private mutating func press(_ key: Key, at index: Int, _ buttons: [Button]) -> Outcome {
    switch key {
    case .enter, .character(" "): return .pressed(buttons[index].id)
    case .left, .character("h"): return move(to: index - 1, buttons)
    case .right, .character("l"): return move(to: index + 1, buttons)
    case .tab where index + 1 < buttons.count: return move(to: index + 1, buttons)
    case .backTab where index > 0: return move(to: index - 1, buttons)
    case .tab, .backTab, .up, .character("k"):
      focus = nil
      return .left
    default: return .ignored
    }
  }

  private mutating func move(to index: Int, _ buttons: [Button]) -> Outcome {
    if buttons.indices.contains(index) { focus = buttons[index].id }
    return .handled
  }

  private static func places(_ buttons: [Button], in area: Rect) -> [Rect] {
    var x = area.x
    return buttons.map { button in
      let width = SafeText(button.label).width + 4
      defer { x += width + 2 }
      return Rect(x: x, y: area.y, width: width, height: 1).intersection(area)
    }
  }

  /// Draws the buttons.
  package func draw(
    _ buttons: [Button], in area: Rect, on frame: inout Frame
  ) {
    frame.buttons(
      buttons.map { (label: SafeText($0.label), isDangerous: $0.isDangerous) }, in: area,
      focus: buttons.firstIndex { $0.id == focus })
  }
}
