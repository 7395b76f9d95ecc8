internal import ConnectorKit
package import ConnectorProtocol

/// A connector store in memory.
package actor MemoryConnectorStore: ConnectorStore {
  private let keys: MemoryAPIKeys
  private var connectorRecords: [String: Versioned<Connector>] = [:]
  private var jobRecords: [String: Versioned<SyncJob>] = [:]
  private var letters: [DeadLetter] = []
  private var lastSequenceNumber: Int64 = 0
  private var beforeWrite: (@Sendable () throws -> Void)?

  /// Makes an empty store that puts its keys on a ring.
  package init(keys: MemoryAPIKeys) { self.keys = keys }

  /// Runs a hook before each write; what it throws, the write throws, and nothing is written.
  package func setBeforeWrite(_ hook: (@Sendable () throws -> Void)?) { beforeWrite = hook }

  private func nextVersion() throws -> RecordVersion {
    try beforeWrite?()
    lastSequenceNumber += 1
    return RecordVersion(sequenceNumber: lastSequenceNumber)
  }

  // MARK: Connectors

  package func connectors() -> [Versioned<Connector>] {
    connectorRecords.values.sorted {
      ($0.record.name, $0.record.id) < ($1.record.name, $1.record.id)
    }
  }

  package func connector(_ id: String) -> Versioned<Connector>? { connectorRecords[id] }

  package func createConnector(_ connector: Connector) throws -> Versioned<Connector> {
    guard connectorRecords[connector.id] == nil else {
      throw StoreError(.alreadyExists, "A connector with the id \(connector.id) exists already.")
    }
    try checkIndexIsFree(for: connector)
    let created = Versioned(connector, version: try nextVersion())
    connectorRecords[connector.id] = created
    return created
  }

  package func updateConnector(
    _ connector: Connector, expecting version: RecordVersion
  ) throws -> Versioned<Connector> {
    guard let current = connectorRecords[connector.id] else {
      throw StoreError(.notFound, "The connector \(connector.id) does not exist any more.")
    }
    guard current.version == version else {
      throw StoreError(.conflict, "Another program changed the connector \(connector.id).")
    }
    try checkIndexIsFree(for: connector)
    let updated = Versioned(connector, version: try nextVersion())
    connectorRecords[connector.id] = updated
    return updated
  }

  package func deleteConnector(_ id: String) async throws {
    try beforeWrite?()
    connectorRecords[id] = nil
    jobRecords = jobRecords.filter { $0.value.record.connectorID != id }
    letters.removeAll { $0.connectorID == id }
    await keys.revoke(connectorID: id)
  }

  private func checkIndexIsFree(for connector: Connector) throws {
    guard let index = connector.indexName else { return }
    let owner = connectorRecords.values.first {
      $0.record.indexName == index && $0.record.id != connector.id
    }
    guard let owner else { return }
    throw StoreError(
      .alreadyExists, "The index \(index) belongs to the connector \(owner.record.name).")
  }

  // MARK: Jobs

  package func jobs(_ query: JobQuery) -> JobPage {
    let selected = jobRecords.values
      .filter { query.connectorID == nil || $0.record.connectorID == query.connectorID }
      .filter { query.statuses.isEmpty || query.statuses.contains($0.record.status) }
      .sorted { ($0.record.createdAt, $0.record.id) < ($1.record.createdAt, $1.record.id) }
    let ordered = query.oldestFirst ? selected : selected.reversed()
    return JobPage(
      jobs: Array(ordered.dropFirst(query.from).prefix(query.size)), total: selected.count)
  }

  package func job(_ id: String) -> Versioned<SyncJob>? { jobRecords[id] }

  package func createJob(_ job: SyncJob) throws -> Versioned<SyncJob> {
    guard jobRecords[job.id] == nil else {
      throw StoreError(.alreadyExists, "A job with the id \(job.id) exists already.")
    }
    let created = Versioned(job, version: try nextVersion())
    jobRecords[job.id] = created
    return created
  }

  package func updateJob(
    _ job: SyncJob, expecting version: RecordVersion
  ) throws -> Versioned<SyncJob> {
    guard let current = jobRecords[job.id] else {
      throw StoreError(.notFound, "The job \(job.id) does not exist any more.")
    }
    guard current.version == version else {
      throw StoreError(.conflict, "Another program changed the job \(job.id).")
    }
    let former = current.record.status
    guard former == job.status || former.canBecome(job.status) else {
      throw StoreError(
        .invalid, "A job that is \(former.rawValue) cannot become \(job.status.rawValue).")
    }
    let updated = Versioned(job, version: try nextVersion())
    jobRecords[job.id] = updated
    return updated
  }

  package func deleteJob(_ id: String) throws {
    guard let current = jobRecords[id] else {
      throw StoreError(.notFound, "The job \(id) does not exist any more.")
    }
    guard current.record.status.isTerminal else {
      throw StoreError(.invalid, "The job \(id) has not ended. Cancel it first.")
    }
    try beforeWrite?()
    jobRecords[id] = nil
    letters.removeAll { $0.jobID == id }
  }

  // MARK: Dead letters and keys

  package func addDeadLetters(_ letters: [DeadLetter]) throws {
    try beforeWrite?()
    self.letters += letters
  }

  package func deadLetters(
    jobID: String, from: Int, size: Int
  ) -> (letters: [DeadLetter], total: Int) {
    let selected = letters.enumerated().filter { $0.element.jobID == jobID }
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
      .map(\.element)
    return (Array(selected.dropFirst(from).prefix(size)), selected.count)
  }

  package func removeDeadLetters(jobID: String, documentIDs: [String]?) throws {
    try beforeWrite?()
    letters.removeAll { $0.jobID == jobID && documentIDs?.contains($0.documentID) != false }
  }

  package func generateAPIKey(
    connectorID: String, indexName: String
  ) async throws -> GeneratedAPIKey {
    guard connectorRecords[connectorID] != nil else {
      throw StoreError(.notFound, "The connector \(connectorID) does not exist any more.")
    }
    let version = try nextVersion()
    let key = await keys.generate(connectorID: connectorID, indexName: indexName)
    if var record = connectorRecords[connectorID]?.record {
      record.apiKeyID = key.id
      connectorRecords[connectorID] = Versioned(record, version: version)
    }
    return key
  }
}
