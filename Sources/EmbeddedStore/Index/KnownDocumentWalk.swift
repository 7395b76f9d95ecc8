internal import ConcurrencySupport
internal import ConnectorProtocol

/// Reads the digests of an index, all of one moment, in batches.
actor KnownDocumentWalk {
  private static let batchSize = 4096

  private let executor = ThreadExecutor(name: "index-known")
  private let path: String
  private let limits: Connection.Limits
  private var connection: Connection?
  private var rows: Statement?
  private var isInTail = false
  private var isOver = false
  private var scopes: [Int64: String] = [:]

  /// Makes a walk that has not begun.
  init(path: String, limits: Connection.Limits) {
    self.path = path
    self.limits = limits
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// The next entries; `nil` when there are no more.
  func next() throws -> [KnownDocument]? {
    guard !isOver else { return nil }
    return try mappingErrors {
      let connection = try begin()
      var batch: [KnownDocument] = []
      batch.reserveCapacity(Self.batchSize)
      while batch.count < Self.batchSize, let rows {
        guard try rows.step() else {
          try beginTail(connection)
          continue
        }
        batch.append(
          KnownDocument(
            digest: rows.digest(0), fingerprint: UInt64(bitPattern: rows.integer(1)),
            scope: try scope(rows.integer(2), connection)))
      }
      isOver = rows == nil
      return batch.isEmpty ? nil : batch
    }
  }

  /// Ends the walk early.
  func close() {
    rows = nil
    connection = nil
    isOver = true
  }

  private func begin() throws -> Connection {
    if let connection { return connection }
    let opened = try IndexDatabase.open(path: path, mode: .read, limits: limits)
    connection = opened
    try opened.execute("BEGIN")
    rows = try opened.separateStatement("SELECT digest, fingerprint, scope FROM known")
    return opened
  }

  /// Goes on with the documents that are not in `known` yet.
  private func beginTail(_ connection: Connection) throws {
    guard !isInTail else {
      rows = nil
      return
    }
    isInTail = true
    rows = try connection.separateStatement(
      """
      SELECT digest, fingerprint, scope FROM documents
      WHERE number > (SELECT known_through FROM state)
        AND NOT EXISTS (SELECT 1 FROM known WHERE known.digest = documents.digest)
      """)
  }

  private func scope(_ id: Int64, _ connection: Connection) throws -> String {
    if let known = scopes[id] { return known }
    if scopes.count > 4096 { scopes = [:] }
    let rows = try connection.statement("SELECT name FROM scopes WHERE id = ?")
    defer { rows.reset() }
    try rows.bind(id, at: 1)
    let name = try rows.step() ? rows.text(0) : ""
    scopes[id] = name
    return name
  }
}
