internal import ConnectorProtocol
package import EngineAPI

extension JobProgress {
  /// Documents that there are in all, as far as the source knows or has been read.
  package var expectedTotal: Int? {
    estimatedTotal.map { max($0, counters.extracted) }
  }

  /// The part of the documents that has an outcome, if it is known how many there are.
  package var fractionDone: Double? {
    guard let expectedTotal, expectedTotal > 0 else { return nil }
    return Double(counters.settled) / Double(expectedTotal)
  }

  /// Whether the job is being worked on; one that waits or is suspended stands still.
  package var isMoving: Bool {
    phase != .queued && job.status != .suspended
  }

  /// Whether the source has been read to its end, so that the total is no estimate any more.
  package var isReadWhole: Bool {
    switch phase {
    case .queued, .connecting, .loading, .extracting, .stopping: false
    case .draining, .deleting, .committing: true
    }
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
