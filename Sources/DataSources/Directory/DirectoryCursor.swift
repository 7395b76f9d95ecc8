internal import ConnectorKit

/// What tells a folder from another one that was put in its place, across restarts.
///
/// Device numbers of network and virtual file systems change with every mount, so they count only
/// for disks; the time of creation, where the file system knows it, counts always.
struct FolderIdentity: Equatable {
  var inode: UInt64
  var device: UInt64
  var created: Int64
  /// As statfs(2) numbers it.
  var fileSystemType: Int64
  var isMountRoot: Bool

  /// What became of a folder.
  enum Change: Equatable {
    case none
    /// Another folder on the same file system took its place.
    case replaced
    /// A file system was mounted on it and is not any more.
    case unmounted
    /// It lies on another file system.
    case moved
  }

  /// What happened between then and now.
  func change(since then: FolderIdentity) -> Change {
    if then.isMountRoot, !isMountRoot { return .unmounted }
    let isSameFolder =
      inode == then.inode && (created == 0 || then.created == 0 || created == then.created)
    let isKnownAgain = isSameFolder && created != 0 && then.created != 0
    if fileSystemType != then.fileSystemType || isMountRoot != then.isMountRoot { return .moved }
    if isOnDisk || then.isOnDisk, device != then.device, !isKnownAgain { return .moved }
    if isSameFolder { return .none }
    return isMountRoot ? .moved : .replaced
  }

  /// Network and virtual file systems have major number 0.
  private var isOnDisk: Bool { device >> 32 != 0 }
}

/// What a complete sync leaves behind for the next one.
struct DirectoryCursor: Equatable {
  /// The path that was configured.
  var directory: String
  var root: FolderIdentity
  /// The mounted file systems below it, by the folder's escaped path.
  var mounts: [String: FolderIdentity]
  /// How many documents there were.
  var documentCount: Int

  /// So many mounts are remembered at most.
  static let maximumMounts = 1000

  var cursor: SyncCursor {
    SyncCursor([
      "version": 1, "directory": .string(directory), "root": root.json,
      "mounts": .object(
        JSONObject(
          mounts.sorted { $0.key < $1.key }.map { JSONObject.Member($0.key, $0.value.json) })),
      "documents": .integer(Int64(documentCount)),
    ])
  }

  /// Reads what an earlier run left; `nil` if it is not of this data source.
  init?(_ cursor: SyncCursor?) {
    guard let value = cursor?.value, value["version"]?.integerValue == 1,
      let directory = value["directory"]?.stringValue,
      let root = value["root"].flatMap(FolderIdentity.init)
    else { return nil }
    self.directory = directory
    self.root = root
    documentCount = value["documents"]?.integerValue.map { Int($0) } ?? 0
    let members = value["mounts"]?.objectValue?.members ?? []
    mounts = Dictionary(
      members.compactMap { member in FolderIdentity(member.value).map { (member.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  init(directory: String, root: FolderIdentity) {
    self.directory = directory
    self.root = root
    mounts = [:]
    documentCount = 0
  }
}

extension FolderIdentity {
  init(_ status: FileStatus, fileSystemType: Int64) {
    inode = status.key.inode
    device = status.key.device
    created = status.created
    self.fileSystemType = fileSystemType
    isMountRoot = status.isMountRoot
  }

  fileprivate init?(_ value: JSONValue) {
    guard let inode = value["inode"]?.integerValue, let device = value["device"]?.integerValue,
      let created = value["created"]?.integerValue, let type = value["type"]?.integerValue,
      let isMounted = value["mounted"]?.boolValue
    else { return nil }
    self.inode = UInt64(bitPattern: inode)
    self.device = UInt64(bitPattern: device)
    self.created = created
    fileSystemType = type
    isMountRoot = isMounted
  }

  fileprivate var json: JSONValue {
    [
      "inode": .integer(Int64(bitPattern: inode)), "device": .integer(Int64(bitPattern: device)),
      "created": .integer(created), "type": .integer(fileSystemType), "mounted": .bool(isMountRoot),
    ]
  }
}
