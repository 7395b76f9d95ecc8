package import ConnectorProtocol
internal import ConnectorKit

extension EmbeddedStore: ConnectorStore {
  /// All connectors, by name; only those that changed are read.
  package func connectors() async throws -> [Versioned<Connector>] {
    let cache = records
    return try await controlReader.read { connection in
      let rows = try connection.statement(
        "SELECT id, sequence, record, name, index_name FROM connectors ORDER BY name, id")
      defer { rows.reset() }
      var found: [Versioned<Connector>] = []
      var damaged: [DamagedRecord] = []
      while try rows.step() {
        let id = rows.text(0)
        if let known = cache.connector(id, sequence: rows.integer(1)) {
          found.append(known)
          continue
        }
        do {
          found.append(try rows.connector())
        } catch {
          damaged.append(
            DamagedRecord(
              .connectors, id, of: connection.path, connectorID: id, name: rows.text(3),
              indexName: rows.optionalText(4), error))
        }
      }
      cache.set(found, damaged: damaged)
      return found
    }
  }

  /// One connector; `nil` if there is none.
  package func connector(_ id: String) async throws -> Versioned<Connector>? {
    try await controlReader.read { try $0.connector(id) }
  }

  /// Adds a record.
  package func createConnector(_ connector: Connector) async throws -> Versioned<Connector> {
    try await controlWriter.write { connection in
      guard try connection.connector(connector.id) == nil else {
        throw StoreError(
          .alreadyExists,
          "A connector with the id \(connector.id) exists already. Choose another id.")
      }
      try connection.checkIndexIsFree(for: connector)
      let sequence = try connection.nextSequenceNumber()
      try connection.run(
        """
        INSERT INTO connectors (id, name, index_name, sequence, record) VALUES (?, ?, ?, ?, ?)
        """,
        .text(connector.id), .text(connector.name), .optional(connector.indexName),
        .integer(sequence), .text(connector.json.text))
      return Versioned(connector, version: RecordVersion(sequenceNumber: sequence))
    }
  }

  /// Writes a record if nobody changed it since it was read.
  package func updateConnector(
    _ connector: Connector, expecting version: RecordVersion
  ) async throws -> Versioned<Connector> {
    try await controlWriter.write { try $0.update(connector, expecting: version) }
  }

  /// Removes a record, its jobs, their dead letters and its API key.
  package func deleteConnector(_ id: String) async throws {
    try await controlWriter.write { connection in
      try connection.run("DELETE FROM dead_letters WHERE connector_id = ?", .text(id))
      try connection.run("DELETE FROM jobs WHERE connector_id = ?", .text(id))
      try connection.run("DELETE FROM api_keys WHERE connector_id = ?", .text(id))
      try connection.run("DELETE FROM connectors WHERE id = ?", .text(id))
    }
    records.forget(connectorID: id)
  }

  /// Makes an API key that may write one index only, and invalidates the connector's former one.
  package func generateAPIKey(
    connectorID: String, indexName: String
  ) async throws -> GeneratedAPIKey {
    try await controlWriter.write { connection in
      guard let current = try connection.connector(connectorID) else {
        throw StoreError(.notFound, "The connector \(connectorID) does not exist any more.")
      }
      let secret = APIKeySecret.random()
      let salt = RandomBytes.make(16)
      try connection.run("DELETE FROM api_keys WHERE connector_id = ?", .text(connectorID))
      try connection.run(
        "INSERT INTO api_keys (id, connector_id, index_name, salt, hash) VALUES (?, ?, ?, ?, ?)",
        .text(secret.id), .text(connectorID), .text(indexName), .blob(salt),
        .blob(secret.hash(salt: salt)))
      var changed = current.record
      changed.apiKeyID = secret.id
      _ = try connection.update(changed, expecting: current.version)
      return GeneratedAPIKey(
        id: secret.id, name: "\(indexName)-connector", encoded: secret.encoded)
    }
  }
}

extension Connection {
  fileprivate func connector(_ id: String) throws -> Versioned<Connector>? {
    let rows = try statement("SELECT id, sequence, record FROM connectors WHERE id = ?")
    defer { rows.reset() }
    try rows.bind(id, at: 1)
    guard try rows.step() else { return nil }
    do {
      return try rows.connector()
    } catch {
      throw DamagedRecord(.connectors, id, of: path, error).storeError
    }
  }

  fileprivate func update(
    _ connector: Connector, expecting version: RecordVersion
  ) throws -> Versioned<Connector> {
    try checkIndexIsFree(for: connector)
    let sequence = try nextSequenceNumber()
    try run(
      """
      UPDATE connectors SET name = ?, index_name = ?, sequence = ?, record = ?
      WHERE id = ? AND sequence = ?
      """,
      .text(connector.name), .optional(connector.indexName), .integer(sequence),
      .text(connector.json.text), .text(connector.id),
      .integer(version.primaryTerm == 1 ? version.sequenceNumber : -1))
    guard changes == 1 else {
      guard try self.connector(connector.id) != nil else {
        throw StoreError(.notFound, "The connector \(connector.id) does not exist any more.")
      }
      throw StoreError(
        .conflict, "Another program changed the connector \(connector.id). Read it again.")
    }
    return Versioned(connector, version: RecordVersion(sequenceNumber: sequence))
  }

  fileprivate func checkIndexIsFree(for connector: Connector) throws {
    guard let index = connector.indexName else { return }
    let rows = try statement("SELECT name FROM connectors WHERE index_name = ? AND id <> ?")
    defer { rows.reset() }
    try rows.bind(index, at: 1)
    try rows.bind(connector.id, at: 2)
    guard try rows.step() else { return }
    throw StoreError(
      .alreadyExists,
      "The index \(index) belongs to the connector \(rows.text(0)). Choose another index.")
  }
}

extension Statement {
  /// The connector in a row of id, sequence number and record.
  fileprivate func connector() throws -> Versioned<Connector> {
    let record = try Connector(id: text(0), json: try record(2))
    return Versioned(record, version: RecordVersion(sequenceNumber: integer(1)))
  }

  /// The JSON in a column.
  func record(_ column: Int) throws -> JSONValue {
    try JSONValue(parsing: text(column))
  }
}
