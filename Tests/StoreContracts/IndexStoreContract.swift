internal import ConnectorKit
package import ConnectorProtocol

/// What the index store's rules need: the store, and keys that it accepts.
package struct IndexStoreSubject: Sendable {
  package var store: any IndexStore
  /// Makes an API key that may write an index.
  package var makeAPIKey: @Sendable (_ indexName: String) async throws -> String

  /// Makes a subject.
  package init(
    store: any IndexStore, makeAPIKey: @escaping @Sendable (String) async throws -> String
  ) {
    self.store = store
    self.makeAPIKey = makeAPIKey
  }

  /// Makes a subject whose keys come from a connector store, one connector an index.
  package init(store: any IndexStore, connectors: any ConnectorStore) {
    self.init(store: store) { indexName in
      let id = "owner-of-\(indexName)"
      if try await connectors.connector(id) == nil {
        let owner = Connector(id: id, name: id, indexName: indexName, serviceType: "directory")
        _ = try await connectors.createConnector(owner)
      }
      return try await connectors.generateAPIKey(connectorID: id, indexName: indexName).encoded
    }
  }
}

/// One rule that every index store keeps.
///
/// ```swift
/// @Test(arguments: IndexStoreContract.all)
/// func `the memory store keeps the index store contract`(_ rule: IndexStoreContract) async throws {
///   let stores = MemoryStores()
///   try await rule.check(IndexStoreSubject(store: stores.index, connectors: stores.connectors))
/// }
/// ```
/// Each rule wants a fresh, empty store. No rule depends on what a language's analyzer does.
package struct IndexStoreContract: Sendable, CustomStringConvertible {
  /// What the store does, as a claim.
  package let description: String
  private let body: @Sendable (IndexStoreBench) async throws -> Void

  init(_ description: String, _ body: @escaping @Sendable (IndexStoreBench) async throws -> Void) {
    self.description = description
    self.body = body
  }

  /// Checks the rule; what a store does wrong is thrown as a ``BrokenRule``.
  package func check(_ subject: IndexStoreSubject) async throws {
    try await body(IndexStoreBench(subject: subject))
  }

  /// All rules.
  package static let all: [IndexStoreContract] =
    indexRules + applyRules + knownDocumentRules + searchRules
}

/// What a store did against its contract.
package struct BrokenRule: Error, CustomStringConvertible {
  /// What was expected and what happened.
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless a claim holds.
func require(
  _ claim: Bool, _ message: @autoclosure () -> String
) throws { if !claim { throw BrokenRule(message()) } }

/// Throws unless two values are equal.
func requireEqual<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String) throws {
  if actual != expected { throw BrokenRule("\(what): expected \(expected), got \(actual)") }
}

/// Throws unless some work throws a store error of a kind.
func requireFailure(
  _ kind: StoreError.Kind, _ what: String, _ work: () async throws -> Void
) async throws {
  do {
    try await work()
  } catch let error as StoreError {
    try requireEqual(error.kind, kind, what)
    try require(
      error.message.hasSuffix(".") && error.message.count > 10,
      "\(what): the message “\(error.message)” is no full sentence")
    return
  }
  throw BrokenRule("\(what): expected an error of kind \(kind), and there was none")
}

/// A store under test with short ways to fill it.
struct IndexStoreBench: Sendable {
  let subject: IndexStoreSubject
  var store: any IndexStore { subject.store }

  /// An index and a key that may write it.
  struct Target: Sendable {
    var name: String
    var digestKey: DigestKey
    var apiKey: String
  }

  func target(_ name: String = "search-a", language: Language = .english) async throws -> Target {
    try await store.createIndex(name, language: language)
    return Target(
      name: name, digestKey: try await store.digestKey(of: name),
      apiKey: try await subject.makeAPIKey(name))
  }

  func write(
    _ id: String, _ body: JSONValue = ["text": "plain"], fingerprint: UInt64 = 1,
    scope: String = "", to target: Target
  ) -> BulkOperation {
    let document = DocumentID(id)
    return .index(
      IndexOperation(
        id: document, digest: target.digestKey.digest(of: document), fingerprint: fingerprint,
        scope: scope, body: Array(body.text.utf8)))
  }

  func delete(_ id: String, from target: Target) -> BulkOperation {
    .delete(target.digestKey.digest(of: DocumentID(id)), DocumentID(id))
  }

  @discardableResult
  func apply(_ operations: [BulkOperation], to target: Target) async throws -> [BulkItemResult] {
    let results = try await store.apply(operations, to: target.name, apiKey: target.apiKey)
    try await store.refresh(target.name)
    return results
  }

  func known(_ target: Target) async throws -> [KnownDocument] {
    let collector = Collector<KnownDocument>()
    try await store.forEachKnownDocument(in: target.name) { await collector.add($0) }
    return await collector.items
  }

  func ids(_ query: String, in target: Target, from: Int = 0, size: Int = 100) async throws
    -> [String]
  {
    let request = SearchRequest(query: query, from: from, size: size)
    return try await store.search(request, in: target.name).hits.map(\.id.text)
  }
}

/// Collects what a callback gets.
actor Collector<Item: Sendable> {
  private(set) var items: [Item] = []
  private(set) var batches = 0

  func add(_ more: [Item]) {
    items += more
    batches += 1
  }
}
