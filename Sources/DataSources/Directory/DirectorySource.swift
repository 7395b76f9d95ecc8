internal import ConnectorKit
internal import Synchronization

/// Reads a folder of this machine with all that is below it.
///
/// Each folder is a scope. Files become documents of their metadata at once; their text is fetched
/// late, for new and changed files only.
final class DirectorySource: DataSource {
  /// Bytes of files that are read at a time; a larger file is read alone.
  static let bytesInFlight = 32 << 20
  private static let readers = 2
  /// Files that one hop to a reader's thread takes.
  private static let filesInChunk = 32

  private let settings: DirectorySettings
  private let fileSystem: FileSystem
  private let walkers: BlockingPool
  private let readers: BlockingPool
  private let budget = ByteBudget(capacity: bytesInFlight)
  private let opened = Mutex<OpenFolder?>(nil)
  private let mounts = Mutex<[String: FolderIdentity]>([:])
  /// Whether another folder took the place of the one that was indexed.
  private let isReplaced = Mutex(false)

  /// Makes a data source.
  ///
  /// - Parameters:
  ///   - settings: what to read.
  ///   - fileSystem: how to read it.
  init(_ settings: DirectorySettings, fileSystem: FileSystem = FileSystem()) {
    self.settings = settings
    self.fileSystem = fileSystem
    walkers = BlockingPool(threads: 1, name: "dir-walk")
    readers = BlockingPool(threads: Self.readers, name: "dir-read")
  }

  func check() async throws {
    _ = try await walkers.run { try self.open(at: .connect) }
  }

  func extract(_ request: ExtractionRequest, into writer: any DocumentWriter) async throws {
    let start = try await walkers.run { try self.begin(request) }
    if let total = start.previous?.documentCount, request.limit == nil {
      writer.estimate(total: total)
    }
    let walk = start.walk
    var remaining = request.limit ?? Int.max
    var step = try await walkers.run { try walk.next() }
    while true {
      writer.working(on: step.currentFolder)
      if step.isLast || step.documentCount >= remaining {
        try await send(step.events, to: writer, &remaining)
        break
      }
      // While one step is written, the next one is read.
      async let following = walkers.run { try walk.next() }
      try await send(step.events, to: writer, &remaining)
      step = try await following
    }
    guard request.limit == nil else { return }
    writer.estimate(total: walk.documentCount)
    try await writer.mark(cursor(after: walk, start))
  }

  func fetchContent(of documents: [Document]) async throws -> [FetchedContent] {
    let folder = try await readers.run { try self.open(at: .content) }
    let reader = ContentReader(
      root: folder.descriptor, settings: settings, fileSystem: fileSystem)
    let chunks = chunks(of: documents)
    return try await withThrowingTaskGroup(of: (Int, [FetchedContent]).self) { group in
      for chunk in chunks {
        group.addTask { [budget, readers] in
          let bytes = documents[chunk].reduce(0) { $0 + ($1.content?.expectedBytes ?? 0) }
          let results = try await budget.withBytes(bytes) {
            try await readers.run { try documents[chunk].map { try reader.content(of: $0) } }
          }
          return (chunk.lowerBound, results)
        }
      }
      var results: [(Int, [FetchedContent])] = []
      for try await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
  }

  /// Looks again; in a folder that was replaced nothing can be looked up, for what the old one held
  /// may come back with it.
  func stillExisting(_ ids: [DocumentID]) async throws -> Set<DocumentID> {
    guard !isReplaced.withLock({ $0 }) else {
      throw SyncError(
        .configuration, at: .delete,
        "The folder \(settings.directory) was replaced since the last complete sync; what is "
          + "there is indexed, and nothing is deleted this once.")
    }
    let mounts = mounts.withLock { $0 }
    return try await walkers.run {
      let folder = try self.open(at: .delete)
      let look = SecondLook(
        root: folder.descriptor, settings: self.settings, fileSystem: self.fileSystem,
        mounts: mounts)
      return try look.stillExisting(ids)
    }
  }

  func close() async { opened.withLock { $0 = nil } }

  /// Groups documents so that neither many small nor few large files make up a chunk.
  private func chunks(of documents: [Document]) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for (index, document) in documents.enumerated() {
      bytes += document.content?.expectedBytes ?? 0
      if index + 1 - start >= Self.filesInChunk || bytes >= 1 << 20 {
        chunks.append(start..<index + 1)
        start = index + 1
        bytes = 0
      }
    }
    if start < documents.count { chunks.append(start..<documents.count) }
    return chunks
  }

  private func send(
    _ events: [WalkEvent], to writer: any DocumentWriter, _ remaining: inout Int
  ) async throws {
    for event in events {
      switch event {
      case .begin(let scope): try await writer.begin(scope)
      case .documents(let documents, let scope):
        guard remaining > 0 else { return }
        try await writer.write(Array(documents.prefix(remaining)), in: scope)
        remaining -= documents.count
      case .end(let scope, let end):
        guard remaining > 0 else { return }
        try await writer.end(scope, end)
      case .warning(let message): writer.warn(message)
      }
    }
  }
}

// MARK: - The top folder

extension DirectorySource {
  /// The folder that is read, open until ``DirectorySource/close()``.
  struct OpenFolder: Sendable {
    var descriptor: Descriptor
    var status: FileStatus
  }

  /// What a walk begins with.
  private struct Start: Sendable {
    var walk: FolderWalk
    var identity: FolderIdentity
    var previous: DirectoryCursor?
  }

  /// Opens the folder, or the path again to see whether it is the same folder still; blocks.
  private func open(at stage: SyncError.Stage) throws(SyncError) -> OpenFolder {
    let now: OpenFolder
    do {
      let descriptor = try fileSystem.openDirectory(
        Array(settings.directory.utf8) + [0], in: -1, followingLinks: true)
      now = OpenFolder(descriptor: descriptor, status: try fileSystem.status(of: descriptor))
      // Opening needs the right to list the folder; looking into it needs the right to enter.
      _ = try fileSystem.status(
        of: [UInt8(ascii: "."), 0], below: descriptor, followingLinks: false)
    } catch {
      throw explained(error, at: stage)
    }
    let before = opened.withLock { folder in
      if folder == nil { folder = now }
      return folder ?? now
    }
    guard before.status.key == now.status.key else {
      throw SyncError(
        .transient(retryAfter: nil), at: stage,
        "The folder \(settings.directory) was replaced or unmounted during the sync, "
          + "so nothing was deleted; sync again.")
    }
    return before
  }

  private func explained(_ error: FileError, at stage: SyncError.Stage) -> SyncError {
    let folder = "The folder \(settings.directory)"
    switch error.code {
    case FileError.notFound:
      return SyncError(
        .configuration, at: stage,
        "\(folder) does not exist; correct the path, or mount the disk or share that it is on.")
    case FileError.notFolder:
      return SyncError(
        .configuration, at: stage,
        "\(settings.directory) is not a folder; enter the folder in which the file lies.")
    case _ where error.isPermission:
      return SyncError(
        .authentication, at: stage,
        "\(folder) can't be read (\(error.description)); let the user that runs this program "
          + "list and enter it.")
    default:
      return SyncError(
        .transient(retryAfter: nil), at: stage,
        "\(folder) can't be opened (\(error.description)); check the disk or file server.")
    }
  }

  /// Opens the folder and compares it with what the last complete sync saw; blocks.
  private func begin(_ request: ExtractionRequest) throws(SyncError) -> Start {
    let folder = try open(at: .extract)
    let identity = FolderIdentity(
      folder.status, fileSystemType: fileSystem.fileSystemType(of: folder.descriptor))
    var previous = DirectoryCursor(request.lastCursor)
    // After the setting was changed there is nothing to compare with.
    if previous?.directory != settings.directory { previous = nil }
    var change = FolderIdentity.Change.none
    if settings.expectsSameFileSystem, let previous {
      change = identity.change(since: previous.root)
    }
    if change == .unmounted || change == .moved {
      throw SyncError(
        .configuration, at: .extract,
        MountMessage.text(change, subject: "The folder \(settings.directory)"))
    }
    isReplaced.withLock { $0 = change == .replaced }
    let walk = FolderWalk(
      folder.descriptor, folder.status, settings: settings, fileSystem: fileSystem,
      previous: previous)
    return Start(walk: walk, identity: identity, previous: previous)
  }

  private func cursor(after walk: FolderWalk, _ start: Start) -> SyncCursor {
    mounts.withLock { $0 = walk.mounts }
    var cursor = DirectoryCursor(directory: settings.directory, root: start.identity)
    cursor.mounts = walk.mounts
    cursor.documentCount = walk.documentCount
    return cursor.cursor
  }
}

/// Bounds the bytes that are in memory at a time.
actor ByteBudget {
  private let capacity: Int
  private var used = 0
  private var waiting: [(bytes: Int, continuation: CheckedContinuation<Void, Never>)] = []

  init(capacity: Int) { self.capacity = capacity }

  /// Waits for room, works, and gives it back.
  ///
  /// More than the capacity gets through alone. Those who wait are served in their order; what they
  /// wait for is the end of work that itself checks for cancellation.
  nonisolated func withBytes<Result: Sendable>(
    _ bytes: Int, _ work: @Sendable () async throws -> Result
  ) async throws -> Result {
    await acquire(bytes)
    do {
      let result = try await work()
      await release(bytes)
      return result
    } catch {
      await release(bytes)
      throw error
    }
  }

  private func acquire(_ bytes: Int) async {
    if waiting.isEmpty, used == 0 || used + bytes <= capacity {
      used += bytes
      return
    }
    await withCheckedContinuation { waiting.append((bytes, $0)) }
  }

  private func release(_ bytes: Int) {
    used -= bytes
    while let next = waiting.first, used == 0 || used + next.bytes <= capacity {
      used += next.bytes
      waiting.removeFirst()
      next.continuation.resume()
    }
  }
}
