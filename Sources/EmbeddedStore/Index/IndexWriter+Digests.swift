internal import ConnectorProtocol

/// Which documents are in the index: `known` holds their digests in order, and memory those of the
/// newest documents, which move there a few at a time.
extension IndexWriter {
  /// The number of a document whose digest is in `known`.
  func knownNumber(_ digest: DocumentDigest, _ connection: Connection) throws -> Int64? {
    guard knownFilter?.mayContain(digest) ?? true else { return nil }
    let statement = try connection.statement("SELECT number FROM known WHERE digest = ?")
    defer { statement.reset() }
    try statement.bind(digest, at: 1)
    return try statement.step() ? statement.integer(0) : nil
  }

  /// Takes a document out of those that wait to be moved.
  func takeMoving(_ digest: DocumentDigest) -> Int64? {
    guard !moving.isDone, knownFilter?.mayContain(digest) ?? true else { return nil }
    return moving.remove(digest)
  }

  /// Writes the new version of a document that is in `known`.
  func updateKnown(_ entry: DigestTail.Entry, _ connection: Connection) throws {
    let statement = try connection.statement(
      "UPDATE known SET number = ?, fingerprint = ?, scope = ? WHERE digest = ?")
    try statement.bind(entry.number, at: 1)
    try statement.bind(entry.fingerprint, at: 2)
    try statement.bind(entry.scope, at: 3)
    try statement.bind(entry.digest, at: 4)
    try statement.run()
  }

  /// Fills the filter from `known` and `moving` if it is not there.
  func ensureFilter(_ connection: Connection) throws {
    guard knownFilter == nil else { return }
    let count = try connection.integer("SELECT count(*) FROM known") ?? 0
    let capacity = (Int(count) + moving.count) * 2
    var filter = DigestFilter(capacity: max(capacity, limits.tailDocuments))
    let rows = try connection.statement("SELECT digest FROM known")
    defer { rows.reset() }
    while try rows.step() { filter.insert(rows.digest(0)) }
    for digest in moving.digests { filter.insert(digest) }
    knownFilter = filter
  }

  /// Moves some digests of documents into `known`, four times as many as a request brought.
  ///
  /// A move of all at once would hold everything up for half a second.
  func moveDigests(behind operations: Int, _ connection: Connection) throws {
    if tail.count >= limits.tailDocuments {
      try move(.max, connection)
      try beginMoving(connection)
    }
    try move(max(limits.tailDocuments / 96, operations * 4), connection)
  }

  /// Moves all digests into `known`.
  func moveAllDigests(_ connection: Connection) throws {
    try move(.max, connection)
    guard tail.count > 0 else { return }
    try beginMoving(connection)
    try move(.max, connection)
  }

  private func beginMoving(_ connection: Connection) throws {
    moving = MovingDigests(tail.removeAll(), through: state.lastNumber)
    if let filter = knownFilter, filter.count + moving.count <= filter.capacity {
      for digest in moving.digests { knownFilter?.insert(digest) }
    } else {
      knownFilter = nil
      try ensureFilter(connection)
    }
  }

  private func move(_ count: Int, _ connection: Connection) throws {
    guard !moving.isDone else { return }
    let insert = try connection.statement(
      """
      INSERT INTO known (digest, number, fingerprint, scope) VALUES (?, ?, ?, ?)
      ON CONFLICT (digest) DO UPDATE SET
        number = excluded.number, fingerprint = excluded.fingerprint, scope = excluded.scope
      """)
    for entry in moving.next(count) where entry.number != 0 {
      try insert.bind(entry.digest, at: 1)
      try insert.bind(entry.number, at: 2)
      try insert.bind(entry.fingerprint, at: 3)
      try insert.bind(entry.scope, at: 4)
      try insert.run()
    }
    guard moving.isDone else { return }
    state.knownThrough = moving.through
    moving = MovingDigests()
  }
}
