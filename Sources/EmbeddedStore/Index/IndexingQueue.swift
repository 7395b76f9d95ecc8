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
    var spare: PostingsBuffer?
  }

  /// Requests that may wait for the analyst while the next one is taken.
  private static let backlog = 3
  private static let backlogBytes = 2 << 20

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
    }
  }

  /// Whether a full buffer waits to be written.
  var hasFull: Bool { contents.withLock { $0.full != nil } }

  /// Whether documents wait, or a full buffer does.
  var hasWork: Bool { contents.withLock { !$0.batches.isEmpty || $0.full != nil } }

  /// Whether documents wait.
  var hasDocuments: Bool { contents.withLock { !$0.batches.isEmpty } }

  /// Whether more waits than should before the next request is taken.
  var isBehind: Bool {
    contents.withLock { $0.batches.count > Self.backlog || $0.bytes > Self.backlogBytes }
  }

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

  /// Takes the full buffer out.
  func takeFull() -> PostingsBuffer? {
    contents.withLock { contents in
      defer { contents.full = nil }
      return contents.full
    }
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
