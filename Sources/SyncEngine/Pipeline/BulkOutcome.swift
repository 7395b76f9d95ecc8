internal import ConnectorKit
internal import ConnectorProtocol

/// What follows from an index's answer to one request.
struct BulkOutcome: Sendable {
  var counters = JobCounters()
  var rejected: [RejectedDocument] = []
  /// To send again, in their order.
  var again: [BulkEntry] = []
  /// Why the last of them was put off.
  var retryReason = ""
  /// How many of them were put off because the index has too much to do.
  var overloaded = 0
  /// Documents that an ingest pipeline dropped.
  var dropped = 0
  /// Documents that have their outcome, by ticket.
  var settled: [Int: Int] = [:]

  /// Sorts the results of a request.
  ///
  /// - Throws: ``SyncError`` if there are not as many results as operations.
  init(_ entries: [BulkEntry], _ results: [BulkItemResult]) throws(SyncError) {
    guard entries.count == results.count else {
      throw SyncError(
        .bug, at: .bulk,
        "The index answered \(results.count) results to \(entries.count) operations; nothing of "
          + "the request can be trusted.")
    }
    for (entry, result) in zip(entries, results) { take(entry, result) }
  }

  /// Gives up on operations: they become dead letters.
  init(givingUp entries: [BulkEntry], reason: String) {
    for entry in entries { take(entry, .rejected(reason: reason)) }
  }

  private mutating func take(_ entry: BulkEntry, _ result: BulkItemResult) {
    switch result {
    case .created, .updated:
      if result == .created { counters.created += 1 } else { counters.updated += 1 }
      if case .index(let operation) = entry.operation {
        counters.bytesWritten += operation.body.count
      }
    case .deleted: counters.deleted += 1
    case .notFound: break
    case .rejected(let reason): reject(entry, reason)
    case .retry(let reason):
      retryReason = reason
      again.append(entry)
      return
    case .overloaded(let reason):
      retryReason = reason
      overloaded += 1
      again.append(entry)
      return
    case .dropped:
      dropped += 1
      counters.filtered += 1
    }
    if let ticket = entry.ticket { settled[ticket, default: 0] += 1 }
  }

  private mutating func reject(_ entry: BulkEntry, _ reason: String) {
    switch entry.operation {
    case .index(let operation):
      counters.failed += 1
      rejected.append(
        RejectedDocument(
          id: operation.id.text, stage: .bulk, reason: reason, body: operation.body,
          scope: operation.scope))
    case .delete(_, let id):
      rejected.append(RejectedDocument(id: id.text, stage: .delete, reason: reason, body: []))
    }
  }
}
