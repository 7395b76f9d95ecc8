internal import CFileSupport
internal import Glibc

/// A system call that failed.
struct FileError: Error, Equatable {
  var code: Int32

  /// Whether the directory in which the name was looked up answered that it is not there, or that
  /// something else is there now.
  var saysGone: Bool { [ENOENT, ENOTDIR, ELOOP].contains(code) }

  var isPermission: Bool { code == EACCES || code == EPERM }

  static var notFound: Int32 { ENOENT }
  static var notFolder: Int32 { ENOTDIR }

  /// What a folder that was replaced meanwhile counts as.
  static var staleHandle: Int32 { ESTALE }

  /// The system's words, for a sentence in parentheses.
  var description: String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ENOENT: "it does not exist"
    case ENOTDIR: "it is not a directory"
    case EIO: "input/output error"
    case ESTALE: "it was replaced while it was read"
    case EMFILE, ENFILE: "too many open files"
    default: String(cString: strerror(code))
    }
  }
}

/// What a file is, where it lies and when it changed; times in nanoseconds since 1970.
struct FileStatus: Equatable {
  var key: FileKey
  var size: Int
  var modified: Int64
  var changed: Int64
  /// 0 if the file system does not know it.
  var created: Int64
  var mode: UInt32
  var isMountRoot: Bool

  var isRegular: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
  var isDirectory: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }

  /// What it is, if it is neither a file nor a folder.
  var kind: SpecialFile? { SpecialFile(typeOfEntry: UInt8(mode >> 12 & 0xF)) }

  init(_ raw: file_support_status) {
    key = FileKey(
      device: UInt64(raw.device_major) << 32 | UInt64(raw.device_minor), inode: raw.inode)
    size = Int(clamping: raw.size)
    modified = raw.modified
    changed = raw.changed
    created = raw.created
    mode = raw.mode
    isMountRoot = raw.is_mount_root != 0
  }
}

/// What tells a file from every other on this machine, now.
struct FileKey: Hashable {
  var device: UInt64
  var inode: UInt64
}

/// The system calls of the directory data source.
///
/// All block; call them on a blocking pool. Names and paths end with a NUL byte.
struct FileSystem: Sendable {
  /// What is about to be done with a name or path.
  enum Operation: Sendable {
    case openDirectory, readDirectory, status, openFile, readFile
  }

  /// Asked before every call; an error number that it returns is taken for the answer.
  ///
  /// Runs on the thread of the call. For tests; `nil` asks nobody.
  var intercept: (@Sendable (Operation, [UInt8]) -> Int32?)?
  /// The wall clock in nanoseconds since 1970.
  var now: @Sendable () -> Int64 = { file_support_now() }
  /// Blocks the thread for so many nanoseconds.
  var pause: @Sendable (Int64) -> Void = { file_support_pause($0) }

  func openDirectory(
    _ name: [UInt8], in parent: Int32, followingLinks: Bool
  ) throws(FileError) -> Descriptor {
    try ask(.openDirectory, name)
    return Descriptor(
      try check { file_support_open_directory(parent, chars(name), followingLinks ? 1 : 0, &$0) })
  }

  func openFile(
    _ path: [UInt8], below root: Descriptor, followingLinks: Bool
  ) throws(FileError) -> Descriptor {
    try ask(.openFile, path)
    return Descriptor(
      try check { error in
        path.withUnsafeBytes { path in
          file_support_open_file(
            root.number, path.baseAddress?.assumingMemoryBound(to: CChar.self),
            followingLinks ? 1 : 0, &error)
        }
      })
  }

  func status(of descriptor: Descriptor) throws(FileError) -> FileStatus {
    var raw = file_support_status()
    try check { file_support_status_of(descriptor.number, &raw, &$0) }
    return FileStatus(raw)
  }

  func status(
    of path: [UInt8], below root: Descriptor, followingLinks: Bool
  ) throws(FileError) -> FileStatus {
    try ask(.status, path)
    var raw = file_support_status()
    try check { error in
      path.withUnsafeBytes { path in
        file_support_status_below(
          root.number, path.baseAddress?.assumingMemoryBound(to: CChar.self),
          followingLinks ? 1 : 0, &raw, &error)
      }
    }
    return FileStatus(raw)
  }

  /// The status of an entry that was just listed.
  func status(
    of entry: DirectoryEntries.Entry, in directory: Descriptor, followingLinks: Bool
  ) throws(FileError) -> FileStatus {
    if intercept != nil { try ask(.status, entry.name + [0]) }
    var raw = file_support_status()
    try check { error in
      file_support_status_at(
        directory.number, entry.pointer, followingLinks ? 1 : 0, &raw, &error)
    }
    return FileStatus(raw)
  }

  func fileSystemType(of descriptor: Descriptor) -> Int64 {
    file_support_file_system_type(descriptor.number)
  }

  /// Reads up to so many bytes from where the descriptor stands.
  func read(
    _ descriptor: Descriptor, upTo count: Int, path: [UInt8]
  ) throws(FileError) -> [UInt8] {
    try ask(.readFile, path)
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      var error: Int32 = 0
      let done = file_support_read_fully(descriptor.number, buffer.baseAddress, count, &error)
      if done < 0 { failure = FileError(code: error) }
      initialized = max(0, done)
    }
    if let failure { throw failure }
    return bytes
  }

  func ask(_ operation: Operation, _ name: @autoclosure () -> [UInt8]) throws(FileError) {
    guard let intercept else { return }
    if let code = intercept(operation, Array(name().dropLast())) { throw FileError(code: code) }
  }

  @discardableResult
  private func check(_ call: (inout Int32) -> Int32) throws(FileError) -> Int32 {
    var error: Int32 = 0
    let result = call(&error)
    if result < 0 { throw FileError(code: error) }
    return result
  }

  private func chars(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } }
}

/// An open file or directory, closed when it is released.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}

/// The entries of a directory, a buffer full at a time.
///
/// For use by one thread at a time.
final class DirectoryEntries {
  /// One entry; valid until the next call of ``DirectoryEntries/next(of:)``.
  struct Entry {
    fileprivate(set) var pointer: UnsafePointer<CChar>
    fileprivate(set) var length: Int
    fileprivate(set) var type: UInt8

    /// The name without a NUL.
    var name: [UInt8] { Array(UnsafeRawBufferPointer(start: pointer, count: length)) }
    var isHidden: Bool { pointer[0] == CChar(bitPattern: UInt8(ascii: ".")) }
    var isDirectory: Bool { type == UInt8(DT_DIR) }
    var isRegular: Bool { type == UInt8(DT_REG) }
    var isLink: Bool { type == UInt8(DT_LNK) }
    var isOfUnknownType: Bool { type == UInt8(DT_UNKNOWN) }
    /// What it is, if it is neither a file nor a folder.
    var kind: SpecialFile? { SpecialFile(typeOfEntry: type) }
    fileprivate var isSelfOrParent: Bool {
      isHidden && (length == 1 || (length == 2 && pointer[1] == pointer[0]))
    }
  }

  /// About 250 entries.
  private static let bufferSize = 8 * 1024
  private let buffer = UnsafeMutableRawPointer.allocate(byteCount: bufferSize, alignment: 16)

  deinit { buffer.deallocate() }

  /// The next entries but `.` and `..`; `nil` at the end.
  func next(of directory: Descriptor) throws(FileError) -> [Entry]? {
    var error: Int32 = 0
    let count = file_support_read_entries(directory.number, buffer, Self.bufferSize, &error)
    if count < 0 { throw FileError(code: error) }
    if count == 0 { return nil }
    var entries: [Entry] = []
    entries.reserveCapacity(512)
    var offset = 0
    while offset < count {
      var raw = file_support_entry()
      offset = file_support_entry_at(buffer, offset, &raw)
      guard let name = raw.name else { continue }
      let entry = Entry(pointer: name, length: raw.name_length, type: raw.type)
      if !entry.isSelfOrParent { entries.append(entry) }
    }
    return entries
  }
}
