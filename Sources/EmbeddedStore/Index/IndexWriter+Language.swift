internal import ConnectorProtocol

/// Changing the language: all documents are analysed again into segments that no search sees,
/// then one transaction puts them in place of the old ones. A crash before it changes nothing;
/// what was written is removed when the index is opened again.
extension IndexWriter {
  /// Begins the change.
  ///
  /// - Returns: the number up to which documents are to be analysed again; the rest follows
  ///   afterwards as new ones do. `nil` if the index has that language already.
  func beginRebuild(to language: Language) throws -> Int64? {
    _ = try connection()
    guard !isRebuilding else {
      throw StoreError(
        .unavailable, "The index is being analysed again already. Wait until that has ended.")
    }
    let through = try mappingErrors {
      try transaction { connection -> Int64? in
        guard state.language != language else { return nil }
        try removeRebuilt(connection)
        return state.indexedThrough
      }
    }
    isRebuilding = through != nil
    return through
  }

  /// The next documents to analyse again.
  func documentsToRebuild(after: Int64, through: Int64) throws -> [NumberedDocument] {
    try mappingErrors { try connection().documents(after: after, through: through) }
  }

  /// Writes documents that were analysed again.
  func writeRebuilt(_ buffer: PostingsBuffer) throws {
    guard !buffer.isEmpty else { return }
    try mappingErrors {
      let encoded = try EncodedSegment(buffer)
      try transaction { connection in
        _ = try write(encoded, dead: 0, state: .rebuilding, connection)
        try saveLengths(encoded.lengths, from: encoded.base, table: .rebuilt, connection)
        try saveState(connection)
      }
    }
    buffer.clear()
  }

  /// Puts what was analysed again in place of the old.
  func finishRebuild(to language: Language, through: Int64) throws {
    try mappingErrors {
      try transaction { connection in
        for segment in try connection.liveSegments() { try connection.removeSegment(segment.id) }
        try connection.run(
          "UPDATE segments SET state = 1 WHERE state = 2 AND owner = ?", .integer(owner))
        state.totalLength = 0
        try replaceLengths(connection)
        state.language = language
        state.indexedThrough = through
        state.generation += 1
        try saveState(connection)
        segments = try connection.liveSegments()
      }
    }
    endRebuild()
  }

  /// Gives the change up; the index stays as it was.
  func cancelRebuild() throws {
    endRebuild()
    try mappingErrors { try transaction { try removeRebuilt($0) } }
  }

  private func endRebuild() {
    isRebuilding = false
    merge = nil
    // What came meanwhile, or was analysed in the old language, is read from the database.
    queue.startOver()
    fedThrough = state.indexedThrough
  }

  private func removeRebuilt(_ connection: Connection) throws {
    let rows = try connection.statement("SELECT id FROM segments WHERE state = 2 AND owner = ?")
    try rows.bind(owner, at: 1)
    var unfinished: [Int64] = []
    while try rows.step() { unfinished.append(rows.integer(0)) }
    rows.reset()
    for id in unfinished { try connection.removeSegment(id) }
    try connection.run("DELETE FROM new_lengths")
  }

  /// Takes the new lengths over, but for the documents that are gone since they were analysed.
  private func replaceLengths(_ connection: Connection) throws {
    var chunks: [Int64] = []
    let rows = try connection.statement("SELECT chunk FROM new_lengths ORDER BY chunk")
    while try rows.step() { chunks.append(rows.integer(0)) }
    rows.reset()
    try connection.run("DELETE FROM lengths WHERE chunk NOT IN (SELECT chunk FROM new_lengths)")
    for chunk in chunks {
      var codes = try connection.lengthCodes(chunk, table: .rebuilt) ?? []
      let former = try connection.lengthCodes(chunk) ?? []
      for index in codes.indices
      where index >= former.count || former[index] == DocumentLength.gone {
        codes[index] = DocumentLength.gone
      }
      state.totalLength += codes.reduce(0) { $0 + DocumentLength.length($1) }
      try connection.setLengthCodes(codes, chunk)
    }
    try connection.run("DELETE FROM new_lengths")
  }
}
