package import ConnectorKit
package import ConnectorProtocol

/// Everything that a screen shows, at one moment.
package struct EngineSnapshot: Hashable, Sendable {
  package var at: Timestamp
  package var service: ServiceState
  /// All connectors, by name.
  package var connectors: [ConnectorState]
  /// Every index of the store, with a connector or without.
  package var indexNames: [String]
  /// The data sources to choose from.
  package var catalog: [CatalogEntry]

  /// Makes a snapshot.
  package init(
    at: Timestamp, service: ServiceState, connectors: [ConnectorState] = [],
    indexNames: [String] = [], catalog: [CatalogEntry] = []
  ) {
    self.at = at
    self.service = service
    self.connectors = connectors
    self.indexNames = indexNames
    self.catalog = catalog
  }

  /// The state of a connector.
  package func connector(_ id: String) -> ConnectorState? {
    connectors.first { $0.record.id == id }
  }
}

/// What the engine says of itself.
package struct ServiceState: Hashable, Sendable {
  /// How far the engine has come.
  package enum Phase: Hashable, Sendable {
    case opening
    case running
    /// The store can't be used; a full sentence with the remedy.
    case failed(String)
  }

  package var phase: Phase
  /// Which store it is, for example `embedded index at ~/.local/state/connector-console`.
  package var store: String
  /// Whether the server's certificate is not verified: whoever is on the way can read and change
  /// everything.
  package var isUnverified = false
  /// Why the store does not answer now although it did before, a full sentence; what is shown is
  /// the last known state.
  package var outage: Outage?
  /// What is done before the store can be opened, a full sentence.
  package var openingNote: String?

  /// A time without answers.
  package struct Outage: Hashable, Sendable {
    package var since: Timestamp
    package var reason: String

    /// Makes an outage.
    package init(since: Timestamp, reason: String) {
      self.since = since
      self.reason = reason
    }
  }

  /// Makes a state.
  package init(phase: Phase, store: String) {
    self.phase = phase
    self.store = store
  }
}

/// One data source of the catalogue, as the wizard lists it.
package struct CatalogEntry: Hashable, Sendable {
  package var serviceType: String
  package var name: String
  package var summary: String
  package var schema: ConfigurationSchema
  /// Why it can't be used on this machine; `nil` if it can.
  package var unavailable: String?

  /// Makes an entry.
  package init(
    serviceType: String, name: String, summary: String, schema: ConfigurationSchema,
    unavailable: String? = nil
  ) {
    self.serviceType = serviceType
    self.name = name
    self.summary = summary
    self.schema = schema
    self.unavailable = unavailable
  }
}

/// A connector with all that is derived from its record and its jobs.
package struct ConnectorState: Hashable, Sendable, Identifiable {
  package var record: Connector
  package var ingestionStatus: IngestionStatus
  /// Everything that is wrong, each with its remedy; the worst first.
  package var problems: [Problem]
  package var documentCount: Int
  package var indexBytes: Int
  package var lastJob: SyncJob?
  /// The job that runs or waits now, in this process or another.
  ///
  /// A job that ended a moment ago is still here, with its final numbers and lines, so that whoever
  /// looks once a second sees them.
  package var activeJob: JobProgress?
  /// The job that ended last in this process, with its final numbers and lines.
  package var lastProgress: JobProgress?
  /// When the schedule fires next; `nil` if it is off or never fires again.
  package var nextRun: Timestamp?

  package var id: String { record.id }

  /// Makes a state.
  package init(
    record: Connector, ingestionStatus: IngestionStatus, problems: [Problem] = [],
    documentCount: Int = 0, indexBytes: Int = 0, lastJob: SyncJob? = nil,
    activeJob: JobProgress? = nil, lastProgress: JobProgress? = nil, nextRun: Timestamp? = nil
  ) {
    self.record = record
    self.ingestionStatus = ingestionStatus
    self.problems = problems
    self.documentCount = documentCount
    self.indexBytes = indexBytes
    self.lastJob = lastJob
    self.activeJob = activeJob
    self.lastProgress = lastProgress
    self.nextRun = nextRun
  }
}

/// Something that is wrong with a connector, and what to do about it.
package struct Problem: Hashable, Sendable {
  /// How bad it is.
  package enum Severity: Hashable, Sendable { case warning, error }

  /// What the console can do about it at once.
  package enum Remedy: Hashable, Sendable {
    case editConfiguration, regenerateAPIKey, startSync, releaseDeletions, showJob(jobID: String)
    case showDeadLetters(jobID: String)
    case recheck, setSchedule
  }

  package var severity: Severity
  /// One full sentence.
  package var title: String
  /// What to do, one full sentence.
  package var remedy: String
  package var action: Remedy?

  /// Makes a problem.
  package init(
    severity: Severity, title: String, remedy: String, action: Remedy? = nil
  ) {
    self.severity = severity
    self.title = title
    self.remedy = remedy
    self.action = action
  }
}

extension Problem {
  /// Whether it may be meant that way, such as a schedule that is off: nothing is wrong then.
  package var isHint: Bool { severity == .warning && action == .setSchedule }
}

/// A job that runs or waits, as the live view shows it.
package struct JobProgress: Hashable, Sendable {
  /// What the job is doing.
  package enum Phase: String, Hashable, Sendable {
    case queued, connecting, loading, extracting, draining, deleting, committing, stopping
  }

  package var job: SyncJob
  package var phase: Phase
  /// Whether another process runs it; only its record's counters are known then.
  package var isElsewhere: Bool
  package var counters: JobCounters
  /// The pipeline's stages in their order.
  package var stages: [StageProgress]
  package var documentsPerSecond: Double
  package var bytesPerSecond: Double
  /// Documents a second over the last minute, oldest first, one a second.
  package var rateHistory: [Double]
  package var requestsInFlight: Int
  package var maximumInFlight: Int
  package var elapsed: Duration
  /// How many documents there are in all, if the source knows.
  package var estimatedTotal: Int?
  /// Time left, if the total is known.
  package var remaining: Duration?
  /// The path, table or key being read.
  package var currentItem: String
  /// The latest errors and warnings, newest last, at most twenty.
  package var latestErrors: [LogLine]
  /// The job's latest log lines, newest last, at most two hundred.
  package var log: [LogLine]

  /// Makes the progress of a job that has not started.
  package init(job: SyncJob, phase: Phase = .queued, isElsewhere: Bool = false) {
    self.job = job
    self.phase = phase
    self.isElsewhere = isElsewhere
    counters = job.counters
    stages = []
    documentsPerSecond = 0
    bytesPerSecond = 0
    rateHistory = []
    requestsInFlight = 0
    maximumInFlight = 0
    elapsed = .zero
    currentItem = ""
    latestErrors = []
    log = []
  }
}

/// One stage of the pipeline.
package struct StageProgress: Hashable, Sendable {
  /// The stages that are drawn, in their order.
  package enum Stage: String, Hashable, Sendable, CaseIterable {
    case extract, filter, diff, content, bulk, delete
  }

  package var stage: Stage
  /// Documents that left the stage.
  package var documents: Int
  /// Documents that wait in the queue before the stage.
  package var queued: Int
  /// What that queue holds at most.
  package var capacity: Int
  /// Time the stage was busy.
  package var busy: Duration

  /// Makes the progress of a stage.
  package init(
    stage: Stage, documents: Int = 0, queued: Int = 0, capacity: Int = 0, busy: Duration = .zero
  ) {
    self.stage = stage
    self.documents = documents
    self.queued = queued
    self.capacity = capacity
    self.busy = busy
  }
}
