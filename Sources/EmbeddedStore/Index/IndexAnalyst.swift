internal import ConcurrencySupport
internal import ConnectorProtocol
internal import TextAnalysis

/// Analyses documents into buffers of postings, on a thread of its own.
actor IndexAnalyst {
  private let executor: ThreadExecutor
  private let queue: IndexingQueue
  private let bufferBytes: Int
  private var epoch = 0
  private var indexer: DocumentIndexer?
  private var buffer: PostingsBuffer?
  private var rebuilder: DocumentIndexer?
  private var rebuilt: PostingsBuffer?

  /// Starts the analyst's thread.
  init(name: String, queue: IndexingQueue, bufferBytes: Int) {
    self.bufferBytes = bufferBytes
    executor = ThreadExecutor(name: name)
    self.queue = queue
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Analyses what waits, until nothing does or both buffers are full.
  ///
  /// - Parameters:
  ///   - handsOver: whether a buffer that is not full is to be written too.
  ///   - batches: how many batches to analyse at most.
  /// - Returns: `false` if both buffers are full.
  /// - Throws: ``StoreError`` if the language can't be analysed on this machine.
  @discardableResult
  func drain(handsOver: Bool, batches: Int = .max) throws -> Bool {
    var left = batches
    var hasRoom = makeRoom()
    while hasRoom, left > 0, let batch = queue.next() {
      left -= 1
      if batch.epoch != epoch {
        buffer?.clear()
        epoch = batch.epoch
      }
      let indexer = try indexer(for: batch.language)
      let buffer = buffer ?? queue.takeSpare() ?? PostingsBuffer()
      self.buffer = buffer
      for document in batch.documents { indexer.add(document, to: buffer) }
      hasRoom = makeRoom()
    }
    if handsOver, let buffer, epoch == queue.epoch, !buffer.isEmpty,
      queue.offer(buffer, epoch: epoch)
    {
      self.buffer = nil
    }
    if epoch != queue.epoch { buffer = nil }
    return hasRoom
  }

  /// Puts a full buffer into the queue; `false` if it has to wait for the one before.
  private func makeRoom() -> Bool {
    guard let buffer, buffer.byteCount >= bufferBytes else { return true }
    guard queue.offer(buffer, epoch: epoch) else { return false }
    self.buffer = nil
    return true
  }

  private func indexer(for language: Language) throws -> DocumentIndexer {
    if let indexer, indexer.language == language { return indexer }
    let made = try DocumentIndexer(language: language)
    indexer = made
    return made
  }

  /// Gives memory back that an idle index does not need.
  func rest() {
    if let buffer, buffer.isEmpty { self.buffer = nil }
    if buffer == nil { indexer = nil }
    queue.setSpare(nil)
    Allocator.releaseFreeMemory()
  }

  // MARK: Another language

  /// Begins to analyse the whole index in another language.
  func beginRebuild(in language: Language) throws {
    rebuilder = try DocumentIndexer(language: language)
    rebuilt = PostingsBuffer()
  }

  /// Analyses documents in the other language.
  ///
  /// - Returns: the buffer if it is full; it must be given back cleared.
  func rebuild(_ documents: [NumberedDocument]) -> PostingsBuffer? {
    guard let rebuilder, let rebuilt else { return nil }
    for document in documents { rebuilder.add(document, to: rebuilt) }
    return rebuilt.byteCount >= bufferBytes ? rebuilt : nil
  }

  /// Ends the rebuild and returns what is left to write.
  func endRebuild() -> PostingsBuffer? {
    defer {
      rebuilder = nil
      rebuilt = nil
    }
    return rebuilt
  }
}

/// Puts the words of documents into a buffer of postings.
final class DocumentIndexer {
  /// Only so many words of a document are searchable, about 6 MB of text.
  ///
  /// It bounds the memory that one document can need. The document itself is kept whole.
  static let maximumWords = 1_000_000
  /// The distance between two texts of a document, so that no phrase reaches across.
  static let gap: UInt32 = 100

  let language: Language
  private let analyzer: Analyzer
  private let scanner = JSONTextScanner()

  /// Makes an indexer.
  ///
  /// - Throws: ``StoreError`` if the language's analysis does not work on this machine.
  init(language: Language) throws {
    self.language = language
    analyzer = try makeAnalyzer(language)
  }

  /// Adds a document's words.
  func add(_ document: NumberedDocument, to buffer: PostingsBuffer) {
    var position: UInt32 = 0
    var words = 0
    document.body.withUnsafeBufferPointer { body in
      scanner.scan(body) { text in
        analyzer.analyze(text.text) { token in
          position &+= UInt32(truncatingIfNeeded: token.positionIncrement)
          words &+= 1
          buffer.add(token.bytes, position: position, isTitle: text.isTitle)
          return words < Self.maximumWords
        }
        position &+= Self.gap
        return words < Self.maximumWords
      }
    }
    buffer.endDocument(document.number, length: words)
  }
}

/// Makes an analyzer and tells its failure as the seam does.
func makeAnalyzer(_ language: Language) throws -> Analyzer {
  do {
    return try Analyzer(language: language)
  } catch {
    throw StoreError(.unavailable, error.message)
  }
}
