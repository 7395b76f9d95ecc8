package import ConnectorKit

/// A configured data source bound to an index: one record of `.elastic-connectors`.
///
/// Field meanings: Elastic's connector protocol. Secrets in `configuration` are in clear, as the
/// protocol has them; ``ConfigurationField/isSensitive`` marks them.
package struct Connector: Hashable, Sendable, Identifiable {
  /// The record's `_id`.
  package var id: String
  package var name: String
  package var description: String?
  /// The content index; `nil` while none is attached.
  package var indexName: String?
  /// The kind of data source; `nil` while the service has not filled it in.
  package var serviceType: String?
  package var language: Language
  package var status: ConnectorStatus
  /// Why `status` is ``ConnectorStatus/error``.
  package var error: String?
  /// The identifier of the API key, never the key.
  package var apiKeyID: String?
  /// The fields with their values, as the service declared them.
  package var configuration: ConnectorConfiguration
  package var scheduling: Scheduling
  package var filtering: Filtering
  package var features: ConnectorFeatures?
  package var pipeline: IngestPipeline
  package var syncCursor: SyncCursor?
  /// The service's last heartbeat.
  package var lastSeen: Timestamp?
  package var lastSynced: Timestamp?
  package var lastSyncStatus: JobStatus?
  package var lastSyncError: String?
  /// When the last scheduled full sync was due, which may be before it ran.
  package var lastSyncScheduledAt: Timestamp?
  package var lastIncrementalSyncScheduledAt: Timestamp?
  package var lastIndexedDocumentCount: Int
  package var lastDeletedDocumentCount: Int
  package var isNative: Bool
  package var createdAt: Timestamp?
  package var updatedAt: Timestamp?
  /// Members of the stored record that this program does not know; they are written back.
  package var unknownMembers = JSONObject()

  /// Makes a record as Kibana creates it: status `created`, nothing scheduled.
  package init(
    id: String, name: String, description: String? = nil, indexName: String?,
    serviceType: String?, language: Language = .universal, createdAt: Timestamp? = nil
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.indexName = indexName
    self.serviceType = serviceType
    self.language = language
    self.createdAt = createdAt
    updatedAt = createdAt
    status = .created
    configuration = ConnectorConfiguration()
    scheduling = Scheduling()
    filtering = Filtering(createdAt: createdAt)
    pipeline = IngestPipeline()
    lastIndexedDocumentCount = 0
    lastDeletedDocumentCount = 0
    isNative = false
  }
}

/// Where a connector is in its life.
package enum ConnectorStatus: String, Hashable, Sendable, CaseIterable {
  /// No service has contacted it yet.
  case created
  /// The service declared the fields; values are missing.
  case needsConfiguration = "needs_configuration"
  /// The values are there; the source has not been reached yet.
  case configured
  /// The service reached the source.
  case connected
  /// The service failed; the record's `error` says why.
  case error
}

/// The configuration of a connector's record: declared fields and their values.
package struct ConnectorConfiguration: Hashable, Sendable {
  package var schema: ConfigurationSchema
  package var values: ConfigurationValues

  /// Makes a configuration; without arguments the empty one of a fresh record.
  package init(
    schema: ConfigurationSchema = ConfigurationSchema([]),
    values: ConfigurationValues = ConfigurationValues()
  ) {
    self.schema = schema
    self.values = values
  }
}

/// What a connector's service says it can do; written by the service.
package struct ConnectorFeatures: Hashable, Sendable {
  package var basicRules: Bool
  package var advancedRules: Bool
  package var incrementalSync: Bool

  /// Makes a set of features.
  package init(basicRules: Bool, advancedRules: Bool, incrementalSync: Bool) {
    self.basicRules = basicRules
    self.advancedRules = advancedRules
    self.incrementalSync = incrementalSync
  }
}

/// The ingest pipeline of a connector and its three flags.
package struct IngestPipeline: Hashable, Sendable {
  package var name: String
  package var extractBinaryContent: Bool
  package var reduceWhitespace: Bool
  package var runMLInference: Bool

  /// Makes pipeline settings; the defaults are those of Elasticsearch 8.
  package init(
    name: String = "ent-search-generic-ingestion", extractBinaryContent: Bool = true,
    reduceWhitespace: Bool = true, runMLInference: Bool = true
  ) {
    self.name = name
    self.extractBinaryContent = extractBinaryContent
    self.reduceWhitespace = reduceWhitespace
    self.runMLInference = runMLInference
  }
}

/// When the jobs of a connector run, by job type.
package struct Scheduling: Hashable, Sendable {
  /// The schedule of one job type.
  package struct Entry: Hashable, Sendable {
    package var isEnabled: Bool
    /// A Quartz expression, evaluated in UTC; kept as it was written.
    package var interval: String

    /// Makes a schedule; the default is Kibana's: disabled, midnight.
    package init(isEnabled: Bool = false, interval: String = "0 0 0 * * ?") {
      self.isEnabled = isEnabled
      self.interval = interval
    }
  }

  package var full = Entry()
  package var incremental = Entry()
  package var accessControl = Entry()

  /// Makes a scheduling with everything disabled.
  package init() {}

  /// The schedule of a job type.
  package subscript(type: JobType) -> Entry {
    get {
      switch type {
      case .full: full
      case .incremental: incremental
      case .accessControl: accessControl
      }
    }
    set {
      switch type {
      case .full: full = newValue
      case .incremental: incremental = newValue
      case .accessControl: accessControl = newValue
      }
    }
  }
}
