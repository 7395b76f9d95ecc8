/// Every page of the console.
package indirect enum Screen: Hashable, Sendable {
  case connectors(ConnectorListScreen)
  case wizard(WizardScreen)
  case connector(ConnectorScreen)
  case live(LiveSyncScreen)
  case job(JobScreen)
  case deadLetters(DeadLettersScreen)
  case deadLetterGroup(DeadLetterGroupScreen)
  case document(DocumentScreen)
  case connections(ConnectionsScreen)
  case connectionForm(ConnectionFormScreen)
  case preflight(PreflightScreen)

  /// Which page it is, without its state.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case connectors, wizard, connector, live, job, deadLetters, deadLetterGroup, document
    case connections, connectionForm, preflight

    /// Whether the page needs no store.
    package var worksWithoutStore: Bool {
      switch self {
      case .connections, .connectionForm, .preflight: true
      default: false
      }
    }
  }

  /// Which page it is.
  package var kind: Kind {
    switch self {
    case .connectors: .connectors
    case .wizard: .wizard
    case .connector: .connector
    case .live: .live
    case .job: .job
    case .deadLetters: .deadLetters
    case .deadLetterGroup: .deadLetterGroup
    case .document: .document
    case .connections: .connections
    case .connectionForm: .connectionForm
    case .preflight: .preflight
    }
  }

  /// The connector that the page is about; `nil` if it is about none, or one that is being made.
  package var connectorID: String? {
    switch self {
    case .connectors, .wizard, .document, .connections, .connectionForm, .preflight: nil
    // The page below it knows.
    case .deadLetterGroup: nil
    case .connector(let screen): screen.connectorID
    case .live(let screen): screen.connectorID
    case .job(let screen): screen.connectorID
    case .deadLetters(let screen): screen.connectorID
    }
  }

  /// The page as what all pages have in common.
  package var model: any ScreenModel {
    switch self {
    case .connectors(let screen): screen
    case .wizard(let screen): screen
    case .connector(let screen): screen
    case .live(let screen): screen
    case .job(let screen): screen
    case .deadLetters(let screen): screen
    case .deadLetterGroup(let screen): screen
    case .document(let screen): screen
    case .connections(let screen): screen
    case .connectionForm(let screen): screen
    case .preflight(let screen): screen
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
    case let screen as ConnectorScreen: self = .connector(screen)
    case let screen as LiveSyncScreen: self = .live(screen)
    case let screen as JobScreen: self = .job(screen)
    case let screen as DeadLettersScreen: self = .deadLetters(screen)
    case let screen as DeadLetterGroupScreen: self = .deadLetterGroup(screen)
    case let screen as DocumentScreen: self = .document(screen)
    case let screen as ConnectionsScreen: self = .connections(screen)
    case let screen as ConnectionFormScreen: self = .connectionForm(screen)
    case let screen as PreflightScreen: self = .preflight(screen)
    default: preconditionFailure("a page changed its type")
    }
    return effects
  }
}
