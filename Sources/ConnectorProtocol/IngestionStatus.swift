package import ConnectorKit

/// The one status that a list shows for a connector; derived, never stored.
///
/// Source: the rules of Kibana 8.14 and later.
package enum IngestionStatus: String, Hashable, Sendable, CaseIterable {
  /// Never contacted, or values are missing.
  case needsConfiguration
  /// The last sync failed.
  case syncFailure
  /// The service reported an error, or has not been seen for half an hour.
  case connectorFailure
  /// No index is attached.
  case incomplete
  case configured
  case connected

  /// How long a heartbeat counts.
  package static let staleAfter = Duration.seconds(30 * 60)

  /// Derives the status of a connector.
  ///
  /// - Parameters:
  ///   - connector: its record.
  ///   - now: the moment to compare the last heartbeat with.
  package init(_ connector: Connector, at now: Timestamp) {
    let isStale = connector.lastSeen.map { now - $0 > Self.staleAfter } ?? false
    if connector.status == .created || connector.status == .needsConfiguration {
      self = .needsConfiguration
    } else if connector.lastSyncStatus == .error {
      self = .syncFailure
    } else if isStale || connector.status == .error {
      self = .connectorFailure
    } else if connector.indexName == nil {
      self = .incomplete
    } else {
      self = connector.status == .configured ? .configured : .connected
    }
  }
}
