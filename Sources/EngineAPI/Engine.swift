package import ConnectorKit
package import ConnectorProtocol

/// All that a screen or a command may ask of the sync engine.
package protocol Engine: Sendable {
  /// The newest state of everything, without waiting.
  func snapshot() -> EngineSnapshot

  /// Carries out a request; waits as long as it takes, so never call it on the terminal's thread.
  func perform(_ request: EngineRequest) async -> Result<EngineResponse, EngineFailure>
}

/// One thing to do or to look up.
package enum EngineRequest: Hashable, Sendable {
  /// Makes index, record and API key; nothing is left behind if any of it fails.
  ///
  /// An index of that name that belongs to no connector is attached, and analysed again if its
  /// language is another one.
  case createConnector(ConnectorDraft)
  /// Makes a new API key; the former one is refused from then on.
  case regenerateAPIKey(connectorID: String)
  case rename(connectorID: String, name: String, description: String?)
  /// Analyses all documents of the index again.
  case changeLanguage(connectorID: String, Language)
  case saveConfiguration(connectorID: String, ConfigurationValues)
  /// Asks the connector service again for fields and status; answers with a diagnosis.
  case recheck(connectorID: String)
  /// Connects to the source with these values and reads the first ten documents.
  case check(connectorID: String, ConfigurationValues)
  case saveSchedule(connectorID: String, JobType, Scheduling.Entry)
  case saveRules(connectorID: String, FilteringRules)
  /// Queues a job and wakes the service; answers with the job that is queued or runs already, if
  /// it is of the same type.
  case startSync(connectorID: String, JobType, allowedDeletions: Int?)
  case cancelSync(jobID: String)
  case jobs(connectorID: String?, from: Int, size: Int)
  case job(jobID: String)
  case deadLetters(jobID: String, from: Int, size: Int)
  /// Sends the documents of a job's dead letters to the index again; all of them for `nil`.
  case retryDeadLetters(jobID: String, documentIDs: [String]?)
  case search(index: String, SearchRequest)
  case document(index: String, DocumentID)
  case log(connectorID: String?, limit: Int)
  /// Cancels its jobs, then removes the record, its key and, if asked, the index.
  case deleteConnector(connectorID: String, deleteIndex: Bool)
}

/// The answer to a request.
package enum EngineResponse: Hashable, Sendable {
  case done
  case connectorCreated(CreatedConnector)
  case apiKey(GeneratedAPIKey)
  case rechecked(RecheckReport)
  case checked(CheckReport)
  case syncStarted(jobID: String)
  case jobs([SyncJob], total: Int)
  case job(SyncJob)
  case deadLetters([DeadLetter], total: Int)
  case deadLettersRetried(DeadLetterRetry)
  case search(SearchResponse)
  case document([UInt8])
  case log([LogLine])
}

/// Why a request was refused; one sentence that says what is wrong and what to do.
package struct EngineFailure: Error, Hashable, Sendable {
  /// What the screen may do about it beyond showing the message.
  package enum Kind: Hashable, Sendable {
    case invalid, notFound, alreadyExists, conflict, unauthorized, source, store, noSpace
  }

  package var kind: Kind
  package var message: String
  /// The configuration field it is about, if it is about one.
  package var field: String?

  /// Makes a failure.
  package init(_ kind: Kind, _ message: String, field: String? = nil) {
    self.kind = kind
    self.message = message
    self.field = field
  }
}

/// What the wizard knows when it makes a connector.
package struct ConnectorDraft: Hashable, Sendable {
  /// The full name, `search-` included.
  package var indexName: String
  package var language: Language
  package var serviceType: String
  /// The connector's own name.
  package var name: String
  package var description: String?

  /// Makes a draft.
  package init(
    indexName: String, language: Language, serviceType: String, name: String,
    description: String? = nil
  ) {
    self.indexName = indexName
    self.language = language
    self.serviceType = serviceType
    self.name = name
    self.description = description
  }
}

/// A fresh connector and its API key, which is shown once.
package struct CreatedConnector: Hashable, Sendable {
  package var connectorID: String
  package var apiKey: GeneratedAPIKey
  /// Documents of an index that existed and belonged to no connector; `nil` if it is a new one.
  package var attachedDocuments: Int?

  /// Makes a result.
  package init(connectorID: String, apiKey: GeneratedAPIKey, attachedDocuments: Int? = nil) {
    self.connectorID = connectorID
    self.apiKey = apiKey
    self.attachedDocuments = attachedDocuments
  }
}

/// What a recheck found, and why.
package struct RecheckReport: Hashable, Sendable {
  /// The connector service's view of a connector.
  package enum Finding: Hashable, Sendable {
    /// No service has contacted the record yet.
    case notYetSeen
    /// The record is known; the service has not declared the fields yet.
    case waitingForService
    /// Required values are missing; the labels of their fields.
    case needsConfiguration(missing: [String])
    /// The service reached the source.
    case connected
    /// The service failed.
    case failed(error: String)
  }

  package var finding: Finding
  /// What was looked at and what follows, one full sentence a line.
  package var explanation: [String]
  package var at: Timestamp

  /// Makes a report.
  package init(finding: Finding, explanation: [String], at: Timestamp) {
    self.finding = finding
    self.explanation = explanation
    self.at = at
  }
}

/// What a check of the source found.
package struct CheckReport: Hashable, Sendable {
  /// One document that a sync would index.
  package struct PreviewDocument: Hashable, Sendable {
    package var id: String
    /// The fields as JSON.
    package var body: [UInt8]

    /// Makes a preview.
    package init(id: String, body: [UInt8]) {
      self.id = id
      self.body = body
    }
  }

  /// The first documents, at most ten.
  package var documents: [PreviewDocument]
  /// What a person should know: skipped items, say.
  package var warnings: [String]
  package var took: Duration

  /// Makes a report.
  package init(documents: [PreviewDocument], warnings: [String], took: Duration) {
    self.documents = documents
    self.warnings = warnings
    self.took = took
  }
}

/// One line of a connector's log.
package struct LogLine: Hashable, Sendable {
  /// How much attention it asks for.
  package enum Level: String, Hashable, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .debug: 0
      case .info: 1
      case .warning: 2
      case .error: 3
      }
    }
  }

  package var at: Timestamp
  package var level: Level
  package var connectorID: String?
  package var jobID: String?
  package var message: String

  /// Makes a line.
  package init(
    at: Timestamp, level: Level, connectorID: String?, jobID: String?, message: String
  ) {
    self.at = at
    self.level = level
    self.connectorID = connectorID
    self.jobID = jobID
    self.message = message
  }
}
