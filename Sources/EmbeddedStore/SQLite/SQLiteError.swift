internal import CSQLite
internal import ConnectorProtocol
internal import Glibc

/// A failure that SQLite reported.
struct SQLiteError: Error, Sendable {
  /// The extended result code.
  var code: Int32
  /// SQLite's own words.
  var message: String
  /// The file of the database.
  var path: String
  /// Bytes that the failed write needed, as far as known.
  var needed: Int?
  /// The system's own code, if a file could not be opened.
  var systemCode: Int32 = 0

  /// The result code without its extension.
  var primaryCode: Int32 { code & 0xFF }

  /// The failure as the seam's error, with the remedy.
  var storeError: StoreError {
    switch primaryCode {
    case SQLITE_FULL:
      StoreError(
        .noSpace(needed: needed),
        "The disk that holds \(path) is full. Free some space\(neededText), then try again.")
    case SQLITE_BUSY, SQLITE_LOCKED:
      StoreError(
        .unavailable,
        "Another program holds \(path) for too long. Wait for it to finish, or end it; "
          + "then try again.")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      StoreError(
        .corrupt,
        "The file \(path) is damaged or is not a database of this program (\(message)). "
          + StoreError.remedy(path))
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
      StoreError(
        .unavailable,
        "The file \(path) can't be written. Give yourself write permission to it and its "
          + "directory, or name another directory with --store.")
    case SQLITE_CANTOPEN where systemCode == EMFILE || systemCode == ENFILE:
      StoreDirectory.failure(systemCode, path)
    case SQLITE_CANTOPEN:
      StoreError(
        .unavailable,
        "The file \(path) can't be opened. Check that its directory exists and that you may "
          + "read and write it, or name another directory with --store.")
    case SQLITE_NOMEM:
      StoreError(.unavailable, "There is not enough memory to use \(path). Free some memory.")
    case SQLITE_IOERR:
      StoreError(
        .unavailable,
        "The disk that holds \(path) fails to read or write (error \(code)). Check the disk "
          + "and the system's log, then try again.")
    case SQLITE_TOOBIG:
      StoreError(.invalid, "A value is larger than the embedded store can keep (1 GB).")
    default:
      StoreError(.unavailable, "The database \(path) failed: \(message) (error \(code)).")
    }
  }

  private var neededText: String {
    guard let needed else { return "" }
    return " (about \(max(1, needed >> 20)) MB are needed)"
  }
}

/// Runs work on a database and tells its failures as the seam does.
func mappingErrors<Result>(_ work: () throws -> Result) throws -> Result {
  do {
    return try work()
  } catch let error as SQLiteError {
    throw error.storeError
  }
}
