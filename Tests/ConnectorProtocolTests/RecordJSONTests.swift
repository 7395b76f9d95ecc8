import ConnectorKit
import ConnectorProtocol
import StoreContracts
import Testing

@Suite struct ConnectorRecordTests {
  private func reread(_ connector: Connector) throws -> Connector {
    let json = try JSONValue(parsing: connector.json.text)
    return try Connector(id: connector.id, json: json)
  }

  @Test func `a full record loses nothing on its way through JSON`() throws {
    let connector = SampleRecords.connector()
    let read = try reread(connector)
    #expect(read == connector)
    #expect(read.json == connector.json)
  }

  @Test func `a fresh record loses nothing on its way through JSON`() throws {
    let connector = Connector(id: "c", name: "", indexName: nil, serviceType: nil)
    #expect(try reread(connector) == connector)
  }

  @Test(arguments: Language.allCases)
  func `every language is read back`(_ language: Language) throws {
    let connector = Connector(
      id: "c", name: "n", indexName: "i", serviceType: "s", language: language)
    #expect(try reread(connector).language == language)
  }

  @Test func `a record of version 8-6 is read`() throws {
    let rules = """
      {"advanced_snippet":{"created_at":"2023-01-01T00:00:00.000Z","value":{}},
      "rules":[{"id":"DEFAULT","field":"_","policy":"include","rule":"regex","value":".*",
      "order":0}],"validation":{"state":"valid","errors":[]}}
      """
    let json = try JSONValue(
      parsing: """
        {"api_key_id":null,"configuration":{"host":{"label":"Host","value":"db"},
        "ssl":{"label":"SSL","value":"false"}},"description":null,"error":null,
        "features":{"filtering_rules":true,"filtering_advanced_config":false},
        "filtering":{"domain":"DEFAULT","active":\(rules),"draft":\(rules)},
        "index_name":"search-demo","is_native":false,"language":null,"last_seen":null,
        "last_sync_status":"failed","name":"demo","scheduling":{"enabled":true,
        "interval":"0 0 3 * * ?"},"service_type":"mongodb","status":"configured",
        "sync_now":false}
        """)
    let connector = try Connector(id: "c", json: json)
    #expect(connector.scheduling.full == Scheduling.Entry(isEnabled: true, interval: "0 0 3 * * ?"))
    #expect(connector.features?.basicRules == true)
    #expect(connector.filtering.active.rules.isEmpty)
    #expect(connector.lastSyncStatus == .error)
    #expect(connector.language == .universal)
    #expect(connector.pipeline == IngestPipeline())
    let fields = connector.configuration.schema.fields
    #expect(fields.map(\.key) == ["host", "ssl"])
    #expect(fields.allSatisfy { !$0.isRequired && $0.kind == .string && $0.display == .text })
    #expect(connector.configuration.values["ssl"] == .string("false"))
    #expect(connector.json["sync_now"] == false)
    #expect(try reread(connector) == connector)
    let scheduling = try reread(connector).scheduling
    #expect(scheduling == connector.scheduling)
  }

  @Test func `unknown members are written back`() throws {
    let json = try JSONValue(
      parsing: """
        {"name":"n","status":"created","custom_scheduling":{"a":1},"features":{
        "document_level_security":{"enabled":true},"sync_rules":{"basic":{"enabled":true}}}}
        """)
    var connector = try Connector(id: "c", json: json)
    connector.status = .configured
    #expect(connector.json["custom_scheduling"] == ["a": 1])
    #expect(connector.json["features"]?["document_level_security"] == ["enabled": true])
    #expect(connector.json["features"]?["sync_rules"]?["basic"] == ["enabled": true])
    #expect(connector.json["status"] == "configured")
  }

  @Test(arguments: [
    "[]", #"{"status":"frozen"}"#,
    #"{"filtering":[{"active":{"rules":[{"id":"a","policy":"maybe","rule":"regex"}]}}]}"#,
    #"{"filtering":[{"active":{"rules":[{"id":"a","policy":"exclude","rule":"~"}]}}]}"#,
  ])
  func `a record that would be misunderstood is refused`(_ text: String) throws {
    let json = try JSONValue(parsing: text)
    let error = #expect(throws: StoreError.self) { try Connector(id: "c", json: json) }
    #expect(error?.kind == .invalid)
  }

  @Test func `rules are read in their order and the default apart`() throws {
    let json = try JSONValue(
      parsing: """
        {"filtering":[{"domain":"OTHER"},{"domain":"DEFAULT","active":{"rules":[
        {"id":"DEFAULT","policy":"exclude","field":"_","rule":"regex","value":".*","order":9},
        {"id":"b","policy":"Exclude","field":"size","rule":">","value":5,"order":2},
        {"id":"a","policy":"include","field":"x","rule":"Starts_With","value":"y","order":1}]}}]}
        """)
    let active = try Connector(id: "c", json: json).filtering.active
    #expect(active.rules.map(\.id) == ["a", "b"])
    #expect(active.rules.last?.value == "5")
    #expect(!active.includesUnmatched)
  }

  @Test func `text fields go by the name that every version of Kibana knows`() {
    let json = SampleRecords.connector().json["configuration"]
    #expect(json?["host"]?["display"] == "textbox")
    #expect(json?["port"]?["type"] == "int")
    #expect(json?["password"]?["depends_on"] == [["field": "tls", "value": true]])
    #expect(json?["password"]?["ui_restrictions"] == ["advanced"])
  }
}

@Suite struct SyncJobRecordTests {
  @Test(arguments: JobStatus.allCases)
  func `a job loses nothing on its way through JSON`(_ status: JobStatus) throws {
    let job = SampleRecords.job(status: status)
    let json = try JSONValue(parsing: job.json.text)
    #expect(try SyncJob(id: job.id, json: json) == job)
  }

  @Test func `a fresh job loses nothing on its way through JSON`() throws {
    let connector = Connector(id: "c", name: "n", indexName: nil, serviceType: nil)
    let job = SyncJob(
      id: "j", connector: connector, type: .full, trigger: .onDemand,
      createdAt: SampleRecords.moment(0))
    #expect(try SyncJob(id: "j", json: job.json) == job)
  }

  @Test func `Elastic's counters say what was written, within their integers`() {
    let json = SampleRecords.job().json
    #expect(json["indexed_document_count"] == 2_147_483_647)
    #expect(json["deleted_document_count"] == 5)
    #expect(json["indexed_document_volume"] == 117_738)
    #expect(json["total_document_count"] == 2_147_483_647)
    #expect(json["metadata"]?["counters"]?["created"] == 4_000_000_000)
    #expect(json["metadata"]?["checkpoint"]?["offset"] == 12)
  }

  @Test func `a job of another service is read`() throws {
    let json = try JSONValue(
      parsing: """
        {"status":"completed","connector":{"id":"c","index_name":"search-x","service_type":"s3",
        "language":"en","filtering":[{"domain":"DEFAULT","advanced_snippet":{"a":1},"rules":[
        {"id":"r","policy":"exclude","field":"f","rule":"equals","value":"v","order":0}],
        "warnings":[]}]},"created_at":"2024-01-01T00:00:00+00:00","indexed_document_count":7,
        "deleted_document_count":3,"indexed_document_volume":2,"worker_hostname":"w"}
        """)
    let job = try SyncJob(id: "j", json: json)
    #expect(job.type == .full)
    #expect(job.trigger == .onDemand)
    #expect(job.filtering.rules.map(\.id) == ["r"])
    #expect(job.filtering.advancedSnippet == ["a": 1])
    #expect(job.counters.created == 7)
    #expect(job.counters.deleted == 3)
    #expect(job.counters.bytesWritten == 2 * 1_048_576)
    #expect(try SyncJob(id: "j", json: job.json) == job)
  }

  @Test func `a job of version 8-4 is read`() throws {
    let json: JSONValue = [
      "status": "failed", "connector_id": "c", "index_name": "search-x",
      "created_at": "2022-08-01T00:00:00.000Z",
    ]
    let job = try SyncJob(id: "j", json: json)
    #expect(job.status == .error)
    #expect(job.connectorID == "c")
    #expect(job.indexName == "search-x")
  }

  @Test func `absurd numbers in a record do no harm`() throws {
    for number in [JSONValue.integer(.max), .integer(.min), .number("1e99"), "many"] {
      var counters = JSONObject()
      for name in ["created", "updated", "bytes_written", "failed", "extracted"] {
        counters[name] = number
      }
      for metadata in [JSONValue.object(["counters": .object(counters)]), [:]] {
        let job = try SyncJob(
          id: "j",
          json: [
            "status": "completed", "indexed_document_count": number, "metadata": metadata,
            "deleted_document_count": number, "indexed_document_volume": number,
            "total_document_count": number, "connector": ["id": "c"],
          ])
        #expect(try SyncJob(id: "j", json: job.json) == job)
        #expect(job.counters.settled >= 0)
      }
    }
  }

  @Test func `a job whose status or type is unknown is refused`() {
    #expect(throws: StoreError.self) { try SyncJob(id: "j", json: ["status": "frozen"]) }
    #expect(throws: StoreError.self) { try SyncJob(id: "j", json: [:]) }
    #expect(throws: StoreError.self) {
      try SyncJob(id: "j", json: ["status": "pending", "job_type": "half"])
    }
  }
}

@Suite struct DeadLetterRecordTests {
  @Test func `a dead letter loses nothing on its way through JSON`() throws {
    let letter = SampleRecords.deadLetter(3)
    #expect(try DeadLetter(json: JSONValue(parsing: letter.json.text)) == letter)
  }

  @Test func `a payload that was cut within a character is kept byte by byte`() throws {
    var letter = SampleRecords.deadLetter(3)
    letter.payload = [0x7B, 0x22, 0xE2, 0x82]
    #expect(try DeadLetter(json: letter.json) == letter)
  }
}
