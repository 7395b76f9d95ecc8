import TestFiles
import ConnectorKit
import ConnectorProtocol
import Glibc
import Testing

@testable import EmbeddedStore

/// Files that are removed, replaced or damaged behind the store's back.
@Suite struct LostFileTests {
  private static let remedy =
    "Restore it from a backup, or delete the connector with its index and build it again."

  private func failure(_ body: () async throws -> Void) async -> StoreError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  private func indexFile(_ fixture: StoreFixture) throws -> String {
    let directory = StoreDirectory(path: fixture.directory.path)
    return directory.index(try #require(directory.indexFiles.first))
  }

  private func truncate(_ path: String) throws {
    guard Glibc.truncate(path, 0) == 0 else { throw TestFailure("\(path): \(errno)") }
  }

  // MARK: Indices

  @Test(arguments: ["", "-wal"])
  func `a file of an index that is removed while documents come fails the refresh`(
    suffix: String
  ) async throws {
    let fixture = try await StoreFixture(try TemporaryDirectory())
    try await fixture.apply([fixture.write("a", #"{"body":"word"}"#)])
    let path = try indexFile(fixture)
    #expect(unlink(path + suffix) == 0)
    let error = await failure { try await fixture.store.refresh(StoreFixture.index) }
    #expect(error?.kind == .corrupt)
    #expect(
      error?.message
        == "The index file \(path) was removed or replaced while it was written. \(Self.remedy)")
  }

  @Test func `an index that is replaced while documents come takes no more of them`()
    async throws
  {
    let fixture = try await StoreFixture(try TemporaryDirectory())
    try await fixture.apply([fixture.write("a", #"{"body":"word"}"#)])
    let path = try indexFile(fixture)
    #expect(rename(path, path + ".away") == 0)
    try IndexDatabase.create(
      path: path, language: .english, digestKey: fixture.digestKey,
      limits: IndexDatabase.writerLimits)
    let error = await failure { try await fixture.apply([fixture.write("b", "{}")]) }
    #expect(error?.kind == .corrupt)
    #expect(error?.message.contains("was removed or replaced") == true)
  }

  @Test func `an index that was restored while nothing was written is used at once`()
    async throws
  {
    let fixture = try await StoreFixture(try TemporaryDirectory())
    try await fixture.fill([("a", #"{"body":"word"}"#)])
    let path = try indexFile(fixture)
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    let gone = await failure { _ = try await fixture.search("word") }
    #expect(gone?.message == "The file \(path) of the index is gone. \(Self.remedy)")
    try IndexDatabase.create(
      path: path, language: .english, digestKey: fixture.digestKey,
      limits: IndexDatabase.writerLimits)
    try await fixture.fill([("b", #"{"body":"word"}"#)])
    #expect(try await fixture.ids("word") == ["b"])
  }

  @Test(arguments: [true, false])
  func `an index that is gone or damaged is told with its remedy, and can be built again`(
    isGone: Bool
  ) async throws {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    try await fixture.fill([("a", #"{"body":"word"}"#)])
    let path = try indexFile(fixture)
    for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    if !isGone { try Self.write(String(repeating: "No database. ", count: 500), to: path) }
    let store = try await EmbeddedStore.open(directory: directory.path)
    let (key, write) = (fixture.key, fixture.write("b", "{}"))
    let tries: [() async throws -> Void] = [
      { _ = try await store.statistics(of: StoreFixture.index) },
      { _ = try await store.apply([write], to: StoreFixture.index, apiKey: key) },
      { _ = try await store.search(SearchRequest(query: "word"), in: StoreFixture.index) },
      { try await store.refresh(StoreFixture.index) },
    ]
    for attempt in tries {
      let error = await failure(attempt)
      #expect(error?.kind == .corrupt)
      #expect(error?.message.hasSuffix(Self.remedy) == true, "\(error?.message ?? "")")
      #expect(error?.message.contains(path) == true)
    }
    try await store.deleteConnector("owner")
    try await store.deleteIndex(StoreFixture.index)
    #expect(StoreDirectory.names(in: "\(directory.path)/indices") == [])
    try await store.createIndex(StoreFixture.index, language: .english)
    #expect(try await store.statistics(of: StoreFixture.index).documentCount == 0)
  }

  @Test func `of many indices few are open, and the documents of all are found`() async throws {
    let fixture = try await StoreFixture(try TemporaryDirectory())
    let store = fixture.store
    var keys: [String: String] = [:]
    for number in 0..<20 {
      let index = "search-\(number)"
      try await store.createIndex(index, language: .english)
      let owner = Connector(
        id: index, name: index, indexName: index, serviceType: "directory")
      _ = try await store.createConnector(owner)
      keys[index] = try await store.generateAPIKey(connectorID: index, indexName: index).encoded
    }
    // Two rounds: a handle that was closed with words in its memory is opened again.
    for id in ["a", "b"] {
      for (index, key) in keys.sorted(by: { $0.key < $1.key }) {
        let document = IndexOperation(
          id: DocumentID(id),
          digest: try await store.digestKey(of: index).digest(of: DocumentID(id)),
          fingerprint: 1, scope: "", body: Array(#"{"body":"word"}"#.utf8))
        _ = try await store.apply([.index(document)], to: index, apiKey: key)
        #expect(store.handles.open.count <= IndexHandles.idle)
      }
    }
    for index in keys.keys {
      try await store.refresh(index)
      let found = try await store.search(SearchRequest(query: "word"), in: index)
      #expect(found.total == 2, "\(index)")
      #expect(try await store.statistics(of: index).documentCount == 2)
    }
    #expect(store.handles.open.count <= IndexHandles.idle)
  }

  @Test func `asking how much is in an index opens nothing, and notices what others write`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    let other = try await EmbeddedStore.open(directory: directory.path)
    #expect(try await other.statistics(of: StoreFixture.index).documentCount == 0)
    try await fixture.fill([("a", "{}")])
    #expect(try await other.statistics(of: StoreFixture.index).documentCount == 1)
    #expect(other.handles.open.isEmpty)
  }

  // MARK: The database of connectors

  @Test(arguments: ["missing", "empty", "another"])
  func `a lost database of connectors beside indices is refused, and the indices stay`(
    loss: String
  ) async throws {
    let directory = try TemporaryDirectory()
    do { _ = try await StoreFixture(directory) }
    let files = StoreDirectory(path: directory.path)
    for suffix in ["-wal", "-shm"] { unlink(files.control + suffix) }
    switch loss {
    case "missing": unlink(files.control)
    case "empty": try truncate(files.control)
    default:
      unlink(files.control)
      try Connection(path: files.control, mode: .create).execute("CREATE TABLE other (a)")
    }
    for mayCreate in [true, false] {
      let error = await failure {
        _ = try await EmbeddedStore.open(directory: directory.path, mayCreate: mayCreate)
      }
      #expect(error?.kind == .corrupt)
      #expect(error?.message.contains(files.control) == true)
      #expect(error?.message.contains("one index file is in") == true)
      #expect(error?.message.contains("Restore it from a backup") == true)
    }
    #expect(files.indexFiles.count == 1)
  }

  @Test func `who only reads makes no store`() async throws {
    let directory = try TemporaryDirectory()
    for path in ["\(directory.path)/none", directory.path] {
      let error = await failure {
        _ = try await EmbeddedStore.open(directory: path, mayCreate: false)
      }
      #expect(error?.kind == .notFound)
      #expect(error?.message.hasPrefix("There is no store at \(path).") == true)
    }
    #expect(StoreDirectory.names(in: directory.path) == [])
    _ = try await EmbeddedStore.open(directory: directory.path)
    _ = try await EmbeddedStore.open(directory: directory.path, mayCreate: false)
  }

  @Test(arguments: [true, false])
  func `an open store notices that its database of connectors is gone`(
    isReplaced: Bool
  ) async throws {
    let fixture = try await StoreFixture(try TemporaryDirectory())
    let control = StoreDirectory(path: fixture.directory.path).control
    for suffix in ["", "-wal", "-shm"] { unlink(control + suffix) }
    if isReplaced { try Self.write("", to: control) }
    let owner = Connector(id: "new", name: "new", indexName: nil, serviceType: "directory")
    for _ in 0..<2 {
      let error = await failure { _ = try await fixture.store.createConnector(owner) }
      #expect(error?.kind == .corrupt)
      #expect(error?.message.contains(control) == true)
    }
    if !isReplaced {
      let error = await failure { _ = try await fixture.store.connectors() }
      #expect(error?.kind == .corrupt)
    }
  }

  // MARK: Records

  @Test func `a damaged record hides no other, is named, and is never written over`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    let owner = try #require(await fixture.store.connector("owner")).record
    let second = Connector(id: "second", name: "Second", indexName: nil, serviceType: "directory")
    _ = try await fixture.store.createConnector(second)
    let job = SyncJob(
      id: "job", connector: owner, type: .full, trigger: .onDemand,
      createdAt: Timestamp(millisecondsSince1970: 1))
    let version = try await fixture.store.createJob(job).version
    let control = StoreDirectory(path: directory.path).control
    let damage = try Connection(path: control, mode: .write)
    try damage.execute("UPDATE connectors SET record = '{broken' WHERE id = 'owner'")
    try damage.execute("UPDATE jobs SET record = '{broken'")
    let store = try await EmbeddedStore.open(directory: directory.path)
    #expect(try await store.connectors().map(\.record.id) == ["second"])
    #expect(try await store.jobs(JobQuery()).jobs == [])
    let damaged = try await store.damagedRecords()
    #expect(damaged.map(\.id) == ["owner", "job"])
    #expect(damaged.first?.indexName == StoreFixture.index)
    for record in damaged {
      #expect(record.message.contains("table \(record.table.rawValue) of \(control)"))
      #expect(record.message.contains("Restore the file from a backup, or "))
    }
    let read = await failure { _ = try await store.connector("owner") }
    #expect(read?.message == damaged.first?.message)
    let changed = await failure { _ = try await store.changeConnector("owner") { _ in true } }
    #expect(changed?.kind == .corrupt)
    let written = await failure { _ = try await store.updateJob(job, expecting: version) }
    #expect(written?.kind == .corrupt)
    let rows = try damage.statement(
      "SELECT record FROM connectors WHERE id = 'owner' UNION ALL SELECT record FROM jobs")
    while try rows.step() { #expect(rows.text(0) == "{broken") }
    rows.reset()
    try await store.deleteConnector("owner")
    _ = try await store.connectors()
    #expect(try await store.damagedRecords() == [])
  }

  @Test func `a key's file that can't be read is told with its remedy`() async throws {
    let directory = try TemporaryDirectory()
    // Rights do not bind the superuser; a folder is read by nobody.
    #expect(mkdir("\(directory.path)/owner.key", 0o700) == 0)
    let keys = FileCredentialStore(directory: directory.path)
    let error = await failure { _ = try await keys.apiKey(connectorID: "owner") }
    #expect(error?.kind == .invalid)
    #expect(error?.message.contains("\(directory.path)/owner.key, can't be read") == true)
    #expect(error?.message.contains("regenerate the API key") == true)
  }

  private static func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw TestFailure("\(path) can't be written: \(errno)") }
    let bytes = Array(text.utf8)
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw TestFailure("\(path) can't be written: \(errno)")
    }
  }
}
