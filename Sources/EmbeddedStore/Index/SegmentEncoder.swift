internal import ConcurrencySupport
internal import ConnectorProtocol

/// A full buffer of postings as the rows of a segment, ready to be written.
struct EncodedSegment: Sendable {
  /// A row of the segment.
  struct Block: Sendable {
    var firstTerm: [UInt8]
    var bytes: [UInt8]
  }

  /// The number of the first document.
  var base: Int64
  /// The number of the last document.
  var last: Int64
  var documentCount: Int
  /// The length code of each document from `base` on.
  var lengths: [UInt8]
  var blocks: [Block] = []

  /// Sorts a buffer's terms and puts their postings into blocks.
  init(_ buffer: PostingsBuffer) throws {
    base = buffer.base
    last = buffer.last
    documentCount = buffer.documentCount
    lengths = buffer.lengths
    var blocks: [Block] = []
    let builder = SegmentBlockBuilder { term, block in
      blocks.append(Block(firstTerm: term, bytes: Array(block)))
    }
    try buffer.forEachTerm { try builder.addWhole($0) }
    try builder.finish()
    self.blocks = blocks
  }
}

/// Turns full buffers into the rows of segments, on a thread of its own: while it does, documents
/// are written and analysed.
actor SegmentEncoder {
  private let executor: ThreadExecutor
  private let queue: IndexingQueue

  /// Starts the encoder's thread.
  init(name: String, queue: IndexingQueue) {
    executor = ThreadExecutor(name: name)
    self.queue = queue
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Takes the full buffer, if there is one, and puts its rows into the queue.
  func encode() throws {
    guard let (buffer, epoch) = queue.takeFull() else { return }
    defer {
      buffer.clear()
      queue.setSpare(buffer)
    }
    do {
      queue.offer(try EncodedSegment(buffer), epoch: epoch)
    } catch {
      queue.giveUpEncoding()
      throw error
    }
  }
}
