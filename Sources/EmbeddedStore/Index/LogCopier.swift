internal import ConcurrencySupport

/// Copies an index's log into its database, on a thread and a connection of its own.
///
/// The writer goes on meanwhile. It copies the little that is left by itself once the log is long,
/// and then begins it anew.
actor LogCopier {
  private let executor: ThreadExecutor
  private let path: String
  private var opened: Connection?

  /// Makes a copier; the file is opened when it is first needed.
  init(path: String, name: String) {
    executor = ThreadExecutor(name: name)
    self.path = path
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Copies what is in the log.
  ///
  /// A failure does no harm: the log stays, and the writer copies it or fails itself.
  func copy() {
    do {
      let connection =
        try opened
        ?? IndexDatabase.open(path: path, mode: .write, limits: IndexDatabase.copierLimits)
      opened = connection
      try connection.copyLog()
    } catch {
      opened = nil
    }
  }

  /// Closes the file; it is opened again when it is needed.
  func close() { opened = nil }
}
