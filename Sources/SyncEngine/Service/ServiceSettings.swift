package import ConnectorProtocol

extension SyncService {
  /// What can be set.
  package struct Settings: Sendable {
    package var mode: Mode
    /// Which store it is, as ``ServiceState/store`` shows it.
    package var storeName: String
    /// Whether the store's certificate is not verified.
    package var isUnverified = false
    /// Whose heartbeats, schedules and jobs are this service's.
    package var served = ConnectorSelection.all
    package var limits = PipelineLimits()

    // The values of `service` in Elastic's `config.yml`, under their names there. Where a default
    // differs from Elastic's it says so.

    /// `idling`: how often the records are looked at when no schedule is due earlier; Elastic's
    /// default is 30 s.
    package var idling = Duration.seconds(5)
    /// `heartbeat`: how often a connector's record gets a sign of life.
    package var heartbeat = Duration.seconds(300)
    /// `preflight_max_attempts`: how often a store is asked in vain before the service ends.
    ///
    /// Without it, again and again; Elastic's default is 10.
    package var preflightMaximumAttempts: Int?
    /// `preflight_idle`: how long it waits between these; Elastic's default is 30 s.
    package var preflightIdle = Duration.seconds(5)
    /// `max_concurrent_content_syncs`: full and incremental jobs at a time; Elastic's default is 1.
    package var maximumConcurrentContentSyncs = 4
    /// `job_cleanup_interval`: how often jobs are looked for that nobody runs any more.
    package var jobCleanupInterval = Duration.seconds(300)

    /// Makes settings.
    package init(mode: Mode, storeName: String) {
      self.mode = mode
      self.storeName = storeName
    }
  }
}

/// Which connectors a service serves; never native ones, which Elastic runs.
package enum ConnectorSelection: Hashable, Sendable {
  /// All of the kinds that the program knows.
  case all
  /// Those with these identifiers, whatever else there is; the value is the service type that the
  /// configuration names, which a fresh record gets.
  case ids([String: String?])
  /// All of these kinds (`worker_mode` of Elastic's service).
  case serviceTypes(Set<String>)

  /// Whether a connector is selected, by its identifier or kind.
  package func contains(_ connector: Connector) -> Bool {
    switch self {
    case .all: !connector.isNative
    case .ids(let ids): ids[connector.id] != nil
    case .serviceTypes(let types):
      !connector.isNative && connector.serviceType.map { types.contains($0) } ?? false
    }
  }

  /// The service type that the configuration names for a connector; `nil` if it names none.
  package func serviceType(of id: String) -> String? {
    if case .ids(let ids) = self { ids[id] ?? nil } else { nil }
  }
}
