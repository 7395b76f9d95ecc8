internal import ConnectorKit

extension Scheduling {
  /// Reads both shapes: one schedule for full syncs (up to 8.8), or one a job type (from 8.9).
  ///
  /// Of a record with both, what the release's own programs change counts.
  init(json: JSONValue, version: ProtocolVersion) {
    self.init()
    for type in JobType.allCases {
      if let entry = json[type.rawValue] { self[type] = Entry(json: entry) }
    }
    if Self.isFlat(json, version: version) { full = Entry(json: json) }
  }

  /// Whether a stored schedule is one for full syncs; an empty one is what the release has.
  static func isFlat(_ json: JSONValue, version: ProtocolVersion) -> Bool {
    let isOld = version < .nestedSchedules
    guard json.text("interval") != nil else { return isOld && json["full"] == nil }
    return isOld || json["full"] == nil
  }

  var json: JSONValue {
    ["access_control": accessControl.json, "full": full.json, "incremental": incremental.json]
  }
}

extension Scheduling.Entry {
  fileprivate init(json: JSONValue) {
    self.init()
    isEnabled = json.flag("enabled") ?? false
    if let interval = json.text("interval") { self.interval = interval }
  }

  fileprivate var json: JSONValue {
    ["enabled": .bool(isEnabled), "interval": .string(interval)]
  }
}

extension ConnectorFeatures {
  /// Reads the flags of 8.7 and later, or the two of 8.6.
  init(json: JSONValue) {
    let rules = json["sync_rules"] ?? .null
    self.init(
      basicRules: rules["basic"]?.flag("enabled") ?? json.flag("filtering_rules") ?? false,
      advancedRules: rules["advanced"]?.flag("enabled")
        ?? json.flag("filtering_advanced_config") ?? false,
      incrementalSync: json["incremental_sync"]?.flag("enabled") ?? false)
  }

  var json: JSONValue {
    [
      "sync_rules": [
        "basic": ["enabled": .bool(basicRules)], "advanced": ["enabled": .bool(advancedRules)],
      ],
      "incremental_sync": ["enabled": .bool(incrementalSync)],
    ]
  }
}

extension IngestPipeline {
  /// Reads pipeline settings; what is missing takes its default.
  init(json: JSONValue) {
    self.init()
    name = json.text("name") ?? name
    extractBinaryContent = json.flag("extract_binary_content") ?? extractBinaryContent
    reduceWhitespace = json.flag("reduce_whitespace") ?? reduceWhitespace
    runMLInference = json.flag("run_ml_inference") ?? runMLInference
  }

  var json: JSONValue {
    [
      "name": .string(name), "extract_binary_content": .bool(extractBinaryContent),
      "reduce_whitespace": .bool(reduceWhitespace), "run_ml_inference": .bool(runMLInference),
    ]
  }
}

extension Language {
  /// Reads the code in `language`; `null` and unknown codes are universal.
  init(json: JSONValue?) {
    self = json?.stringValue.flatMap { Language(rawValue: $0) } ?? .universal
  }

  var json: JSONValue { self == .universal ? .null : .string(rawValue) }
}
