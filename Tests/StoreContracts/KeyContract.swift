internal import ConnectorKit
package import ConnectorProtocol

/// One rule that the two stores keep together: what an API key may do.
package struct KeyContract: Sendable, CustomStringConvertible {
  /// What the stores do, as a claim.
  package let description: String
  private let body: @Sendable (any IndexStore, any ConnectorStore) async throws -> Void

  init(
    _ description: String,
    _ body: @escaping @Sendable (any IndexStore, any ConnectorStore) async throws -> Void
  ) {
    self.description = description
    self.body = body
  }

  /// Checks the rule on two fresh, empty stores that belong together.
  package func check(_ index: any IndexStore, _ connectors: any ConnectorStore) async throws {
    try await body(index, connectors)
  }

  /// All rules.
  package static let all: [KeyContract] = [
    KeyContract("a key writes its own index and no other") { index, connectors in
      let keys = try await keysOfTwoConnectors(index, connectors)
      try await write(to: "search-1", with: keys[0], index)
      try await write(to: "search-2", with: keys[1], index)
      try await requireFailure(.unauthorized, "the other index") {
        try await write(to: "search-2", with: keys[0], index)
      }
    },
    KeyContract("regenerating a connector's key invalidates its former one, no other") {
      index, connectors in
      let keys = try await keysOfTwoConnectors(index, connectors)
      let fresh = try await connectors.generateAPIKey(connectorID: "1", indexName: "search-1")
      try await requireFailure(.unauthorized, "the former key") {
        try await write(to: "search-1", with: keys[0], index)
      }
      try await write(to: "search-1", with: fresh.encoded, index)
      try await write(to: "search-2", with: keys[1], index)
    },
    KeyContract("removing a connector invalidates its key and keeps its index") {
      index, connectors in
      let keys = try await keysOfTwoConnectors(index, connectors)
      try await write(to: "search-1", with: keys[0], index)
      try await connectors.deleteConnector("1")
      try await requireFailure(.unauthorized, "its key") {
        try await write(to: "search-1", with: keys[0], index)
      }
      try await write(to: "search-2", with: keys[1], index)
      try requireEqual(try await index.indexNames(), ["search-1", "search-2"], "the indices")
    },
    KeyContract("a key's secret is needed, not its id alone") { index, connectors in
      let keys = try await keysOfTwoConnectors(index, connectors)
      let decoded = Base64.decode(keys[0]) ?? []
      let id = decoded.prefix { $0 != UInt8(ascii: ":") }
      for forged in [Array(id), id + [0x3A], Array(decoded.dropLast()), decoded + [0x61]] {
        try await requireFailure(.unauthorized, "a forged key") {
          try await write(to: "search-1", with: Base64.encode(forged), index)
        }
      }
    },
  ]

  private static func keysOfTwoConnectors(
    _ index: any IndexStore, _ connectors: any ConnectorStore
  ) async throws -> [String] {
    var keys: [String] = []
    for id in ["1", "2"] {
      try await index.createIndex("search-\(id)", language: .english)
      _ = try await connectors.createConnector(
        SampleRecords.connector(id: id, indexName: "search-\(id)"))
      let key = try await connectors.generateAPIKey(connectorID: id, indexName: "search-\(id)")
      keys.append(key.encoded)
    }
    return keys
  }

  private static func write(
    to name: String, with key: String, _ store: any IndexStore
  ) async throws {
    let id = DocumentID("a")
    let operation = IndexOperation(
      id: id, digest: try await store.digestKey(of: name).digest(of: id), fingerprint: 1,
      scope: "", body: Array("{}".utf8))
    _ = try await store.apply([.index(operation)], to: name, apiKey: key)
  }
}

/// One rule that every credential store keeps; each wants a fresh, empty store.
package struct CredentialStoreContract: Sendable, CustomStringConvertible {
  /// What the store does, as a claim.
  package let description: String
  private let body: @Sendable (any CredentialStore) async throws -> Void

  init(
    _ description: String, _ body: @escaping @Sendable (any CredentialStore) async throws -> Void
  ) {
    self.description = description
    self.body = body
  }

  /// Checks the rule.
  package func check(_ store: any CredentialStore) async throws { try await body(store) }

  /// All rules.
  package static let all: [CredentialStoreContract] = [
    CredentialStoreContract("a key that was never given is nil") { store in
      try requireEqual(try await store.apiKey(connectorID: "1"), nil, "the key")
    },
    CredentialStoreContract("a key replaces the former one of its connector, no other") { store in
      try await store.setAPIKey("first", connectorID: "1")
      try await store.setAPIKey("other", connectorID: "2 /ä\u{1F600}\"\n")
      try await store.setAPIKey("second", connectorID: "1")
      try requireEqual(try await store.apiKey(connectorID: "1"), "second", "the key")
      try requireEqual(
        try await store.apiKey(connectorID: "2 /ä\u{1F600}\"\n"), "other", "the other's key")
    },
    CredentialStoreContract("a key can be forgotten, twice") { store in
      try await store.setAPIKey("first", connectorID: "1")
      try await store.setAPIKey(nil, connectorID: "1")
      try await store.setAPIKey(nil, connectorID: "1")
      try requireEqual(try await store.apiKey(connectorID: "1"), nil, "the key")
    },
  ]
}
