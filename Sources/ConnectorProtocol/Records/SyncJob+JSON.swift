package import ConnectorKit

extension SyncJob {
  /// Reads a record of `.elastic-connectors-sync-jobs`, of any version from 8.4 on.
  ///
  /// - Parameters:
  ///   - id: the record's `_id`.
  ///   - json: the record.
  ///   - version: the server's; volumes are in bytes before 8.8.
  /// - Throws: ``StoreError`` with ``StoreError/Kind-swift.enum/invalid`` for a status, a type or a
  ///   sync rule that can't be understood; anything else that is unknown is kept as it is.
  package init(
    id: String, json: JSONValue, version: ProtocolVersion = .newest
  ) throws(StoreError) {
    guard let status = json.text("status").flatMap({ JobStatus(code: $0) }) else {
      throw StoreError(.invalid, "The job \(id) has no status that is known.")
    }
    guard let type = JobType(rawValue: json.text("job_type") ?? "full") else {
      throw StoreError(.invalid, "The job \(id) is of a type that is unknown.")
    }
    let snapshot = json["connector"] ?? .null
    var connector = Connector(
      id: snapshot.text("id") ?? json.text("connector_id") ?? "", name: "",
      indexName: snapshot.text("index_name") ?? json.text("index_name"),
      serviceType: snapshot.text("service_type"), language: Language(json: snapshot["language"]))
    connector.configuration = ConnectorConfiguration(json: snapshot["configuration"] ?? .null)
    connector.pipeline = IngestPipeline(json: snapshot["pipeline"] ?? .null)
    connector.syncCursor = snapshot["sync_cursor"].flatMap { $0.isNull ? nil : SyncCursor($0) }
    connector.filtering.active = try FilteringRules(json: snapshot["filtering"] ?? .null)
    self.init(
      id: id, connector: connector, type: type,
      trigger: json.text("trigger_method").flatMap { Trigger(rawValue: $0) } ?? .onDemand,
      createdAt: json.moment("created_at") ?? json.moment("started_at")
        ?? Timestamp(millisecondsSince1970: 0))
    self.status = status
    readProgress(json, volumeUnit: version < .richFields ? 1 : JobCounters.mebibyte)
    unknownMembers = (json.objectValue ?? JSONObject())
      .subtracting(knownMembers, within: ["connector", "metadata"])
    // Where 8.4 and 8.5 have what is in the copy of the connector later.
    for name in ["connector_id", "index_name"] { unknownMembers[name] = nil }
  }

  private mutating func readProgress(_ json: JSONValue, volumeUnit: Int) {
    error = json.text("error")
    startedAt = json.moment("started_at")
    completedAt = json.moment("completed_at")
    canceledAt = json.moment("canceled_at")
    cancelationRequestedAt = json.moment("cancelation_requested_at")
    lastSeen = json.moment("last_seen")
    workerHostname = json.text("worker_hostname")
    let kept = json["metadata"] ?? .null
    let total = kept["total_document_count"]?.integerValue
    totalDocumentCount = (total ?? json["total_document_count"]?.integerValue).map { Int($0) }
    metadata = JobMetadata(json: kept)
    if let exact = kept["counters"] {
      counters = JobCounters(json: exact)
    } else {
      counters.created = json.count("indexed_document_count")
      counters.deleted = json.count("deleted_document_count")
      let volume = min(json.count("indexed_document_volume"), Int(Int32.max))
      counters.bytesWritten = volume * volumeUnit
    }
  }

  /// The record as JSON, in the shape of version 8.9 and later.
  package var json: JSONValue {
    var object = knownMembers
    object.addMissing(from: unknownMembers)
    return .object(object)
  }

  private var knownMembers: JSONObject {
    let volume = (counters.bytesWritten + JobCounters.mebibyte / 2) / JobCounters.mebibyte
    var kept = metadata.json
    if counters != JobCounters() { kept["counters"] = counters.json }
    if let exact = totalDocumentCount, exact > Int32.max {
      kept["total_document_count"] = .count(exact)
    }
    var object = JSONObject()
    object["cancelation_requested_at"] = .optional(cancelationRequestedAt)
    object["canceled_at"] = .optional(canceledAt)
    object["completed_at"] = .optional(completedAt)
    object["connector"] = .object(snapshot)
    object["created_at"] = .optional(createdAt)
    object["deleted_document_count"] = .clampedCount(counters.deleted)
    object["error"] = .optional(error)
    object["indexed_document_count"] = .clampedCount(counters.created + counters.updated)
    object["indexed_document_volume"] = .clampedCount(volume)
    object["job_type"] = .string(type.rawValue)
    object["last_seen"] = .optional(lastSeen)
    object["metadata"] = .object(kept)
    object["started_at"] = .optional(startedAt)
    object["status"] = .string(status.rawValue)
    object["total_document_count"] = totalDocumentCount.map { .clampedCount($0) } ?? .null
    object["trigger_method"] = .string(trigger.rawValue)
    object["worker_hostname"] = .optional(workerHostname)
    return object
  }

  private var snapshot: JSONObject {
    var object = JSONObject()
    object["configuration"] = configuration.json
    object["filtering"] = filtering.json
    object["id"] = .string(connectorID)
    object["index_name"] = indexName.isEmpty ? .null : .string(indexName)
    object["language"] = language.json
    object["pipeline"] = pipeline.json
    object["service_type"] = serviceType.isEmpty ? .null : .string(serviceType)
    if let syncCursor { object["sync_cursor"] = syncCursor.value }
    return object
  }
}

extension JobCounters {
  /// Elastic's unit of `indexed_document_volume` from 8.8 on.
  fileprivate static let mebibyte = 1_048_576

  /// Reads the exact counters.
  fileprivate init(json: JSONValue) {
    self.init()
    for (name, path) in Self.names { self[keyPath: path] = json.count(name) }
  }

  fileprivate var json: JSONValue {
    .object(
      JSONObject(Self.names.map { JSONObject.Member($0.name, .count(self[keyPath: $0.path])) }))
  }

  private static var names: [(name: String, path: WritableKeyPath<JobCounters, Int>)] {
    [
      ("extracted", \.extracted), ("filtered", \.filtered), ("unchanged", \.unchanged),
      ("created", \.created), ("updated", \.updated), ("superseded", \.superseded),
      ("failed", \.failed), ("deleted", \.deleted), ("held_deletions", \.heldDeletions),
      ("without_content", \.withoutContent), ("bytes_written", \.bytesWritten),
    ]
  }
}

extension JobMetadata {
  fileprivate init(json: JSONValue) {
    self.init()
    attempts = json.count("attempts")
    for member in json["stage_milliseconds"]?.objectValue?.members ?? [] {
      stageMilliseconds[member.name] = member.value.integerValue
    }
    partialScopes = (json["partial_scopes"]?.arrayValue ?? []).map {
      PartialScope(name: $0.text("name") ?? "", reason: $0.text("reason") ?? "")
    }
    heldDeletionsReason = json.text("held_deletions_reason")
    heldDeletionsSample = (json["held_deletions_sample"]?.arrayValue ?? [])
      .compactMap(\.stringValue)
    allowedDeletions = json["allowed_deletions"]?.integerValue.map { Int($0) }
    worker = json.text("worker")
    if let written = json["written"] {
      self.written = Written(created: written.count("created"), updated: written.count("updated"))
    }
    warnings = (json["warnings"]?.arrayValue ?? []).compactMap(\.stringValue)
  }

  fileprivate var json: JSONObject {
    let stages = stageMilliseconds.sorted { $0.key < $1.key }
      .map { JSONObject.Member($0.key, .integer($0.value)) }
    let partial = partialScopes.map { scope -> JSONValue in
      ["name": .string(scope.name), "reason": .string(scope.reason)]
    }
    let members: [(String, JSONValue?)] = [
      ("allowed_deletions", allowedDeletions.map { .count($0) }),
      ("attempts", attempts > 0 ? .count(attempts) : nil),
      ("held_deletions_reason", heldDeletionsReason.map { .string($0) }),
      ("held_deletions_sample", .list(heldDeletionsSample.map { .string($0) })),
      ("partial_scopes", .list(partial)),
      ("stage_milliseconds", stages.isEmpty ? nil : .object(JSONObject(stages))),
      ("warnings", .list(warnings.map { .string($0) })), ("worker", worker.map { .string($0) }),
      (
        "written",
        written.map { ["created": .count($0.created), "updated": .count($0.updated)] }
      ),
    ]
    var object = JSONObject()
    for (name, value) in members { object[name] = value }
    return object
  }
}
