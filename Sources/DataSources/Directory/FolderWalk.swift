internal import ConnectorKit

/// One thing that a walk has found, in its order.
enum WalkEvent: Sendable {
  case begin(Scope)
  case documents([Document], Scope)
  case end(Scope, ScopeEnd)
  case warning(String)
}

/// What one step of a walk brought.
struct WalkStep: Sendable {
  var events: [WalkEvent] = []
  /// The folder being read, as people see it.
  var currentFolder = ""
  var documentCount = 0
  /// Whether everything was walked.
  var isLast = false
}

/// Walks over a tree of folders, a step of some hundred files at a time.
///
/// A folder is opened by its name in its parent's descriptor, never by a path, so a folder that is
/// renamed or replaced meanwhile leads nowhere else, and paths may be longer than the system takes.
/// At most ``maximumOpenFolders`` descriptors are open; a folder whose descriptor was closed is
/// opened again from above and must be the same folder still.
///
/// `@unchecked Sendable`: used by one step at a time, each of which is awaited before the next.
final class FolderWalk: @unchecked Sendable {
  /// How much one step brings, about; it ends with the buffer of entries that passes a limit.
  private static let documentsInStep = 500
  private static let eventsInStep = 400
  /// Slow file systems end a step early, so that one sees where it is and can cancel.
  private static let stepDuration: Int64 = 100_000_000
  /// Deeper folders are not entered; the bound on memory against trees made to be bottomless.
  static let maximumDepth = 2000
  static let maximumPathLength = 16_384
  private static let maximumOpenFolders = 32
  private static let maximumWarnings = 20
  /// How long a file's time of change may stay the same although the file changes again.
  ///
  /// The kernel stamps files with a clock that ticks every 1 to 10 ms. A file that was changed
  /// within this time may change again without another stamp, so it is looked at again later.
  private static let stampGranularity: Int64 = 20_000_000

  private let fileSystem: FileSystem
  private let settings: DirectorySettings
  private let encoder: FileDocument
  private let root: Descriptor
  private let previous: DirectoryCursor?

  private var stack: [Folder] = []
  private var openFolders = 0
  private let entries = DirectoryEntries()
  private var step = WalkStep()
  private var warningCount = 0
  private var leftOut = LeftOut()
  /// Links to folders that wait, the next one last.
  private var links: [Link] = []
  private var newLinks: [Link] = []
  private var isFollowingLinks = false
  private var visited: Set<FileKey> = []
  private(set) var documentCount = 0
  private(set) var mounts: [String: FolderIdentity] = [:]
  /// Whether a mounted file system of last time is missing or another one is in its place.
  private(set) var missesMount = false

  /// Begins a walk.
  ///
  /// - Parameters:
  ///   - root: the open top folder.
  ///   - status: its status.
  ///   - names: its path below the folder that is indexed, if it is not that folder.
  ///   - settings: what to read.
  ///   - fileSystem: how to read it.
  ///   - previous: what the last complete sync of this folder left behind.
  init(
    _ root: Descriptor, _ status: FileStatus, names: FolderNames = FolderNames(),
    settings: DirectorySettings, fileSystem: FileSystem, previous: DirectoryCursor? = nil
  ) {
    self.root = root
    self.settings = settings
    self.fileSystem = fileSystem
    self.previous = previous
    encoder = FileDocument(
      directory: settings.directory, maximumFileSize: settings.maximumFileSize)
    let folder = Folder(
      name: [], names: names, key: status.key, parent: nil, isLink: false,
      scope: Scope(id: RecordIdentifier.text(names.id), name: settings.directory))
    folder.descriptor = root
    if settings.followsLinks { visited.insert(status.key) }
    push(folder)
  }

  /// Goes on until enough was found.
  ///
  /// - Throws: `CancellationError` once the task was cancelled.
  func next() throws -> WalkStep {
    step.documentCount = 0
    step.isLast = false
    let deadline = fileSystem.now() + Self.stepDuration
    while step.documentCount < Self.documentsInStep, step.events.count < Self.eventsInStep {
      try Task.checkCancellation()
      guard let folder = stack.last ?? nextLink() else {
        reportMissingMounts()
        if let summary = leftOut.summary { step.events.append(.warning(summary)) }
        step.isLast = true
        break
      }
      step.currentFolder = folder.scope.name
      advance(folder)
      if fileSystem.now() > deadline { break }
    }
    defer { step.events = [] }
    return step
  }

  private func advance(_ folder: Folder) {
    if folder.isListing {
      list(folder)
    } else if let name = folder.nextSubfolder() {
      enter(name, in: folder, isLink: false)
    } else {
      pop()
    }
  }
}

/// A link to a folder, to be followed when all else was walked.
private struct Link {
  var name: [UInt8]
  var parent: Folder
}

/// A folder on the way.
private final class Folder {
  let name: [UInt8]
  let names: FolderNames
  let key: FileKey
  let parent: Folder?
  let isLink: Bool
  let scope: Scope
  var descriptor: Descriptor?
  var isListing = true
  private var subfolders: [UInt8] = []
  private var position = 0
  private var firstProblem: String?
  private var problemCount = 0

  init(
    name: [UInt8], names: FolderNames, key: FileKey, parent: Folder?, isLink: Bool, scope: Scope
  ) {
    self.name = name
    self.names = names
    self.key = key
    self.parent = parent
    self.isLink = isLink
    self.scope = scope
  }

  /// The names lie in one array, so that a million of them take little more than their bytes.
  func add(subfolder name: [UInt8]) {
    subfolders += name
    subfolders.append(0)
  }

  func nextSubfolder() -> [UInt8]? {
    guard position < subfolders.count else { return nil }
    let end = subfolders[position...].firstIndex(of: 0) ?? subfolders.count
    defer { position = end + 1 }
    return Array(subfolders[position..<end])
  }

  func forgetSubfolders() {
    subfolders = []
    position = 0
  }

  func note(problem: String) {
    problemCount += 1
    firstProblem = firstProblem ?? problem
  }

  var end: ScopeEnd {
    guard let firstProblem else { return .complete }
    if problemCount == 1 { return .partial(reason: firstProblem) }
    return .partial(reason: "\(firstProblem) And \(problemCount - 1) more like it.")
  }
}

// MARK: - Folders

extension FolderWalk {
  private func push(_ folder: Folder) {
    stack.append(folder)
    openFolders += 1
    step.events.append(.begin(folder.scope))
    if openFolders > Self.maximumOpenFolders { closeOldest() }
  }

  private func pop() {
    guard let folder = stack.popLast() else { return }
    if folder.descriptor != nil { openFolders -= 1 }
    folder.descriptor = nil
    step.events.append(.end(folder.scope, folder.end))
  }

  /// Closes the descriptor of the highest folder but the top one.
  private func closeOldest() {
    guard let folder = stack.dropFirst().dropLast().first(where: { $0.descriptor != nil }) else {
      return
    }
    folder.descriptor = nil
    openFolders -= 1
  }

  private func enter(_ name: [UInt8], in parent: Folder, isLink: Bool) {
    let names = FolderNames(name, in: parent.names)
    let scope = Scope(
      id: RecordIdentifier.text(names.id), name: RecordIdentifier.text(names.shown))
    guard stack.count < Self.maximumDepth, names.path.count <= Self.maximumPathLength else {
      let reason = "\(quoted(scope)) is nested too deeply to be read; move it further up."
      skip(scope, reason)
      return
    }
    do {
      let parentDescriptor = try reopen(parent)
      // Nobody else may hold the parent, and its number must not be closed before it is used.
      defer { withExtendedLifetime(parentDescriptor) {} }
      let descriptor = try fileSystem.openDirectory(
        name + [0], in: parentDescriptor.number, followingLinks: isLink)
      let status = try fileSystem.status(of: descriptor)
      guard isWelcome(status, scope, under: parent, isLink: isLink),
        isStillMounted(descriptor, status, scope)
      else { return }
      let folder = Folder(
        name: name, names: names, key: status.key, parent: parent, isLink: isLink, scope: scope)
      folder.descriptor = descriptor
      push(folder)
    } catch {
      // What is gone or no folder any more is the parent's business: it does not list it.
      if error.saysGone { return }
      skip(scope, "\(quoted(scope)) can't be opened: \(error.description)\(remedy(error)).")
    }
  }

  /// Reports a folder that exists but is not read, so that nothing in it is deleted.
  private func skip(_ scope: Scope, _ reason: String) {
    step.events.append(.begin(scope))
    step.events.append(.end(scope, .partial(reason: reason)))
  }

  /// Whether a folder leads on, and not back to where the walk comes from.
  private func isWelcome(
    _ status: FileStatus, _ scope: Scope, under parent: Folder, isLink: Bool
  ) -> Bool {
    var ancestor: Folder? = parent
    while let folder = ancestor {
      if folder.key == status.key {
        warn("\(quoted(scope)) leads back to \(lowercased(folder.scope)) and was left out.")
        return false
      }
      ancestor = folder.parent
    }
    guard settings.followsLinks else { return true }
    let isNew = visited.insert(status.key).inserted
    return isNew || !isFollowingLinks
  }

  /// The folder's descriptor, opened again if it was closed.
  private func reopen(_ folder: Folder) throws(FileError) -> Descriptor {
    if let descriptor = folder.descriptor { return descriptor }
    var missing = [folder]
    while let parent = missing.last?.parent, parent.descriptor == nil { missing.append(parent) }
    var descriptor = missing.last?.parent?.descriptor ?? root
    for folder in missing.reversed() where folder.parent != nil {
      let parent = descriptor
      defer { withExtendedLifetime(parent) {} }
      descriptor = try fileSystem.openDirectory(
        folder.name + [0], in: parent.number, followingLinks: folder.isLink)
      guard try fileSystem.status(of: descriptor).key == folder.key else {
        throw FileError(code: FileError.staleHandle)
      }
    }
    if stack.contains(where: { $0 === folder }) {
      folder.descriptor = descriptor
      openFolders += 1
      if openFolders > Self.maximumOpenFolders { closeOldest() }
    }
    return descriptor
  }

  private func quoted(_ scope: Scope) -> String {
    scope.id.isEmpty ? "The folder \(settings.directory)" : "The folder \(scope.name)"
  }

  private func remedy(_ error: FileError) -> String {
    error.isPermission ? "; let the user that runs this program read and enter it" : ""
  }

  private func warn(_ message: String) {
    warningCount += 1
    if warningCount <= Self.maximumWarnings { step.events.append(.warning(message)) }
  }
}

// MARK: - Entries

extension FolderWalk {
  /// Reads the next buffer full of entries.
  private func list(_ folder: Folder) {
    do {
      let directory = try reopen(folder)
      try fileSystem.ask(.readDirectory, folder.names.path + [0])
      guard let found = try entries.next(of: directory) else {
        folder.isListing = false
        return
      }
      var documents: [Document] = []
      documents.reserveCapacity(found.count)
      var recent: [DirectoryEntries.Entry] = []
      for entry in found {
        let status = examine(entry, in: folder, directory)
        guard let status else { continue }
        if isRecent(status) {
          recent.append(entry)
        } else {
          documents.append(document(entry, in: folder, status))
        }
      }
      if !recent.isEmpty {
        fileSystem.pause(Self.stampGranularity)
        for entry in recent {
          guard let status = examine(entry, in: folder, directory) else { continue }
          documents.append(document(entry, in: folder, status))
        }
      }
      guard !documents.isEmpty else { return }
      documentCount += documents.count
      step.documentCount += documents.count
      step.events.append(.documents(documents, folder.scope))
    } catch {
      folder.isListing = false
      folder.note(
        problem: "\(quoted(folder.scope)) can't be listed: \(error.description)\(remedy(error)).")
    }
  }

  private func document(
    _ entry: DirectoryEntries.Entry, in folder: Folder, _ status: FileStatus
  ) -> Document {
    if status.size > settings.maximumFileSize { leftOut.oversized += 1 }
    return encoder.document(name: entry.name, in: folder.names, status)
  }

  private func isRecent(_ status: FileStatus) -> Bool {
    (fileSystem.now() &- status.changed).magnitude <= UInt64(Self.stampGranularity)
  }

  /// The status of a file that is to be indexed; notes a folder for later.
  private func examine(
    _ entry: DirectoryEntries.Entry, in folder: Folder, _ directory: Descriptor
  ) -> FileStatus? {
    guard entry.isRegular || entry.isDirectory || entry.isOfUnknownType || follows(entry) else {
      if takesFile(entry, in: folder) { leftOut.note(entry.kind) }
      return nil
    }
    if entry.isRegular, !takesFile(entry, in: folder) { return nil }
    if entry.isDirectory {
      if entersFolder(entry, in: folder) { folder.add(subfolder: entry.name) }
      return nil
    }
    do {
      let status = try fileSystem.status(
        of: entry, in: directory, followingLinks: settings.followsLinks)
      if status.isRegular {
        return entry.isRegular || takesFile(entry, in: folder) ? status : nil
      }
      guard status.isDirectory else {
        if takesFile(entry, in: folder) { leftOut.note(status.kind) }
        return nil
      }
      guard entersFolder(entry, in: folder) else { return nil }
      if entry.isLink {
        newLinks.append(Link(name: entry.name, parent: folder))
      } else {
        folder.add(subfolder: entry.name)
      }
    } catch {
      if error.saysGone { return nil }
      let name = RecordIdentifier.text(RecordIdentifier.displayed(entry.name))
      folder.note(
        problem: "\(name) in \(lowercased(folder.scope)) can't be examined: \(error.description).")
    }
    return nil
  }

  private func follows(_ entry: DirectoryEntries.Entry) -> Bool {
    entry.isLink && settings.followsLinks
  }

  private func lowercased(_ scope: Scope) -> String { "t" + quoted(scope).dropFirst() }

  private func takesFile(_ entry: DirectoryEntries.Entry, in folder: Folder) -> Bool {
    if settings.filter.leavesOutHidden, entry.isHidden { return false }
    guard settings.filter.hasFilePatterns else { return true }
    let name = entry.name
    return settings.filter.takesFile(name: name, path: path(of: name, in: folder))
  }

  private func entersFolder(_ entry: DirectoryEntries.Entry, in folder: Folder) -> Bool {
    let name = entry.name
    return settings.filter.entersFolder(name: name, path: path(of: name, in: folder))
  }

  private func path(of name: [UInt8], in folder: Folder) -> [UInt8] {
    guard settings.filter.needsPaths, !folder.names.path.isEmpty else { return name }
    return folder.names.path + [0x2F] + name
  }
}

// MARK: - Links and mounts

extension FolderWalk {
  /// Enters links to folders when all else was walked, in the order of their paths, so that every
  /// run reaches a folder that has several paths by the same one.
  private func nextLink() -> Folder? {
    isFollowingLinks = true
    while true {
      if links.isEmpty {
        links = newLinks.sorted { $1.path.lexicographicallyPrecedes($0.path) }
        newLinks = []
      }
      guard let link = links.popLast() else { return nil }
      enter(link.name, in: link.parent, isLink: true)
      if let folder = stack.last { return folder }
    }
  }

  /// Compares a folder with what was there last time; what is not there now is not read.
  private func isStillMounted(
    _ descriptor: Descriptor, _ status: FileStatus, _ scope: Scope
  ) -> Bool {
    let identity = FolderIdentity(
      status, fileSystemType: status.isMountRoot ? fileSystem.fileSystemType(of: descriptor) : 0)
    if settings.expectsSameFileSystem, let then = previous?.mounts[scope.id],
      case let change = identity.change(since: then), change != .none
    {
      missesMount = true
      mounts[scope.id] = then
      skip(scope, MountMessage.text(change, subject: quoted(scope)))
      return false
    }
    if status.isMountRoot, mounts.count < DirectoryCursor.maximumMounts {
      mounts[scope.id] = identity
    }
    return true
  }

  /// Keeps the documents of file systems whose very folder is gone.
  private func reportMissingMounts() {
    guard settings.expectsSameFileSystem, let previous else { return }
    for (id, then) in previous.mounts.sorted(by: { $0.key < $1.key }) where mounts[id] == nil {
      guard let path = RecordIdentifier.path(of: DocumentID(id)), isListed(folder: path) else {
        continue
      }
      missesMount = true
      mounts[id] = then
      let names = FolderNames(path: path)
      let scope = Scope(id: id, name: RecordIdentifier.text(names.shown))
      skip(scope, MountMessage.text(.unmounted, subject: quoted(scope)))
    }
  }

  /// Whether the settings still want a folder.
  private func isListed(folder path: [UInt8]) -> Bool {
    var names = FolderNames()
    return path.split(separator: 0x2F).allSatisfy { name in
      names = FolderNames(Array(name), in: names)
      return settings.filter.entersFolder(name: Array(name), path: names.path)
    }
  }
}

extension Link {
  fileprivate var path: [UInt8] { FolderNames(name, in: parent.names).path }
}

/// Says what became of a mounted file system.
enum MountMessage {
  static func text(_ change: FolderIdentity.Change, subject: String) -> String {
    let what =
      change == .unmounted
      ? "was a mounted file system at the last complete sync and is not mounted now"
      : "lies on another file system than at the last complete sync"
    return "\(subject) \(what), so it was not read and nothing below it is deleted; mount it and "
      + "sync again, or turn “Expect the same file system” off for one sync."
  }
}
