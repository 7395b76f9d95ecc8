internal import CSQLite
internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol

/// The one writer of an index in this process, on a thread of its own.
///
/// Other processes may write the same file. Every transaction therefore begins by asking whether
/// anybody else committed since the last one; if so, all that is kept in memory is read again.
actor IndexWriter {
  /// The row of `state`.
  struct State {
    var language: Language
    var documents: Int64
    /// The number of the newest document; numbers are never used again.
    var lastNumber: Int64
    /// The digests of documents up to this number are in `known`.
    var knownThrough: Int64
    /// The words of documents up to this number are in segments.
    var indexedThrough: Int64
    /// The words of all documents that are not gone, for the average length.
    var totalLength: Double
    var lastSegment: Int64
    /// Counts the changes that searches must notice.
    var generation: Int64
  }

  /// Documents in one chunk of length codes.
  static let chunkSize: Int64 = 4096

  private let executor: ThreadExecutor
  let path: String
  let limits: IndexLimits
  let queue: IndexingQueue
  private var opened: Connection?
  private var dataVersion: Int64 = -1
  /// Tells other processes that a writer is alive, who has in memory what they might miss.
  private var presence: FileLock?
  /// Names this process among those that write segments.
  let owner: Int64

  var state = State(
    language: .universal, documents: 0, lastNumber: 0, knownThrough: 0, indexedThrough: 0,
    totalLength: 0, lastSegment: 0, generation: 0)
  /// The documents that are not in `known` yet, but for those in `moving`.
  var tail = DigestTail()
  /// The documents that are being moved into `known`.
  var moving = MovingDigests()
  /// Tells which digests may be in `known` or `moving`; `nil` until it is needed.
  var knownFilter: DigestFilter?
  var scopes: [String: Int64] = [:]
  var segments: [Segment] = []
  /// Documents up to this number were given to the analyst.
  var fedThrough: Int64 = 0
  var merge: SegmentMerge?
  var isMerging = false
  var isRebuilding = false
  /// Whether the last attempt to write a segment failed.
  private(set) var hasFailed = false
  /// Whether something was written since all was settled.
  var isUnsettled = false

  /// Makes a writer; the file is opened when it is first needed.
  init(path: String, name: String, owner: Int64, limits: IndexLimits, queue: IndexingQueue) {
    executor = ThreadExecutor(name: name)
    self.path = path
    self.owner = owner
    self.limits = limits
    self.queue = queue
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// The open database.
  func connection() throws -> Connection {
    if let opened {
      if !opened.hasMoved { return opened }
      // What is not settled yet is lost with the file, and must be told.
      let isLost = isUnsettled
      close()
      if isLost { throw StoreError.replaced(path) }
    }
    let connection = try IndexDatabase.open(path: path, mode: .write, limits: limits.writer)
    presence = FileLock(path: path + StoreDirectory.writerSuffix, isExclusive: false)
    opened = connection
    try connection.write {
      try removeUnfinishedSegments(connection)
      try load(connection)
    }
    return connection
  }

  /// Closes the database; it is opened again when it is needed.
  func close() {
    merge = nil
    opened = nil
    isUnsettled = false
    presence = nil
    dataVersion = -1
    queue.startOver()
  }

  /// Runs work in a transaction on what the database holds now.
  ///
  /// If it fails, the database is as before and everything in memory is read again.
  func transaction<Result>(_ work: (Connection) throws -> Result) throws -> Result {
    let connection = try connection()
    do {
      isUnsettled = true
      return try connection.write {
        if try connection.integer("PRAGMA data_version") != dataVersion { try load(connection) }
        return try work(connection)
      }
    } catch {
      if connection.hasLostFiles() {
        close()
        throw StoreError.replaced(path)
      }
      try? connection.read { try load(connection) }
      throw error
    }
  }

  /// Reads everything again if another process committed since the last look.
  func catchUp() throws -> Connection {
    let connection = try connection()
    try connection.read {
      if try connection.integer("PRAGMA data_version") != dataVersion { try load(connection) }
    }
    return connection
  }

  /// Reads everything that is kept in memory.
  private func load(_ connection: Connection) throws {
    dataVersion = try connection.integer("PRAGMA data_version") ?? 0
    let row = try connection.statement(
      """
      SELECT language, documents, last_number, known_through, indexed_through, total_length,
        last_segment, generation
      FROM state
      """)
    defer { row.reset() }
    guard try row.step() else { throw SQLiteError.damaged(path, "the state is missing") }
    state = State(
      language: Language(rawValue: row.text(0)) ?? .universal, documents: row.integer(1),
      lastNumber: row.integer(2), knownThrough: row.integer(3), indexedThrough: row.integer(4),
      totalLength: Double(row.integer(5)), lastSegment: row.integer(6),
      generation: row.integer(7))
    segments = try connection.liveSegments()
    scopes = [:]
    merge = nil
    fedThrough = state.indexedThrough
    queue.startOver()
    try loadTail(connection)
    knownFilter = nil
  }

  private func loadTail(_ connection: Connection) throws {
    tail = DigestTail()
    moving = MovingDigests()
    // A known document that was replaced has its new number in `known` already.
    let rows = try connection.statement(
      """
      SELECT digest, number, fingerprint, scope FROM documents WHERE number > ?
        AND NOT EXISTS (SELECT 1 FROM known WHERE known.digest = documents.digest)
      """)
    defer { rows.reset() }
    try rows.bind(state.knownThrough, at: 1)
    while try rows.step() {
      _ = tail.insert(
        DigestTail.Entry(
          digest: rows.digest(0), number: rows.integer(1), fingerprint: rows.integer(2),
          scope: rows.integer(3)))
    }
  }

  private func removeUnfinishedSegments(_ connection: Connection) throws {
    var unfinished: [Int64] = []
    let rows = try connection.statement("SELECT id FROM segments WHERE state <> 1 AND owner <> ?")
    try rows.bind(owner, at: 1)
    while try rows.step() { unfinished.append(rows.integer(0)) }
    rows.reset()
    for id in unfinished { try connection.removeSegment(id) }
    if !unfinished.isEmpty { try connection.run("DELETE FROM new_lengths") }
  }

  /// Writes the row of `state`.
  func saveState(_ connection: Connection) throws {
    try connection.run(
      """
      UPDATE state SET language = ?, documents = ?, last_number = ?, known_through = ?,
        indexed_through = ?, total_length = ?, last_segment = ?, generation = ?
      """,
      .text(state.language.rawValue), .integer(state.documents), .integer(state.lastNumber),
      .integer(state.knownThrough), .integer(state.indexedThrough),
      .integer(Int64(state.totalLength)), .integer(state.lastSegment),
      .integer(state.generation))
  }

  /// Says that everything taken was indexed.
  func didIndex() { hasFailed = false }

  /// Says that some documents that were taken could not be indexed: all that are not yet in a
  /// segment will be read from the database again.
  func failedToIndex() {
    hasFailed = true
    queue.startOver()
    fedThrough = state.indexedThrough
  }
}

extension Statement {
  /// The digest in a column.
  func digest(_ column: Int) -> DocumentDigest {
    withBytes(column) { bytes in
      guard bytes.count == 16 else { return DocumentDigest(low: 0, high: 0) }
      return DocumentDigest(
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)))
    }
  }

  /// Binds a digest in the byte order in which it is sorted.
  func bind(_ digest: DocumentDigest, at index: Int) throws(SQLiteError) {
    var halves = (digest.high.bigEndian, digest.low.bigEndian)
    var failure: SQLiteError?
    withUnsafeBytes(of: &halves) { bytes in
      do throws(SQLiteError) {
        try bind(copying: bytes, at: index)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
