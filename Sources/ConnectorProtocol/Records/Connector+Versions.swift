package import ConnectorKit

extension Connector {
  /// The record as Kibana of a release creates it, with what is known already.
  package func json(for version: ProtocolVersion) -> JSONValue {
    var object = shaped(for: version, isFlat: version < .nestedSchedules)
    for (name, value) in Self.freshMembers(of: version) where object[name] == nil {
      object[name] = value
    }
    return .object(object)
  }

  /// A stored record with what this one has changed.
  ///
  /// - Parameters:
  ///   - version: the server's.
  ///   - stored: the record from which this one was read.
  /// - Returns: the record to store; what nobody changed stays as it was written.
  /// - Throws: ``StoreError`` if the stored record can't be understood.
  package func json(
    for version: ProtocolVersion, over stored: JSONValue
  ) throws(StoreError) -> JSONValue {
    var former = try Connector(id: id, json: stored, version: version)
    let isFlat = Scheduling.isFlat(stored["scheduling"] ?? .null, version: version)
    // Members that this program does not know are never taken away.
    former.unknownMembers = JSONObject()
    return stored.applying(
      before: touched(former.shaped(for: version, isFlat: isFlat), in: stored),
      after: touched(shaped(for: version, isFlat: isFlat), in: stored))
  }

  /// Leaves out the configuration's fields that this record's service has not declared: they stay
  /// as they are.
  private func touched(_ record: JSONObject, in stored: JSONValue) -> JSONValue {
    var record = record
    let there = stored["configuration"]
    let fields = (record["configuration"]?.objectValue?.members ?? []).filter {
      configuration.schema[$0.name] != nil || there?[$0.name] == nil
    }
    record["configuration"] = .object(JSONObject(fields))
    return .object(record)
  }

  /// Members that a fresh record has beside those that this program gives a meaning to.
  private static func freshMembers(of version: ProtocolVersion) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    if version < .nestedSchedules { members.append(("sync_now", false)) }
    guard version >= .richFields else { return members }
    members.append(("custom_scheduling", [:]))
    for rest in ["error", "scheduled_at", "status"] {
      members.append(("last_access_control_sync_\(rest)", .null))
    }
    return members
  }

  /// The members that a record of a release always has; others are there once they have a value.
  private static func permanentMembers(of version: ProtocolVersion) -> Set<String> {
    var names: Set = [
      "api_key_id", "configuration", "index_name", "language", "last_seen", "last_sync_error",
      "last_sync_status", "last_synced", "scheduling", "service_type", "status",
    ]
    if version >= ProtocolVersion(8, 5) { names.formUnion(["is_native", "name", "pipeline"]) }
    if version >= .snapshots { names.formUnion(["description", "error", "features", "filtering"]) }
    if version >= .richFields {
      names.formUnion(["last_incremental_sync_scheduled_at", "last_sync_scheduled_at"])
    }
    return names
  }

  private func shaped(for version: ProtocolVersion, isFlat: Bool) -> JSONObject {
    var shaped = JSONObject()
    var blank = Connector(id: "", name: "", indexName: nil, serviceType: nil)
    blank.filtering = Filtering(createdAt: filtering.active.createdAt)
    let defaults = blank.json
    let permanent = Self.permanentMembers(of: version)
    let counts: Set = ["last_deleted_document_count", "last_indexed_document_count"]
    for member in json.objectValue?.members ?? [] {
      let isCount = counts.contains(member.name) && lastSynced != nil
      if permanent.contains(member.name) || isCount || member.value != defaults[member.name] {
        shaped[member.name] = member.value
      }
    }
    shaped["configuration"] = configuration.json(for: version)
    shaped["scheduling"] = scheduling.json(for: version, isFlat: isFlat)
    if let features, let other = shaped["features"]?.objectValue {
      shaped["features"] = .object(features.shaped(for: version, beside: other))
    }
    for name in ["error", "last_sync_error"] {
      if let text = shaped[name]?.stringValue { shaped[name] = .string(text.fittingKeyword) }
    }
    return shaped
  }
}

extension IngestPipeline {
  /// The name of a release's generic pipeline.
  package static func name(of version: ProtocolVersion) -> String {
    version < ProtocolVersion(9, 0) ? "ent-search-generic-ingestion" : "search-default-ingestion"
  }
}

extension Scheduling {
  /// The schedules in one of two shapes: one for full syncs (up to 8.8), or one a job type.
  ///
  /// In the flat shape the others stand beside it once they are set, where that release looks past
  /// them; a fresh record of 8.8 has both shapes, for Kibana and the services of that release
  /// differ.
  fileprivate func json(for version: ProtocolVersion, isFlat: Bool) -> JSONValue {
    guard isFlat else { return json }
    var flat: JSONObject = [
      "enabled": .bool(full.isEnabled), "interval": .string(full.interval),
    ]
    let isBoth = version == .richFields
    let all = json
    for type in JobType.allCases where isBoth || type != .full && self[type] != Entry() {
      flat[type.rawValue] = all[type.rawValue]
    }
    return .object(flat)
  }
}

extension ConnectorFeatures {
  fileprivate func shaped(
    for version: ProtocolVersion, beside other: JSONObject
  ) -> JSONObject {
    guard version >= .featureObjects else {
      return [
        "filtering_advanced_config": .bool(advancedRules), "filtering_rules": .bool(basicRules),
      ]
    }
    var object = other
    if version < .nestedSchedules {
      object["incremental_sync"] = nil
    } else if object["document_level_security"] == nil {
      object["document_level_security"] = ["enabled": false]
    }
    if version >= .nativeKeys, object["native_connector_api_keys"] == nil {
      object["native_connector_api_keys"] = ["enabled": false]
    }
    return object
  }
}

extension ConnectorConfiguration {
  /// The fields as services of a release write them: up to 8.7 a label, a type and a value that is
  /// text, then all properties.
  func json(for version: ProtocolVersion) -> JSONValue {
    var fields = JSONObject()
    for member in json.objectValue?.members ?? [] {
      var field = member.value.objectValue ?? JSONObject()
      // This program's own, of the embedded store's records.
      field["initial_value"] = nil
      if version < .placeholders { field["placeholder"] = nil }
      if version < .richFields {
        var plain = JSONObject()
        for name in ["label", "type"] { plain[name] = field[name] }
        plain["value"] = (field["value"] ?? .null).plainText
        field = plain
      }
      fields[member.name] = .object(field)
    }
    return .object(fields)
  }
}

extension JSONValue {
  /// A value as text, if it stays the same when it is read; up to 8.7 all are.
  fileprivate var plainText: JSONValue {
    switch self {
    case .null: return ""
    case .array(let items):
      let texts = items.compactMap(\.stringValue)
      let isSafe = texts.count == items.count && texts.allSatisfy { !$0.contains { $0 == "," } }
      return isSafe ? .string(texts.joined(separator: ",")) : self
    default: return looseText.map { .string($0) } ?? self
    }
  }
}

extension String {
  /// The longest text that this program writes where the mapping says keyword: longer ones than
  /// 32,766 bytes are refused.
  private static let keywordLimit = 8192

  /// The text, cut if it is too long for a keyword.
  var fittingKeyword: String {
    guard utf8.count > Self.keywordLimit else { return self }
    var cut = self
    while cut.utf8.count > Self.keywordLimit { cut = String(cut.prefix(cut.count * 9 / 10)) }
    return cut + "…"
  }
}
