internal import CSQLite
internal import ConnectorProtocol

/// An open SQLite database, for use on one thread only: that of the actor that owns it.
///
/// Write-ahead logging, so that readers never wait for the writer; a commit survives the death of
/// the process, and a checkpoint that of the machine.
/// Source: "Write-Ahead Logging", sqlite.org/wal.html.
final class Connection {
  /// How a database is opened.
  enum Mode {
    /// Read and write; the file is made if it is missing.
    case create
    /// Read and write.
    case write
    /// Read only; several may read while one writes.
    case read
  }

  /// How much a connection may use.
  struct Limits {
    /// Memory for pages, in KiB.
    var cacheKibibytes = 2048
    /// The size of a page of a new database.
    var pageSize = 4096
    /// Pages in the log at which it is copied into the database.
    var checkpointPages = 1000
    /// Whether each commit survives the death of the machine, not only that of the process.
    var isDurable = false
    /// How long to wait for another program's transaction.
    var busyMilliseconds = 10_000
  }

  let path: String
  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]
  /// Which files the log and its index were when they were looked at first.
  private var besides: [String: FileIdentity] = [:]

  /// Opens a database.
  ///
  /// - Throws: ``SQLiteError``.
  init(path: String, mode: Mode, limits: Limits = Limits()) throws(SQLiteError) {
    self.path = path
    var opened: OpaquePointer?
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    flags |= mode == .create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      let systemCode = opened.map(sqlite3_system_errno) ?? 0
      sqlite3_close_v2(opened)
      throw SQLiteError(
        code: code, message: message, path: path, needed: nil, systemCode: systemCode)
    }
    handle = opened
    sqlite3_busy_timeout(handle, Int32(limits.busyMilliseconds))
    try configure(mode, limits)
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(handle)
  }

  private func configure(_ mode: Mode, _ limits: Limits) throws(SQLiteError) {
    try execute("PRAGMA cache_size=-\(limits.cacheKibibytes)")
    try execute("PRAGMA temp_store=MEMORY")
    switch mode {
    case .create, .write:
      try execute("PRAGMA page_size=\(limits.pageSize)")
      // Debian's SQLite overwrites freed pages with zeros, which doubles the writes of a merge.
      try execute("PRAGMA secure_delete=OFF")
      try useWriteAheadLog(limits.busyMilliseconds)
      try execute("PRAGMA synchronous=\(limits.isDurable ? "FULL" : "NORMAL")")
      try execute("PRAGMA journal_size_limit=67108864")
      try execute("PRAGMA wal_autocheckpoint=\(limits.checkpointPages)")
      try execute("PRAGMA foreign_keys=ON")
    case .read:
      try execute("PRAGMA query_only=ON")
    }
  }

  /// Switches to the log, which SQLite refuses at once, without waiting, while another program
  /// opens the same new file.
  private func useWriteAheadLog(_ milliseconds: Int) throws(SQLiteError) {
    var waited = 0
    while true {
      do throws(SQLiteError) {
        return try execute("PRAGMA journal_mode=WAL")
      } catch {
        guard error.primaryCode == SQLITE_BUSY, waited < milliseconds else { throw error }
        sqlite3_sleep(10)
        waited += 10
      }
    }
  }

  /// The failure of a call on this connection.
  func error(_ code: Int32) -> SQLiteError {
    let extended = sqlite3_extended_errcode(handle)
    return SQLiteError(
      code: extended & 0xFF == code & 0xFF ? extended : code,
      message: String(cString: sqlite3_errmsg(handle)), path: path, needed: nil,
      systemCode: sqlite3_system_errno(handle))
  }

  /// Throws if a result code is not `SQLITE_OK`.
  func check(_ code: Int32) throws(SQLiteError) {
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// Runs statements that return nothing of interest.
  func execute(_ sql: String) throws(SQLiteError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// A prepared statement, reset and without values; kept for the next time.
  func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let known = statements[sql] {
      known.reset()
      return known
    }
    let made = try Statement(self, sql)
    statements[sql] = made
    return made
  }

  /// A prepared statement of one's own, which other users of the connection do not touch.
  func separateStatement(_ sql: String) throws(SQLiteError) -> Statement {
    try Statement(self, sql)
  }

  /// Runs one statement to its end.
  func run(_ sql: String, _ values: SQLValue...) throws(SQLiteError) {
    let statement = try statement(sql)
    for (index, value) in values.enumerated() { try statement.bind(value, at: index + 1) }
    while try statement.step() {}
    statement.reset()
  }

  /// The first column of the first row as an integer; `nil` without a row.
  func integer(_ sql: String, _ values: SQLValue...) throws(SQLiteError) -> Int64? {
    let statement = try statement(sql)
    defer { statement.reset() }
    for (index, value) in values.enumerated() { try statement.bind(value, at: index + 1) }
    return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
  }

  /// Rows that the last statement changed.
  var changes: Int { Int(sqlite3_changes(handle)) }

  /// Whether a transaction is open.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  func prepare(_ sql: String) throws(SQLiteError) -> OpaquePointer {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw error(code) }
    return prepared
  }
}

extension Connection {
  /// Runs work in a transaction that may write; all of it happens, or nothing.
  ///
  /// Nothing is written into files that are no longer at their paths: it would be lost.
  func write<Result>(_ work: () throws -> Result) throws -> Result {
    try execute("BEGIN IMMEDIATE")
    return try finish {
      let result = try work()
      try checkFiles()
      return result
    }
  }

  /// Runs work on one state of the database.
  func read<Result>(_ work: () throws -> Result) throws -> Result {
    try execute("BEGIN")
    return try finish(work)
  }

  /// Whether the database's file is no longer at its path.
  var hasMoved: Bool {
    var hasMoved: Int32 = 0
    let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    return code == SQLITE_OK && hasMoved != 0
  }

  /// Whether the database's file or its log was removed, or another took its place.
  ///
  /// Log and its index are there as long as the connection is, and are looked at within
  /// transactions. It takes some microseconds.
  func hasLostFiles() -> Bool {
    if hasMoved { return true }
    for suffix in ["-wal", "-shm"] {
      guard let found = FileIdentity(path + suffix) else {
        if isInTransaction || besides[suffix] != nil { return true }
        continue
      }
      if let known = besides[suffix], known != found { return true }
      besides[suffix] = found
    }
    return false
  }

  /// Throws if the connection's files are no longer at their paths.
  func checkFiles() throws {
    if hasLostFiles() { throw StoreError.replaced(path) }
  }

  private func finish<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      let result = try work()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite rolls back by itself after some failures, a full disk for one.
      if isInTransaction { try? execute("ROLLBACK") }
      throw error
    }
  }

  /// Gives the memory of cached pages back.
  func releaseMemory() {
    // It returns how much that was, or that there was nothing to do.
    _ = sqlite3_db_release_memory(handle)
  }

  /// Copies as much of the log into the database as nobody needs there; others may write meanwhile.
  func copyLog() throws {
    let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    guard code == SQLITE_OK || code == SQLITE_BUSY else { throw error(code) }
  }

  /// Copies the whole log into the database and makes both durable.
  ///
  /// Readers may hold a part of the copying back; then the log itself is made durable.
  func checkpoint() throws {
    var inLog: Int32 = 0
    var copied: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(
      handle, nil, SQLITE_CHECKPOINT_PASSIVE, &inLog, &copied)
    guard code == SQLITE_OK || code == SQLITE_BUSY else { throw error(code) }
    if code == SQLITE_BUSY || copied < inLog { try StoreDirectory.synchronize(path + "-wal") }
  }
}
