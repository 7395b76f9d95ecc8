internal import ConnectorProtocol

extension IndexWriter {
  /// At most so many segments of one size lie side by side.
  static let mergeFactor = 8
  /// At most so many segments are merged at once.
  static let largestMerge = 16

  // MARK: Feeding the analyst

  /// Gives the analyst documents that are in the database and were not analysed: after a crash,
  /// after another process wrote, or while the index changed its language.
  ///
  /// - Returns: whether there were any.
  func feed() throws -> Bool {
    guard !isRebuilding else { return false }
    return try mappingErrors {
      let connection = try catchUp()
      guard fedThrough < state.lastNumber else {
        queue.setLagging(false)
        return false
      }
      let documents = try connection.documents(after: fedThrough, through: state.lastNumber)
      queue.push(documents, language: state.language)
      fedThrough = documents.last?.number ?? state.lastNumber
      return !documents.isEmpty
    }
  }

  // MARK: Writing a buffer

  /// Writes what was encoded, if there is anything, as segments.
  func flush() throws {
    while let segment = queue.encoded {
      try mappingErrors {
        try transaction { connection in
          // Another process may have written meanwhile; then memory was read again, the queue
          // started over, and what was encoded is worth nothing.
          guard queue.hasEncoded, segment.base > state.indexedThrough,
            fedThrough >= segment.last
          else { return }
          try write(segment, connection)
        }
      }
      queue.dropEncoded()
    }
  }

  private func write(_ encoded: EncodedSegment, _ connection: Connection) throws {
    var codes = encoded.lengths
    var dead = 0
    let gone = try connection.statement("SELECT number FROM gone WHERE number <= ?")
    try gone.bind(encoded.last, at: 1)
    while try gone.step() {
      let index = Int(gone.integer(0) - encoded.base)
      guard index >= 0, index < codes.count, codes[index] != DocumentLength.gone else { continue }
      codes[index] = DocumentLength.gone
      dead += 1
    }
    gone.reset()
    try connection.run("DELETE FROM gone WHERE number <= ?", .integer(encoded.last))
    try saveLengths(codes, from: encoded.base, connection)
    let segment = try write(encoded, dead: dead, state: .live, connection)
    segments.append(segment)
    state.indexedThrough = encoded.last
    state.totalLength += codes.reduce(0) { $0 + DocumentLength.length($1) }
    state.generation += 1
    try saveState(connection)
  }

  /// Writes the rows of a segment.
  func write(
    _ encoded: EncodedSegment, dead: Int, state kind: Segment.State, _ connection: Connection
  ) throws -> Segment {
    state.lastSegment += 1
    let writer = SegmentWriter(connection, segment: state.lastSegment)
    for block in encoded.blocks {
      try block.bytes.withUnsafeBufferPointer {
        try writer.append(firstTerm: block.firstTerm, block: $0)
      }
    }
    let segment = Segment(
      id: writer.segment, first: encoded.base, last: encoded.last,
      documents: encoded.documentCount, dead: dead, bytes: writer.bytes, blocks: writer.blocks)
    try insert(segment, kind, connection)
    return segment
  }

  private func insert(
    _ segment: Segment, _ kind: Segment.State, _ connection: Connection
  ) throws {
    try connection.run(
      """
      INSERT INTO segments (id, state, owner, first, last, documents, dead, bytes, blocks)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      .integer(segment.id), .integer(kind.rawValue), .integer(owner), .integer(segment.first),
      .integer(segment.last), .number(segment.documents), .number(segment.dead),
      .number(segment.bytes), .number(segment.blocks))
  }

  /// Writes length codes of consecutive documents beside those that are there.
  func saveLengths(
    _ codes: [UInt8], from first: Int64, table: LengthTable = .current, _ connection: Connection
  ) throws {
    var rest = codes[...]
    var number = first
    while !rest.isEmpty {
      let chunk = number / Self.chunkSize
      let offset = Int(number - chunk * Self.chunkSize)
      var stored = try connection.lengthCodes(chunk, table: table) ?? []
      let piece = rest.prefix(Int(Self.chunkSize) - offset)
      while stored.count < offset + piece.count { stored.append(DocumentLength.gone) }
      stored.replaceSubrange(offset..<offset + piece.count, with: piece)
      try connection.setLengthCodes(stored, chunk, table: table)
      rest = rest.dropFirst(piece.count)
      number += Int64(piece.count)
    }
  }

  // MARK: Merging

  /// Begins a merge if there are too many segments or too many gone documents in one.
  ///
  /// - Returns: whether the caller has to call ``continueMerge()`` until it says that it is done.
  func beginMerge() throws -> Bool {
    guard !isMerging, !isRebuilding, mergeCandidates() != nil else { return false }
    try mappingErrors {
      try transaction { connection in
        guard let chosen = mergeCandidates() else { return }
        state.lastSegment += 1
        let id = state.lastSegment
        let lengths = chosen.contains { $0.dead > 0 } ? try lengths(of: chosen, connection) : []
        try insert(
          Segment(id: id, first: 0, last: 0, documents: 0, dead: 0, bytes: 0, blocks: 0),
          .merging, connection)
        try saveState(connection)
        merge = try SegmentMerge(chosen, into: id, lengths: lengths, connection: connection)
      }
    }
    isMerging = merge != nil
    return isMerging
  }

  private func mergeCandidates() -> [Segment]? {
    if let wasteful = segments.first(where: { $0.dead * 2 > $0.documents }) { return [wasteful] }
    for size in 0...20 {
      var run: [Segment] = []
      for segment in segments {
        if segment.sizeClass <= size, run.count < Self.largestMerge {
          run.append(segment)
        } else {
          if isWorthMerging(run) { return run }
          run = []
        }
      }
      if isWorthMerging(run) { return run }
    }
    return nil
  }

  /// Many enough, and none so large that it would be copied again and again for small ones.
  private func isWorthMerging(_ run: [Segment]) -> Bool {
    guard run.count >= Self.mergeFactor else { return false }
    let total = run.reduce(0) { $0 + $1.bytes }
    let largest = run.map(\.bytes).max() ?? 0
    return largest * 2 <= total || total == 0
  }

  private func lengths(of segments: [Segment], _ connection: Connection) throws -> [UInt8] {
    guard let first = segments.first?.first, let last = segments.last?.last else { return [] }
    var lengths: [UInt8] = []
    lengths.reserveCapacity(Int(last - first) + 1)
    for chunk in first / Self.chunkSize...last / Self.chunkSize {
      var codes = try connection.lengthCodes(chunk) ?? []
      while codes.count < Int(Self.chunkSize) { codes.append(DocumentLength.gone) }
      lengths += codes
    }
    return Array(lengths.dropFirst(Int(first % Self.chunkSize)))
  }

  /// Merges some more: little enough that requests in between hardly wait.
  ///
  /// - Returns: whether the merge is over.
  func continueMerge() throws -> Bool {
    do {
      let isOver = try transaction { connection in
        // Memory is read again, and the merge given up, if another process wrote.
        guard let merge else { return true }
        guard try merge.step(bytes: 512 << 10) else { return false }
        try finish(merge, connection)
        return true
      }
      if isOver { try abandonMerge() }
      return isOver
    } catch {
      isMerging = false
      merge = nil
      throw (error as? SQLiteError)?.storeError ?? error
    }
  }

  /// Ends a merge, and removes what one that was given up has written.
  private func abandonMerge() throws {
    merge = nil
    isMerging = false
    try transaction { connection in
      let rows = try connection.statement("SELECT id FROM segments WHERE state = 0 AND owner = ?")
      try rows.bind(owner, at: 1)
      var unfinished: [Int64] = []
      while try rows.step() { unfinished.append(rows.integer(0)) }
      rows.reset()
      for id in unfinished { try connection.removeSegment(id) }
    }
  }

  private func finish(_ merge: SegmentMerge, _ connection: Connection) throws {
    guard let first = merge.segments.first, let last = merge.segments.last else { return }
    let ids = Set(merge.segments.map(\.id))
    // Some may have died since the merge read the lengths; they are counted as dead again.
    let current = segments.filter { ids.contains($0.id) }
    let died = current.reduce(0) { $0 + $1.dead } - merge.segments.reduce(0) { $0 + $1.dead }
    let living = merge.segments.reduce(0) { $0 + $1.documents - $1.dead }
    let merged = Segment(
      id: merge.output.segment, first: first.first, last: last.last, documents: living,
      dead: died, bytes: merge.output.bytes, blocks: merge.output.blocks)
    for id in ids { try connection.removeSegment(id) }
    try connection.run("DELETE FROM segments WHERE id = ?", .integer(merged.id))
    let place = segments.firstIndex { ids.contains($0.id) } ?? segments.endIndex
    segments.removeAll { ids.contains($0.id) }
    if merged.blocks > 0 {
      try insert(merged, .live, connection)
      segments.insert(merged, at: place)
    }
    state.generation += 1
    try saveState(connection)
  }

  // MARK: Durability

  /// Moves what is left in memory into its place and makes everything durable.
  func settle() throws {
    try mappingErrors {
      let connection = try connection()
      if tail.count > 0 || !moving.isDone {
        try transaction { connection in
          try moveAllDigests(connection)
          try saveState(connection)
        }
      }
      try connection.checkpoint()
      if isUnsettled {
        if connection.hasLostFiles() {
          close()
          throw StoreError.replaced(path)
        }
        isUnsettled = false
      }
      connection.releaseMemory()
    }
  }
}

extension Connection {
  /// Documents in the order of their numbers, about a megabyte of them.
  func documents(after: Int64, through last: Int64) throws -> [NumberedDocument] {
    let rows = try statement(
      "SELECT number, body FROM documents WHERE number > ? AND number <= ? ORDER BY number")
    defer { rows.reset() }
    try rows.bind(after, at: 1)
    try rows.bind(last, at: 2)
    var documents: [NumberedDocument] = []
    var bytes = 0
    while bytes < 1 << 20, try rows.step() {
      let body = rows.bytes(1)
      bytes += body.count + 64
      documents.append(NumberedDocument(number: rows.integer(0), body: body))
    }
    return documents
  }
}
