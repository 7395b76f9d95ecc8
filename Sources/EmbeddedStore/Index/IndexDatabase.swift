internal import CSQLite
internal import ConnectorProtocol
internal import Glibc

/// The file of one index: its tables, their first state and how they are opened.
enum IndexDatabase {
  /// What the program writes; a file with a higher number is refused.
  static let version: Int64 = 1

  /// How the writer opens the file.
  ///
  /// Pages of 8 KiB halve the calls for documents and postings. A log of up to 192 MB is left to
  /// the ``LogCopier``, so that no request waits for the disk.
  static let writerLimits = Connection.Limits(
    cacheKibibytes: 8192, pageSize: 8192, checkpointPages: 24_576)
  static let copierLimits = Connection.Limits(cacheKibibytes: 64, pageSize: 8192)
  static let readerLimits = Connection.Limits(cacheKibibytes: 2048, pageSize: 8192)

  /// Makes the tables of a new index.
  static func create(
    path: String, language: Language, digestKey: DigestKey, limits: Connection.Limits
  ) throws {
    let connection = try Connection(path: path, mode: .create, limits: limits)
    try connection.write {
      try connection.execute(schema)
      try connection.run(
        """
        INSERT INTO state (one, language, digest_low, digest_high) VALUES (1, ?, ?, ?)
        """,
        .text(language.rawValue), .integer(Int64(bitPattern: digestKey.low)),
        .integer(Int64(bitPattern: digestKey.high)))
      try connection.execute("PRAGMA user_version=\(version)")
    }
  }

  /// Opens the file of an index and checks that this program understands it.
  static func open(
    path: String, mode: Connection.Mode, limits: Connection.Limits
  ) throws -> Connection {
    guard access(path, F_OK) == 0 || errno != ENOENT else {
      throw StoreError(
        .corrupt, "The file \(path) of the index is gone. \(StoreError.remedy(path))")
    }
    let connection = try Connection(path: path, mode: mode, limits: limits)
    let found = try connection.integer("PRAGMA user_version") ?? 0
    guard found <= version else { throw StoreError.newer(path) }
    guard found == version else {
      throw StoreError(
        .corrupt,
        "The file \(path) is not an index of this program. \(StoreError.remedy(path))")
    }
    return connection
  }

  private static let schema = """
    CREATE TABLE state (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      language TEXT NOT NULL,
      digest_low INTEGER NOT NULL,
      digest_high INTEGER NOT NULL,
      documents INTEGER NOT NULL DEFAULT 0,
      last_number INTEGER NOT NULL DEFAULT 0,
      known_through INTEGER NOT NULL DEFAULT 0,
      indexed_through INTEGER NOT NULL DEFAULT 0,
      total_length REAL NOT NULL DEFAULT 0,
      last_segment INTEGER NOT NULL DEFAULT 0,
      generation INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE scopes (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    );
    CREATE TABLE documents (
      number INTEGER PRIMARY KEY,
      digest BLOB NOT NULL,
      fingerprint INTEGER NOT NULL,
      scope INTEGER NOT NULL,
      id TEXT NOT NULL,
      body BLOB NOT NULL
    );
    CREATE TABLE known (
      digest BLOB PRIMARY KEY,
      number INTEGER NOT NULL,
      fingerprint INTEGER NOT NULL,
      scope INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE gone (
      number INTEGER PRIMARY KEY
    );
    CREATE TABLE lengths (
      chunk INTEGER PRIMARY KEY,
      codes BLOB NOT NULL
    );
    CREATE TABLE segments (
      id INTEGER PRIMARY KEY,
      state INTEGER NOT NULL,
      owner INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      documents INTEGER NOT NULL,
      dead INTEGER NOT NULL DEFAULT 0,
      bytes INTEGER NOT NULL DEFAULT 0,
      blocks INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE blocks (
      id INTEGER PRIMARY KEY,
      data BLOB NOT NULL
    );
    CREATE TABLE block_terms (
      segment INTEGER NOT NULL,
      term BLOB NOT NULL,
      block INTEGER NOT NULL,
      PRIMARY KEY (segment, term, block)
    ) WITHOUT ROWID;
    CREATE TABLE new_lengths (
      chunk INTEGER PRIMARY KEY,
      codes BLOB NOT NULL
    );
    """
}
