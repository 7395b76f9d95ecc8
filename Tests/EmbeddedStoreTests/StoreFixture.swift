import TestFiles
import ConnectorKit
import ConnectorProtocol

@testable import EmbeddedStore

/// A store with one index and a key for it.
struct StoreFixture {
  static let index = "search-test"

  /// Kept as long as the store is used.
  let directory: TemporaryDirectory
  let store: EmbeddedStore
  let key: String
  let digestKey: DigestKey

  /// Opens a store that does everything often: small buffers, small tails.
  static var smallLimits: IndexLimits {
    var limits = IndexLimits()
    limits.bufferBytes = 3000
    limits.tailDocuments = 50
    return limits
  }

  init(
    _ directory: TemporaryDirectory, language: Language = .english,
    limits: IndexLimits = IndexLimits()
  ) async throws {
    self.directory = directory
    store = try await EmbeddedStore.open(directory: directory.path, limits: limits)
    try await store.createIndex(Self.index, language: language)
    let owner = Connector(
      id: "owner", name: "owner", indexName: Self.index, serviceType: "directory")
    _ = try await store.createConnector(owner)
    key = try await store.generateAPIKey(connectorID: "owner", indexName: Self.index).encoded
    digestKey = try await store.digestKey(of: Self.index)
  }

  /// The operation that writes a document.
  func write(
    _ id: String, _ json: String, fingerprint: UInt64 = 1, scope: String = ""
  ) -> BulkOperation {
    let id = DocumentID(id)
    return .index(
      IndexOperation(
        id: id, digest: digestKey.digest(of: id), fingerprint: fingerprint, scope: scope,
        body: Array(json.utf8)))
  }

  /// The operation that removes a document.
  func delete(_ id: String) -> BulkOperation {
    .delete(digestKey.digest(of: DocumentID(id)), DocumentID(id))
  }

  @discardableResult
  func apply(_ operations: [BulkOperation]) async throws -> [BulkItemResult] {
    try await store.apply(operations, to: Self.index, apiKey: key)
  }

  /// Writes documents and makes them visible.
  func fill(_ documents: [(id: String, json: String)]) async throws {
    try await apply(documents.map { write($0.id, $0.json) })
    try await store.refresh(Self.index)
  }

  func search(_ query: String, from: Int = 0, size: Int = 25) async throws -> SearchResponse {
    try await store.search(SearchRequest(query: query, from: from, size: size), in: Self.index)
  }

  /// The ids that a query finds, best first.
  func ids(_ query: String) async throws -> [String] {
    try await search(query).hits.map(\.id.text)
  }
}

/// A reproducible generator (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
