internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncPipeline {
  /// Room is made for so many documents at most on the word of a source alone.
  private static var largestReservation: Int { 4_000_000 }

  /// What one round of the differ leaves behind.
  private struct Round {
    var counters = JobCounters()
    var rejected: [RejectedDocument] = []
    var toFetch: [PendingDocument] = []
    var toWrite: [BulkEntry] = []
    var warnings: [String] = []
  }

  /// The differ's task: takes what the source wrote until it has ended.
  func diff() async throws {
    while true {
      switch try await intake.receive() {
      case .finished: return
      case .flushed: continue
      case .elements(let events):
        let round = try context.monitor.timedNow(.diff) { try sort(events) }
        try await passOn(round)
      }
    }
  }

  private func sort(_ events: [IntakeEvent]) throws -> Round {
    var round = Round()
    let expected = min(expectedCount.exchange(0, ordering: .relaxed), Self.largestReservation)
    try differ.withLock { differ in
      if expected > 0 { differ.reserve(expected) }
      for event in events { try sort(event, &differ, &round) }
    }
    return round
  }

  private func sort(
    _ event: IntakeEvent, _ differ: inout DocumentDiffer, _ round: inout Round
  ) throws {
    switch event {
    case .begin(let scope): differ.begin(scope)
    case .end(let scope, let end):
      try differ.end(scope, end)
      if case .partial(let reason) = end {
        round.warnings.append(
          "Nothing of \"\(scope.name)\" is deleted, for it could not be listed whole: \(reason)")
      }
    case .mark(let cursor): acknowledgements.withLock { $0.mark(cursor) }
    case .documents(let documents, let scope, let loan):
      let output = try differ.sort(documents, in: scope)
      round.counters = round.counters + output.counters
      round.rejected += output.rejected
      guard !output.pending.isEmpty else { return }
      let ticket = acknowledgements.withLock { $0.open(output.pending.count) }
      for var document in output.pending {
        document.ticket = ticket
        document.loan = loan
        if document.document.content == nil {
          round.toWrite.append(
            document.operation(body: document.document.body, fingerprint: document.fingerprint))
        } else {
          round.toFetch.append(document)
        }
      }
    }
  }

  private func passOn(_ round: Round) async throws {
    let monitor = context.monitor
    for warning in round.warnings { monitor.reportItem(.warning, warning) }
    let kept = round.counters.extracted - round.counters.filtered
    let extracted = monitor.counters.value.extracted
    try await context.deadLetters.add(round.rejected, extracted: extracted)
    var outcomes = round.counters
    // They were counted when the source wrote them.
    outcomes.extracted = 0
    monitor.counters.add(outcomes)
    monitor.passed(.filter, kept)
    monitor.passed(.diff, round.toFetch.count + round.toWrite.count)
    if !round.toWrite.isEmpty {
      let bytes = round.toWrite.reduce(0) { $0 + $1.bytes }
      try await bulk.send(round.toWrite, items: round.toWrite.count, bytes: bytes)
    }
    for group in ContentBatches(round.toFetch, context.limits) {
      let bytes = group.reduce(0) { $0 + $1.bytes }
      try await content.send(group, items: group.count, bytes: bytes)
    }
  }
}

/// Splits documents into requests for content that stay within the pipeline's limits.
struct ContentBatches: Sequence, IteratorProtocol {
  private let documents: [PendingDocument]
  private let limits: PipelineLimits
  private var position = 0

  /// Splits documents.
  init(_ documents: [PendingDocument], _ limits: PipelineLimits) {
    self.documents = documents
    self.limits = limits
  }

  mutating func next() -> [PendingDocument]? {
    guard position < documents.count else { return nil }
    let start = position
    var bytes = 0
    while position < documents.count, position - start < limits.contentBatch {
      bytes += documents[position].document.content?.expectedBytes ?? 0
      if bytes > limits.contentBytes, position > start { break }
      position += 1
    }
    return Array(documents[start..<position])
  }
}
