package import TerminalKit

/// What works on every screen.
package enum GlobalAction: Hashable, Sendable, CaseIterable {
  case help, palette, back, quit, suspend, repaint

  /// The keys in the order of the help page.
  package static let bindings: [KeyBinding<GlobalAction>] = [
    KeyBinding(
      [.character("?"), .function(1)], .help, hint: "help", help: "Show the keys that work here"),
    KeyBinding(
      [.character(":")], .palette, hint: "commands",
      help: "Run a command, or go to a connector, by its name"),
    KeyBinding([.escape], .back, hint: "back", help: "Go back to the page before"),
    KeyBinding(
      [.character("q"), .control("c")], .quit, hint: "quit", help: "Leave connector-console"),
    KeyBinding([.control("z")], .suspend, help: "Suspend to the shell; fg comes back"),
    KeyBinding([.control("l")], .repaint, help: "Draw the screen again"),
  ]

  /// What a key does on every screen; `nil` if nothing.
  package static func action(for key: Key) -> GlobalAction? {
    bindings.first { $0.keys.contains(key) }?.action
  }

  /// What a key does even while text is typed; `nil` if it is the screen's.
  package static func actionWhileEditing(for key: Key) -> GlobalAction? {
    if case .character = key { return nil }
    return key == .escape ? nil : action(for: key)
  }
}
