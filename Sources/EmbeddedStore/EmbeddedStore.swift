internal import ConcurrencySupport
package import ConnectorProtocol

/// The store in a directory of this machine: content indices, connectors, jobs and API keys.
///
/// ```
/// control.db            connectors, jobs, dead letters, hashes of keys, names of the indices
/// indices/NAME.N.db     one content index each, so that dropping one is removing its files
/// credentials/          the service's own keys, see FileCredentialStore
/// ```
/// All are SQLite databases with write-ahead logs. Several processes may have them open; a record
/// is written by comparing its sequence number, an index by whoever holds SQLite's write lock, and
/// whoever finds that another process committed reads again what it keeps in memory.
///
/// An index holds its documents by number, the digests by which the differ knows them, and an
/// inverted index of our own in **segments**: sorted terms with their documents and positions, cut
/// into blocks of 32 kB. A request appends documents, which is all that must be durable. Their words
/// are analysed on a second thread into a buffer of 9 MB, which a third one sorts and encodes, and
/// which is written as a segment in one transaction that also says up to which document the words
/// are there. After a crash the rest is analysed again. Neighbouring segments are merged eight at a
/// time, mostly by copying. A fourth thread copies the log into the database.
///
/// Why not FTS5: with the simplest tokenizer, no content and a 16 MB hash it took 29 µs of one core
/// for a document of 75 words, and only one thread can feed it. A whole first sync of 1,000,000
/// documents of 500 bytes, English analysis included, takes 25 µs of processor a document over all
/// threads and 133 MB of memory at the most (`Benchmarks embedded`).
package final class EmbeddedStore: Sendable {
  let directory: StoreDirectory
  let controlWriter: ControlDatabase
  let controlReader: ControlDatabase
  let limits: IndexLimits
  let handles: IndexHandles
  /// Asks indices that are not open how much they hold.
  let look: IndexLook
  /// What was read of connectors, which is read again only where it changed.
  let records = RecordCache()

  private init(directory: String, limits: IndexLimits) {
    self.directory = StoreDirectory(path: directory)
    self.limits = limits
    handles = IndexHandles(self.directory, limits: limits)
    look = IndexLook(limits: limits.reader)
    controlWriter = ControlDatabase(
      path: self.directory.control, mode: .write, name: "control-write")
    controlReader = ControlDatabase(
      path: self.directory.control, mode: .read, name: "control-read")
  }

  /// Opens the store in a directory; what is missing is made.
  ///
  /// - Parameters:
  ///   - directory: its path.
  ///   - mayCreate: whether a store is made where none is; if not, that is an error.
  /// - Returns: the store; it keeps its files open as long as it lives.
  /// - Throws: ``StoreError``: `unavailable` with the path and the remedy, `newerVersion`,
  ///   `corrupt`, or `notFound`.
  package static func open(
    directory: String, mayCreate: Bool = true
  ) async throws(StoreError) -> EmbeddedStore {
    try await open(directory: directory, limits: IndexLimits(), mayCreate: mayCreate)
  }

  static func open(
    directory: String, limits: IndexLimits, mayCreate: Bool = true
  ) async throws(StoreError) -> EmbeddedStore {
    do {
      let store = EmbeddedStore(directory: directory, limits: limits)
      try await store.controlWriter.prepare(store.directory, mayCreate: mayCreate)
      try await store.controlReader.open()
      return store
    } catch let error as StoreError {
      throw error
    } catch {
      throw StoreError(.unavailable, "The store in \(directory) can't be opened: \(error)")
    }
  }

  /// Where the service keeps the API keys with which it writes into this store.
  package func credentialStore() -> FileCredentialStore {
    FileCredentialStore(directory: "\(directory.path)/credentials")
  }
}

/// How much an index may use; tests make it little, so that everything happens often.
struct IndexLimits: Sendable {
  var writer = IndexDatabase.writerLimits
  var reader = IndexDatabase.readerLimits
  /// A buffer of postings of so many bytes is full.
  ///
  /// There are two of them, one being filled and one being written.
  var bufferBytes = 9 << 20
  /// Digests not yet in `known` are moved there when there are so many.
  var tailDocuments = 196_608
}

extension ControlDatabase {
  /// Makes the directories, opens the database and removes files that belong to no index.
  func prepare(_ directory: StoreDirectory, mayCreate: Bool) throws {
    try directory.prepare(mayCreate: mayCreate)
    try open()
    try write { connection in
      var files: Set<String> = []
      let rows = try connection.statement("SELECT file FROM indices")
      while try rows.step() { files.insert(rows.text(0)) }
      rows.reset()
      // Others make and remove files only within transactions like this one.
      for name in directory.indexFiles where !files.contains(name) {
        StoreDirectory.removeDatabase(directory.index(name))
      }
    }
  }
}
