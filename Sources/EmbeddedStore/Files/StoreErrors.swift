internal import ConnectorProtocol

extension StoreError {
  /// A file of a newer version of the program.
  static func newer(_ path: String) -> StoreError {
    StoreError(
      .newerVersion,
      "The file \(path) was written by a newer version of connector-console. Install that "
        + "version, or name another directory with --store.")
  }

  /// A file that was taken away while it was open: what is written now would be lost.
  static func replaced(_ path: String) -> StoreError {
    let what = StoreDirectory.isControl(path) ? "The file" : "The index file"
    return StoreError(
      .corrupt,
      "\(what) \(path) was removed or replaced while it was written. \(remedy(path))")
  }

  /// What to do about a database that is damaged or gone.
  static func remedy(_ path: String) -> String {
    StoreDirectory.isControl(path)
      ? "Restore it from a backup, or name another directory with --store."
      : lostIndexRemedy
  }

  /// A database of connectors that is missing beside the indices that it should list.
  static func lostControl(_ directory: StoreDirectory, _ state: String, files: Int) -> StoreError {
    let count = files == 1 ? "one index file is" : "\(files) index files are"
    return StoreError(
      .corrupt,
      "The file \(directory.control), which lists the connectors, \(state), but \(count) "
        + "in \(directory.indices). Restore it from a backup, or move that folder away to "
        + "begin a new store.")
  }

  /// A place where no store is, asked by somebody who only wants to read.
  static func noStore(_ path: String) -> StoreError {
    StoreError(
      .notFound,
      "There is no store at \(path). Name its directory with --store, or run connector-console "
        + "without a command to make one there.")
  }
}
