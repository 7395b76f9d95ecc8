/// Merges some segments into one, a few megabytes at a time.
///
/// The segments must be neighbours: then the documents of one come after those of the one before,
/// and the postings of a term are copied one behind the other without a look inside. Only where
/// documents are gone are the postings read and written again without them.
final class SegmentMerge {
  /// One of the segments and how far it is read.
  private final class Input {
    let segment: Segment
    private var nextBlock = 0
    private let bytes = ByteBuffer(capacity: 1 << 12)
    private var reader: SegmentBlockReader
    private(set) var part: PostingsPart?

    init(_ segment: Segment, _ connection: Connection) throws {
      self.segment = segment
      reader = SegmentBlockReader(bytes.bytes)
      try advance(connection)
    }

    /// Moves to the next part of the segment.
    func advance(_ connection: Connection) throws {
      while true {
        if let next = reader.next() {
          part = next
          return
        }
        part = nil
        guard nextBlock < segment.blocks else { return }
        let statement = try connection.statement("SELECT data FROM blocks WHERE id = ?")
        defer { statement.reset() }
        try statement.bind(Segment.blockRow(segment.id, nextBlock), at: 1)
        guard try statement.step() else {
          throw SQLiteError.damaged(connection.path, "a block of a segment is missing")
        }
        bytes.count = 0
        statement.withBytes(0) { bytes.append($0.assumingMemoryBound(to: UInt8.self)) }
        reader = SegmentBlockReader(bytes.bytes)
        nextBlock += 1
      }
    }
  }

  let segments: [Segment]
  /// The new segment.
  let output: SegmentWriter
  private let connection: Connection
  private let builder: SegmentBlockBuilder
  private let inputs: [Input]
  /// The length codes of the documents from `firstNumber` on; 0 where one is gone.
  private let lengths: [UInt8]
  private let firstNumber: Int64
  private let filtered = ByteBuffer(capacity: 1 << 12)

  /// The part that is being put together.
  private let pendingTerm = ByteBuffer(capacity: 256)
  private let pendingBytes = ByteBuffer(capacity: 1 << 15)
  private var pendingTotal = 0
  private var pendingDocuments = 0
  private var pendingFirst: Int64 = 0
  private var pendingLast: Int64 = 0

  /// Begins a merge.
  ///
  /// - Parameters:
  ///   - segments: neighbours in the order of their numbers.
  ///   - id: the new segment's.
  ///   - lengths: the length codes of their documents if some are gone, else empty.
  ///   - connection: where all of them are.
  /// - Throws: ``SQLiteError``.
  init(
    _ segments: [Segment], into id: Int64, lengths: [UInt8], connection: Connection
  ) throws {
    self.segments = segments
    self.connection = connection
    self.lengths = lengths
    firstNumber = segments.first?.first ?? 0
    let output = SegmentWriter(connection, segment: id)
    self.output = output
    builder = SegmentBlockBuilder { term, block in
      try output.append(firstTerm: term, block: block)
    }
    inputs = try segments.map { try Input($0, connection) }
  }

  /// Merges some more.
  ///
  /// - Parameter bytes: about how much to write.
  /// - Returns: whether everything is merged.
  /// - Throws: ``SQLiteError``.
  func step(bytes: Int) throws -> Bool {
    let goal = output.bytes + bytes
    while output.bytes < goal {
      guard let term = smallestTerm() else {
        try emitPending()
        try builder.finish()
        return true
      }
      try merge(term)
    }
    return false
  }

  private func smallestTerm() -> UnsafeBufferPointer<UInt8>? {
    var smallest: UnsafeBufferPointer<UInt8>?
    for input in inputs {
      guard let part = input.part else { continue }
      if let known = smallest, compareTerms(known, part.term) <= 0 { continue }
      smallest = part.term
    }
    return smallest
  }

  private func merge(_ term: UnsafeBufferPointer<UInt8>) throws {
    try emitPending()
    pendingTerm.count = 0
    pendingTerm.append(term)
    pendingTotal = 0
    var having: [Input] = []
    for input in inputs {
      guard let part = input.part, compareTerms(part.term, pendingTerm.bytes) == 0 else {
        continue
      }
      having.append(input)
      pendingTotal += part.total
    }
    for input in having {
      while let part = input.part, compareTerms(part.term, pendingTerm.bytes) == 0 {
        try append(input.segment.dead > 0 ? withoutGone(part) : part)
        try input.advance(connection)
      }
    }
  }

  private func append(_ part: PostingsPart) throws {
    guard part.documents > 0 else { return }
    if pendingDocuments == 0 {
      pendingFirst = part.first
    } else if pendingBytes.count + part.bytes.count + 10 > SegmentBlockBuilder.partBytes {
      try emitPending()
      pendingFirst = part.first
    } else {
      pendingBytes.appendNumber(UInt64(part.first - pendingLast))
    }
    pendingBytes.append(part.bytes)
    pendingDocuments += part.documents
    pendingLast = part.last
  }

  private func emitPending() throws {
    guard pendingDocuments > 0 else { return }
    try builder.add(
      PostingsPart(
        term: pendingTerm.bytes, total: pendingTotal, documents: pendingDocuments,
        first: pendingFirst, last: pendingLast, bytes: pendingBytes.bytes))
    pendingBytes.count = 0
    pendingDocuments = 0
    pendingTotal = 0
  }

  private func isGone(_ number: Int64) -> Bool {
    let index = Int(number - firstNumber)
    return index < 0 || index >= lengths.count || lengths[index] == DocumentLength.gone
  }

  /// The part without the documents that are gone.
  private func withoutGone(_ part: PostingsPart) -> PostingsPart {
    var result = part
    result.documents = 0
    filtered.count = 0
    var cursor = ByteCursor(part.bytes)
    var document = part.first
    for index in 0..<part.documents {
      if index > 0 { document += Int64(cursor.number()) }
      let start = cursor.position
      let code = cursor.number()
      cursor.skipNumbers(Int(truncatingIfNeeded: code >> 1))
      if isGone(document) { continue }
      if result.documents == 0 {
        result.first = document
      } else {
        filtered.appendNumber(UInt64(document - result.last))
      }
      filtered.append(start, count: cursor.position - start)
      result.last = document
      result.documents += 1
    }
    result.bytes = filtered.bytes
    return result
  }
}

extension SQLiteError {
  /// The database holds what this program never writes.
  static func damaged(_ path: String, _ message: String) -> SQLiteError {
    SQLiteError(code: 11, message: message, path: path, needed: nil)
  }
}
