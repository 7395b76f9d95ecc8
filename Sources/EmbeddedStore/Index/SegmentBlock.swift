/// Postings of one term: all of a segment's, or a part of them.
///
/// The bytes hold for each document the distance from the document before (left out for the
/// first), the number of occurrences doubled plus 1 if one is in a title, and the positions as
/// distances. So two parts are joined by copying both and writing one distance in between, which
/// is what makes merging as fast as copying.
struct PostingsPart {
  var term: UnsafeBufferPointer<UInt8>
  /// Documents of the term in the whole segment; 0 in any part but the first.
  var total: Int
  /// Documents in this part.
  var documents: Int
  var first: Int64
  var last: Int64
  var bytes: UnsafeBufferPointer<UInt8>
}

/// Cuts sorted parts into blocks, the rows in which a segment is stored.
///
/// A block is a sequence of entries: the length of what the term shares with the one before, the
/// rest of the term, the part's numbers and its bytes. The first term of a block shares nothing.
final class SegmentBlockBuilder {
  /// A block is closed before it grows beyond so many bytes, unless one document needs more.
  static let blockBytes = 32_000
  /// A term's postings are cut into parts of about so many bytes.
  static let partBytes = 24_000

  private let block = ByteBuffer(capacity: 40_000)
  private var previousTerm = ByteBuffer(capacity: 256)
  private var firstTerm: [UInt8] = []
  private let emit: (_ firstTerm: [UInt8], _ block: UnsafeBufferPointer<UInt8>) throws -> Void

  /// Makes a builder that hands over each finished block.
  init(_ emit: @escaping ([UInt8], UnsafeBufferPointer<UInt8>) throws -> Void) {
    self.emit = emit
  }

  /// Adds all postings of a term, cut into parts if they are long.
  func addWhole(_ part: PostingsPart) throws {
    guard part.bytes.count > Self.partBytes else { return try add(part) }
    var cursor = ByteCursor(part.bytes)
    guard let base = part.bytes.baseAddress else { return }
    var document = part.first
    var isFirstOfPart = true
    var piece = part
    piece.documents = 0
    var start = base
    while !cursor.isAtEnd {
      if !isFirstOfPart {
        let before = cursor.position
        document += Int64(cursor.number())
        if before - start >= Self.partBytes {
          piece.bytes = UnsafeBufferPointer(start: start, count: before - start)
          try add(piece)
          start = cursor.position
          piece.total = 0
          piece.documents = 0
          piece.first = document
        }
      }
      isFirstOfPart = false
      let frequency = Int(cursor.number() >> 1)
      cursor.skipNumbers(frequency)
      piece.documents += 1
      piece.last = document
    }
    piece.bytes = UnsafeBufferPointer(start: start, count: cursor.position - start)
    try add(piece)
  }

  /// Adds a part as it is.
  func add(_ part: PostingsPart) throws {
    if block.count > 0, block.count + part.bytes.count + part.term.count + 40 > Self.blockBytes {
      try finish()
    }
    var shared = 0
    if block.count == 0 {
      firstTerm = Array(part.term)
    } else {
      let limit = min(previousTerm.count, part.term.count)
      while shared < limit, previousTerm.start[shared] == part.term[shared] { shared += 1 }
    }
    let suffix = UnsafeBufferPointer(rebasing: part.term[shared...])
    block.appendNumber(UInt64(shared))
    block.appendNumber(UInt64(suffix.count))
    block.append(suffix)
    block.appendNumber(UInt64(part.total))
    block.appendNumber(UInt64(part.documents))
    block.appendNumber(UInt64(part.first))
    block.appendNumber(UInt64(part.last - part.first))
    block.appendNumber(UInt64(part.bytes.count))
    block.append(part.bytes)
    previousTerm.count = shared
    previousTerm.append(suffix)
  }

  /// Hands over the last block.
  func finish() throws {
    guard block.count > 0 else { return }
    try emit(firstTerm, block.bytes)
    block.count = 0
    previousTerm.count = 0
  }
}

/// Reads the entries of one block, one after another.
///
/// Damaged bytes end the block early; they never lead outside of it.
struct SegmentBlockReader {
  private var cursor: ByteCursor
  private let term = ByteBuffer(capacity: 64)

  /// Makes a reader of bytes that stay where they are while it is used.
  init(_ block: UnsafeBufferPointer<UInt8>) {
    cursor = ByteCursor(block)
  }

  /// The next entry; its term is valid until the one after it is read.
  mutating func next() -> PostingsPart? {
    guard !cursor.isAtEnd else { return nil }
    let shared = Int(truncatingIfNeeded: cursor.number())
    let length = Int(truncatingIfNeeded: cursor.number())
    guard shared >= 0, shared <= term.count, length >= 0, length <= cursor.remaining else {
      return nil
    }
    term.count = shared
    term.append(cursor.take(length))
    let total = Int(truncatingIfNeeded: cursor.number())
    let documents = Int(truncatingIfNeeded: cursor.number())
    let first = Int64(truncatingIfNeeded: cursor.number())
    let last = first &+ Int64(truncatingIfNeeded: cursor.number())
    let count = Int(truncatingIfNeeded: cursor.number())
    guard count >= 0, count <= cursor.remaining else { return nil }
    return PostingsPart(
      term: term.bytes, total: total, documents: documents, first: first, last: last,
      bytes: cursor.take(count))
  }
}
