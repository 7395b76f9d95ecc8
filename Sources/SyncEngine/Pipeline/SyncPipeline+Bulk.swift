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
        // A limit that the index has shown meanwhile.
        batcher.limits.bytes = min(limits.batchBytes, context.index.requestBytes)
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
  /// The time and the documents count as those of a stage. What the index puts off because it has
  /// too much to do is sent until the budget of the back-off is used up; what it puts off for
  /// another reason becomes a dead letter after some tries.
  func deliver(_ entries: [BulkEntry], as stage: BulkStage) async throws {
    var rest = entries
    var tries = RetryState(context.backOff)
    var triesOfItems = 0
    while !rest.isEmpty {
      let outcome = try await apply(rest, as: stage)
      try await settle(outcome, as: stage)
      if outcome.again.count < rest.count { tries.succeeded() }
      rest = outcome.again
      guard !rest.isEmpty else { return }
      triesOfItems = outcome.overloaded > 0 ? 0 : triesOfItems + 1
      guard triesOfItems < Self.triesOfItems else {
        let reason =
          "The index put the document off \(triesOfItems) times, the last time because: "
          + outcome.retryReason
        return try await settle(BulkOutcome(givingUp: rest, reason: reason), as: stage)
      }
      let delay = tries.failed(
        at: context.environment.monotonic(), random: context.environment.random())
      guard let delay else {
        throw StoreError(
          .unavailable,
          "The index has had too much to do for \(Self.minutes(context.backOff.budget)): "
            + "\(outcome.retryReason)")
      }
      context.monitor.report(
        .warning,
        "The index put off \(rest.count) operations: \(outcome.retryReason) They are sent again in "
          + "\(delay.milliseconds) ms.")
      try await context.environment.sleep(delay)
    }
  }

  /// An operation that is put off so often without the index having too much to do is given up.
  private static var triesOfItems: Int { 10 }

  private static func minutes(_ time: Duration) -> String {
    Wording.count(Int(time.components.seconds / 60), "minute")
  }

  /// Sends one request; a store that can't answer now is asked again until the budget is used up.
  private func apply(_ entries: [BulkEntry], as stage: BulkStage) async throws -> BulkOutcome {
    var tries = RetryState(context.backOff)
    while true {
      try await checkLease()
      let used = apiKey.withLock { $0 }
      do {
        return try await request(entries, as: stage, key: used)
      } catch let error as StoreError where error.kind == .unauthorized {
        // The key may have been regenerated while the job runs.
        if let newest = try await context.newestAPIKey(), newest != used {
          apiKey.withLock { $0 = newest }
        } else if isRecovering {
          try await context.environment.sleep(.seconds(2))
        } else {
          throw error
        }
      } catch let error as StoreError where error.kind == .unavailable {
        let delay = tries.failed(
          at: context.environment.monotonic(), retryAfter: error.retryAfter,
          random: context.environment.random())
        guard let delay else { throw error }
        lastOutage.withLock { $0 = context.environment.monotonic() }
        if error.retryAfter != nil { gate.close(for: delay) }
        context.monitor.report(
          .warning, "\(error.message) The next try is in \(delay.milliseconds) ms.")
        try await context.environment.sleep(delay)
      }
    }
  }

  /// Whether the index was away a moment ago: a server that comes back may answer before it knows
  /// its keys.
  private var isRecovering: Bool {
    guard let outage = lastOutage.withLock({ $0 }) else { return false }
    return context.environment.monotonic() - outage < .seconds(60)
  }

  private func request(
    _ entries: [BulkEntry], as stage: BulkStage, key: String
  ) async throws -> BulkOutcome {
    let pass = try await gate.enter()
    do {
      let outcome = try BulkOutcome(entries, try await results(entries, as: stage, key: key))
      gate.leave(pass, outcome.overloaded > 0 ? .pushedBack : .accepted)
      return outcome
    } catch {
      let isPushedBack = (error as? StoreError)?.kind == .unavailable
      gate.leave(pass, isPushedBack ? .pushedBack : .neither)
      throw error
    }
  }

  private func results(
    _ entries: [BulkEntry], as stage: BulkStage, key: String
  ) async throws -> [BulkItemResult] {
    let operations = entries.map(\.operation)
    let (index, name, ingest) = (context.index, context.job.indexName, context.ingest)
    context.monitor.changeInFlight(by: 1)
    defer { context.monitor.changeInFlight(by: -1) }
    return try await context.monitor.timed(stage.progress) {
      try await context.host.shield(
        grace: .milliseconds(750), sleep: context.environment.sleep
      ) {
        try await index.apply(operations, to: name, apiKey: key, through: ingest)
      }
    }
  }

  private func settle(_ outcome: BulkOutcome, as stage: BulkStage) async throws {
    let monitor = context.monitor
    let box = context.deadLetters
    monitor.counters.add(outcome.counters)
    if outcome.dropped > 0 {
      monitor.reportItem(
        .info, "The ingest pipeline dropped \(Wording.count(outcome.dropped, "document")).")
    }
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
