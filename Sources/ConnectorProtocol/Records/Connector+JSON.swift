package import ConnectorKit

extension Connector {
  /// Reads a record of `.elastic-connectors`, of any version from 8.4 on.
  ///
  /// - Parameters:
  ///   - id: the record's `_id`.
  ///   - json: the record.
  ///   - version: the server's; decides which schedule counts where there are two shapes.
  /// - Throws: ``StoreError`` with ``StoreError/Kind-swift.enum/invalid`` for a status or a sync
  ///   rule that can't be understood; anything else that is unknown is kept as it is.
  package init(
    id: String, json: JSONValue, version: ProtocolVersion = .newest
  ) throws(StoreError) {
    guard json.objectValue != nil else {
      throw StoreError(.invalid, "The record of the connector \(id) is not a JSON object.")
    }
    self.init(
      id: id, name: json["name"]?.looseText ?? "", description: json.text("description"),
      indexName: json.text("index_name"), serviceType: json.text("service_type"),
      language: Language(json: json["language"]), createdAt: json.moment("created_at"))
    if let code = json.text("status") {
      guard let status = ConnectorStatus(rawValue: code) else {
        throw StoreError(.invalid, "The connector \(id) has the status \(code), which is unknown.")
      }
      self.status = status
    }
    error = json.text("error")
    apiKeyID = json.text("api_key_id")
    configuration = ConnectorConfiguration(json: json["configuration"] ?? .null)
    scheduling = Scheduling(json: json["scheduling"] ?? .null, version: version)
    filtering = try Filtering(json: json["filtering"] ?? .null)
    features = json["features"]?.objectValue.map { ConnectorFeatures(json: .object($0)) }
    pipeline = IngestPipeline(json: json["pipeline"] ?? .null)
    isNative = json.flag("is_native") ?? false
    updatedAt = json.moment("updated_at")
    readLastSync(json)
    unknownMembers = (json.objectValue ?? JSONObject())
      .subtracting(knownMembers, within: ["features"])
  }

  private mutating func readLastSync(_ json: JSONValue) {
    syncCursor = json["sync_cursor"].flatMap { $0.isNull ? nil : SyncCursor($0) }
    lastSeen = json.moment("last_seen")
    lastSynced = json.moment("last_synced")
    lastSyncStatus = json.text("last_sync_status").flatMap { JobStatus(code: $0) }
    lastSyncError = json.text("last_sync_error")
    lastSyncScheduledAt = json.moment("last_sync_scheduled_at")
    lastIncrementalSyncScheduledAt = json.moment("last_incremental_sync_scheduled_at")
    lastIndexedDocumentCount = json.count("last_indexed_document_count")
    lastDeletedDocumentCount = json.count("last_deleted_document_count")
  }

  /// The record as JSON, in the shape of version 8.9 and later.
  package var json: JSONValue {
    var object = knownMembers
    object.addMissing(from: unknownMembers)
    return .object(object)
  }

  private var knownMembers: JSONObject {
    var object = JSONObject()
    object["api_key_id"] = .optional(apiKeyID)
    object["configuration"] = configuration.json
    object["created_at"] = .optional(createdAt)
    object["description"] = .optional(description)
    object["error"] = .optional(error)
    object["features"] = features?.json ?? .null
    object["filtering"] = filtering.json
    object["index_name"] = .optional(indexName)
    object["is_native"] = .bool(isNative)
    object["language"] = language.json
    object["last_deleted_document_count"] = .count(lastDeletedDocumentCount)
    object["last_incremental_sync_scheduled_at"] = .optional(lastIncrementalSyncScheduledAt)
    object["last_indexed_document_count"] = .count(lastIndexedDocumentCount)
    object["last_seen"] = .optional(lastSeen)
    object["last_sync_error"] = .optional(lastSyncError)
    object["last_sync_scheduled_at"] = .optional(lastSyncScheduledAt)
    object["last_sync_status"] = .optional(lastSyncStatus?.rawValue)
    object["last_synced"] = .optional(lastSynced)
    object["name"] = .string(name)
    object["pipeline"] = pipeline.json
    object["scheduling"] = scheduling.json
    object["service_type"] = .optional(serviceType)
    object["status"] = .string(status.rawValue)
    object["sync_cursor"] = syncCursor?.value ?? .null
    object["updated_at"] = .optional(updatedAt)
    return object
  }
}

extension Connector {
  /// Whether somebody asked for a sync in the way of versions before 8.9 (`sync_now`).
  package var wantsSync: Bool {
    get { JSONValue.object(unknownMembers).flag("sync_now") ?? false }
    set { unknownMembers["sync_now"] = .bool(newValue) }
  }
}

extension JobStatus {
  /// Reads a status; version 8.4 wrote `failed` for an error.
  init?(code: String) {
    self.init(rawValue: code == "failed" ? "error" : code)
  }
}
