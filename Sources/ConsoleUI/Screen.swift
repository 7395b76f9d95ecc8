/// Every page of the console.
package indirect enum Screen: Hashable, Sendable {
  case connectors(ConnectorListScreen)
  case wizard(WizardScreen)

  /// The page as what all pages have in common.
  package var model: any ScreenModel {
    switch self {
    case .connectors(let screen): screen
    case .wizard(let screen): screen
    }
  }

  /// Hands a message to the page.
  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    change { $0.update(message, &context) }
  }

  /// Tells the page that it is shown for the first time.
  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    change { $0.appear(&context) }
  }

  private mutating func change(_ body: (inout any ScreenModel) -> [Effect]) -> [Effect] {
    var page = model
    let effects = body(&page)
    switch page {
    case let screen as ConnectorListScreen: self = .connectors(screen)
    case let screen as WizardScreen: self = .wizard(screen)
    default: preconditionFailure("a page changed its type")
    }
    return effects
  }
}
