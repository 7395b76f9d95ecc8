internal import ConnectorKit
package import ConnectorProtocol

/// One rule that every connector store keeps; each wants a fresh, empty store.
///
/// What a key may do is pinned by ``IndexStoreContract`` and ``KeyContract``.
package struct ConnectorStoreContract: Sendable, CustomStringConvertible {
  /// What the store does, as a claim.
  package let description: String
  private let body: @Sendable (any ConnectorStore) async throws -> Void

  init(
    _ description: String, _ body: @escaping @Sendable (any ConnectorStore) async throws -> Void
  ) {
    self.description = description
    self.body = body
  }

  /// The release of Elasticsearch whose records the store writes; `nil` for this program's own.
  @TaskLocal package static var release: ProtocolVersion?

  /// A record as the store's release keeps it, with what that release adds.
  static func kept(_ connector: Connector, added: JSONObject) throws -> Connector {
    guard let release else { return connector }
    let json = connector.json(for: release)
    var kept = try Connector(id: connector.id, json: json, version: release)
    for member in connector.unknownMembers.members {
      try requireEqual(added[member.name], member.value, "an unknown member")
    }
    kept.unknownMembers = added
    return kept
  }

  /// A job as the store's release keeps it.
  static func kept(_ job: SyncJob) throws -> SyncJob {
    guard let release else { return job }
    return try SyncJob(id: job.id, json: job.json(for: release), version: release)
  }

  /// Checks the rule; what a store does wrong is thrown as a ``BrokenRule``.
  package func check(_ store: any ConnectorStore) async throws { try await body(store) }

  /// All rules.
  package static let all: [ConnectorStoreContract] = connectorRules + jobRules + deadLetterRules
}

extension ConnectorStoreContract {
  static let connectorRules: [ConnectorStoreContract] = [
    ConnectorStoreContract("a record is read back as it was written, in every member") { store in
      let connector = SampleRecords.connector()
      let created = try await store.createConnector(connector)
      try requireEqual(
        created.record, try kept(connector, added: created.record.unknownMembers),
        "what creating returns")
      try requireEqual(try await store.connector(connector.id), created, "what is read")
      try requireEqual(try await store.connectors(), [created], "the list")
    },
    ConnectorStoreContract("a record that does not exist is nil") { store in
      try requireEqual(try await store.connector("none"), nil, "the record")
      try requireEqual(try await store.connectors(), [], "the list")
    },
    ConnectorStoreContract("records are listed by name") { store in
      for (id, name) in [("1", "beta"), ("2", "alpha"), ("3", "gamma"), ("4", "delta")] {
        _ = try await store.createConnector(
          SampleRecords.connector(id: id, name: name, indexName: "search-\(id)"))
      }
      try requireEqual(
        try await store.connectors().map(\.record.name), ["alpha", "beta", "delta", "gamma"],
        "the names")
    },
    ConnectorStoreContract("an id can be taken once") { store in
      let first = try await store.createConnector(SampleRecords.connector())
      try await requireFailure(.alreadyExists, "the same id") {
        _ = try await store.createConnector(SampleRecords.connector(indexName: "search-other"))
      }
      try requireEqual(try await store.connectors(), [first], "the list")
    },
    ConnectorStoreContract("an index belongs to one connector, but many may have none") { store in
      _ = try await store.createConnector(SampleRecords.connector(id: "1"))
      try await requireFailure(.alreadyExists, "the same index") {
        _ = try await store.createConnector(SampleRecords.connector(id: "2"))
      }
      for id in ["3", "4"] {
        _ = try await store.createConnector(SampleRecords.connector(id: id, indexName: nil))
      }
      try requireEqual(try await store.connectors().count, 3, "the records")
    },
    ConnectorStoreContract("a change needs the version that was read") { store in
      let created = try await store.createConnector(SampleRecords.connector())
      var record = created.record
      record.name = "Pier"
      record.status = .connected
      record.error = nil
      let updated = try await store.updateConnector(record, expecting: created.version)
      try requireEqual(updated.record, record, "what updating returns")
      try require(updated.version != created.version, "the version did not change")
      record.name = "Quay"
      try await requireFailure(.conflict, "an old version") {
        _ = try await store.updateConnector(record, expecting: created.version)
      }
      try requireEqual(try await store.connector(record.id), updated, "what is read")
    },
    ConnectorStoreContract("a record that does not exist can't be changed") { store in
      try await requireFailure(.notFound, "the change") {
        _ = try await store.updateConnector(
          SampleRecords.connector(), expecting: RecordVersion(sequenceNumber: 1))
      }
    },
    ConnectorStoreContract("a version is never used twice, even after a record was removed") {
      store in
      let first = try await store.createConnector(SampleRecords.connector())
      try await store.deleteConnector(first.record.id)
      let second = try await store.createConnector(SampleRecords.connector())
      try require(first.version != second.version, "the version was used again")
      try await requireFailure(.conflict, "a change of the removed record") {
        _ = try await store.updateConnector(first.record, expecting: first.version)
      }
    },
    ConnectorStoreContract("writers at the same time lose no change") { store in
      _ = try await store.createConnector(SampleRecords.connector())
      let start = SampleRecords.connector().lastDeletedDocumentCount
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 {
          group.addTask {
            for _ in 0..<4 {
              _ = try await store.changeConnector("connector-1") {
                $0.lastDeletedDocumentCount += 1
                return true
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let count = try await store.connector("connector-1")?.record.lastDeletedDocumentCount
      try requireEqual(count, start + 12, "the count")
    },
    ConnectorStoreContract("of two writers with one version exactly one wins") { store in
      let created = try await store.createConnector(SampleRecords.connector())
      let wins = try await withThrowingTaskGroup(of: Int.self) { group in
        for writer in 0..<6 {
          group.addTask {
            var record = created.record
            record.name = "writer \(writer)"
            do {
              _ = try await store.updateConnector(record, expecting: created.version)
              return 1
            } catch let error as StoreError where error.kind == .conflict { return 0 }
          }
        }
        return try await group.reduce(0, +)
      }
      try requireEqual(wins, 1, "the winners")
    },
    ConnectorStoreContract("removing a connector removes its jobs and dead letters, no others") {
      store in
      for id in ["1", "2"] {
        let connector = SampleRecords.connector(id: id, indexName: "search-\(id)")
        _ = try await store.createConnector(connector)
        _ = try await store.createJob(SampleRecords.job(id: "job-\(id)", connector: connector))
        try await store.addDeadLetters([
          SampleRecords.deadLetter(1, jobID: "job-\(id)", connectorID: id)
        ])
      }
      try await store.deleteConnector("1")
      try requireEqual(try await store.connectors().map(\.record.id), ["2"], "the records")
      try requireEqual(try await store.job("job-1"), nil, "its job")
      let jobs = try await store.jobs(JobQuery()).jobs.map(\.record.id)
      try requireEqual(jobs, ["job-2"], "the jobs")
      let gone = try await store.deadLetters(jobID: "job-1", from: 0, size: 10)
      try requireEqual(gone.total, 0, "its dead letters")
      let kept = try await store.deadLetters(jobID: "job-2", from: 0, size: 10)
      try requireEqual(kept.total, 1, "the other's dead letters")
    },
    ConnectorStoreContract("a generated key is complete and noted in the record") { store in
      let created = try await store.createConnector(SampleRecords.connector())
      let key = try await store.generateAPIKey(
        connectorID: created.record.id, indexName: "search-harbour")
      guard let decoded = Base64.decode(key.encoded),
        String(decoding: decoded, as: UTF8.self).hasPrefix("\(key.id):")
      else { throw BrokenRule("“\(key.encoded)” is not the base64 of the id and a secret") }
      try require(!key.id.isEmpty && !key.name.isEmpty, "the key has no id or no name")
      let read = try await store.connector(created.record.id)
      try requireEqual(read?.record.apiKeyID, key.id, "the id in the record")
      try require(read?.version != created.version, "the record's version did not change")
    },
    ConnectorStoreContract("every key is another one") { store in
      _ = try await store.createConnector(SampleRecords.connector())
      var encoded: Set<String> = []
      var ids: Set<String> = []
      for _ in 0..<5 {
        let key = try await store.generateAPIKey(
          connectorID: "connector-1", indexName: "search-harbour")
        encoded.insert(key.encoded)
        ids.insert(key.id)
      }
      try requireEqual(encoded.count, 5, "the secrets")
      try requireEqual(ids.count, 5, "the ids")
    },
    ConnectorStoreContract("there is no key for a connector that does not exist") { store in
      try await requireFailure(.notFound, "the key") {
        _ = try await store.generateAPIKey(connectorID: "none", indexName: "search-none")
      }
    },
  ]
}
