package import ConnectorKit
package import ConnectorProtocol

/// Records in which every member has a value of its own, for tests of what is kept.
package enum SampleRecords {
  /// A moment in whole milliseconds, so many seconds after a fixed start.
  package static func moment(_ seconds: Int64) -> Timestamp {
    Timestamp(millisecondsSince1970: 1_795_489_200_123 + seconds * 1000)
  }

  /// A schema that uses every property of a field.
  package static var schema: ConfigurationSchema {
    let kinds: [ConfigurationField] = [
      ConfigurationField(
        "host", label: "Host", order: 1, initialValue: .string("localhost"),
        placeholder: "db.example.org", tooltip: "Where the server runs.",
        validations: [.regex("[a-z.]+")]),
      ConfigurationField(
        "port", label: "Port", kind: .integer, display: .numeric, order: 2, isRequired: false,
        defaultValue: .integer(27_017), validations: [.greaterThan(0), .lessThan(65_536)]),
      ConfigurationField(
        "tls", label: "TLS", kind: .bool, display: .toggle, order: 3, initialValue: .bool(false)),
      ConfigurationField(
        "password", label: "Password", display: .textarea, order: 4, isRequired: false,
        isSensitive: true, isAdvanced: true,
        dependencies: [ConfigurationField.Dependency(field: "tls", value: .bool(true))]),
      ConfigurationField(
        "mode", label: "Mode", display: .dropdown, order: 5,
        options: [
          ConfigurationField.Option(label: "Fast", value: "fast"),
          ConfigurationField.Option(label: "Safe", value: "safe"),
        ], validations: [.includedIn([.string("fast"), .string("safe")])]),
      ConfigurationField(
        "tables", label: "Tables", kind: .list, display: .textarea, order: 6,
        defaultValue: .list(["*"]), validations: [.listOf(.string)]),
    ]
    return ConfigurationSchema(kinds)
  }

  /// Values for ``schema``, one of each kind.
  package static var values: ConfigurationValues {
    ConfigurationValues([
      "host": .string("db\u{1F600}.example.org"), "port": .integer(5432), "tls": .bool(true),
      "password": .string("s\u{E9}cret \"quoted\"\n"), "tables": .list(["a", "b c"]),
      "undeclared": .string("kept"),
    ])
  }

  /// Rules of every kind, with a default that excludes.
  package static var rules: FilteringRules {
    var rules = FilteringRules()
    rules.rules = SyncRule.Operator.allCases.enumerated().map { index, comparison in
      SyncRule(
        id: "rule-\(index)", policy: index % 2 == 0 ? .include : .exclude, field: "field\(index)",
        comparison: comparison, value: "value \(index)", createdAt: moment(Int64(index)),
        updatedAt: index == 0 ? nil : moment(100))
    }
    rules.includesUnmatched = false
    rules.advancedSnippet = ["queries": ["select 1", 2]]
    rules.validation = .invalid
    rules.errors = [FilteringRules.ValidationError(ids: ["rule-1"], messages: ["Too long."])]
    return rules
  }

  /// A connector in which every member is set.
  package static func connector(
    id: String = "connector-1", name: String = "Harbour", indexName: String? = "search-harbour"
  ) -> Connector {
    var connector = Connector(
      id: id, name: name, description: "Ships \u{2693} and moorings", indexName: indexName,
      serviceType: "directory", language: .brazilian, createdAt: moment(0))
    connector.status = .error
    connector.error = "The server refuses the password. Correct it."
    connector.apiKeyID = "key-of-\(id)"
    connector.configuration = ConnectorConfiguration(schema: schema, values: values)
    connector.scheduling.full = Scheduling.Entry(isEnabled: true, interval: "0 0/7 3-5 ? * MON#2")
    connector.scheduling.incremental = Scheduling.Entry(isEnabled: false, interval: "0 5 * * * ?")
    connector.scheduling.accessControl.isEnabled = true
    connector.filtering.active = rules
    connector.filtering.draft.validation = .edited
    connector.features = ConnectorFeatures(
      basicRules: true, advancedRules: false, incrementalSync: true)
    connector.pipeline = IngestPipeline(
      name: "own", extractBinaryContent: false, reduceWhitespace: true, runMLInference: false)
    connector.syncCursor = SyncCursor(["since": "2026-11-24", "deep": [1, nil, true]])
    connector.lastSeen = moment(10)
    connector.lastSynced = moment(11)
    connector.lastSyncStatus = .suspended
    connector.lastSyncError = "Stopped."
    connector.lastSyncScheduledAt = moment(12)
    connector.lastIncrementalSyncScheduledAt = moment(13)
    connector.lastIndexedDocumentCount = 5_000_000_000
    connector.lastDeletedDocumentCount = 42
    connector.isNative = true
    connector.updatedAt = moment(14)
    connector.unknownMembers = ["custom_scheduling": [:], "api_key_secret_id": "secret"]
    return connector
  }

  /// A job in which every member is set.
  package static func job(
    id: String = "job-1", connector: Connector = connector(), status: JobStatus = .pending,
    createdAt: Timestamp = moment(20)
  ) -> SyncJob {
    var job = SyncJob(
      id: id, connector: connector, type: .incremental, trigger: .scheduled, createdAt: createdAt)
    job.status = status
    job.error = "It went wrong."
    job.startedAt = moment(21)
    job.completedAt = moment(22)
    job.canceledAt = moment(23)
    job.cancelationRequestedAt = moment(24)
    job.lastSeen = moment(25)
    job.workerHostname = "harbour-1"
    job.totalDocumentCount = 3_000_000_000
    job.counters = counters
    job.metadata.attempts = 3
    job.metadata.stageMilliseconds = ["extract": 12, "bulk": 3456]
    job.metadata.partialScopes = [
      JobMetadata.PartialScope(name: "/srv/a", reason: "It can't be read.")
    ]
    job.metadata.heldDeletionsReason = "Too many."
    job.metadata.heldDeletionsSample = ["a.txt", "b/c.txt"]
    job.metadata.allowedDeletions = 7
    job.metadata.worker = "harbour-1/4711/99"
    job.metadata.warnings = ["A file was skipped."]
    job.unknownMembers = ["metadata": ["checkpoint": ["offset": 12]], "extra": [1, 2]]
    return job
  }

  private static var counters: JobCounters {
    var counters = JobCounters()
    counters.extracted = 4_000_000_066
    counters.filtered = 1
    counters.unchanged = 2
    counters.created = 4_000_000_000
    counters.updated = 3
    counters.superseded = 4
    counters.failed = 56
    counters.deleted = 5
    counters.heldDeletions = 6
    counters.withoutContent = 7
    counters.bytesWritten = 123_456_789_012
    return counters
  }

  /// A dead letter of a job.
  package static func deadLetter(
    _ number: Int, jobID: String = "job-1", connectorID: String = "connector-1"
  ) -> DeadLetter {
    DeadLetter(
      jobID: jobID, connectorID: connectorID, documentID: "doc \(number)", stage: "bulk",
      reason: "The document is too large.", at: moment(Int64(number)),
      payload: Array("{\"n\":\(number)}".utf8))
  }
}
