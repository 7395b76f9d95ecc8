import ConnectorKit
import ConnectorProtocol
import StoreContracts
import Testing

/// What records hold, release by release: tables made from what Kibana and Elastic's services write.
@Suite struct RecordVersionTests {
  static let releases = [
    ProtocolVersion(8, 4), ProtocolVersion(8, 6), ProtocolVersion(8, 8), ProtocolVersion(8, 12),
    ProtocolVersion(8, 15), ProtocolVersion(9, 0),
  ]

  private static let moment = "2026-11-24T17:00:00.000Z"

  /// Names and types, as `name:type` separated by blanks; types with `?` may be null.
  private static func table(_ text: String) -> [String: String] {
    var table: [String: String] = [:]
    for entry in text.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: ":").map(String.init)
      table[parts[0]] = parts[1]
    }
    return table
  }

  /// The record that Kibana of a release creates.
  private static func connectorTable(_ version: ProtocolVersion) -> [String: String] {
    var text = """
      api_key_id:text? configuration:object index_name:text? language:text? last_seen:date?
      last_sync_error:text? last_sync_status:text? last_synced:date? scheduling:object
      service_type:text? status:text name:text created_at:date updated_at:date
      """
    if version >= ProtocolVersion(8, 5) { text += " is_native:bool pipeline:object" }
    if version >= ProtocolVersion(8, 6) {
      text += " description:text? error:text? features:object? filtering:array"
    }
    if version >= ProtocolVersion(8, 8) {
      text += """
         custom_scheduling:object last_access_control_sync_error:text?
        last_access_control_sync_scheduled_at:date? last_access_control_sync_status:text?
        last_incremental_sync_scheduled_at:date? last_sync_scheduled_at:date?
        """
    }
    if version < ProtocolVersion(8, 9) { text += " sync_now:bool" }
    return table(text)
  }

  /// Members that a record may have beside those of a fresh one.
  private static func laterMembers(_ version: ProtocolVersion) -> [String: String] {
    var text = "error:text? sync_cursor:object? description:text?"
    text += " last_deleted_document_count:count last_indexed_document_count:count"
    text += " features:object? filtering:array is_native:bool pipeline:object"
    text += " last_sync_scheduled_at:date? last_incremental_sync_scheduled_at:date?"
    if version >= ProtocolVersion(8, 13) { text += " api_key_secret_id:text?" }
    return table(text)
  }

  private static func jobTable(_ version: ProtocolVersion) -> [String: String] {
    var text = """
      cancelation_requested_at:date? canceled_at:date? completed_at:date? connector:object
      created_at:date deleted_document_count:count error:text? indexed_document_count:count
      indexed_document_volume:count last_seen:date? metadata:object started_at:date? status:text
      total_document_count:count? trigger_method:text worker_hostname:text?
      """
    if version >= ProtocolVersion(8, 8) { text += " job_type:text" }
    if version < ProtocolVersion(8, 6) { text += " connector_id:text index_name:text?" }
    return table(text)
  }

  private static let copyTable = table(
    """
    configuration:object filtering:object id:text index_name:text? language:text? pipeline:object
    service_type:text?
    """)

  private static func fieldTable(_ version: ProtocolVersion) -> [String: String] {
    if version < ProtocolVersion(8, 8) { return table("label:text type:text value:text") }
    return table(
      """
      default_value:any depends_on:array display:text label:text options:array order:count
      required:bool sensitive:bool tooltip:text? type:text ui_restrictions:array
      validations:array value:any
      """)
  }

  private func matches(_ value: JSONValue, _ type: String) -> Bool {
    if value.isNull { return type.hasSuffix("?") || type == "any" }
    switch type.split(separator: "?").first.map(String.init) {
    case "text": return value.stringValue != nil
    case "date": return value.stringValue.flatMap { Timestamp($0) } != nil
    case "bool": return value.boolValue != nil
    case "object": return value.objectValue != nil
    case "array": return value.arrayValue != nil
    case "count": return value.integerValue.map { (0...Int64(Int32.max)).contains($0) } ?? false
    default: return true
    }
  }

  private func expect(
    _ record: JSONValue, has table: [String: String], mayHave more: [String: String] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let names = Set((record.objectValue?.members ?? []).map(\.name))
    let missing = Set(table.keys).subtracting(names).sorted()
    let extra = names.subtracting(table.keys).subtracting(more.keys).sorted()
    #expect(missing == [], "missing", sourceLocation: sourceLocation)
    #expect(extra == [], "not of this release", sourceLocation: sourceLocation)
    for name in names.sorted() {
      guard let type = table[name] ?? more[name], let value = record[name] else { continue }
      #expect(
        matches(value, type), "\(name) is \(value.text), not \(type)",
        sourceLocation: sourceLocation)
    }
  }

  private var fresh: Connector {
    Connector(
      id: "c", name: "demo", indexName: "search-demo", serviceType: nil,
      createdAt: Timestamp(Self.moment))
  }

  @Test(arguments: releases)
  func `a fresh record has the members of the release`(_ version: ProtocolVersion) throws {
    let record = fresh.json(for: version)
    expect(record, has: Self.connectorTable(version))
    #expect(record["status"] == "created")
    #expect(record["configuration"] == [:])
    #expect(record["service_type"] == .null)
    #expect(record["language"] == .null)
    if version >= ProtocolVersion(8, 5) {
      #expect(record["is_native"] == false)
      #expect(
        record["pipeline"] == [
          "name": "ent-search-generic-ingestion", "extract_binary_content": true,
          "reduce_whitespace": true, "run_ml_inference": true,
        ])
    }
    let off: JSONValue = ["enabled": false, "interval": "0 0 0 * * ?"]
    let nested: JSONValue = ["access_control": off, "full": off, "incremental": off]
    let scheduling = try #require(record["scheduling"])
    switch version {
    case ..<ProtocolVersion(8, 8): #expect(scheduling == off)
    case ProtocolVersion(8, 8):
      // Kibana 8.8 writes three schedules, the services of 8.8 read one.
      for name in ["access_control", "full", "incremental"] { #expect(scheduling[name] == off) }
      #expect(scheduling["enabled"] == false)
      #expect(scheduling["interval"] == "0 0 0 * * ?")
    default: #expect(scheduling == nested)
    }
    guard version >= ProtocolVersion(8, 6) else { return }
    let rules: JSONValue = [
      "advanced_snippet": [
        "value": [:], "created_at": .string(Self.moment), "updated_at": .string(Self.moment),
      ],
      "rules": [
        [
          "id": "DEFAULT", "field": "_", "policy": "include", "rule": "regex", "value": ".*",
          "order": 0, "created_at": .string(Self.moment), "updated_at": .string(Self.moment),
        ]
      ],
      "validation": ["state": "valid", "errors": []],
    ]
    #expect(record["filtering"] == [["domain": "DEFAULT", "active": rules, "draft": rules]])
    #expect(record["features"] == .null)
  }

  @Test(arguments: releases)
  func `a record in use has no member that the release does not know`(
    _ version: ProtocolVersion
  ) throws {
    var connector = fresh
    connector.serviceType = "directory"
    connector.configuration = ConnectorConfiguration(
      schema: SampleRecords.schema, values: ConfigurationValues(["port": .integer(1)]))
    connector.features = ConnectorFeatures(
      basicRules: true, advancedRules: false, incrementalSync: true)
    connector.error = String(repeating: "é", count: 20_000)
    connector.status = .error
    connector.syncCursor = SyncCursor(["a": 1])
    connector.lastSynced = connector.createdAt
    connector.lastSyncScheduledAt = connector.createdAt
    let stored = fresh.json(for: version)
    let record = try connector.json(for: version, over: stored)
    expect(
      record, has: Self.connectorTable(version).merging(["service_type": "text"]) { $1 },
      mayHave: Self.laterMembers(version))
    #expect((record["error"]?.stringValue?.utf8.count ?? 0) < 32_766)
    #expect(record["last_indexed_document_count"] == 0)
    for member in record["configuration"]?.objectValue?.members ?? [] {
      expect(
        member.value, has: Self.fieldTable(version),
        mayHave: version >= ProtocolVersion(8, 10) ? ["placeholder": "text"] : [:])
    }
    let on: JSONValue = ["enabled": true]
    let off: JSONValue = ["enabled": false]
    let rules: JSONValue = ["basic": on, "advanced": off]
    switch version {
    case ..<ProtocolVersion(8, 7):
      #expect(
        record["features"] == ["filtering_advanced_config": false, "filtering_rules": true])
    case ..<ProtocolVersion(8, 9): #expect(record["features"] == ["sync_rules": rules])
    case ..<ProtocolVersion(8, 13):
      #expect(
        record["features"] == [
          "sync_rules": rules, "incremental_sync": on, "document_level_security": off,
        ])
    default:
      #expect(
        record["features"] == [
          "sync_rules": rules, "incremental_sync": on, "document_level_security": off,
          "native_connector_api_keys": off,
        ])
    }
    let read = try Connector(id: "c", json: record, version: version)
    #expect(
      read.configuration.values["port"]
        == (version < ProtocolVersion(8, 8)
          ? .string("1") : .integer(1)))
    #expect(read.syncCursor == connector.syncCursor)
  }

  @Test(arguments: releases)
  func `a pending job has the members of the release`(_ version: ProtocolVersion) throws {
    var connector = fresh
    connector.serviceType = "directory"
    let job = SyncJob(
      id: "j", connector: connector, type: .full, trigger: .onDemand,
      createdAt: try #require(Timestamp(Self.moment)))
    let record = job.json(for: version)
    expect(record, has: Self.jobTable(version))
    expect(record["connector"] ?? .null, has: Self.copyTable)
    #expect(record["metadata"] == [:])
    #expect(record["status"] == "pending")
    #expect(record["trigger_method"] == "on_demand")
    #expect(record["total_document_count"] == .null)
    #expect(
      Set((record["connector"]?["filtering"]?.objectValue?.members ?? []).map(\.name))
        == ["advanced_snippet", "rules", "validation"])
    #expect(try SyncJob(id: "j", json: record, version: version) == job)
  }

  @Test(arguments: releases)
  func `a job in use keeps to the members and integers of the release`(
    _ version: ProtocolVersion
  ) throws {
    let job = SampleRecords.job()
    let record = job.json(for: version)
    var table = Self.jobTable(version)
    table["job_type"] = "text"
    var more = ["extra": "any"]
    more["connector"] = "object"
    expect(record, has: table, mayHave: more)
    let mebibytes = version >= ProtocolVersion(8, 8)
    #expect(record["indexed_document_volume"] == (mebibytes ? 117_738 : 2_147_483_647))
    let read = try SyncJob(id: "job-1", json: record, version: version)
    #expect(read.counters == job.counters)
    #expect(read.metadata == job.metadata)
  }

  @Test func `a volume of another service is in bytes before 8-8, then in MiB`() throws {
    let json: JSONValue = ["status": "completed", "indexed_document_volume": 3]
    let old = try SyncJob(id: "j", json: json, version: ProtocolVersion(8, 7))
    #expect(old.counters.bytesWritten == 3)
    #expect(try SyncJob(id: "j", json: json).counters.bytesWritten == 3 << 20)
  }
}

@Suite struct RecordMergeTests {
  private func change(
    _ text: String, at version: ProtocolVersion = .newest, _ body: (inout Connector) -> Void
  ) throws -> JSONValue {
    let stored = try JSONValue(parsing: text)
    var connector = try Connector(id: "c", json: stored, version: version)
    body(&connector)
    return try connector.json(for: version, over: stored)
  }

  private static let foreign = """
    {"name":"n","status":"connected","is_native":"false","later_member":{"a":[1,{"b":null}]},
    "scheduling":{"full":{"enabled":"true","interval":"0 0 0 * * ?","zone":"UTC"},
    "weekly":{"enabled":true}},"pipeline":{"name":"p","extra":1},"last_indexed_document_count":"7",
    "configuration":{"head":{"type":"category","label":"Head","order":0},
    "host":{"label":"Host","value":"h","category":"head","unknown":[1]},"flag":{"label":"Flag",
    "type":"bool","value":"false"}},"features":{"later":{"enabled":true}},
    "filtering":[{"domain":"OTHER","active":{"rules":[]}},{"domain":"DEFAULT","note":1,"active":{
    "rules":[{"id":"a","policy":"include","field":"x","rule":"equals","value":5,"order":0,
    "colour":"red"},{"id":"DEFAULT","policy":"include","field":"_","rule":"regex","value":".*",
    "order":1,"created_at":"2020-01-01T00:00:00Z"}],"advanced_snippet":{"value":{},
    "created_at":"2021-01-01T00:00:00Z"},"validation":{"state":"valid","errors":[]}}}]}
    """

  @Test func `a heartbeat changes one member, whatever else is in the record`() throws {
    let moment = SampleRecords.moment(1)
    let before = try JSONValue(parsing: Self.foreign)
    let after = try change(Self.foreign) { $0.lastSeen = moment }
    var expected = try #require(before.objectValue)
    expected["last_seen"] = .string(moment.description)
    #expect(after == .object(expected))
  }

  @Test func `a changed value keeps what is unknown around it`() throws {
    let after = try change(Self.foreign) { record in
      record.scheduling.full.interval = "0 5 * * * ?"
      record.configuration.values["flag"] = .bool(true)
      record.pipeline.reduceWhitespace = false
      record.filtering.active.rules[0].policy = .exclude
    }
    #expect(
      after["scheduling"]?["full"] == [
        "enabled": "true", "interval": "0 5 * * * ?", "zone": "UTC",
      ])
    #expect(after["scheduling"]?["weekly"] == ["enabled": true])
    #expect(after["configuration"]?["flag"]?["value"] == true)
    #expect(after["configuration"]?["head"]?["type"] == "category")
    #expect(after["configuration"]?["host"]?["unknown"] == [1])
    #expect(after["pipeline"] == ["name": "p", "extra": 1, "reduce_whitespace": false])
    let domains = after["filtering"]?.arrayValue ?? []
    #expect(Set(domains.compactMap { $0["domain"]?.stringValue }) == ["DEFAULT", "OTHER"])
    let own = domains.first { $0["domain"] == "DEFAULT" }
    #expect(own?["note"] == 1)
    let rules = own?["active"]?["rules"]?.arrayValue ?? []
    #expect(rules.first?["policy"] == "exclude")
    #expect(rules.first?["colour"] == "red")
    #expect(rules.last?["created_at"] == "2020-01-01T00:00:00Z")
  }

  @Test func `a removed rule goes, and a new one comes before the default`() throws {
    let after = try change(Self.foreign) { record in
      record.filtering.active.rules = [
        SyncRule(id: "b", policy: .include, field: "y", comparison: .regex, value: "z")
      ]
    }
    let own = after["filtering"]?.arrayValue?.first { $0["domain"] == "DEFAULT" }
    let ids = (own?["active"]?["rules"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    #expect(ids == ["b", "DEFAULT"])
  }

  @Test func `a flat schedule stays flat, also on a newer server`() throws {
    let flat = #"{"scheduling":{"enabled":true,"interval":"0 0 3 * * ?"},"sync_now":true}"#
    for version in RecordVersionTests.releases {
      let after = try change(flat, at: version) { record in
        #expect(record.scheduling.full.isEnabled)
        #expect(record.wantsSync)
        record.scheduling.full.isEnabled = false
        record.wantsSync = false
      }
      #expect(after["scheduling"]?["enabled"] == false)
      #expect(after["scheduling"]?["interval"] == "0 0 3 * * ?")
      #expect(after["sync_now"] == false)
    }
  }

  @Test func `of two shapes the release's own counts`() throws {
    let both = """
      {"scheduling":{"enabled":true,"interval":"0 1 * * * ?",
      "full":{"enabled":false,"interval":"0 2 * * * ?"}}}
      """
    let json = try JSONValue(parsing: both)
    let old = try Connector(id: "c", json: json, version: ProtocolVersion(8, 8))
    #expect(old.scheduling.full == Scheduling.Entry(isEnabled: true, interval: "0 1 * * * ?"))
    let new = try Connector(id: "c", json: json, version: ProtocolVersion(8, 9))
    #expect(new.scheduling.full == Scheduling.Entry(isEnabled: false, interval: "0 2 * * * ?"))
  }

  @Test func `fields of the configuration that a service no longer declares stay`() throws {
    let after = try change(Self.foreign) { record in
      record.configuration.schema = SampleRecords.schema
    }
    #expect(after["configuration"]?["flag"]?["value"] == "false")
    #expect(after["configuration"]?["host"]?["unknown"] == [1])
    #expect(after["configuration"]?["port"]?["type"] == "int")
    #expect(after["configuration"]?["host"]?["initial_value"] == nil)
  }

  @Test func `null, wrong types and nothing at all are read without harm`() throws {
    let names = (SampleRecords.connector().json.objectValue?.members ?? []).map(\.name)
    let values: [JSONValue] = [.null, [:], [], 1, "x", true, ["a": ["b": .null]], [.null]]
    for name in names where name != "status" {
      for value in values {
        let stored = JSONValue.object(JSONObject([JSONObject.Member(name, value)]))
        var connector = try Connector(id: "c", json: stored)
        connector.lastSeen = SampleRecords.moment(1)
        let after = try connector.json(for: .newest, over: stored)
        if name != "last_seen" { #expect(after[name] == value, "\(name): \(value.text)") }
      }
    }
    for name in (SampleRecords.job().json.objectValue?.members ?? []).map(\.name)
    where name != "status" && name != "job_type" {
      for value in values {
        let stored: JSONValue = .object(
          JSONObject([.init("status", "pending"), JSONObject.Member(name, value)]))
        var job = try SyncJob(id: "j", json: stored)
        job.status = .inProgress
        let after = try job.json(for: .newest, over: stored)
        #expect(after[name] == value, "\(name): \(value.text)")
        #expect(after["status"] == "in_progress")
      }
    }
  }
}
