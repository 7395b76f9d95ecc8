import ConnectorKit
import Glibc
import Testing

@testable import DataSources

/// What a listing does with folders that can't be read, loop, vanish or are not what they were.
@Suite struct DirectoryFaultTests {
  /// Runs every call of the data source as a user without privileges, on the calling thread only.
  private static let asNobody: FileSystem = {
    let symbol = dlsym(nil, "setfsuid")
    typealias SetUser = @convention(c) (uid_t) -> Int32
    let setUser = symbol.map { unsafeBitCast($0, to: SetUser.self) }
    return FileSystem(
      intercept: { _, _ in
        if getuid() == 0 { _ = setUser?(65_534) }
        return nil
      }, now: { 0 }, pause: { _ in })
  }()

  @Test func `an unreadable folder ends partial with its reason and the rest complete`()
    async throws
  {
    let tree = try TemporaryTree()
    try tree.file("open/a.txt")
    try tree.file("closed/secret/b.txt")
    chmod(tree.path + "/closed", 0)
    defer { chmod(tree.path + "/closed", 0o755) }
    let listing = try await tree.sync(fileSystem: Self.asNobody)
    #expect(listing.ids == ["open/a.txt"])
    #expect(
      listing.reason("closed")
        == "The folder closed can't be opened: permission denied; let the user that runs this "
        + "program read and enter it.")
    #expect(listing.end("closed/secret") == nil)
    #expect(listing.end("") == .complete)
    #expect(listing.end("open") == .complete)
    #expect(listing.state.mistakes == [])
  }

  @Test func `a folder that may be listed but not entered ends partial`() async throws {
    let tree = try TemporaryTree()
    try tree.file("names/a.txt")
    try tree.file("names/b.txt")
    chmod(tree.path + "/names", 0o744)
    defer { chmod(tree.path + "/names", 0o755) }
    let listing = try await tree.sync(fileSystem: Self.asNobody)
    #expect(listing.ids == [])
    let reason = try #require(listing.reason("names"))
    #expect(reason.hasSuffix("And 1 more like it."))
    #expect(reason.contains("permission denied"))
  }

  @Test func `an unreadable top folder fails the sync and says how to mend it`() async throws {
    let tree = try TemporaryTree()
    chmod(tree.path, 0)
    defer { chmod(tree.path, 0o755) }
    let error = await #expect(throws: SyncError.self) {
      try await tree.sync(fileSystem: Self.asNobody)
    }
    #expect(error?.kind == .authentication)
    #expect(
      error?.message.contains("let the user that runs this program list and enter it") == true)
  }

  @Test func `a check tells missing, not a folder and not readable apart`() async throws {
    let tree = try TemporaryTree()
    try tree.file("file")
    try tree.folder("closed")
    chmod(tree.path + "/closed", 0)
    defer { chmod(tree.path + "/closed", 0o755) }
    func failure(_ name: String) async throws -> SyncError? {
      let source = try tree.source(
        ["directory": .string(tree.path + name)], fileSystem: Self.asNobody)
      return await #expect(throws: SyncError.self) { try await source.check() }
    }
    #expect(
      try await failure("/none")?.message.contains("does not exist; correct the path") == true)
    #expect(
      try await failure("/file")?.message.contains("is not a folder; enter the folder") == true)
    #expect(try await failure("/closed")?.message.contains("can't be read (permission") == true)
    try await tree.source(fileSystem: Self.asNobody).check()
  }

  @Test(arguments: [EIO, ESTALE, ENOMEM])
  func `an error of the disk while listing keeps the folder's documents`(_ code: Int32) async throws
  {
    let tree = try TemporaryTree()
    try tree.file("bad/a.txt")
    let fileSystem = FileSystem(
      intercept: { operation, path in
        operation == .readDirectory && path.elementsEqual("bad".utf8) ? code : nil
      }, now: { 0 }, pause: { _ in })
    let listing = try await tree.sync(fileSystem: fileSystem)
    #expect(listing.reason("bad")?.hasPrefix("The folder bad can't be listed: ") == true)
    #expect(listing.end("") == .complete)
  }

  @Test func `a folder that vanishes before it is entered is its parent's business`() async throws {
    let tree = try TemporaryTree()
    try tree.file("gone/a.txt")
    let fileSystem = FileSystem(
      intercept: { operation, name in
        operation == .openDirectory && name.elementsEqual("gone".utf8) ? ENOENT : nil
      }, now: { 0 }, pause: { _ in })
    let listing = try await tree.sync(fileSystem: fileSystem)
    #expect(listing.state.ends == ["": .complete])
  }

  @Test func `a tree deeper than the longest path is read to its end`() async throws {
    let tree = try TemporaryTree()
    let name = String(repeating: "d", count: 200)
    let depth = 40
    var directory = open(tree.path, O_RDONLY)
    for _ in 0..<depth {
      mkdirat(directory, name, 0o755)
      let next = openat(directory, name, O_RDONLY)
      close(directory)
      directory = next
    }
    close(openat(directory, "leaf.txt", O_CREAT | O_WRONLY, 0o644))
    let file = openat(directory, "full.txt", O_CREAT | O_WRONLY, 0o644)
    _ = write(file, "hello", 5)
    close(file)
    close(directory)
    let source = try tree.source()
    let listing = try await Listing(source)
    #expect(listing.ids.count == 2)
    #expect(listing.ids.allSatisfy { $0.utf8.count <= DocumentID.maximumBytes })
    #expect(listing.state.ends.values.allSatisfy { $0 == .complete })
    #expect(listing.state.ends.count == depth + 1)
    let document = try #require(listing.state.documents.values.first { $0.content != nil })
    let content = try await source.fetchContent(of: [document])
    #expect(text(content.first) == "hello")
    let looked = try await source.stillExisting(listing.ids.map { DocumentID($0) })
    #expect(looked.count == 2)
    let invented = DocumentID(String(listing.ids[0].dropLast()) + "0")
    #expect(try await source.stillExisting([invented]) == [])
  }

  @Test func `descriptors stay few in a deep and wide tree`() async throws {
    let tree = try TemporaryTree()
    var name = "x"
    for level in 0..<120 {
      try tree.file("\(name)/f\(level)")
      try tree.folder("\(name)/side")
      name += "/x"
    }
    let limit = OpenFileCounter()
    let listing = try await tree.sync(
      fileSystem: FileSystem(
        intercept: { _, _ in
          limit.note()
          return nil
        }, now: { 0 }, pause: { _ in }))
    #expect(listing.ids.count == 120)
    #expect(listing.state.ends.count == 241)
    #expect(limit.maximum(below: tree.path) <= 40)
  }

  @Test func `links are followed when asked, loops end, and a folder is read by one path`()
    async throws
  {
    let tree = try TemporaryTree()
    let outside = try TemporaryTree()
    try outside.file("deep/o.txt", "outside")
    try outside.link("back", to: tree.path)
    try tree.file("a/a.txt")
    try tree.link("a/self", to: ".")
    try tree.link("a/top", to: "..")
    try tree.link("broken", to: "nowhere")
    try tree.link("circle", to: "circle")
    try tree.link("file-link", to: "a/a.txt")
    try tree.link("second", to: outside.path)
    try tree.link("first", to: outside.path)
    try tree.link("inside", to: "a")
    let listing = try await tree.sync(["follow_symlinks": .bool(true)])
    #expect(listing.ids == ["a/a.txt", "file-link", "first/deep/o.txt"])
    #expect(listing.state.mistakes == [])
    #expect(listing.end("first/deep") == .complete)
    #expect(listing.end("second") == nil)
  }

  @Test func `a link deep in the tree is followed as one at its top is`() async throws {
    let tree = try TemporaryTree()
    let outside = try TemporaryTree()
    try outside.file("o.txt", "outside")
    try tree.file("a/b/c/c.txt")
    try tree.link("a/b/out", to: outside.path)
    try tree.link("a/b/up", to: "..")
    let listing = try await tree.sync(["follow_symlinks": .bool(true)])
    #expect(listing.ids == ["a/b/c/c.txt", "a/b/out/o.txt"])
    #expect(listing.end("a/b/out") == .complete)
  }

  @Test func `a folder that leads back to one above it is left out`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a/b/c.txt")
    try tree.folder("a/b/again")
    guard Command.run(["mount", "--bind", tree.path + "/a", tree.path + "/a/b/again"]) else {
      return
    }
    defer { Command.run(["umount", "-l", tree.path + "/a/b/again"]) }
    let listing = try await tree.sync()
    #expect(listing.ids == ["a/b/c.txt"])
    #expect(
      listing.warnings == ["The folder a/b/again leads back to the folder a and was left out."])
  }
}

/// Counts descriptors below a folder, from within the data source's own thread.
private final class OpenFileCounter: @unchecked Sendable {
  // `@unchecked Sendable`: one walk uses it, on one thread, and it is read after the walk.
  private var targets: [[String]] = []
  private var calls = 0

  func note() {
    calls += 1
    guard calls.isMultiple(of: 20) else { return }
    var open: [String] = []
    for number in 0..<256 {
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink("/proc/self/fd/\(number)", &buffer, buffer.count - 1)
      guard count > 0 else { continue }
      open.append(String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    targets.append(open)
  }

  func maximum(below path: String) -> Int {
    targets.map { $0.filter { $0.hasPrefix(path) }.count }.max() ?? 0
  }
}

/// The text in fetched members `"body":"…"`.
func text(_ content: FetchedContent?) -> String? {
  guard case .members(let bytes) = content else { return nil }
  let text = String(decoding: bytes, as: UTF8.self)
  guard text.hasPrefix("\"body\":\""), text.hasSuffix("\"") else { return nil }
  return String(text.dropFirst(8).dropLast())
}
