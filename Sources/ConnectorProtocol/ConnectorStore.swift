package import ConnectorKit

/// A record with what optimistic concurrency needs.
package struct Versioned<Record: Hashable & Sendable>: Hashable, Sendable {
  package var record: Record
  package var version: RecordVersion

  /// Makes a versioned record.
  package init(_ record: Record, version: RecordVersion) {
    self.record = record
    self.version = version
  }
}

/// Elasticsearch's `_seq_no` and `_primary_term`; a counter and 1 in the embedded store.
package struct RecordVersion: Hashable, Sendable {
  package var sequenceNumber: Int64
  package var primaryTerm: Int64

  /// Makes a version.
  package init(sequenceNumber: Int64, primaryTerm: Int64 = 1) {
    self.sequenceNumber = sequenceNumber
    self.primaryTerm = primaryTerm
  }
}

/// A failure of a store, told so that a person can act on it.
package struct StoreError: Error, Hashable, Sendable {
  /// What can be done about it.
  package enum Kind: Hashable, Sendable {
    /// Somebody else changed the record first: read it again.
    case conflict
    case notFound
    /// A record or index of that name exists.
    case alreadyExists
    /// The API key is missing, unknown, invalidated or not for this index.
    case unauthorized
    /// The disk is full; so many more bytes are needed, if known.
    case noSpace(needed: Int?)
    /// The store can't be read or written now; it may work later.
    case unavailable
    /// The store was written by a newer version of the program.
    case newerVersion
    /// The store is damaged.
    case corrupt
    /// The request can't be carried out as it stands.
    case invalid
  }

  /// What to do about an index that is lost or damaged; ends the messages that say so.
  package static let lostIndexRemedy =
    "Restore it from a backup, or delete the connector with its index and build it again."

  package var kind: Kind
  /// What went wrong and what to do about it: full sentences, without secrets.
  package var message: String
  /// How long the store asked to be left alone.
  package var retryAfter: Duration?

  /// Makes an error.
  package init(_ kind: Kind, _ message: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.message = message
    self.retryAfter = retryAfter
  }
}

/// Where connectors, jobs and claims are kept, with optimistic concurrency.
///
/// Every implementation passes `ConnectorStoreContract`.
/// All methods throw ``StoreError``.
package protocol ConnectorStore: Sendable {
  /// All connectors, by name.
  func connectors() async throws -> [Versioned<Connector>]

  /// The records that were met and can't be read; the others are there nevertheless.
  func damagedRecords() async throws -> [DamagedRecord]

  /// One connector; `nil` if there is none.
  func connector(_ id: String) async throws -> Versioned<Connector>?

  /// Adds a record; ``StoreError/Kind-swift.enum/alreadyExists`` if the id is taken, or the index
  /// is another connector's.
  func createConnector(_ connector: Connector) async throws -> Versioned<Connector>

  /// Writes a record if nobody changed it since it was read.
  ///
  /// - Throws: ``StoreError/Kind-swift.enum/conflict`` if somebody did.
  func updateConnector(
    _ connector: Connector, expecting version: RecordVersion
  ) async throws -> Versioned<Connector>

  /// Removes a record, its jobs and its API key.
  func deleteConnector(_ id: String) async throws

  /// The jobs that a query selects, and how many there are in all.
  func jobs(_ query: JobQuery) async throws -> JobPage

  /// One job; `nil` if there is none.
  func job(_ id: String) async throws -> Versioned<SyncJob>?

  /// Adds a job; ``StoreError/Kind-swift.enum/alreadyExists`` if the id is taken.
  func createJob(_ job: SyncJob) async throws -> Versioned<SyncJob>

  /// Writes a job if nobody changed it since it was read.
  ///
  /// - Throws: ``StoreError/Kind-swift.enum/conflict`` if somebody did;
  ///   ``StoreError/Kind-swift.enum/invalid`` if the protocol forbids the change of status.
  func updateJob(
    _ job: SyncJob, expecting version: RecordVersion
  ) async throws -> Versioned<SyncJob>

  /// Removes a job that has ended, and its dead letters.
  func deleteJob(_ id: String) async throws

  /// Keeps documents that could not be indexed.
  func addDeadLetters(_ letters: [DeadLetter]) async throws

  /// The dead letters of a job, oldest first, and how many there are in all.
  func deadLetters(
    jobID: String, from: Int, size: Int
  ) async throws -> (letters: [DeadLetter], total: Int)

  /// Removes the dead letters of some documents of a job, such as those that were indexed later, or
  /// of all for `nil`; those that are not there are passed over.
  func removeDeadLetters(jobID: String, documentIDs: [String]?) async throws

  /// Makes an API key that may write one index only, and invalidates the connector's former one.
  ///
  /// The store notes the key's identifier in the record's `apiKeyID`; that is a write like any
  /// other, so the record's version changes. The caller shows and keeps the secret; the store keeps
  /// only its hash.
  /// - Throws: ``StoreError/Kind-swift.enum/notFound`` if there is no such connector.
  func generateAPIKey(connectorID: String, indexName: String) async throws -> GeneratedAPIKey
}

extension ConnectorStore {
  /// None: a store whose server checks records has no damaged ones.
  package func damagedRecords() async throws -> [DamagedRecord] { [] }

  /// Reads a connector, changes it and writes it, again if somebody else was faster.
  ///
  /// - Parameters:
  ///   - id: the connector.
  ///   - change: may run more than once; returning `false` writes nothing.
  /// - Returns: the record as it is now.
  /// - Throws: ``StoreError``, or what `change` throws.
  package func changeConnector(
    _ id: String, _ change: @Sendable (inout Connector) throws -> Bool
  ) async throws -> Versioned<Connector> {
    for _ in 0..<10 {
      guard let current = try await connector(id) else {
        throw StoreError(.notFound, "The connector \(id) does not exist any more.")
      }
      var changed = current.record
      guard try change(&changed), changed != current.record else { return current }
      do {
        return try await updateConnector(changed, expecting: current.version)
      } catch let error as StoreError where error.kind == .conflict { continue }
    }
    throw StoreError(.conflict, "Another program keeps changing the connector \(id). Try again.")
  }

  /// Reads a job, changes it and writes it, again if somebody else was faster.
  ///
  /// - Parameters:
  ///   - id: the job.
  ///   - change: may run more than once; returning `false` writes nothing.
  /// - Returns: the record as it is now.
  /// - Throws: ``StoreError``, or what `change` throws.
  package func changeJob(
    _ id: String, _ change: @Sendable (inout SyncJob) throws -> Bool
  ) async throws -> Versioned<SyncJob> {
    for _ in 0..<10 {
      guard let current = try await job(id) else {
        throw StoreError(.notFound, "The job \(id) does not exist any more.")
      }
      var changed = current.record
      guard try change(&changed), changed != current.record else { return current }
      do {
        return try await updateJob(changed, expecting: current.version)
      } catch let error as StoreError where error.kind == .conflict { continue }
    }
    throw StoreError(.conflict, "Another program keeps changing the job \(id). Try again.")
  }
}

/// A record that can't be read.
///
/// Nothing is ever written over it; deleting its connector removes it.
package struct DamagedRecord: Hashable, Sendable {
  /// Where it is kept.
  package enum Table: String, Hashable, Sendable {
    case connectors
    case jobs
    case deadLetters = "dead_letters"
  }

  package var table: Table
  package var id: String
  /// Whose it is, as far as is known.
  package var connectorID: String?
  /// The connector's name and index, as far as they are known without the record.
  package var name: String?
  package var indexName: String?
  /// Where it is, what is wrong and what to do about it: full sentences.
  package var message: String

  /// Makes a note of a record.
  package init(
    _ table: Table, id: String, connectorID: String?, name: String?, indexName: String?,
    message: String
  ) {
    self.table = table
    self.id = id
    self.connectorID = connectorID
    self.name = name
    self.indexName = indexName
    self.message = message
  }
}

/// Which jobs to read.
package struct JobQuery: Hashable, Sendable {
  /// Only this connector's; `nil` for all.
  package var connectorID: String?
  /// Only these; empty for all.
  package var statuses: Set<JobStatus>
  /// Oldest first; else newest first.
  package var oldestFirst: Bool
  package var from: Int
  package var size: Int

  /// Makes a query.
  package init(
    connectorID: String? = nil, statuses: Set<JobStatus> = [], oldestFirst: Bool = false,
    from: Int = 0, size: Int = 100
  ) {
    self.connectorID = connectorID
    self.statuses = statuses
    self.oldestFirst = oldestFirst
    self.from = from
    self.size = size
  }
}

/// Some jobs and how many the query selects in all.
package struct JobPage: Hashable, Sendable {
  package var jobs: [Versioned<SyncJob>]
  package var total: Int

  /// Makes a page.
  package init(jobs: [Versioned<SyncJob>], total: Int) {
    self.jobs = jobs
    self.total = total
  }
}

/// An API key as it is shown, once.
package struct GeneratedAPIKey: Hashable, Sendable {
  /// The key's identifier, kept on the connector's record.
  package var id: String
  package var name: String
  /// Base64 of `id:secret`: what goes into a service's configuration.
  package var encoded: String

  /// Makes a key.
  package init(id: String, name: String, encoded: String) {
    self.id = id
    self.name = name
    self.encoded = encoded
  }
}

/// A document that could not be indexed, kept with the reason.
package struct DeadLetter: Hashable, Sendable {
  package var jobID: String
  package var connectorID: String
  package var documentID: String
  /// The pipeline's stage, ``SyncError/Stage``.
  package var stage: String
  /// A full sentence.
  package var reason: String
  package var at: Timestamp
  /// The document's JSON, cut at 1 MiB.
  package var payload: [UInt8]
  /// The ``Scope/id`` under which the data source wrote it, which decides one day whether it may be
  /// deleted; `nil` in letters of former versions.
  package var scope: String?

  /// Makes a dead letter.
  package init(
    jobID: String, connectorID: String, documentID: String, stage: String, reason: String,
    at: Timestamp, payload: [UInt8], scope: String? = nil
  ) {
    self.scope = scope
    self.jobID = jobID
    self.connectorID = connectorID
    self.documentID = documentID
    self.stage = stage
    self.reason = reason
    self.at = at
    self.payload = payload
  }
}
