/// The keys of a page, from its declarations.
package struct KeyMap<Action: Hashable & Sendable>: Hashable, Sendable {
  /// Two declarations that want the same key.
  package struct Conflict: Hashable, Sendable {
    package var key: Key
    package var first: Action
    package var second: Action
  }

  package let bindings: [KeyBinding<Action>]
  /// Keys declared twice for different actions.
  ///
  /// The first declaration wins; a test of the page expects none.
  package let conflicts: [Conflict]
  private let actions: [Key: Action]

  /// Builds the map.
  package init(_ bindings: [KeyBinding<Action>]) {
    self.bindings = bindings
    var actions: [Key: Action] = [:]
    var conflicts: [Conflict] = []
    for binding in bindings {
      for key in binding.keys {
        if let first = actions[key] {
          guard first != binding.action else { continue }
          conflicts.append(Conflict(key: key, first: first, second: binding.action))
        } else {
          actions[key] = binding.action
        }
      }
    }
    self.actions = actions
    self.conflicts = conflicts
  }

  /// What a key does.
  package func action(for key: Key) -> Action? { actions[key] }

  /// What an event does; only keys do anything.
  package func action(for event: InputEvent) -> Action? {
    guard case .key(let key) = event else { return nil }
    return actions[key]
  }

  /// The first key of an action, for texts that mention it.
  package func key(for action: Action) -> Key? {
    bindings.first { $0.action == action }?.keys.first
  }

  /// The help of all keys in the order of their declaration.
  ///
  /// - Parameter disabledReason: why an action does nothing now; `nil` if it works.
  /// - Returns: one help for each declaration.
  package func help(disabledReason: (Action) -> String? = { _ in nil }) -> [KeyHelp] {
    bindings.map { KeyHelp($0, disabledReason: disabledReason($0.action)) }
  }
}
