internal import ConnectorProtocol
internal import Synchronization

/// A document that is in the database and waits to be analysed.
struct NumberedDocument: Sendable {
  var number: Int64
  var body: [UInt8]
}

/// What passes between the writer and the analyst of an index.
///
/// The writer puts documents in while it commits them, so they lie here in the order of their
/// numbers; the analyst takes them out and puts full buffers back. Whoever puts documents in waits
/// until little is left, so it holds no more than that, the requests in flight and one portion of
/// what was found unanalysed.
final class IndexingQueue: Sendable {
  /// Documents in the order of their numbers.
  struct Batch: Sendable {
    /// Tells batches of before the writer started over from those after.
    var epoch: Int
    var language: Language
    var documents: [NumberedDocument]
  }

  private struct Contents {
    var epoch = 0
    var batches: [Batch] = []
    /// Bytes of the documents in the batches.
    var bytes = 0
    var isLagging = false
    var full: PostingsBuffer?
    /// Whether a request stays behind to have documents analysed.
    var isLed = false
    /// Whether the buffer that was full is being encoded.
    var isEncoding = false
    /// What was encoded and waits to be written, the oldest first.
    var encoded: [EncodedSegment] = []
    var spare: PostingsBuffer?

    var hasUnwritten: Bool { full != nil || isEncoding || !encoded.isEmpty }
  }

  /// Requests that may wait for the analyst while the next one is taken: so many that it has
  /// enough to do while a segment is written.
  static let backlog = 16
  private static let backlogBytes = 6 << 20

  private let contents = Mutex(Contents())

  /// The number of the current start.
  var epoch: Int { contents.withLock { $0.epoch } }

  /// Adds documents whose numbers are above all before.
  func push(_ documents: [NumberedDocument], language: Language) {
    guard !documents.isEmpty else { return }
    contents.withLock {
      $0.batches.append(Batch(epoch: $0.epoch, language: language, documents: documents))
      $0.bytes += Self.bytes(documents)
    }
  }

  /// The next documents to analyse.
  func next() -> Batch? {
    contents.withLock {
      guard !$0.batches.isEmpty else { return nil }
      let batch = $0.batches.removeFirst()
      $0.bytes -= Self.bytes(batch.documents)
      return batch
    }
  }

  /// Forgets all: what was in here will be read from the database again.
  func startOver() {
    contents.withLock {
      $0.epoch += 1
      $0.batches = []
      $0.bytes = 0
      $0.full = nil
      $0.isEncoding = false
      $0.encoded = []
    }
  }

  /// Whether a full buffer waits to be encoded.
  var hasFull: Bool { contents.withLock { $0.full != nil } }

  /// Whether a full buffer, or what was made of one, is not written yet.
  var hasUnwritten: Bool { contents.withLock { $0.hasUnwritten } }

  /// Whether documents wait, or a full buffer is not written yet.
  var hasWork: Bool { contents.withLock { !$0.batches.isEmpty || $0.hasUnwritten } }

  /// Whether documents wait.
  var hasDocuments: Bool { contents.withLock { !$0.batches.isEmpty } }

  /// Whether more waits than should before the next request is taken.
  var isBehind: Bool {
    contents.withLock { $0.batches.count > Self.backlog || $0.bytes > Self.backlogBytes }
  }

  /// Whether documents wait and nobody has them analysed.
  var needsAnalysis: Bool {
    isBehind || contents.withLock { !$0.batches.isEmpty && !$0.isLed }
  }

  /// Says that the caller has the waiting documents analysed, unless somebody does already.
  ///
  /// - Returns: whether nobody did.
  func takeLead() -> Bool {
    contents.withLock { contents in
      defer { contents.isLed = true }
      return !contents.isLed
    }
  }

  /// Says that the caller does no longer have documents analysed.
  func giveUpLead() { contents.withLock { $0.isLed = false } }

  /// Whether the database holds documents that never came in here.
  var isLagging: Bool { contents.withLock { $0.isLagging } }

  /// Notes whether the database holds documents that never came in here.
  func setLagging(_ isLagging: Bool) { contents.withLock { $0.isLagging = isLagging } }

  /// Puts a full buffer in; `false` if one is waiting already.
  func offer(_ buffer: PostingsBuffer, epoch: Int) -> Bool {
    contents.withLock {
      guard $0.full == nil else { return false }
      // A buffer of before the start is worth nothing.
      if $0.epoch == epoch { $0.full = buffer }
      return true
    }
  }

  /// Takes the full buffer out to encode it.
  func takeFull() -> (buffer: PostingsBuffer, epoch: Int)? {
    contents.withLock { contents in
      guard let full = contents.full else { return nil }
      contents.full = nil
      contents.isEncoding = true
      return (full, contents.epoch)
    }
  }

  /// Puts in what was made of the buffer that was taken out.
  func offer(_ encoded: EncodedSegment, epoch: Int) {
    contents.withLock {
      // What is of before the start is worth nothing.
      guard $0.epoch == epoch else { return }
      $0.isEncoding = false
      $0.encoded.append(encoded)
    }
  }

  /// Notes that nothing will come of the buffer that was taken out.
  func giveUpEncoding() { contents.withLock { $0.isEncoding = false } }

  /// What was encoded first; it stays here while it is written.
  var encoded: EncodedSegment? { contents.withLock { $0.encoded.first } }

  /// Whether anything that was encoded waits to be written.
  var hasEncoded: Bool { contents.withLock { !$0.encoded.isEmpty } }

  /// Takes out what was encoded first, once it is written.
  func dropEncoded() {
    contents.withLock { if !$0.encoded.isEmpty { $0.encoded.removeFirst() } }
  }

  private static func bytes(_ documents: [NumberedDocument]) -> Int {
    documents.reduce(0) { $0 + $1.body.count }
  }

  /// Keeps an emptied buffer for the next use; `nil` gives its memory back.
  func setSpare(_ buffer: PostingsBuffer?) { contents.withLock { $0.spare = buffer } }

  /// The emptied buffer, if there is one.
  func takeSpare() -> PostingsBuffer? {
    contents.withLock { contents in
      defer { contents.spare = nil }
      return contents.spare
    }
  }
}
