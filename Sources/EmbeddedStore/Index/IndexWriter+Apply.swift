internal import ConnectorKit
internal import ConnectorProtocol

extension IndexWriter {
  /// What a transaction collects on its way.
  private struct Changes {
    var results: [BulkItemResult] = []
    var added: [NumberedDocument] = []
    /// Documents whose words are in segments and that are gone now.
    var dead: [Int64] = []
  }

  /// SQLite's limit on a value is 1,000,000,000 bytes; some room for what goes with it.
  private static let largestBody = 900_000_000

  /// Writes operations into the database, all or none.
  ///
  /// - Returns: one result for each, in their order.
  func apply(_ operations: [BulkOperation]) throws -> [BulkItemResult] {
    do {
      return try commit(operations)
    } catch var error as SQLiteError {
      // The words, the log and the copy of it take about as much again each.
      error.needed = operations.reduce(1 << 20) { $0 + $1.bodyBytes * 4 }
      throw error.storeError
    }
  }

  private func commit(_ operations: [BulkOperation]) throws -> [BulkItemResult] {
    var isFed = false
    let changes = try transaction { connection in
      try ensureFilter(connection)
      isFed = fedThrough == state.lastNumber && !isRebuilding
      var changes = Changes()
      changes.results.reserveCapacity(operations.count)
      changes.added.reserveCapacity(operations.count)
      for operation in operations {
        switch operation {
        case .index(let operation): try index(operation, connection, &changes)
        case .delete(let digest, _): try delete(digest, connection, &changes)
        }
      }
      try bury(changes.dead, connection)
      try moveDigests(behind: operations.count, connection)
      try saveState(connection)
      return changes
    }
    if isFed {
      queue.push(changes.added, language: state.language)
      fedThrough = state.lastNumber
    } else {
      queue.setLagging(true)
    }
    return changes.results
  }

  private func index(
    _ operation: IndexOperation, _ connection: Connection, _ changes: inout Changes
  ) throws {
    let body = operation.body
    guard body.first == UInt8(ascii: "{"), body.last == UInt8(ascii: "}") else {
      changes.results.append(.rejected(reason: "The document is not a JSON object."))
      return
    }
    guard body.count <= Self.largestBody else {
      changes.results.append(
        .rejected(reason: "The document is larger than the embedded index can keep (900 MB)."))
      return
    }
    let number = state.lastNumber + 1
    state.lastNumber = number
    let scope = try scopeID(operation.scope, connection)
    let fingerprint = Int64(bitPattern: operation.fingerprint)
    let entry = DigestTail.Entry(
      digest: operation.digest, number: number, fingerprint: fingerprint, scope: scope)
    if let former = try knownNumber(operation.digest, connection) {
      try remove(former, connection, &changes)
      try updateKnown(entry, connection)
      changes.results.append(.updated)
    } else if let former = tail.insert(entry) ?? takeMoving(operation.digest) {
      try remove(former, connection, &changes)
      changes.results.append(.updated)
    } else {
      state.documents += 1
      changes.results.append(.created)
    }
    let insert = try connection.statement(
      """
      INSERT INTO documents (number, digest, fingerprint, scope, id, body)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    try insert.bind(number, at: 1)
    try insert.bind(operation.digest, at: 2)
    try insert.bind(fingerprint, at: 3)
    try insert.bind(scope, at: 4)
    try insert.bind(operation.id.text, at: 5)
    try body.withUnsafeBytes { try insert.run(lending: $0, at: 6) }
    changes.added.append(NumberedDocument(number: number, body: body))
  }

  private func delete(
    _ digest: DocumentDigest, _ connection: Connection, _ changes: inout Changes
  ) throws {
    if let former = tail.remove(digest) ?? takeMoving(digest) {
      try remove(former, connection, &changes)
    } else if let former = try knownNumber(digest, connection) {
      let statement = try connection.statement("DELETE FROM known WHERE digest = ?")
      try statement.bind(digest, at: 1)
      try statement.run()
      try remove(former, connection, &changes)
    } else {
      changes.results.append(.notFound)
      return
    }
    state.documents -= 1
    changes.results.append(.deleted)
  }

  /// Removes a document's row; its words stay in their segment until that is merged.
  private func remove(
    _ number: Int64, _ connection: Connection, _ changes: inout Changes
  ) throws {
    let statement = try connection.statement("DELETE FROM documents WHERE number = ?")
    try statement.bind(number, at: 1)
    try statement.run()
    if number <= state.indexedThrough {
      changes.dead.append(number)
    } else {
      // Its words may be on their way into a segment.
      try connection.run("INSERT OR IGNORE INTO gone (number) VALUES (?)", .integer(number))
    }
  }

  // MARK: Scopes

  private func scopeID(_ name: String, _ connection: Connection) throws -> Int64 {
    if let known = scopes[name] { return known }
    if scopes.count > 4096 { scopes = [:] }
    try connection.run("INSERT OR IGNORE INTO scopes (name) VALUES (?)", .text(name))
    let id = try connection.integer("SELECT id FROM scopes WHERE name = ?", .text(name)) ?? 0
    scopes[name] = id
    return id
  }

  // MARK: Documents that are gone

  /// Marks documents as gone for searches.
  private func bury(_ numbers: [Int64], _ connection: Connection) throws {
    guard !numbers.isEmpty else { return }
    state.generation += 1
    var rest = numbers.sorted()[...]
    while let first = rest.first {
      let chunk = first / Self.chunkSize
      let end = rest.firstIndex { $0 / Self.chunkSize != chunk } ?? rest.endIndex
      try bury(rest[..<end], chunk: chunk, connection)
      rest = rest[end...]
    }
    for number in numbers {
      guard let index = segments.lastIndex(where: { $0.first <= number && number <= $0.last })
      else { continue }
      segments[index].dead += 1
      try connection.run(
        "UPDATE segments SET dead = dead + 1 WHERE id = ?", .integer(segments[index].id))
    }
  }

  private func bury(
    _ numbers: ArraySlice<Int64>, chunk: Int64, _ connection: Connection
  ) throws {
    guard var codes = try connection.lengthCodes(chunk) else { return }
    for number in numbers {
      let index = Int(number - chunk * Self.chunkSize)
      guard index < codes.count else { continue }
      state.totalLength -= DocumentLength.length(codes[index])
      codes[index] = DocumentLength.gone
    }
    if codes.allSatisfy({ $0 == DocumentLength.gone }) {
      try connection.run("DELETE FROM lengths WHERE chunk = ?", .integer(chunk))
    } else {
      try connection.setLengthCodes(codes, chunk)
    }
  }
}

extension Connection {
  /// The length codes of a chunk of documents; `nil` if all of them are gone.
  func lengthCodes(
    _ chunk: Int64, table: LengthTable = .current
  ) throws(SQLiteError) -> [UInt8]? {
    let statement = try statement("SELECT codes FROM \(table.rawValue) WHERE chunk = ?")
    defer { statement.reset() }
    try statement.bind(chunk, at: 1)
    return try statement.step() ? statement.bytes(0) : nil
  }

  /// Replaces the length codes of a chunk.
  func setLengthCodes(
    _ codes: [UInt8], _ chunk: Int64, table: LengthTable = .current
  ) throws(SQLiteError) {
    try run(
      "INSERT OR REPLACE INTO \(table.rawValue) (chunk, codes) VALUES (?, ?)", .integer(chunk),
      .blob(codes))
  }
}

/// The two tables of length codes.
enum LengthTable: String {
  case current = "lengths"
  /// Those of the language to which an index is being changed.
  case rebuilt = "new_lengths"
}

extension BulkOperation {
  /// About how many bytes it brings.
  var bodyBytes: Int {
    switch self {
    case .index(let operation): operation.body.count
    case .delete: 512
    }
  }
}
