internal import CSQLite

/// A value to put into a statement.
enum SQLValue {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])

  /// Text, or `NULL`.
  static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
  /// An integer of any width.
  static func number(_ value: some BinaryInteger) -> SQLValue { .integer(Int64(value)) }
}

/// A prepared SQL statement, for use on its connection's thread only.
final class Statement {
  private let handle: OpaquePointer
  private unowned let connection: Connection

  /// Prepares a statement.
  ///
  /// - Throws: ``SQLiteError``.
  init(_ connection: Connection, _ sql: String) throws(SQLiteError) {
    self.connection = connection
    handle = try connection.prepare(sql)
  }

  deinit { sqlite3_finalize(handle) }

  /// Moves to the next row.
  ///
  /// - Returns: `false` once there are no more rows.
  /// - Throws: ``SQLiteError`` with `SQLITE_BUSY` after the connection's busy timeout.
  func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let error = connection.error(code)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs to the end, then makes the statement ready for the next values.
  func run() throws(SQLiteError) {
    while try step() {}
    sqlite3_reset(handle)
  }

  /// Makes the statement ready to run again; the values stay.
  func reset() {
    // The code repeats the failure of the last step, which was thrown already.
    _ = sqlite3_reset(handle)
  }

  func bind(_ value: SQLValue, at index: Int) throws(SQLiteError) {
    switch value {
    case .null: try connection.check(sqlite3_bind_null(handle, Int32(index)))
    case .integer(let value): try bind(value, at: index)
    case .text(let text): try bind(text, at: index)
    case .blob(let bytes): try bind(bytes, at: index)
    }
  }

  func bind(_ value: Int64, at index: Int) throws(SQLiteError) {
    try connection.check(sqlite3_bind_int64(handle, Int32(index), value))
  }

  func bind(_ text: String, at index: Int) throws(SQLiteError) {
    var text = text
    let code = text.withUTF8 { buffer in
      buffer.withMemoryRebound(to: CChar.self) { characters in
        // An empty buffer may have no address, which SQLite would take for NULL.
        characters.baseAddress.map {
          sqlite3_bind_text64(
            handle, Int32(index), $0, UInt64(characters.count), connector_sqlite_transient(),
            UInt8(SQLITE_UTF8))
        } ?? sqlite3_bind_text(handle, Int32(index), "", 0, connector_sqlite_transient())
      }
    }
    try connection.check(code)
  }

  func bind(_ bytes: [UInt8], at index: Int) throws(SQLiteError) {
    let code = bytes.withUnsafeBytes { bindCopy($0, at: index) }
    try connection.check(code)
  }

  /// Binds a copy of bytes.
  func bind(copying bytes: UnsafeRawBufferPointer, at index: Int) throws(SQLiteError) {
    try connection.check(bindCopy(bytes, at: index))
  }

  /// Binds bytes without copying them and runs the statement while they are there.
  func run(lending bytes: UnsafeRawBufferPointer, at index: Int) throws(SQLiteError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      try connection.check(sqlite3_bind_zeroblob(handle, Int32(index), 0))
      return try run()
    }
    try connection.check(
      sqlite3_bind_blob64(handle, Int32(index), start, UInt64(bytes.count), nil))
    defer { sqlite3_bind_null(handle, Int32(index)) }
    try run()
  }

  private func bindCopy(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int32 {
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      return sqlite3_bind_zeroblob(handle, Int32(index), 0)
    }
    return sqlite3_bind_blob64(
      handle, Int32(index), start, UInt64(bytes.count), connector_sqlite_transient())
  }

  func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

  func text(_ column: Int) -> String {
    guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  func bytes(_ column: Int) -> [UInt8] { withBytes(column) { Array($0) } }

  /// Lends the bytes of a column, which are there until the next step.
  func withBytes<Result>(
    _ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let start = sqlite3_column_blob(handle, Int32(column))
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}
