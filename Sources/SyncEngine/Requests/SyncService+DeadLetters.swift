internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI

extension SyncService {
  /// Letters that are read and sent at a time.
  private static let letterPage = 50
  /// A kept document of this size may have been cut.
  private static let cutSize = 1 << 20

  /// Indexes the documents of dead letters again, where that can do no harm.
  ///
  /// Only what the index itself refused is sent as it was; everything else is read again by the next
  /// sync anyway. The letters of a sync after which there was another are left alone: the source may
  /// have changed since.
  ///
  /// - Parameters:
  ///   - jobID: the sync.
  ///   - ids: the documents; `nil` for all.
  ///   - stores: what the engine works on.
  /// - Returns: how many are indexed now, and why others are not.
  /// - Throws: ``EngineFailure`` while a sync is under way or after a later one.
  func retryDeadLetters(
    _ jobID: String, _ ids: [String]?, _ stores: EngineStores
  ) async throws -> EngineResponse {
    let job = try await job(jobID, stores).record
    let connector = try await connector(job.connectorID, stores)
    try await checkNothingRuns(job, stores)
    let newest = JobQuery(connectorID: job.connectorID, size: 1)
    if let later = try await stores.connectors.jobs(newest).jobs.first?.record, later.id != jobID {
      throw EngineFailure(
        .conflict,
        "A later sync has read the source since. Look at its own dead letters; what is not there is "
          + "indexed or gone.")
    }
    guard let index = connector.indexName,
      let key = try await stores.credentials.apiKey(connectorID: connector.id)
    else {
      throw EngineFailure(
        .unauthorized, "The connector has no API key here. Make a new one on its Settings page.")
    }
    let digestKey = try await stores.indices.digestKey(of: index)
    var retry = LetterRetry(wanted: ids.map(Set.init), digestKey: digestKey)
    var from = 0
    while true {
      let page = try await stores.connectors.deadLetters(
        jobID: jobID, from: from, size: Self.letterPage)
      guard !page.letters.isEmpty else { break }
      from += page.letters.count
      let operations = retry.operations(page.letters, cutSize: Self.cutSize)
      guard !operations.isEmpty else { continue }
      let results = try await stores.indices.apply(operations, to: index, apiKey: key)
      retry.take(results)
    }
    return try await settle(retry, of: job, in: index, stores)
  }

  private func checkNothingRuns(_ job: SyncJob, _ stores: EngineStores) async throws {
    let open = JobQuery(
      connectorID: job.connectorID, statuses: [.pending, .inProgress, .canceling, .suspended],
      size: 1)
    guard try await stores.connectors.jobs(open).jobs.isEmpty, job.status.isTerminal else {
      throw EngineFailure(
        .conflict, "A sync of this connector is under way. Wait for its end, then try again.")
    }
  }

  /// Removes the letters of what is indexed now, and corrects the sync's numbers.
  private func settle(
    _ retry: LetterRetry, of job: SyncJob, in index: String, _ stores: EngineStores
  ) async throws -> EngineResponse {
    let report = retry.report
    if !retry.indexed.isEmpty {
      try await stores.connectors.removeDeadLetters(jobID: job.id, documentIDs: retry.indexed)
      try await stores.indices.refresh(index)
      _ = try await stores.connectors.changeJob(job.id) { job in
        job.counters.failed -= min(job.counters.failed, retry.created + retry.updated)
        job.counters.created += retry.created
        job.counters.updated += retry.updated
        return true
      }
    }
    if !retry.refused.isEmpty {
      let now = environment.now()
      let letters = retry.refused.map { letter in
        var letter = letter
        letter.at = now
        return letter
      }
      let ids = letters.map(\.documentID)
      try await stores.connectors.removeDeadLetters(jobID: job.id, documentIDs: ids)
      try await stores.connectors.addDeadLetters(letters)
    }
    log.write(
      .info,
      "Dead letters were sent again: \(report.indexed) indexed, \(report.refused) refused, "
        + "\(report.left) left for the next sync.", connectorID: job.connectorID, jobID: job.id)
    await observe(connectorID: job.connectorID)
    return .deadLettersRetried(report)
  }
}

/// How a retry of dead letters goes.
private struct LetterRetry: Sendable {
  let wanted: Set<String>?
  let digestKey: DigestKey
  private(set) var report = DeadLetterRetry()
  private(set) var indexed: [String] = []
  private(set) var created = 0
  private(set) var updated = 0
  /// Those that were refused for another reason than before.
  private(set) var refused: [DeadLetter] = []
  private var sent: [DeadLetter] = []
  private var seen: Set<String> = []

  init(wanted: Set<String>?, digestKey: DigestKey) {
    self.wanted = wanted
    self.digestKey = digestKey
  }

  /// The documents of some letters that can be sent as they were.
  mutating func operations(_ letters: [DeadLetter], cutSize: Int) -> [BulkOperation] {
    sent = []
    for letter in letters where wanted?.contains(letter.documentID) ?? true {
      guard seen.insert(letter.documentID).inserted else { continue }
      let isWhole =
        letter.payload.count < cutSize && JSONObjectCheck.problem(in: letter.payload) == nil
      // Without its scope a document might be deleted for what was listed elsewhere.
      if letter.stage == SyncError.Stage.bulk.rawValue, isWhole, letter.scope != nil {
        sent.append(letter)
      } else {
        report.left += 1
      }
    }
    return sent.map { letter in
      let id = DocumentID(letter.documentID)
      return .index(
        IndexOperation(
          id: id, digest: digestKey.digest(of: id), fingerprint: 0, scope: letter.scope ?? "",
          body: letter.payload))
    }
  }

  /// Takes what became of the operations.
  mutating func take(_ results: [BulkItemResult]) {
    for (letter, result) in zip(sent, results) {
      switch result {
      case .created, .updated, .deleted, .notFound, .dropped:
        indexed.append(letter.documentID)
        report.indexed += 1
        if result == .created { created += 1 } else { updated += 1 }
      case .rejected(let reason), .retry(let reason), .overloaded(let reason):
        report.refused += 1
        report.reason = reason
        guard reason != letter.reason, refused.count < 100 else { continue }
        var letter = letter
        letter.reason = reason
        refused.append(letter)
      }
    }
  }
}
