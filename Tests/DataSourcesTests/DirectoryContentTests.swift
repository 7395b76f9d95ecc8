import ConnectorKit
import Glibc
import Synchronization
import Testing

@testable import DataSources

/// Reading files late, and looking again before documents are deleted.
@Suite struct DirectoryContentTests {
  @Test func `text is fetched in order, binary files and empty ones bring nothing`() async throws {
    let tree = try TemporaryTree()
    for index in 0..<150 { try tree.file("t\(index)", "text \(index)") }
    try tree.file("empty", "")
    try tree.file("picture.png", bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2])
    try tree.file("noise", bytes: (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) })
    try tree.file("packed.gz", bytes: [0x1F, 0x8B, 8, 0] + Array("text".utf8))
    let source = try tree.source()
    let listing = try await Listing(source)
    let documents = listing.ids.compactMap { listing.document($0) }.filter { $0.content != nil }
    #expect(documents.count == 153)
    let contents = try await source.fetchContent(of: documents)
    for (document, content) in zip(documents, contents) {
      switch document.id.text {
      case "picture.png", "noise", "packed.gz":
        guard case .none = content else {
          Issue.record("\(document.id) is binary")
          continue
        }
      default: #expect(text(content) == "text \(document.id.text.dropFirst())")
      }
    }
  }

  @Test func `quotes, control characters and broken UTF-8 become valid JSON`() async throws {
    let tree = try TemporaryTree()
    try tree.file(
      "a", bytes: Array("say \"hi\"\\ \u{1B}[1m\ttab\nGrüße, Grüße, Grüße €".utf8) + [0xFF])
    let source = try tree.source()
    let listing = try await Listing(source)
    let content = try await source.fetchContent(of: listing.ids.compactMap { listing.document($0) })
    #expect(
      text(content.first)
        == #"say \"hi\"\\ \u001b[1m\ttab\nGrüße, Grüße, Grüße €"# + "\u{FFFD}")
  }

  @Test func `unchanged files are never opened by a listing`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a.txt")
    let fileSystem = FileSystem(
      intercept: { operation, _ in operation == .openFile ? EIO : nil }, now: { 0 },
      pause: { _ in })
    let listing = try await tree.sync(fileSystem: fileSystem)
    #expect(listing.ids == ["a.txt"])
    #expect(listing.end("") == .complete)
  }

  @Test func `a file that changed since it was listed is replaced by what it is now`() async throws
  {
    let tree = try TemporaryTree()
    try tree.file("docs/a.txt", "before")
    let source = try tree.source()
    let listing = try await Listing(source)
    try tree.file("docs/a.txt", "after, and longer")
    let documents = [try #require(listing.document("docs/a.txt"))]
    guard case .replaced(let now) = try await source.fetchContent(of: documents).first else {
      Issue.record("it was not replaced")
      return
    }
    let body = String(decoding: now.body, as: UTF8.self)
    #expect(now.id == documents[0].id)
    #expect(body.contains("\"size\":17,"))
    #expect(body.hasSuffix(",\"body\":\"after, and longer\"}"))
    #expect(now.content == nil)
    #expect(now.revision != documents[0].revision)
  }

  @Test func `a file that changes while it is read is read again, and reported in the end`()
    async throws
  {
    let tree = try TemporaryTree()
    let path = tree.path + "/a.txt"
    for changes in [2, 3] {
      try tree.file("a.txt", "start")
      let count = Mutex(0)
      let fileSystem = FileSystem(
        intercept: { operation, _ in
          guard operation == .readFile,
            count.withLock({
              $0 += 1; return $0
            }) <= changes
          else {
            return nil
          }
          let descriptor = open(path, O_WRONLY | O_APPEND)
          _ = write(descriptor, "+", 1)
          close(descriptor)
          return nil
        }, now: { 0 }, pause: { _ in })
      let source = try tree.source(fileSystem: fileSystem)
      let listing = try await Listing(source)
      let documents = listing.ids.compactMap { listing.document($0) }
      let content = try await source.fetchContent(of: documents).first
      switch content {
      case .replaced(let document):
        #expect(changes == 2)
        #expect(String(decoding: document.body, as: UTF8.self).contains("\"start++\""))
      case .failed(let reason):
        #expect(changes == 3)
        #expect(reason.contains("changed each of the 3 times it was read"))
      default: Issue.record("unexpected \(String(describing: content))")
      }
    }
  }

  @Test func `a file that is gone, a link or a pipe by now is gone, an unreadable one failed`()
    async throws
  {
    let tree = try TemporaryTree()
    for name in ["gone", "link", "pipe", "bad", "moved/in"] { try tree.file(name) }
    let fileSystem = FileSystem(
      intercept: { operation, path in
        operation == .openFile && path.elementsEqual("bad".utf8) ? EIO : nil
      }, now: { 0 }, pause: { _ in })
    let source = try tree.source(fileSystem: fileSystem)
    let listing = try await Listing(source)
    for name in ["gone", "link", "pipe"] { tree.remove(name) }
    try tree.link("link", to: "/etc/passwd")
    mkfifo(tree.path + "/pipe", 0o644)
    // A folder on the way that became a link must not lead outside.
    rename(tree.path + "/moved", tree.path + "/.moved")
    try tree.link("moved", to: ".moved")
    let documents = listing.ids.compactMap { listing.document($0) }
    for (document, content) in zip(documents, try await source.fetchContent(of: documents)) {
      switch (document.id.text, content) {
      case ("bad", .failed(let reason)):
        #expect(reason == "Its text can't be read: input/output error.")
      case ("gone", .gone), ("link", .gone), ("pipe", .gone), ("moved/in", .gone): break
      default: Issue.record("\(document.id): \(content)")
      }
    }
  }

  @Test func `a file that may not be read says what to do, and its name only once`() async throws {
    let tree = try TemporaryTree()
    try tree.file("secret.txt")
    let fileSystem = FileSystem(
      intercept: { operation, _ in operation == .openFile ? EACCES : nil }, now: { 0 },
      pause: { _ in })
    let source = try tree.source(fileSystem: fileSystem)
    let document = try #require(try await Listing(source).document("secret.txt"))
    guard case .failed(let reason) = try await source.fetchContent(of: [document]).first else {
      Issue.record("it was read")
      return
    }
    // Whoever reports it names the document.
    #expect(
      reason == "Its text can't be read: permission denied. Give the user that runs this program "
        + "the right to read it.")
  }

  @Test func `the second look keeps what exists or can't be seen, and only that`() async throws {
    let tree = try TemporaryTree()
    for name in ["here", "x%y", "folder/here", "locked/a", "out/a", "was/file"] {
      try tree.file(name)
    }
    tree.remove("was")
    try tree.folder("was/file")
    let fileSystem = FileSystem(
      intercept: { operation, path in
        operation == .status && path.starts(with: "locked".utf8) ? EACCES : nil
      }, now: { 0 }, pause: { _ in })
    let source = try tree.source(["exclude": .list(["out/"])], fileSystem: fileSystem)
    let ids = [
      "here", "x%25y", "folder/here", "locked/a", "locked/never", "out/a", "was/file", "nowhere",
      "no/folder", "here/below", "folder",
    ]
    let existing = try await source.stillExisting(ids.map { DocumentID($0) })
    #expect(
      Set(existing.map(\.text)) == ["here", "x%25y", "folder/here", "locked/a", "locked/never"])
  }

  @Test func `the second look deletes nothing if the top folder was replaced`() async throws {
    let tree = try TemporaryTree()
    try tree.file("top/a")
    let source = try tree.source(["directory": .string(tree.path + "/top")])
    _ = try await Listing(source)
    rename(tree.path + "/top", tree.path + "/old")
    try tree.folder("top")
    let error = await #expect(throws: SyncError.self) {
      try await source.stillExisting([DocumentID("a")])
    }
    #expect(error?.message.contains("replaced or unmounted during the sync") == true)
  }

  @Test func `what is read at a time stays within its bytes, and one large file gets through`()
    async
  {
    let budget = ByteBudget(capacity: 100)
    let gauge = Gauge()
    await withTaskGroup(of: Void.self) { group in
      for bytes in [60, 60, 30, 250, 10, 100, 40, 40] {
        group.addTask {
          try? await budget.withBytes(bytes) {
            let inUse = gauge.add(bytes)
            if inUse > 100, inUse != bytes { Issue.record("\(inUse) bytes at a time") }
            await Task.yield()
            gauge.add(-bytes)
          }
        }
      }
    }
    #expect(gauge.add(0) == 0)
  }
}

/// A number that several tasks change.
private final class Gauge: Sendable {
  private let value = Mutex(0)

  @discardableResult
  func add(_ number: Int) -> Int {
    value.withLock {
      $0 += number
      return $0
    }
  }
}
