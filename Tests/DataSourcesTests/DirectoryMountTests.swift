import ConnectorKit
import Glibc
import Testing

@testable import DataSources

/// What a sync does when the folder is not the one that it was.
@Suite struct DirectoryMountTests {
  @Test func `a top folder that is gone fails the sync`() async throws {
    let tree = try TemporaryTree()
    try tree.file("a.txt")
    let first = try await tree.sync()
    tree.remove("")
    let error = await #expect(throws: SyncError.self) { try await tree.sync(after: first.cursor) }
    #expect(error?.message.contains("does not exist") == true)
    #expect(error?.message.contains("mount the disk") == true)
  }

  @Test func `a top folder made anew lists all, and once nothing that it lacks may be deleted`()
    async throws
  {
    let tree = try TemporaryTree()
    try tree.file("top/sub/old.txt")
    let values: [String: ConfigurationValue] = ["directory": .string(tree.path + "/top")]
    let first = try await tree.sync(values)
    // The old one stays, so that the new one can't get its inode.
    rename(tree.path + "/top", tree.path + "/old")
    try tree.file("top/sub/new.txt")
    let source = try tree.source(values)
    let second = try await Listing(source, ExtractionRequest(lastCursor: first.cursor))
    #expect(second.ids == ["sub/new.txt"])
    // No folder is partial and nothing is said, unless something would be deleted.
    #expect(second.state.ends == ["": .complete, "sub": .complete])
    #expect(second.warnings == [])
    let error = await #expect(throws: SyncError.self) {
      try await source.stillExisting([DocumentID("sub/old.txt")])
    }
    #expect(
      error?.message
        == "The folder \(tree.path)/top was replaced since the last complete sync; what is there "
        + "is indexed, and nothing is deleted this once.")
    await source.close()
    let after = try tree.source(values)
    _ = try await Listing(after, ExtractionRequest(lastCursor: second.cursor))
    #expect(try await after.stillExisting([DocumentID("sub/old.txt")]) == [])
    await after.close()
  }

  @Test func `a folder that is put back is listed without complaint`() async throws {
    let tree = try TemporaryTree()
    try tree.file("top/sub/a.txt")
    let values: [String: ConfigurationValue] = ["directory": .string(tree.path + "/top")]
    let first = try await tree.sync(values)
    rename(tree.path + "/top", tree.path + "/away")
    try tree.folder("top")
    let second = try await tree.sync(values, after: first.cursor)
    tree.remove("top")
    rename(tree.path + "/away", tree.path + "/top")
    let third = try await tree.sync(values, after: second.cursor)
    #expect(third.ids == ["sub/a.txt"])
    #expect(third.state.ends == ["": .complete, "sub": .complete])
    #expect(third.warnings == [])
  }

  @Test func `a top folder that was mounted and is not fails until one says otherwise`()
    async throws
  {
    let tree = try TemporaryTree()
    try tree.file("a.txt")
    let first = try await tree.sync()
    var then = try #require(DirectoryCursor(first.cursor))
    then.root.isMountRoot = true
    let error = await #expect(throws: SyncError.self) {
      try await tree.sync(after: then.cursor)
    }
    #expect(error?.message.contains("is not mounted now") == true)
    #expect(error?.message.contains("“Expect the same file system” off for one sync") == true)
    let forced = try await tree.sync(
      ["expect_same_file_system": .bool(false)], after: then.cursor)
    #expect(forced.end("") == .complete)
    let after = try await tree.sync(after: forced.cursor)
    #expect(after.end("") == .complete)
  }

  @Test func `a changed setting of the folder is no replaced folder`() async throws {
    let tree = try TemporaryTree()
    try tree.file("one/a.txt")
    try tree.file("two/b.txt")
    let first = try await tree.sync(["directory": .string(tree.path + "/one")])
    let second = try await tree.sync(
      ["directory": .string(tree.path + "/two")], after: first.cursor)
    #expect(second.ids == ["b.txt"])
    #expect(second.end("") == .complete)
  }

  @Test func `a folder below that was mounted and is not keeps its documents`() async throws {
    let tree = try TemporaryTree()
    try tree.file("usb/under.txt")
    try tree.file("a.txt")
    let first = try await tree.sync()
    var then = try #require(DirectoryCursor(first.cursor))
    var identity = then.root
    identity.isMountRoot = true
    then.mounts = ["usb": identity, "gone/usb2": identity]
    let second = try await tree.sync(after: then.cursor)
    #expect(second.ids == ["a.txt"])
    #expect(second.reason("usb")?.contains("is not mounted now") == true)
    #expect(second.reason("gone/usb2")?.contains("is not mounted now") == true)
    #expect(second.end("") == .complete)
    // It is remembered until it is mounted again.
    #expect(DirectoryCursor(second.cursor)?.mounts == then.mounts)
    let excluded = try await tree.sync(
      ["exclude": .list(["usb/", "gone/"])], after: then.cursor)
    #expect(excluded.state.ends == ["": .complete])
  }

  @Test
  func `a real file system that is unmounted deletes nothing, and reads again when it is back`()
    async throws
  {
    let tree = try TemporaryTree()
    try tree.folder("disk")
    let disk = tree.path + "/disk"
    guard Command.run(["mount", "-t", "tmpfs", "none", disk]) else { return }
    try tree.file("disk/kept.txt")
    try tree.file("disk/sub/kept.txt")
    let below = try await tree.sync()
    let top = try await tree.sync(["directory": .string(disk)])
    #expect(below.ids == ["disk/kept.txt", "disk/sub/kept.txt"])
    #expect(DirectoryCursor(below.cursor)?.mounts.keys.sorted() == ["disk"])
    #expect(Command.run(["umount", "-l", disk]))
    let unmounted = try await tree.sync(after: below.cursor)
    #expect(unmounted.ids == [])
    #expect(unmounted.reason("disk")?.contains("is not mounted now") == true)
    await #expect(throws: SyncError.self) {
      try await tree.sync(["directory": .string(disk)], after: top.cursor)
    }
    #expect(Command.run(["mount", "-t", "tmpfs", "none", disk]))
    defer { Command.run(["umount", "-l", disk]) }
    let foreign = try await tree.sync(after: unmounted.cursor)
    #expect(foreign.reason("disk")?.contains("lies on another file system") == true)
  }

  @Test func `a disk that is found under another number is known again by its age`() {
    let then = FolderIdentity(
      inode: 2, device: 8 << 32 | 1, created: 77, fileSystemType: 0xEF53, isMountRoot: true)
    var now = then
    now.device = 8 << 32 | 17
    #expect(now.change(since: then) == .none)
    now.created = 78
    #expect(now.change(since: then) == .moved)
    now = then
    now.isMountRoot = false
    #expect(now.change(since: then) == .unmounted)
    // Numbers of network file systems change with every mount.
    let share = FolderIdentity(
      inode: 9, device: 45, created: 0, fileSystemType: 0x6969, isMountRoot: true)
    var mountedAgain = share
    mountedAgain.device = 52
    #expect(mountedAgain.change(since: share) == .none)
    mountedAgain.inode = 10
    #expect(mountedAgain.change(since: share) == .moved)
  }
}
