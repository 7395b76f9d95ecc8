/// A key of the keyboard as the terminal reports it.
package enum Key: Hashable, Sendable {
  /// A printable character, upper case if Shift was held.
  case character(Character)
  /// Ctrl and a letter, lower case.
  case control(Character)
  /// Alt (or a quick Esc before it) and a character.
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right, home, end, pageUp, pageDown
  /// F1 to F12.
  case function(Int)
}

/// Something that a person did, or the terminal.
package enum InputEvent: Hashable, Sendable {
  case key(Key)
  /// Text pasted in one piece; never to be read as keys.
  case paste(String)
  case mouse(MouseEvent)
  case resize(Size)
}

/// A mouse button or wheel.
package struct MouseEvent: Hashable, Sendable {
  /// What was done.
  package enum Kind: Hashable, Sendable { case press, doublePress, wheelUp, wheelDown }

  package var kind: Kind
  package var point: Point

  /// Makes an event.
  package init(_ kind: Kind, at point: Point) {
    self.kind = kind
    self.point = point
  }
}

extension Key: CustomStringConvertible {
  /// The key as help and hints show it, for example `^R`, `Enter`, `?`.
  package var description: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "^" + character.uppercased()
    case .alt(let character): "Alt-" + String(character)
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .insert: "Ins"
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    }
  }
}

/// A key declared once, with its help; hints, the help page and the documentation come from it.
package struct KeyBinding<Action: Hashable & Sendable>: Hashable, Sendable {
  /// Any of these does it; the first is the one that hints show.
  package var keys: [Key]
  package var action: Action
  /// One or two words for the hint bar; `nil` keeps it out of the bar.
  package var hint: String?
  /// One line for the help page, without full stop.
  package var help: String
  /// Whether it destroys something.
  package var isDangerous: Bool

  /// Declares a key.
  package init(
    _ keys: [Key], _ action: Action, hint: String? = nil, help: String,
    isDangerous: Bool = false
  ) {
    self.keys = keys
    self.action = action
    self.hint = hint
    self.help = help
    self.isDangerous = isDangerous
  }
}

/// A key's help without its action, for the hint bar and the help page.
package struct KeyHelp: Hashable, Sendable {
  package var keys: [Key]
  package var hint: String?
  package var help: String
  package var isDangerous: Bool
  /// Why it does nothing now; `nil` if it works.
  package var disabledReason: String?

  /// Takes the help of a binding.
  package init<Action>(_ binding: KeyBinding<Action>, disabledReason: String? = nil) {
    keys = binding.keys
    hint = binding.hint
    help = binding.help
    isDangerous = binding.isDangerous
    self.disabledReason = disabledReason
  }
}
