internal import ConnectorKit
package import ConnectorProtocol
internal import HTTPClient

extension ElasticsearchStore: ConnectorStore {
  /// All connectors, by name.
  package func connectors() async throws -> [Versioned<Connector>] {
    let version = try await protocolVersion()
    var records: [Versioned<Connector>] = []
    // Soft deletion of version 9. A record that can't be understood is left out here, and told of
    // where it is asked for by its id.
    try await forEach(["bool": ["must_not": [["term": ["deleted": true]]]]], in: .connectors) {
      if let record = try? self.connector($0, version) { records.append(record) }
      return true
    }
    return records.sorted { ($0.record.name, $0.record.id) < ($1.record.name, $1.record.id) }
  }

  /// One connector; `nil` if there is none.
  package func connector(_ id: String) async throws -> Versioned<Connector>? {
    guard let stored = try await read(id, in: .connectors), stored.source["deleted"] != true else {
      return nil
    }
    return try connector(stored, try await protocolVersion())
  }

  private func connector(
    _ stored: Stored, _ version: ProtocolVersion
  ) throws(StoreError) -> Versioned<Connector> {
    Versioned(
      try Connector(id: stored.id, json: stored.source, version: version), version: stored.version)
  }

  /// Adds a record.
  ///
  /// Elasticsearch has no uniqueness but that of the `_id`: the index is looked up before the record
  /// is written and after, and of two that came at once none stays.
  package func createConnector(_ connector: Connector) async throws -> Versioned<Connector> {
    try await checkIndexIsFree(for: connector)
    let release = try await protocolVersion()
    var connector = connector
    if connector.pipeline == IngestPipeline() {
      connector.pipeline = try await defaultPipeline(of: release)
    }
    let stored =
      try await hasConnectorAPI()
      ? try await addThroughAPI(connector)
      : try await add(connector.id, connector.json(for: release), to: .connectors)
    guard let stored else {
      throw StoreError(
        .alreadyExists,
        "A connector with the id \(connector.id) exists already. Choose another id.")
    }
    do {
      try await checkIndexIsFree(for: connector)
    } catch {
      _ = try await remove(connector.id, from: .connectors, expecting: stored.version)
      throw error
    }
    return try self.connector(stored, release)
  }

  /// The pipeline of fresh records: what the mapping's `_meta` says, as Kibana reads it, or else the
  /// release's own.
  private func defaultPipeline(of release: ProtocolVersion) async throws -> IngestPipeline {
    let answer = try await session.ask(.get, "/\(RecordIndex.connectors.alias)/_mapping")
    let mappings = answer.json.objectValue?.members.first?.value["mappings"]
    let defaults = answer.isSuccess ? mappings?["_meta"]?["pipeline"] : nil
    func flag(_ name: String) -> Bool { defaults?["default_" + name]?.boolValue ?? true }
    return IngestPipeline(
      name: defaults?["default_name"]?.stringValue ?? IngestPipeline.name(of: release),
      extractBinaryContent: flag("extract_binary_content"),
      reduceWhitespace: flag("reduce_whitespace"), runMLInference: flag("run_ml_inference"))
  }

  private func checkIndexIsFree(for connector: Connector) async throws {
    guard let index = connector.indexName else { return }
    let query: JSONValue = [
      "bool": [
        "filter": [["term": ["index_name": .string(index)]]],
        "must_not": [["ids": ["values": [.string(connector.id)]]], ["term": ["deleted": true]]],
      ]
    ]
    let found = try await find(["size": 1, "query": query], in: .connectors).found
    guard let owner = found.first else { return }
    let name = owner.source["name"]?.stringValue ?? owner.id
    throw StoreError(
      .alreadyExists, "The index \(index) belongs to the connector \(name). Choose another one.")
  }

  /// Writes a record if nobody changed it since it was read.
  package func updateConnector(
    _ connector: Connector, expecting version: RecordVersion
  ) async throws -> Versioned<Connector> {
    guard let current = try await read(connector.id, in: .connectors) else {
      throw StoreError(.notFound, "The connector \(connector.id) does not exist any more.")
    }
    let conflict = StoreError(
      .conflict, "Another program changed the connector \(connector.id). Read it again.")
    guard current.version == version else { throw conflict }
    if current.source["index_name"]?.stringValue != connector.indexName {
      try await checkIndexIsFree(for: connector)
    }
    let release = try await protocolVersion()
    let source = try connector.json(for: release, over: current.source)
    guard
      let changed = try await replace(
        connector.id, source, in: .connectors, expecting: version)
    else { throw conflict }
    let written = try Connector(id: connector.id, json: source, version: release)
    return Versioned(written, version: changed)
  }

  /// Removes a record, its jobs, their dead letters and its API key; the record last, so that what
  /// failed in the middle can be done again.
  package func deleteConnector(_ id: String) async throws {
    while let current = try await read(id, in: .connectors) {
      if let key = current.source["api_key_id"]?.stringValue { try await invalidateKey(key) }
      try await removeAll(["term": ["connector_id": .string(id)]], from: .deadLetters)
      try await removeAll(["term": ["connector.id": .string(id)]], from: .jobs)
      if try await hasConnectorAPI() { return try await removeThroughAPI(id) }
      if try await remove(id, from: .connectors, expecting: current.version) { return }
    }
  }

  // MARK: Keys

  /// Makes an API key for a connector and invalidates its former one.
  ///
  /// The key may write and read the connector's index and its access control index, and read and
  /// write the records of the protocol, which is what a connector service needs; nothing else.
  package func generateAPIKey(
    connectorID: String, indexName: String
  ) async throws -> GeneratedAPIKey {
    guard let current = try await read(connectorID, in: .connectors) else {
      throw StoreError(.notFound, "The connector \(connectorID) does not exist any more.")
    }
    let answer = try await session.require(
      .post, "/_security/api_key", try await keyRequest(connectorID, indexName),
      subject: "a new API key")
    let json = answer.json
    guard let id = json["id"]?.stringValue, let name = json["name"]?.stringValue,
      let secret = json["api_key"]?.stringValue
    else {
      throw StoreError(.unavailable, "Elasticsearch's answer holds no API key. Try again.")
    }
    do {
      try await noteKey(id, of: connectorID)
    } catch {
      try? await invalidateKey(id)
      throw error
    }
    if let former = current.source["api_key_id"]?.stringValue { try await invalidateKey(former) }
    return GeneratedAPIKey(
      id: id, name: name, encoded: Base64.encode(Array("\(id):\(secret)".utf8)))
  }

  private func keyRequest(_ connectorID: String, _ index: String) async throws -> JSONValue {
    var cluster: [JSONValue] = ["monitor"]
    // Unknown to servers before 8.15, which then refuse the whole request.
    if try await serverVersion() >= ServerVersion(8, 15) { cluster.append("manage_connector") }
    let content: JSONValue = [
      "names": [.string(index), .string(".search-acl-filter-\(index)")],
      "privileges": ["read", "write", "view_index_metadata", "maintenance"],
    ]
    let records: JSONValue = [
      "names": [".elastic-connectors*"],
      "privileges": ["read", "write", "view_index_metadata", "maintenance"],
    ]
    return [
      "name": .string("\(index)-connector"),
      "role_descriptors": [
        Self.roleName(index) + "-connector-role": [
          "cluster": .array(cluster), "index": [content, records],
        ]
      ],
      "metadata": ["connector_id": .string(connectorID)],
    ]
  }

  /// The index's name with every run of other characters than letters and digits as one hyphen.
  private static func roleName(_ index: String) -> String {
    index.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
      .joined(separator: "-").lowercased()
  }

  private func invalidateKey(_ id: String) async throws {
    let answer = try await session.ask(
      .delete, "/_security/api_key", ["ids": [.string(id)]])
    // 404: no such key any more.
    guard answer.isSuccess || answer.status == 404 else {
      throw session.error(answer, subject: "the former API key")
    }
  }
}
