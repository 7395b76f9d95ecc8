internal import ConnectorProtocol
package import EngineAPI

extension ConnectorState {
  /// Why a sync can't be started now; `nil` if it can.
  package var syncObstacle: String? {
    if activeJob != nil { return "A sync of \(record.name) is active already." }
    if record.indexName == nil { return "\(record.name) has no index to sync into." }
    switch record.status {
    case .created, .needsConfiguration:
      return "\(record.name) needs its configuration first; open it and press 2."
    case .configured, .connected, .error: return nil
    }
  }

  /// Whether a sync can be started now.
  package var canSync: Bool { syncObstacle == nil }

  /// Why there is nothing to cancel; `nil` if there is.
  package var cancelObstacle: String? {
    guard let activeJob else { return "No sync of \(record.name) is active." }
    return activeJob.job.status == .canceling ? "The sync is being canceled already." : nil
  }
}
