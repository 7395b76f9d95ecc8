import TestFiles
import ConnectorKit
import ConnectorProtocol
import Glibc
import Synchronization
import Testing

@testable import EmbeddedStore

@Suite struct FailureTests {
  private func failure(_ body: () async throws -> Void) async -> StoreError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? StoreError
    }
  }

  private func write(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw TestFailure("\(path) can't be written: \(errno)") }
    let bytes = Array(text.utf8)
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
      throw TestFailure("\(path) can't be written: \(errno)")
    }
  }

  @Test func `a store of a newer version is refused and left alone`() async throws {
    let directory = try TemporaryDirectory()
    _ = try await EmbeddedStore.open(directory: directory.path)
    let path = "\(directory.path)/control.db"
    try Connection(path: path, mode: .write).execute("PRAGMA user_version=99")
    let error = await failure { _ = try await EmbeddedStore.open(directory: directory.path) }
    #expect(error?.kind == .newerVersion)
    #expect(error?.message.contains(path) == true)
    let version = try Connection(path: path, mode: .read).integer("PRAGMA user_version")
    #expect(version == 99)
  }

  @Test func `a place where no directory can be made is told as that`() async throws {
    let error = await failure { _ = try await EmbeddedStore.open(directory: "/proc/none") }
    #expect(error?.kind == .unavailable)
    #expect(
      error?.message
        == "/proc/none can't be made: its file system lets nobody make a directory there. Name "
        + "another directory with --store.")
  }

  @Test func `an index of a newer version is refused`() async throws {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    let files = StoreDirectory(path: directory.path)
    let file = try #require(StoreDirectory.names(in: files.indices).first)
    try Connection(path: files.index(file), mode: .write).execute("PRAGMA user_version=99")
    let store = try await EmbeddedStore.open(directory: directory.path)
    let error = await failure { try await store.refresh(StoreFixture.index) }
    #expect(error?.kind == .newerVersion)
    _ = fixture
  }

  @Test func `a damaged database is told with its path`() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/control.db"
    try write(String(repeating: "This is no database. ", count: 500), to: path)
    let error = await failure { _ = try await EmbeddedStore.open(directory: directory.path) }
    #expect(error?.kind == .corrupt)
    #expect(error?.message.contains(path) == true)
  }

  @Test func `a path that is no directory, or cannot be made, is told`() async throws {
    let directory = try TemporaryDirectory()
    try write("text", to: "\(directory.path)/file")
    for path in ["\(directory.path)/file", "\(directory.path)/file/below", "/proc/none/below"] {
      let error = await failure { _ = try await EmbeddedStore.open(directory: path) }
      #expect(error?.kind == .unavailable, "\(path)")
      #expect(error?.message.contains("/") == true, "\(path)")
    }
  }

  @Test func `a directory that others made readable only is told`() async throws {
    let directory = try TemporaryDirectory()
    _ = try await EmbeddedStore.open(directory: directory.path)
    // Rights do not bind the superuser, a disk that is mounted read-only does.
    let isSuperuser = getuid() == 0
    if isSuperuser {
      guard run("mount --bind \(directory.path) \(directory.path)"),
        run("mount -o remount,ro,bind \(directory.path)")
      else { return }
    } else {
      chmod(directory.path, 0o500)
    }
    let error = await failure { _ = try await EmbeddedStore.open(directory: directory.path) }
    if isSuperuser { _ = run("umount -l \(directory.path)") }
    #expect(error?.kind == .unavailable)
    #expect(error?.message.contains(directory.path) == true)
  }

  private func run(_ command: String) -> Bool {
    let arguments = ["/bin/sh", "-c", command + " >/dev/null 2>&1"]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    guard posix_spawn(&process, arguments[0], nil, nil, pointers, environ) == 0 else {
      return false
    }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    return status == 0
  }

  @Test func `nobody else may look into the store`() async throws {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    try await fixture.fill([("a", "{}")])
    let files = StoreDirectory(path: directory.path)
    for path in [files.control] + StoreDirectory.names(in: files.indices).map(files.index) {
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o077 == 0, "\(path)")
    }
  }

  @Test func `a full disk is told with the space it takes, and the store lives on`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory, limits: StoreFixture.smallLimits)
    try await fixture.fill([("kept", #"{"body":"kept word"}"#)])
    let body = String(repeating: "plenty of words here ", count: 200)
    let large = (0..<200).map { fixture.write("large-\($0)", "{\"body\":\"\(body)\($0)\"}") }
    let handle = try #require(fixture.store.handles.open.first)
    try await handle.writer.limitPages(to: 40)
    let error = await failure { try await fixture.apply(large) }
    guard case .noSpace(let needed)? = error?.kind else {
      Issue.record("a full disk is told as \(String(describing: error))")
      return
    }
    #expect((needed ?? 0) > 200 * body.utf8.count)
    #expect(try await fixture.ids("kept") == ["kept"])
    #expect(try await fixture.search("plenty").total == 0)
    try await handle.writer.limitPages(to: 1_000_000)
    let results = try await fixture.apply(large)
    #expect(results.allSatisfy { $0 == .created })
    try await fixture.store.refresh(StoreFixture.index)
    #expect(try await fixture.search("plenty").total == 200)
  }

  @Test func `when only the words find no space, the next request says so and nothing is lost`()
    async throws
  {
    let directory = try TemporaryDirectory()
    var limits = StoreFixture.smallLimits
    limits.bufferBytes = 1 << 20
    let fixture = try await StoreFixture(directory, limits: limits)
    let documents = (0..<50).map { number in
      let words = (0..<40).map { "word\(number)x\($0)" }.joined(separator: " ")
      return fixture.write("d\(number)", "{\"body\":\"common \(words)\"}")
    }
    try await fixture.apply(documents)
    let handle = try #require(fixture.store.handles.open.first)
    try await handle.writer.limitPages(to: 1)
    let error = await failure { try await fixture.store.refresh(StoreFixture.index) }
    guard case .noSpace? = error?.kind else {
      Issue.record("a full disk is told as \(String(describing: error))")
      return
    }
    try await handle.writer.limitPages(to: 1_000_000)
    try await fixture.store.refresh(StoreFixture.index)
    #expect(try await fixture.search("common").total == 50)
  }

  @Test func `an index that another process removed is not found, and a new one is new`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    try await fixture.fill([("a", #"{"body":"old"}"#)])
    let other = try await EmbeddedStore.open(directory: directory.path)
    try await other.deleteIndex(StoreFixture.index)
    let error = await failure { try await fixture.apply([fixture.write("b", "{}")]) }
    #expect(error?.kind == .notFound)
    try await other.createIndex(StoreFixture.index, language: .english)
    try await fixture.apply([fixture.write("b", #"{"body":"new"}"#)])
    try await fixture.store.refresh(StoreFixture.index)
    #expect(try await fixture.search("").hits.map(\.id.text) == ["b"])
  }

  @Test func `files that belong to no index are removed when the store is opened`() async throws {
    let directory = try TemporaryDirectory()
    _ = try await StoreFixture(directory)
    let indices = StoreDirectory(path: directory.path).indices
    try write("left over", to: "\(indices)/search-gone.7.db")
    _ = try await EmbeddedStore.open(directory: directory.path)
    #expect(StoreDirectory.names(in: indices).filter { $0.contains("gone") } == [])
    #expect(StoreDirectory.names(in: indices).contains { $0.hasSuffix(".db") })
  }

  @Test func `what a broken language change left is removed, and the language is as before`()
    async throws
  {
    let directory = try TemporaryDirectory()
    let fixture = try await StoreFixture(directory)
    try await fixture.fill([("a", #"{"body":"Häuser"}"#)])
    let handle = try #require(fixture.store.handles.open.first)
    // As far as a process comes that is killed before the last step.
    let through = try await handle.writer.beginRebuild(to: .german)
    #expect(through == 1)
    let indexer = try DocumentIndexer(language: .german)
    let buffer = PostingsBuffer()
    indexer.add(NumberedDocument(number: 1, body: Array(#"{"body":"Häuser"}"#.utf8)), to: buffer)
    try await handle.writer.writeRebuilt(buffer)
    let other = try await EmbeddedStore.open(directory: directory.path)
    let key = fixture.key
    _ = try await other.apply(
      [fixture.write("b", "{}")], to: StoreFixture.index, apiKey: key)
    let response = try await other.search(SearchRequest(query: "Haus"), in: StoreFixture.index)
    #expect(response.total == 0)
    let path = handle.path
    let rest = try Connection(path: path, mode: .read)
      .integer("SELECT count(*) FROM segments WHERE state <> 1")
    #expect(rest == 0)
  }
}

extension IndexWriter {
  /// Makes the disk look full at so many pages.
  func limitPages(to count: Int) throws {
    _ = try connection().integer("PRAGMA max_page_count=\(count)")
  }
}
