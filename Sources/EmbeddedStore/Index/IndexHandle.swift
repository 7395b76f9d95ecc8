internal import ConnectorKit
internal import ConnectorProtocol
internal import Synchronization

/// One index in use: its writer, its analyst and its readers, each with a thread.
final class IndexHandle: Sendable {
  let queue = IndexingQueue()
  let writer: IndexWriter
  private let analyst: IndexAnalyst
  private let encoder: SegmentEncoder
  private let copier: LogCopier
  private let readers: [IndexReader]
  private let turn = Atomic<Int>(0)
  private let isCopying = Atomic<Bool>(false)
  /// Bytes of documents that were written since the log was copied last.
  private let uncopied = Atomic<Int>(0)
  /// The log is copied after so many bytes of documents; less is left to the writer.
  private static let copyBytes = 8 << 20
  /// Whether documents that a crash left unindexed were looked for.
  private let isRecovered = Mutex(false)
  let path: String
  private let limits: IndexLimits

  /// Makes a handle; files are opened when they are needed.
  init(path: String, limits: IndexLimits) {
    self.path = path
    self.limits = limits
    // What an earlier handle left unfinished is told from what others write by its number.
    let owner = Int64(bitPattern: RandomBytes.number())
    writer = IndexWriter(
      path: path, name: "index-write", owner: owner, limits: limits, queue: queue)
    analyst = IndexAnalyst(name: "index-analyse", queue: queue, bufferBytes: limits.bufferBytes)
    encoder = SegmentEncoder(name: "index-encode", queue: queue)
    copier = LogCopier(path: path, name: "index-copy")
    readers = (0..<2).map { _ in
      IndexReader(path: path, name: "index-read", limits: limits.reader)
    }
  }

  /// The readers take turns.
  var reader: IndexReader {
    let next = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return readers[next & 1]
  }

  /// Applies operations, all or none, and analyses what they brought.
  func apply(_ operations: [BulkOperation]) async throws -> [BulkItemResult] {
    // What could not be indexed must be, before more is taken.
    if await writer.hasFailed { try await index(all: false) }
    let results = try await writer.apply(operations)
    uncopied.wrappingAdd(operations.reduce(0) { $0 + $1.bodyBytes }, ordering: .relaxed)
    do {
      if queue.isLagging {
        try await index(all: false)
      } else {
        try await indexBacklog()
      }
    } catch let error as StoreError where error.kind == .corrupt {
      throw error
    } catch {
      // The documents are committed, and their results stand. They are analysed again before the
      // next request is taken, which fails if that does.
      await writer.failedToIndex()
    }
    return results
  }

  /// Analyses what waits and writes the buffers that are full.
  ///
  /// - Parameter all: whether to write what is in a buffer that is not full.
  /// - Throws: ``StoreError``.
  private func index(all: Bool) async throws {
    repeat {
      repeat {
        try await analyst.drain(handsOver: all)
        if queue.hasUnwritten { try await writeBuffer() }
      } while queue.hasWork
    } while try await writer.feed()
    if all {
      // The buffer may have been refused while another was being written.
      try await analyst.drain(handsOver: true)
      if queue.hasUnwritten { try await writeBuffer() }
    }
    await writer.didIndex()
  }

  /// Sees to it that what waits is analysed and written, and waits until it is little enough.
  ///
  /// One request at a time leads: it stays behind and analyses what the others bring, while they
  /// go on and write the next documents to the database. Another one writes what was analysed.
  /// - Throws: ``StoreError``.
  private func indexBacklog() async throws {
    while true {
      if queue.hasFull {
        async let written: Void = writeBuffer()
        try await analyse()
        try await written
      } else if queue.needsAnalysis {
        try await analyse()
      } else {
        return
      }
    }
  }

  /// Analyses as long as this request leads or too much waits, unless both buffers are full.
  private func analyse() async throws {
    let leads = queue.takeLead()
    defer { if leads { queue.giveUpLead() } }
    // No request leads for long, lest it is acknowledged late.
    var left = IndexingQueue.backlog
    while queue.isBehind || (leads && left > 0 && queue.hasDocuments) {
      left -= 1
      guard try await analyst.drain(handsOver: false, batches: 1) else { return }
    }
  }

  private func writeBuffer() async throws {
    try await encoder.encode()
    try await writer.flush()
    async let copied: Void = copyLog()
    try await merge()
    await copied
  }

  /// Copies the log into the database, unless another request has that done already.
  private func copyLog() async {
    guard uncopied.load(ordering: .relaxed) >= Self.copyBytes else { return }
    guard isCopying.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
    else { return }
    uncopied.store(0, ordering: .relaxed)
    await copier.copy()
    isCopying.store(false, ordering: .relaxed)
  }

  /// Merges segments once if there are too many; returns whether there were.
  @discardableResult
  private func merge() async throws -> Bool {
    guard try await writer.beginMerge() else { return false }
    while try await !writer.continueMerge() {}
    return true
  }

  /// Makes everything applied so far durable and visible to searches.
  func refresh() async throws {
    try await index(all: true)
    while try await merge() {}
    try await writer.settle()
    await analyst.rest()
  }

  /// Looks once for what a crash left unindexed, and indexes it.
  ///
  /// Not while a writer is alive, here or in another process: what is missing is in its memory.
  func recover() async {
    guard !isRecovered.withLock({ $0 }) else { return }
    if await reader.hasUnindexed() {
      guard FileLock(path: path + StoreDirectory.writerSuffix, isExclusive: true) != nil else {
        return
      }
      await indexWhatIsLeft()
    }
    isRecovered.withLock { $0 = true }
  }

  private func indexWhatIsLeft() async {
    // A store that can't be written is searched as far as it is indexed.
    try? await index(all: true)
  }

  /// Analyses all documents again in another language.
  func changeLanguage(to language: Language) async throws {
    try await index(all: true)
    guard let through = try await writer.beginRebuild(to: language) else { return }
    do {
      try await analyst.beginRebuild(in: language)
      var position: Int64 = 0
      while true {
        let documents = try await writer.documentsToRebuild(after: position, through: through)
        guard let last = documents.last else { break }
        position = last.number
        if let full = await analyst.rebuild(documents) { try await writer.writeRebuilt(full) }
        try Task.checkCancellation()
      }
      if let rest = await analyst.endRebuild() { try await writer.writeRebuilt(rest) }
      try await writer.finishRebuild(to: language, through: through)
    } catch {
      _ = await analyst.endRebuild()
      try? await writer.cancelRebuild()
      throw error
    }
    try await refresh()
  }

  /// Walks over the digests on a connection of its own, so that all are of one moment.
  func forEachKnownDocument(
    _ receive: @Sendable ([KnownDocument]) async throws -> Void
  ) async throws {
    let walk = KnownDocumentWalk(path: path, limits: limits.reader)
    while let batch = try await walk.next() { try await receive(batch) }
    await walk.close()
  }

  /// Closes the files.
  func close() async {
    await writer.close()
    await copier.close()
    for reader in readers { await reader.close() }
  }
}
