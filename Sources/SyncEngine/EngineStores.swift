package import ConnectorProtocol

/// The stores that an engine works on.
package struct EngineStores: Sendable {
  package var indices: any IndexStore
  package var connectors: any ConnectorStore
  package var credentials: any CredentialStore

  /// Puts stores together.
  package init(
    indices: any IndexStore, connectors: any ConnectorStore, credentials: any CredentialStore
  ) {
    self.indices = indices
    self.connectors = connectors
    self.credentials = credentials
  }
}
