internal import ConnectorKit
internal import ConnectorProtocol

/// The hidden indices of records, with the mappings that Kibana gives them.
enum RecordIndex: String, CaseIterable {
  case connectors = ".elastic-connectors"
  case jobs = ".elastic-connectors-sync-jobs"
  /// This program's own.
  case deadLetters = ".connector-console-dead-letters"

  /// The name under which it is read and written.
  var alias: String { rawValue }

  /// The index behind the alias.
  var concrete: String { rawValue + "-v1" }

  /// The body of `PUT /index`.
  func body(for version: ProtocolVersion) -> JSONValue {
    let settings: JSONObject = [
      "hidden": true, "number_of_shards": 1, "auto_expand_replicas": "0-3",
    ]
    return [
      "settings": ["index": .object(settings)],
      "aliases": .object(JSONObject([.init(alias, ["is_write_index": true, "is_hidden": true])])),
      "mappings": mappings(for: version),
    ]
  }

  private func mappings(for version: ProtocolVersion) -> JSONValue {
    switch self {
    case .connectors:
      ["dynamic": "false", "_meta": Self.meta(version), "properties": Self.connectorFields]
    case .jobs: ["dynamic": "false", "_meta": ["version": 1], "properties": Self.jobFields]
    case .deadLetters: ["dynamic": "false", "properties": Self.deadLetterFields]
    }
  }

  private static func meta(_ version: ProtocolVersion) -> JSONValue {
    [
      "version": 1,
      "pipeline": [
        "default_name": .string(IngestPipeline.name(of: version)),
        "default_extract_binary_content": true,
        "default_reduce_whitespace": true, "default_run_ml_inference": true,
      ],
    ]
  }

  private static func fields(_ types: [(String, String)]) -> JSONObject {
    var object = JSONObject()
    for (type, names) in types {
      for name in names.split(separator: " ") { object[String(name)] = ["type": .string(type)] }
    }
    return object
  }

  private static var connectorFields: JSONValue {
    var object = fields([
      (
        "keyword",
        "api_key_id api_key_secret_id error index_name language last_access_control_sync_error "
          + "last_access_control_sync_status last_sync_error last_sync_status name service_type "
          + "status"
      ),
      ("text", "description"),
      ("object", "configuration custom_scheduling sync_cursor"),
      ("boolean", "is_native sync_now"),
      ("long", "last_deleted_document_count last_indexed_document_count"),
      (
        "date",
        "last_seen last_synced last_sync_scheduled_at last_incremental_sync_scheduled_at "
          + "last_access_control_sync_scheduled_at"
      ),
    ])
    object["features"] = ["properties": features]
    object["filtering"] = [
      "properties": [
        "domain": ["type": "keyword"], "active": ["properties": rules],
        "draft": ["properties": rules],
      ]
    ]
    object["pipeline"] = ["properties": pipeline]
    let schedule: JSONValue = [
      "properties": .object(fields([("boolean", "enabled"), ("text", "interval")]))
    ]
    object["scheduling"] = [
      "properties": ["full": schedule, "incremental": schedule, "access_control": schedule]
    ]
    return .object(object)
  }

  private static var features: JSONValue {
    let flag: JSONValue = ["properties": ["enabled": ["type": "boolean"]]]
    return [
      "filtering_advanced_config": ["type": "boolean"], "filtering_rules": ["type": "boolean"],
      "incremental_sync": flag,
      "sync_rules": ["properties": ["basic": flag, "advanced": flag]],
    ]
  }

  private static var rules: JSONValue {
    let rule = fields([
      ("keyword", "id policy field rule value"), ("short", "order"),
      ("date", "created_at updated_at"),
    ])
    let snippet = fields([("object", "value"), ("date", "created_at updated_at")])
    return [
      "rules": ["properties": .object(rule)],
      "advanced_snippet": ["properties": .object(snippet)],
      "validation": [
        "properties": [
          "state": ["type": "keyword"],
          "errors": [
            "properties": .object(fields([("keyword", "ids"), ("text", "messages")]))
          ],
        ]
      ],
    ]
  }

  private static var pipeline: JSONValue {
    .object(
      fields([
        ("keyword", "name"),
        ("boolean", "extract_binary_content reduce_whitespace run_ml_inference"),
      ]))
  }

  private static var jobFields: JSONValue {
    var object = fields([
      (
        "date",
        "cancelation_requested_at canceled_at completed_at created_at last_seen started_at"
      ),
      (
        "integer",
        "deleted_document_count indexed_document_count indexed_document_volume "
          + "total_document_count"
      ),
      ("keyword", "error job_type status trigger_method worker_hostname"),
      ("object", "metadata"),
    ])
    var connector = fields([
      ("object", "configuration sync_cursor"), ("keyword", "id index_name language service_type"),
    ])
    connector["filtering"] = ["properties": rules]
    connector["pipeline"] = ["properties": pipeline]
    object["connector"] = ["properties": .object(connector)]
    return .object(object)
  }

  private static var deadLetterFields: JSONValue {
    .object(fields([("keyword", "job_id connector_id document_id stage"), ("date", "at")]))
  }
}
