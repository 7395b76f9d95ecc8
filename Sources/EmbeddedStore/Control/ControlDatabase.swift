internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import Glibc

/// The database of connectors, jobs, dead letters, API keys and the list of indices.
///
/// Two of them are open, one that writes and one that reads, so that a screen never waits for a
/// write. Records are kept as Elastic's JSON beside the columns that queries need.
actor ControlDatabase {
  private let executor: ThreadExecutor
  let path: String
  private let mode: Connection.Mode
  private var opened: Connection?

  /// Makes a database; the file is opened when it is first needed.
  init(path: String, mode: Connection.Mode, name: String) {
    executor = ThreadExecutor(name: name)
    self.path = path
    self.mode = mode
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Opens the file, and brings its tables up to date if this is the one that writes.
  func open() throws { _ = try mappingErrors { try connection() } }

  private func connection() throws -> Connection {
    if let opened {
      if !opened.hasMoved { return opened }
      self.opened = nil
    }
    guard access(path, F_OK) == 0 || errno != ENOENT else {
      throw StoreError(
        .corrupt,
        "The file \(path) was removed while the store was open. \(StoreError.remedy(path))")
    }
    let limits = Connection.Limits(isDurable: true)
    let connection = try Connection(path: path, mode: mode, limits: limits)
    if mode == .write { try ControlMigrations.run(on: connection) }
    opened = connection
    return connection
  }

  /// Runs work on one state of the database.
  func read<Result>(_ work: (Connection) throws -> Result) throws -> Result {
    try mappingErrors {
      let connection = try connection()
      return try connection.read { try work(connection) }
    }
  }

  /// Runs work that may write; all of it happens, or nothing.
  func write<Result>(_ work: (Connection) throws -> Result) throws -> Result {
    try mappingErrors {
      let connection = try connection()
      do {
        return try connection.write { try work(connection) }
      } catch {
        if connection.hasLostFiles() { opened = nil }
        throw error
      }
    }
  }
}

/// The steps from an empty file to the tables of today.
enum ControlMigrations {
  /// Brings a database up to date.
  ///
  /// - Throws: ``StoreError`` with `newerVersion` if a newer program made more steps.
  static func run(on connection: Connection) throws {
    try connection.write {
      let done = Int(try connection.integer("PRAGMA user_version") ?? 0)
      guard done <= steps.count else { throw StoreError.newer(connection.path) }
      guard done < steps.count else { return }
      let directory = StoreDirectory(control: connection.path)
      let files = done == 0 ? directory.indexFiles.count : 0
      guard files == 0 else {
        throw StoreError.lostControl(directory, "has no tables", files: files)
      }
      for step in steps[done...] { try connection.execute(step) }
      try connection.execute("PRAGMA user_version=\(steps.count)")
    }
  }

  /// One text of statements for each version; a step that was released is never changed.
  private static let steps = [
    """
    CREATE TABLE counter (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      value INTEGER NOT NULL
    );
    INSERT INTO counter (one, value) VALUES (1, 0);
    CREATE TABLE connectors (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      index_name TEXT UNIQUE,
      sequence INTEGER NOT NULL,
      record TEXT NOT NULL
    );
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      connector_id TEXT NOT NULL,
      status TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      record TEXT NOT NULL
    );
    CREATE INDEX jobs_by_connector ON jobs (connector_id, created_at, id);
    CREATE INDEX jobs_by_time ON jobs (created_at, id);
    CREATE INDEX jobs_by_status ON jobs (status, created_at, id);
    CREATE TABLE dead_letters (
      id INTEGER PRIMARY KEY,
      job_id TEXT NOT NULL,
      connector_id TEXT NOT NULL,
      record TEXT NOT NULL
    );
    CREATE INDEX dead_letters_by_job ON dead_letters (job_id, id);
    CREATE INDEX dead_letters_by_connector ON dead_letters (connector_id);
    CREATE TABLE api_keys (
      id TEXT PRIMARY KEY,
      connector_id TEXT NOT NULL,
      index_name TEXT NOT NULL,
      salt BLOB NOT NULL,
      hash BLOB NOT NULL
    );
    CREATE INDEX api_keys_by_connector ON api_keys (connector_id);
    CREATE TABLE indices (
      name TEXT PRIMARY KEY,
      file TEXT NOT NULL
    );
    """
  ]
}

extension Connection {
  /// The next number of the counter that versions records and names files.
  func nextSequenceNumber() throws(SQLiteError) -> Int64 {
    try run("UPDATE counter SET value = value + 1")
    return try integer("SELECT value FROM counter") ?? 0
  }
}
