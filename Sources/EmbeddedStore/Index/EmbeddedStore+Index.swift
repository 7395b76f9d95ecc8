package import ConnectorKit
package import ConnectorProtocol

extension EmbeddedStore: IndexStore {
  /// The names of all indices, sorted.
  package func indexNames() async throws -> [String] {
    try await controlReader.read { connection in
      let rows = try connection.statement("SELECT name FROM indices ORDER BY name")
      defer { rows.reset() }
      var names: [String] = []
      while try rows.step() { names.append(rows.text(0)) }
      return names
    }
  }

  /// Makes an empty index.
  package func createIndex(_ name: String, language: Language) async throws {
    let directory = directory
    let limits = limits.writer
    let key = DigestKey(low: RandomBytes.number(), high: RandomBytes.number())
    try await controlWriter.write { connection in
      guard try connection.indexFile(name) == nil else {
        throw StoreError(
          .alreadyExists, "The index \(name) exists already. Choose another name.")
      }
      let number = try connection.nextSequenceNumber()
      let file = StoreDirectory.file(for: name, number: number)
      let path = directory.index(file)
      do {
        try StoreDirectory.makePrivateFile(path)
        try IndexDatabase.create(path: path, language: language, digestKey: key, limits: limits)
        try connection.run(
          "INSERT INTO indices (name, file) VALUES (?, ?)", .text(name), .text(file))
      } catch {
        StoreDirectory.removeDatabase(path)
        throw error
      }
    }
  }

  /// Removes an index and its documents; removing one that is not there does nothing.
  package func deleteIndex(_ name: String) async throws {
    let file = try await controlWriter.write { connection -> String? in
      let file = try connection.indexFile(name)
      try connection.run("DELETE FROM indices WHERE name = ?", .text(name))
      return file
    }
    guard let file else { return }
    await handles.close(file)
    let path = directory.index(file)
    await controlWriter.removeFiles(path)
  }

  /// Analyses all documents of an index again in another language.
  package func changeLanguage(of index: String, to language: Language) async throws {
    try await use(index) { try await $0.changeLanguage(to: language) }
  }

  /// How much is in an index.
  package func statistics(of index: String) async throws -> IndexStatistics {
    let file = try await file(index)
    if let open = try await handles.useIfOpen(file, { try await $0.reader.statistics() }) {
      return open
    }
    return try await look.statistics(directory.index(file))
  }

  /// The key with which this index's document digests are made.
  package func digestKey(of index: String) async throws -> DigestKey {
    try await use(index) { try await $0.reader.digestKey() }
  }

  /// Walks over what is in the index, in batches, for the differ.
  package func forEachKnownDocument(
    in index: String, _ receive: @Sendable ([KnownDocument]) async throws -> Void
  ) async throws {
    try await use(index) { try await $0.forEachKnownDocument(receive) }
  }

  /// Applies operations in their order, all or none.
  package func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String
  ) async throws -> [BulkItemResult] {
    let file = try await controlReader.read { connection in
      guard try connection.permits(apiKey, indexName: index) else {
        throw StoreError(
          .unauthorized,
          "The API key may not write the index \(index): it is missing, wrong or was replaced. "
            + "Generate a new key on the connector's page.")
      }
      return try connection.indexFile(index)
    }
    guard let file else { throw Self.missing(index) }
    return try await handles.use(file) { try await $0.apply(operations) }
  }

  /// The `_id`s behind digests; those that are not in the index are left out.
  package func documentIDs(
    _ digests: [DocumentDigest], in index: String
  ) async throws -> [DocumentID] {
    try await use(index) { try await $0.reader.documentIDs(digests) }
  }

  /// Makes everything applied so far durable and visible to searches.
  package func refresh(_ index: String) async throws {
    try await use(index) { try await $0.refresh() }
  }

  /// Searches an index.
  package func search(
    _ request: SearchRequest, in index: String
  ) async throws -> SearchResponse {
    try await use(index) { handle in
      await handle.recover()
      return try await handle.reader.search(request)
    }
  }

  /// One whole document as JSON; `nil` if there is none.
  package func document(_ id: DocumentID, in index: String) async throws -> [UInt8]? {
    try await use(index) { try await $0.reader.document(id) }
  }

  // MARK: Handles

  private func use<Result: Sendable>(
    _ index: String, _ work: (IndexHandle) async throws -> Result
  ) async throws -> Result {
    try await handles.use(try await file(index), work)
  }

  /// The name of an index's file.
  private func file(_ index: String) async throws -> String {
    guard let file = try await controlReader.read({ try $0.indexFile(index) }) else {
      throw Self.missing(index)
    }
    return file
  }

  private static func missing(_ index: String) -> StoreError {
    StoreError(.notFound, "The index \(index) does not exist. Create it first.")
  }
}

extension ControlDatabase {
  /// Removes the files of an index that was dropped.
  func removeFiles(_ path: String) { StoreDirectory.removeDatabase(path) }
}

extension Connection {
  /// The file of an index; `nil` if there is no such index.
  fileprivate func indexFile(_ name: String) throws -> String? {
    let rows = try statement("SELECT file FROM indices WHERE name = ?")
    defer { rows.reset() }
    try rows.bind(name, at: 1)
    return try rows.step() ? rows.text(0) : nil
  }

  /// Whether an API key is valid and may write an index.
  ///
  /// Asked for every request, because another process may have replaced the key; it takes some
  /// microseconds.
  fileprivate func permits(_ encoded: String, indexName: String) throws -> Bool {
    guard let key = APIKeySecret(encoded: encoded) else { return false }
    let rows = try statement("SELECT salt, hash FROM api_keys WHERE id = ? AND index_name = ?")
    defer { rows.reset() }
    try rows.bind(key.id, at: 1)
    try rows.bind(indexName, at: 2)
    return try rows.step() && key.matches(hash: rows.bytes(1), salt: rows.bytes(0))
  }
}
