import ConnectorKit
import Glibc
import Testing

@testable import DataSources

@Suite struct DirectoryListingTests {
  @Test func `a pattern that can't be used is refused with its field before anything is saved`() {
    let values = ConfigurationValues([
      "directory": .string("/srv"), "exclude": .list(["*.txt", "[abc"]),
    ])
    let problems = DirectoryDescriptor.descriptor.problems(in: values)
    #expect(problems.map(\.field) == ["exclude"])
    #expect(problems.first?.message.contains("[abc") == true)
  }

  @Test func `every folder is a scope and every file a document of its folder`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a.txt")
    try tree.file("docs/b.md")
    try tree.file("docs/deep/c.html")
    try tree.folder("empty")
    let listing = try await tree.sync()
    #expect(listing.ids == ["a.txt", "docs/b.md", "docs/deep/c.html"])
    #expect(
      listing.state.scopeOf
        == ["a.txt": "", "docs/b.md": "docs", "docs/deep/c.html": "docs/deep"])
    #expect(Set(listing.state.ends.keys) == ["", "docs", "docs/deep", "empty"])
    #expect(listing.state.ends.values.allSatisfy { $0 == .complete })
    #expect(listing.state.mistakes == [])
    #expect(listing.state.openScopes == [])
  }

  @Test func `a document carries name, path, extension, type, size and times`() async throws {
    let tree = try TemporaryTree()
    try tree.file("docs/Report.MD", "12345")
    var times = [
      timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 7_000_000),
    ]
    utimensat(AT_FDCWD, tree.path + "/docs/Report.MD", &times, 0)
    let listing = try await tree.sync()
    let body = listing.body("docs/Report.MD")
    #expect(
      body.hasPrefix(
        """
        {"title":"Report.MD","path":"\(tree.path)/docs/Report.MD","extension":"md",\
        "mime_type":"text/markdown","size":5,"_timestamp":"2023-11-14T22:13:20.007Z"
        """))
    #expect(body.hasSuffix("Z\"}"))
    #expect(listing.document("docs/Report.MD")?.content?.expectedBytes == 5)
  }

  @Test func `a second listing of an unchanged tree is equal byte for byte`() async throws {
    let tree = try TemporaryTree()
    for index in 0..<700 { try tree.file("folder\(index % 7)/file \(index).txt", "\(index)") }
    let first = try await tree.sync()
    let second = try await tree.sync()
    #expect(first.ids.count == 700)
    #expect(first.ids == second.ids)
    for id in first.ids {
      #expect(first.document(id)?.body == second.document(id)?.body)
      #expect(first.document(id)?.revision == second.document(id)?.revision)
    }
  }

  @Test func `a change that keeps size and modification time changes the revision`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a.txt", "one")
    let before = try await tree.sync()
    var status = stat()
    stat(tree.path + "/a.txt", &status)
    try tree.file("a.txt", "two")
    var times = [status.st_atim, status.st_mtim]
    utimensat(AT_FDCWD, tree.path + "/a.txt", &times, 0)
    let after = try await tree.sync()
    #expect(before.body("a.txt") == after.body("a.txt"))
    #expect(before.document("a.txt")?.revision != after.document("a.txt")?.revision)
  }

  @Test func `a file changed in the same clock tick is looked at again after the tick`()
    async throws
  {
    let tree = try TemporaryTree()
    try tree.file("a.txt", "one")
    let path = tree.path + "/a.txt"
    var status = stat()
    stat(path, &status)
    let changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    let fileSystem = FileSystem(
      now: { changed + 1_000_000 },
      pause: { _ in
        // Written once more while the listing waits for the tick to pass.
        let descriptor = open(path, O_WRONLY | O_APPEND)
        _ = write(descriptor, "more", 4)
        close(descriptor)
      })
    let listing = try await tree.sync(fileSystem: fileSystem)
    #expect(listing.body("a.txt").contains("\"size\":7"))
  }

  @Test func `a raised size limit changes the revision of what is read only now`() async throws {
    let tree = try TemporaryTree()
    try tree.file("big.txt", bytes: [UInt8](repeating: 0x41, count: (1 << 20) + 1))
    try tree.file("small.txt")
    let small = try await tree.sync(["max_file_size": .integer(1)])
    let large = try await tree.sync(["max_file_size": .integer(2)])
    #expect(small.document("big.txt")?.content == nil)
    #expect(large.document("big.txt")?.content != nil)
    #expect(small.document("big.txt")?.revision != large.document("big.txt")?.revision)
    #expect(small.document("small.txt")?.revision == large.document("small.txt")?.revision)
  }

  @Test func `pipes, sockets, devices and links are left out without blocking`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a.txt")
    mkfifo(tree.path + "/pipe", 0o644)
    mkfifo(tree.path + "/.hidden-pipe", 0o644)
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: Array((tree.path + "/socket").utf8))
    }
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    _ = mknod(tree.path + "/device", S_IFCHR | 0o666, 0x105)
    try tree.link("loop", to: ".")
    try tree.link("to-file", to: "a.txt")
    try tree.link("folder.lnk", to: ".")
    let listing = try await tree.sync(["exclude": .list(["*.lnk"])])
    #expect(access(tree.path + "/socket", F_OK) == 0)
    #expect(listing.ids == ["a.txt"])
    #expect(listing.end("") == .complete)
    // What the settings leave out, hidden and excluded names, is not told.
    #expect(
      listing.warnings == ["Left out: 2 symbolic links, 1 pipe, 1 socket, 1 device."])
  }

  @Test func `what was left out is told once, in one line`() async throws {
    let tree = try TemporaryTree()
    for folder in 0..<3 {
      try tree.file("\(folder)/a.txt")
      try tree.link("\(folder)/link", to: "a.txt")
      try tree.file("\(folder)/large", bytes: [UInt8](repeating: 0x61, count: 2 << 20))
    }
    mkfifo(tree.path + "/pipe", 0o644)
    let listing = try await tree.sync(["max_file_size": .integer(1)])
    #expect(
      listing.warnings == [
        "Left out: 3 symbolic links, 1 pipe; 3 files are over the size limit and indexed without "
          + "their text."
      ])
    let followed = try await tree.sync(["follow_symlinks": .bool(true)])
    #expect(followed.warnings == ["Left out: 1 pipe."])
    let alone = try await tree.sync([
      "directory": .string(tree.path + "/0"), "max_file_size": .integer(1),
      "exclude": .list(["link"]),
    ])
    #expect(
      alone.warnings == ["1 file is over the size limit and indexed without its text."])
  }

  @Test func `hidden files are indexed only if asked for`() async throws {
    let tree = try TemporaryTree()
    try tree.file(".env")
    try tree.file(".config/app.ini")
    try tree.file("seen.txt")
    #expect(try await tree.sync().ids == ["seen.txt"])
    #expect(
      try await tree.sync(["index_hidden": .bool(true)]).ids
        == [".config/app.ini", ".env", "seen.txt"])
  }

  @Test func `an excluded folder is not even opened`() async throws {
    let tree = try TemporaryTree()
    try tree.file("src/a.swift")
    try tree.file("build/out.o")
    try tree.file("src/build/out.o")
    let fileSystem = FileSystem(
      intercept: { operation, name in
        operation == .openDirectory && name.elementsEqual("build".utf8) ? EIO : nil
      }, now: { 0 }, pause: { _ in })
    let listing = try await tree.sync(
      ["exclude": .list(["build/"])], fileSystem: fileSystem)
    #expect(listing.ids == ["src/a.swift"])
    #expect(listing.state.ends == ["": .complete, "src": .complete])
  }

  @Test func `include patterns choose files and exclude patterns win`() async throws {
    let tree = try TemporaryTree()
    for name in ["a.md", "b.txt", "docs/c.md", "docs/d.txt", "docs/draft/e.md", "x/f.md"] {
      try tree.file(name)
    }
    #expect(try await tree.sync(["include": .list(["*.md"])]).ids.count == 4)
    #expect(
      try await tree.sync(["include": .list(["docs/**"]), "exclude": .list(["draft/"])]).ids
        == ["docs/c.md", "docs/d.txt"])
    #expect(
      try await tree.sync(["include": .string("*.{md,txt}\ndocs/*.html")]).ids.count == 6)
    let narrowed = try await tree.sync(["include": .list(["docs/*.md"])])
    #expect(narrowed.ids == ["docs/c.md"])
    #expect(narrowed.end("x") == nil)
  }

  @Test func `a preview stops at its limit and leaves nothing behind`() async throws {
    let tree = try TemporaryTree()
    for index in 0..<2000 { try tree.file("f\(index)") }
    let listing = try await Listing(
      try tree.source(), ExtractionRequest(limit: 10))
    #expect(listing.ids.count == 10)
    #expect(listing.cursor == nil)
    #expect(listing.state.ends.values.allSatisfy { $0 != .complete })
  }

  @Test func `documents come by the hundred`() async throws {
    let tree = try TemporaryTree()
    for index in 0..<3000 { try tree.file("file-\(index)") }
    let batches = try await tree.sync().state.batches
    #expect(batches.reduce(0, +) == 3000)
    #expect(batches.count <= 30)
  }

  @Test func `the total is estimated from the last sync and exact at the end`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a")
    try tree.file("b")
    let first = try await tree.sync()
    #expect(first.state.estimates == [2])
    try tree.file("c")
    let second = try await tree.sync(after: first.cursor)
    #expect(second.state.estimates == [2, 3])
    #expect(second.state.items.contains(tree.path))
  }

  @Test func `a cancelled listing stops`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a")
    let source = try tree.source()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await Listing(source)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
