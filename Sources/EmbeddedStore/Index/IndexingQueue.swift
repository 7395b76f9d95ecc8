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
/// numbers; the analyst takes them out and puts full buffers back. Whoever wants documents
/// analysed waits for the analyst to empty the queue, so it holds no more than the requests in
/// flight and one portion of what was found unanalysed.
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
    var full: PostingsBuffer?
    var spare: PostingsBuffer?
  }

  private let contents = Mutex(Contents())

  /// The number of the current start.
  var epoch: Int { contents.withLock { $0.epoch } }

  /// Adds documents whose numbers are above all before.
  func push(_ documents: [NumberedDocument], language: Language) {
    guard !documents.isEmpty else { return }
    contents.withLock {
      $0.batches.append(Batch(epoch: $0.epoch, language: language, documents: documents))
    }
  }

  /// The next documents to analyse.
  func next() -> Batch? {
    contents.withLock { $0.batches.isEmpty ? nil : $0.batches.removeFirst() }
  }

  /// Forgets all: what was in here will be read from the database again.
  func startOver() {
    contents.withLock {
      $0.epoch += 1
      $0.batches = []
      $0.full = nil
    }
  }

  /// Whether a full buffer waits to be written.
  var hasFull: Bool { contents.withLock { $0.full != nil } }

  /// Whether documents wait, or a full buffer does.
  var hasWork: Bool { contents.withLock { !$0.batches.isEmpty || $0.full != nil } }

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
