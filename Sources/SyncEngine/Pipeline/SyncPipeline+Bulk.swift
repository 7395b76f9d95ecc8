internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncPipeline {
  /// The batcher's task: groups operations into requests.
  func batch() async throws {
    let limits = context.limits
    var batcher = BulkBatcher(
      .init(operations: limits.batchOperations, bytes: limits.batchBytes))
    while true {
      switch try await bulk.receive() {
      case .elements(let groups):
        for group in groups {
          for entry in group {
            for batch in batcher.add(entry) { try await batches.send(batch) }
          }
        }
      case .flushed:
        if let batch = batcher.flush() { try await batches.send(batch) }
      case .finished:
        if let batch = batcher.flush() { try await batches.send(batch) }
        batches.finish()
        return
      }
    }
  }

  /// The senders' tasks: as many requests at a time as the limits allow.
  func send() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<context.limits.requestsInFlight {
        group.addTask { try await self.sendBatches() }
      }
      for try await _ in group {}
    }
  }

  private func sendBatches() async throws {
    while true {
      switch try await batches.receive(atMost: 1) {
      case .finished: return
      case .flushed: continue
      case .elements(let batches):
        for batch in batches { try await deliver(batch.entries, as: .bulk) }
      }
    }
  }

  /// Sends operations until each has an outcome.
  ///
  /// The time and the documents count as those of a stage.
  func deliver(_ entries: [BulkEntry], as stage: BulkStage) async throws {
    var rest = entries
    var attempt = 0
    while !rest.isEmpty {
      attempt += 1
      let outcome = try await apply(rest, as: stage)
      try await settle(outcome, as: stage)
      rest = outcome.again
      guard !rest.isEmpty else { return }
      let delay = context.backOff.delay(
        afterAttempt: attempt, random: context.environment.random())
      guard let delay else {
        let reason =
          "The index put the document off \(attempt) times, the last time because: "
          + outcome.retryReason
        try await settle(BulkOutcome(givingUp: rest, reason: reason), as: stage)
        return
      }
      context.monitor.report(
        .warning,
        "The index put off \(rest.count) operations: \(outcome.retryReason) They are sent again in "
          + "\(delay.milliseconds) ms.")
      try await context.environment.sleep(delay)
    }
  }

  /// Sends one request; a store that can't answer now is asked again for a while.
  private func apply(_ entries: [BulkEntry], as stage: BulkStage) async throws -> BulkOutcome {
    var attempt = 0
    while true {
      attempt += 1
      try await checkLease()
      let used = apiKey.withLock { $0 }
      do {
        return try await request(entries, as: stage, key: used)
      } catch let error as StoreError where error.kind == .unauthorized {
        // The key may have been regenerated while the job runs.
        guard let newest = try await context.newestAPIKey(), newest != used else { throw error }
        apiKey.withLock { $0 = newest }
      } catch let error as StoreError where error.kind == .unavailable {
        let delay = context.backOff.delay(
          afterAttempt: attempt, random: context.environment.random())
        guard let delay else { throw error }
        context.monitor.report(
          .warning, "\(error.message) The next try is in \(delay.milliseconds) ms.")
        try await context.environment.sleep(delay)
      }
    }
  }

  private func request(
    _ entries: [BulkEntry], as stage: BulkStage, key: String
  ) async throws -> BulkOutcome {
    let operations = entries.map(\.operation)
    let (index, name) = (context.index, context.job.indexName)
    context.monitor.changeInFlight(by: 1)
    defer { context.monitor.changeInFlight(by: -1) }
    let results = try await context.monitor.timed(stage.progress) {
      try await context.host.shield {
        try await index.apply(operations, to: name, apiKey: key)
      }
    }
    return try BulkOutcome(entries, results)
  }

  private func settle(_ outcome: BulkOutcome, as stage: BulkStage) async throws {
    let monitor = context.monitor
    let box = context.deadLetters
    monitor.counters.add(outcome.counters)
    let count = outcome.counters.settled - outcome.counters.failed + outcome.counters.deleted
    monitor.passed(stage.progress, count)
    try await box.add(outcome.rejected, extracted: monitor.counters.value.extracted)
    acknowledgements.withLock { ledger in
      for (ticket, count) in outcome.settled { ledger.settle(ticket, count) }
    }
  }

  /// Waits while this process may not write; the heartbeat renews the lease or ends the job.
  private func checkLease() async throws {
    while !context.lease.isHeld {
      try await context.environment.sleep(.milliseconds(250))
    }
    try Task.checkCancellation()
  }
}

/// Which stage a request to the index belongs to.
enum BulkStage: Sendable {
  case bulk, delete
}

extension BulkStage {
  /// The stage as the live view names it.
  var progress: StageProgress.Stage { self == .bulk ? .bulk : .delete }
}
