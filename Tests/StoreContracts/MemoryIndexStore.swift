package import ConnectorKit
package import ConnectorProtocol

/// An index store in memory: simple, correct and slow to search.
///
/// Words are runs of letters and digits in lower case; a query finds the documents that contain
/// all of its words and phrases and none of its excluded ones.
package actor MemoryIndexStore: IndexStore {
  private struct Entry {
    var id: DocumentID
    var fingerprint: UInt64
    var scope: String
    var body: [UInt8]
  }

  private struct Index {
    var key: DigestKey
    var language: Language
    var entries: [DocumentDigest: Entry] = [:]
    var order: [DocumentDigest] = []
  }

  private let keys: MemoryAPIKeys
  private var indices: [String: Index] = [:]
  private var random = SystemRandomNumberGenerator()
  private var beforeApply: (@Sendable ([BulkOperation]) throws -> Void)?
  private var verdict: (@Sendable (BulkOperation) -> BulkItemResult?)?

  /// How many requests `apply` has carried out.
  package private(set) var appliedRequests = 0
  /// How many operations `apply` has carried out.
  package private(set) var appliedOperations = 0

  /// Makes an empty store that asks a ring for its keys.
  package init(keys: MemoryAPIKeys) { self.keys = keys }

  /// Runs a hook before each `apply`; what it throws, `apply` throws, and nothing is applied.
  package func setBeforeApply(_ hook: (@Sendable ([BulkOperation]) throws -> Void)?) {
    beforeApply = hook
  }

  /// Lets a hook decide the result of an operation; `nil` lets the store carry it out.
  package func setVerdict(_ hook: (@Sendable (BulkOperation) -> BulkItemResult?)?) {
    verdict = hook
  }

  // MARK: Indices

  package func indexNames() -> [String] { indices.keys.sorted() }

  package func createIndex(_ name: String, language: Language) throws {
    guard indices[name] == nil else {
      throw StoreError(.alreadyExists, "The index \(name) exists already. Choose another name.")
    }
    let key = DigestKey(low: random.next(), high: random.next())
    indices[name] = Index(key: key, language: language)
  }

  package func deleteIndex(_ name: String) { indices[name] = nil }

  package func changeLanguage(of index: String, to language: Language) throws {
    _ = try find(index)
    indices[index]?.language = language
  }

  package func statistics(of index: String) throws -> IndexStatistics {
    let entries = try find(index).entries
    let bytes = entries.values.reduce(0) { $0 + $1.body.count }
    return IndexStatistics(documentCount: entries.count, bytes: bytes)
  }

  package func digestKey(of index: String) throws -> DigestKey { try find(index).key }

  private func find(_ name: String) throws -> Index {
    guard let index = indices[name] else {
      throw StoreError(.notFound, "The index \(name) does not exist. Create it first.")
    }
    return index
  }

  // MARK: Documents

  package func forEachKnownDocument(
    in index: String, _ receive: @Sendable ([KnownDocument]) async throws -> Void
  ) async throws {
    let found = try find(index)
    var rest = found.order[...]
    while !rest.isEmpty {
      let batch = rest.prefix(1000).compactMap { digest in
        found.entries[digest].map {
          KnownDocument(digest: digest, fingerprint: $0.fingerprint, scope: $0.scope)
        }
      }
      rest = rest.dropFirst(1000)
      if !batch.isEmpty { try await receive(batch) }
    }
  }

  package func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String
  ) async throws -> [BulkItemResult] {
    guard await keys.permits(apiKey, indexName: index) else {
      throw StoreError(
        .unauthorized, "The API key may not write the index \(index). Generate a new key.")
    }
    _ = try find(index)
    try beforeApply?(operations)
    appliedRequests += 1
    appliedOperations += operations.count
    var changed = try find(index)
    indices[index] = nil
    let results = operations.map { operation in
      verdict?(operation) ?? Self.carryOut(operation, on: &changed)
    }
    indices[index] = changed
    return results
  }

  private static func carryOut(
    _ operation: BulkOperation, on index: inout Index
  ) -> BulkItemResult {
    switch operation {
    case .index(let document):
      guard document.body.first == UInt8(ascii: "{"), document.body.last == UInt8(ascii: "}")
      else { return .rejected(reason: "The document is not a JSON object.") }
      let entry = Entry(
        id: document.id, fingerprint: document.fingerprint, scope: document.scope,
        body: document.body)
      let former = index.entries.updateValue(entry, forKey: document.digest)
      if former == nil { index.order.append(document.digest) }
      return former == nil ? .created : .updated
    case .delete(let digest, _):
      guard index.entries.removeValue(forKey: digest) != nil else { return .notFound }
      if index.order.count > 64, index.order.count > 2 * index.entries.count {
        index.order.removeAll { index.entries[$0] == nil }
      }
      return .deleted
    }
  }

  package func documentIDs(_ digests: [DocumentDigest], in index: String) throws -> [DocumentID] {
    let entries = try find(index).entries
    return digests.compactMap { entries[$0]?.id }
  }

  package func refresh(_ index: String) throws { _ = try find(index) }

  package func search(_ request: SearchRequest, in index: String) throws -> SearchResponse {
    let query = WordQuery(request.query)
    let hits = try find(index).entries.values
      .compactMap { query.hit($0.id, body: $0.body) }
      .sorted { ($1.score, $0.id.text) < ($0.score, $1.id.text) }
    let page = hits.dropFirst(request.from).prefix(request.size)
    return SearchResponse(total: hits.count, hits: Array(page), took: .zero)
  }

  package func document(_ id: DocumentID, in index: String) throws -> [UInt8]? {
    let found = try find(index)
    return found.entries[found.key.digest(of: id)]?.body
  }
}
