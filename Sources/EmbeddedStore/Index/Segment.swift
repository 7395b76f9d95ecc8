internal import ConnectorProtocol

/// A piece of the inverted index that never changes once it is written.
///
/// A segment holds the documents of a range of numbers; the ranges of segments do not overlap.
struct Segment {
  /// Whether searches see it.
  enum State: Int64 {
    /// Being written by a merge.
    case merging = 0
    case live = 1
    /// Being written in another language.
    case rebuilding = 2
  }

  var id: Int64
  var first: Int64
  var last: Int64
  /// Documents when it was written.
  var documents: Int
  /// Documents that were deleted or replaced since.
  var dead: Int
  var bytes: Int
  var blocks: Int

  /// Which segments are merged together: one class is eight times as large as the one before.
  var sizeClass: Int {
    var size = bytes >> 19
    var result = 0
    while size > 0 {
      size >>= 3
      result += 1
    }
    return result
  }

  /// The row of a block of a segment.
  static func blockRow(_ segment: Int64, _ block: Int) -> Int64 { segment << 24 | Int64(block) }
}

extension Connection {
  /// The segments that searches use, by the numbers of their documents.
  func liveSegments() throws(SQLiteError) -> [Segment] {
    let statement = try statement(
      """
      SELECT id, first, last, documents, dead, bytes, blocks FROM segments
      WHERE state = 1 ORDER BY first
      """)
    defer { statement.reset() }
    var segments: [Segment] = []
    while try statement.step() {
      segments.append(
        Segment(
          id: statement.integer(0), first: statement.integer(1), last: statement.integer(2),
          documents: Int(statement.integer(3)), dead: Int(statement.integer(4)),
          bytes: Int(statement.integer(5)), blocks: Int(statement.integer(6))))
    }
    return segments
  }

  /// Reads one block of a segment; `nil` if it is not there.
  func block(_ segment: Int64, _ block: Int) throws(SQLiteError) -> [UInt8]? {
    let statement = try statement("SELECT data FROM blocks WHERE id = ?")
    defer { statement.reset() }
    try statement.bind(Segment.blockRow(segment, block), at: 1)
    return try statement.step() ? statement.bytes(0) : nil
  }
}

/// Writes the rows of a segment.
final class SegmentWriter {
  let connection: Connection
  let segment: Int64
  private(set) var blocks = 0
  private(set) var bytes = 0

  /// Makes a writer of a new segment without blocks.
  init(_ connection: Connection, segment: Int64) {
    self.connection = connection
    self.segment = segment
  }

  /// Writes the next block.
  func append(
    firstTerm: [UInt8], block: UnsafeBufferPointer<UInt8>
  ) throws(SQLiteError) {
    let terms = try connection.statement(
      "INSERT INTO block_terms (segment, term, block) VALUES (?, ?, ?)")
    try terms.bind(segment, at: 1)
    try terms.bind(firstTerm, at: 2)
    try terms.bind(Int64(blocks), at: 3)
    try terms.run()
    let rows = try connection.statement("INSERT INTO blocks (id, data) VALUES (?, ?)")
    try rows.bind(Segment.blockRow(segment, blocks), at: 1)
    try rows.run(lending: UnsafeRawBufferPointer(block), at: 2)
    blocks += 1
    bytes += block.count
  }
}

extension Connection {
  /// Removes a segment's row and blocks.
  func removeSegment(_ id: Int64) throws(SQLiteError) {
    try run("DELETE FROM segments WHERE id = ?", .integer(id))
    try run("DELETE FROM block_terms WHERE segment = ?", .integer(id))
    try run(
      "DELETE FROM blocks WHERE id >= ? AND id < ?", .integer(Segment.blockRow(id, 0)),
      .integer(Segment.blockRow(id + 1, 0)))
  }
}
