internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncPipeline {
  /// One of the content stage's tasks: fetches what is new or changed.
  func fetch() async throws {
    while true {
      switch try await content.receive(atMost: 1) {
      case .finished: return
      case .flushed: continue
      case .elements(let groups):
        for group in groups { try await fetch(group) }
      }
    }
  }

  private func fetch(_ group: [PendingDocument]) async throws {
    try await settle(outcome(of: group))
  }

  /// The contents are gone when it returns, which matters if they are large.
  private func outcome(of group: [PendingDocument]) async throws -> ContentOutcome {
    var group = group
    try await memory.borrow(for: &group)
    let documents = group.map(\.document)
    let contents = try await context.monitor.timed(.content) {
      try await context.source.call { try await $0.fetchContent(of: documents) }
    }
    guard contents.count == group.count else {
      throw SyncError(
        .bug, at: .content,
        "The data source answered \(contents.count) contents to \(group.count) documents: this is "
          + "an error in the data source, please report it.")
    }
    var outcome = ContentOutcome(key: key)
    for (document, content) in zip(group, contents) { outcome.take(document, content) }
    return outcome
  }

  private func settle(_ outcome: ContentOutcome) async throws {
    let monitor = context.monitor
    try await context.deadLetters.add(
      outcome.rejected, extracted: monitor.counters.value.extracted)
    for warning in outcome.warnings { monitor.reportItem(.warning, warning) }
    gone.withLock { $0 += outcome.gone }
    monitor.counters.add(outcome.counters)
    acknowledgements.withLock { ledger in
      for (ticket, count) in outcome.settled { ledger.settle(ticket, count) }
    }
    monitor.passed(.content, outcome.toWrite.count)
    guard !outcome.toWrite.isEmpty else { return }
    let bytes = outcome.toWrite.reduce(0) { $0 + $1.bytes }
    try await bulk.send(outcome.toWrite, items: outcome.toWrite.count, bytes: bytes)
  }
}

/// What follows from the contents that a data source fetched.
struct ContentOutcome: Sendable {
  let key: DigestKey
  var counters = JobCounters()
  var toWrite: [BulkEntry] = []
  var rejected: [RejectedDocument] = []
  var gone: [DocumentDigest] = []
  var warnings: [String] = []
  /// Documents that have their outcome, by ticket.
  var settled: [Int: Int] = [:]

  /// Makes an empty outcome.
  ///
  /// - Parameter key: the key of the index's digests.
  init(key: DigestKey) { self.key = key }

  /// Takes one document's content.
  mutating func take(_ pending: PendingDocument, _ content: FetchedContent) {
    let document = pending.document
    switch content {
    case .none:
      toWrite.append(pending.operation(body: document.body, fingerprint: pending.fingerprint))
    case .members(let members):
      let body = DocumentBody.appending(members, to: document.body)
      write(pending, body, fingerprint: pending.fingerprint)
    case .replaced(let newer):
      guard newer.id == document.id else {
        reject(
          pending, document.body,
          "The data source replaced the document by one with another id, \"\(newer.id)\".")
        return
      }
      let fingerprint = key.fingerprint(body: newer.body, revision: newer.revision)
      write(pending, newer.body, fingerprint: fingerprint)
    case .gone:
      counters.superseded += 1
      gone.append(pending.digest)
      settled[pending.ticket, default: 0] += 1
    case .failed(let reason):
      counters.withoutContent += 1
      warnings.append("\(document.id): \(reason)")
      if pending.isKnown {
        // What was indexed when it could be read is worth more than a version without content.
        // Its fingerprint is the old one, so the next sync tries again.
        counters.unchanged += 1
        settled[pending.ticket, default: 0] += 1
      } else {
        // Fingerprint 0 matches nothing, so the next sync tries again.
        toWrite.append(pending.operation(body: document.body, fingerprint: 0))
      }
    }
  }

  private mutating func write(_ pending: PendingDocument, _ body: [UInt8], fingerprint: UInt64) {
    if let problem = JSONObjectCheck.problem(in: body) {
      reject(pending, body, "The document's body with its content \(problem).")
    } else {
      toWrite.append(pending.operation(body: body, fingerprint: fingerprint))
    }
  }

  private mutating func reject(_ pending: PendingDocument, _ body: [UInt8], _ reason: String) {
    counters.failed += 1
    rejected.append(
      RejectedDocument(id: pending.document.id.text, stage: .content, reason: reason, body: body))
    settled[pending.ticket, default: 0] += 1
  }
}
