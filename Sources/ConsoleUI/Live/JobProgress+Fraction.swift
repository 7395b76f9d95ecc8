internal import ConnectorProtocol
package import EngineAPI

extension JobProgress {
  /// The part that is done, if the source knows how much there is.
  package var fractionDone: Double? {
    guard let estimatedTotal, estimatedTotal > 0 else { return nil }
    return min(1, Double(counters.extracted) / Double(estimatedTotal))
  }
}

extension LiveSyncScreen {
  /// The view of a connector's active job, or of a full sync that it starts.
  package init(of state: ConnectorState) {
    if let job = state.activeJob?.job {
      self.init(connectorID: state.id, .job(id: job.id))
    } else {
      self.init(connectorID: state.id)
    }
  }
}
