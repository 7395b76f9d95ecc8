/// Walks over the documents of one term in one segment.
final class TermPostings {
  /// What ``document`` is behind the last one.
  static let end = Int64.max

  private let connection: Connection
  private let segment: Segment
  private let term: [UInt8]
  private let block = ByteBuffer(capacity: 1 << 12)
  private var reader: SegmentBlockReader
  private var nextBlock = 0

  private var part: PostingsPart?
  private var cursor: ByteCursor
  private var remaining = 0
  private var positionsLeft = 0

  /// The document at which it stands, or ``end``.
  private(set) var document: Int64 = TermPostings.end
  /// How often the term occurs in the document.
  private(set) var frequency = 0
  /// Whether it occurs in a title.
  private(set) var isTitle = false
  /// Documents of the term in the segment, those that are gone included.
  private(set) var total = 0

  /// Stands at the first document of a term.
  init(_ term: [UInt8], in segment: Segment, _ connection: Connection) throws {
    self.term = term
    self.segment = segment
    self.connection = connection
    reader = SegmentBlockReader(block.bytes)
    cursor = ByteCursor(block.bytes)
    let start = try connection.statement(
      """
      SELECT block FROM block_terms WHERE segment = ? AND term < ?
      ORDER BY term DESC, block DESC LIMIT 1
      """)
    try start.bind(segment.id, at: 1)
    try start.bind(term, at: 2)
    if try start.step() { nextBlock = Int(start.integer(0)) }
    start.reset()
    try nextPart()
    total = part?.total ?? 0
    try advance()
  }

  /// Moves to the next part of the term.
  private func nextPart() throws {
    part = nil
    remaining = 0
    while true {
      while let next = reader.next() {
        let order = term.withUnsafeBufferPointer { compareTerms(next.term, $0) }
        if order > 0 { return }
        guard order == 0 else { continue }
        part = next
        remaining = next.documents
        cursor = ByteCursor(next.bytes)
        return
      }
      guard nextBlock < segment.blocks else { return }
      let rows = try connection.statement("SELECT data FROM blocks WHERE id = ?")
      defer { rows.reset() }
      try rows.bind(Segment.blockRow(segment.id, nextBlock), at: 1)
      guard try rows.step() else {
        throw SQLiteError.damaged(connection.path, "a block of a segment is missing")
      }
      block.count = 0
      rows.withBytes(0) { block.append($0.assumingMemoryBound(to: UInt8.self)) }
      reader = SegmentBlockReader(block.bytes)
      nextBlock += 1
    }
  }

  /// Moves to the next document.
  @inline(__always)
  func advance() throws {
    cursor.skipNumbers(positionsLeft)
    positionsLeft = 0
    if remaining == 0 {
      if part != nil { try nextPartIfOver() }
      guard remaining > 0, let part else {
        document = Self.end
        return
      }
      document = part.first
    } else if let part, remaining == part.documents {
      document = part.first
    } else {
      document &+= Int64(truncatingIfNeeded: cursor.number())
    }
    remaining -= 1
    let code = cursor.number()
    frequency = Int(truncatingIfNeeded: code >> 1)
    isTitle = code & 1 == 1
    positionsLeft = frequency
  }

  private func nextPartIfOver() throws {
    repeat { try nextPart() } while part != nil && remaining == 0
  }

  /// Moves to the first document that is not before a number.
  func advance(to number: Int64) throws {
    guard document < number else { return }
    // Whole parts that end before are passed over unread.
    while let part, part.last < number {
      positionsLeft = 0
      try nextPart()
      guard let next = self.part, remaining > 0 else {
        document = Self.end
        return
      }
      if next.last >= number {
        try advance()
        break
      }
    }
    while document < number { try advance() }
  }

  /// The positions in the document; the walk goes on behind them.
  func readPositions(into positions: inout [UInt32]) {
    positions.removeAll(keepingCapacity: true)
    var position: UInt32 = 0
    for _ in 0..<positionsLeft {
      position &+= UInt32(truncatingIfNeeded: cursor.number())
      positions.append(position)
    }
    positionsLeft = 0
  }
}
