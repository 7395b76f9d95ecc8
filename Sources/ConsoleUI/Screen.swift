/// Every page of the console.
package indirect enum Screen: Hashable, Sendable {
  case connectors(ConnectorListScreen)

  /// The page as what all pages have in common.
  package var model: any ScreenModel {
    get {
      switch self {
      case .connectors(let screen): screen
      }
    }
  }

  /// Hands a message to the page.
  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch self {
    case .connectors(var screen):
      let effects = screen.update(message, &context)
      self = .connectors(screen)
      return effects
    }
  }
}
