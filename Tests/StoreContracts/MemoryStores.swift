package import ConnectorProtocol
internal import ConnectorKit

/// The three seams in memory, wired together: an API key that the connector store makes is the
/// one that the index store asks for.
package struct MemoryStores: Sendable {
  package let index: MemoryIndexStore
  package let connectors: MemoryConnectorStore
  package let credentials: MemoryCredentialStore

  /// Makes empty stores.
  package init() {
    let keys = MemoryAPIKeys()
    index = MemoryIndexStore(keys: keys)
    connectors = MemoryConnectorStore(keys: keys)
    credentials = MemoryCredentialStore()
  }
}

/// The API keys of a store in memory.
package actor MemoryAPIKeys {
  private struct Key {
    var encoded: String
    var connectorID: String
    var indexName: String
  }

  private var keys: [Key] = []
  private var made = 0

  /// Makes an empty ring.
  package init() {}

  /// Makes a key for an index in place of the connector's former one.
  package func generate(connectorID: String, indexName: String) -> GeneratedAPIKey {
    made += 1
    let id = "key-\(made)"
    let encoded = Base64.encode(Array("\(id):secret-\(made)".utf8))
    revoke(connectorID: connectorID)
    keys.append(Key(encoded: encoded, connectorID: connectorID, indexName: indexName))
    return GeneratedAPIKey(id: id, name: "\(indexName)-connector", encoded: encoded)
  }

  /// Invalidates the key of a connector.
  package func revoke(connectorID: String) { keys.removeAll { $0.connectorID == connectorID } }

  /// Whether a key may write an index.
  package func permits(_ encoded: String, indexName: String) -> Bool {
    keys.contains { $0.encoded == encoded && $0.indexName == indexName }
  }
}

/// A credential store in memory.
package actor MemoryCredentialStore: CredentialStore {
  private var keys: [String: String] = [:]

  /// Makes an empty store.
  package init() {}

  /// The encoded API key of a connector.
  package func apiKey(connectorID: String) -> String? { keys[connectorID] }

  /// Keeps a key in place of the former one; `nil` forgets it.
  package func setAPIKey(_ encoded: String?, connectorID: String) { keys[connectorID] = encoded }
}
