internal import ConnectorKit
internal import ConnectorProtocol
internal import Synchronization

/// Keeps the documents of a job that can't be indexed, and stops a job in which hardly any can.
final class DeadLetterBox: Sendable {
  private struct State {
    var letters: [DeadLetter] = []
    var bytes = 0
    var total = 0
    /// Bytes of documents so far.
    var kept = 0
  }

  /// Bytes of a document that are kept.
  private static let payloadLimit = 1 << 20
  /// Bytes of documents that are kept of one attempt of a job; of further ones only the reasons.
  private static let keptLimit = 64 << 20

  private let jobID: String
  private let connectorID: String
  private let store: any ConnectorStore
  private let now: @Sendable () -> Timestamp
  private let report: @Sendable (String) -> Void
  private let state = Mutex(State())

  /// Makes the box of a job; every reason is reported too.
  init(
    job: SyncJob, store: any ConnectorStore, now: @escaping @Sendable () -> Timestamp,
    report: @escaping @Sendable (String) -> Void
  ) {
    self.report = report
    jobID = job.id
    connectorID = job.connectorID
    self.store = store
    self.now = now
  }

  /// Adds documents; writes them to the store from time to time.
  ///
  /// - Parameters:
  ///   - rejected: the documents with their reasons.
  ///   - extracted: how many documents the run has seen, to judge whether it makes sense to go on.
  /// - Throws: ``StoreError``, or ``SyncError`` once far too many documents were rejected.
  func add(_ rejected: [RejectedDocument], extracted: Int) async throws {
    guard let latest = rejected.last else { return }
    for document in rejected { report("\(document.id): \(document.reason)") }
    let letters = rejected.map(letter)
    let (isFull, total) = state.withLock { state in
      state.letters += letters
      state.bytes += letters.reduce(0) { $0 + $1.payload.count }
      state.total += letters.count
      return (state.letters.count >= 100 || state.bytes >= 4 << 20, state.total)
    }
    if isFull { try await flush() }
    guard total > 1000, total * 100 > extracted * 15 else { return }
    throw SyncError(
      .rejected, at: latest.stage,
      "The sync stopped because \(total) of \(extracted) documents could not be indexed; the last "
        + "reason: \(latest.reason) Look at the dead letters, fix the cause and sync again.")
  }

  /// Writes what was added to the store.
  func flush() async throws {
    let letters = state.withLock { state in
      defer {
        state.letters = []
        state.bytes = 0
      }
      return state.letters
    }
    guard !letters.isEmpty else { return }
    do {
      try await store.addDeadLetters(letters)
    } catch {
      state.withLock { $0.letters = letters + $0.letters }
      throw error
    }
  }

  private func letter(_ document: RejectedDocument) -> DeadLetter {
    DeadLetter(
      jobID: jobID, connectorID: connectorID, documentID: document.id,
      stage: document.stage.rawValue, reason: document.reason, at: now(),
      payload: kept(document.body), scope: document.scope)
  }

  /// What is kept of a document.
  private func kept(_ body: [UInt8]) -> [UInt8] {
    let part = body.prefix(Self.payloadLimit)
    return state.withLock { state in
      guard state.kept + part.count <= Self.keptLimit else { return [] }
      state.kept += part.count
      return Array(part)
    }
  }
}
