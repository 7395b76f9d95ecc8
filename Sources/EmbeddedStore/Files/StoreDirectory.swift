internal import ConnectorProtocol
internal import Glibc

/// The paths of a store and the rights on them: nobody but the owner may look inside, because
/// connectors' records hold passwords.
struct StoreDirectory {
  let path: String

  /// The directory at a path.
  init(path: String) { self.path = path }

  /// The directory of a database of connectors.
  init(control: String) { path = String(control.dropLast("/control.db".count)) }

  /// The database of connectors and jobs.
  var control: String { "\(path)/control.db" }
  /// Where the content indices are.
  var indices: String { "\(path)/indices" }

  /// Whether a path is that of a database of connectors and jobs.
  static func isControl(_ path: String) -> Bool { path.hasSuffix("/control.db") }

  /// The names of the indices' files.
  var indexFiles: [String] { Self.names(in: indices).filter { $0.hasSuffix(".db") } }

  /// The path of an index's file.
  func index(_ file: String) -> String { "\(indices)/\(file)" }

  /// A name for an index's file that no other has, readable and harmless whatever the index's name.
  static func file(for index: String, number: Int64) -> String {
    let readable = index.utf8.prefix(60).map { byte -> Character in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        Character(Unicode.Scalar(byte))
      default: "_"
      }
    }
    return "\(String(readable)).\(number).db"
  }

  /// Makes the directories that are missing and checks that they can be used.
  ///
  /// - Parameter mayCreate: whether a store is made where none is.
  /// - Throws: ``StoreError``, also if the database of connectors is lost: a new one would know
  ///   nothing of the indices.
  func prepare(mayCreate: Bool) throws {
    var status = stat()
    let isThere = stat(control, &status) == 0
    guard isThere || errno == ENOENT || errno == ENOTDIR else { throw Self.failure(errno, control) }
    if !isThere || status.st_size == 0 {
      let files = indexFiles.count
      guard files == 0 else {
        throw StoreError.lostControl(self, isThere ? "is empty" : "is missing", files: files)
      }
      guard mayCreate || isThere else { throw StoreError.noStore(path) }
    }
    try Self.makeDirectory(path)
    try Self.makeDirectory(indices)
    guard access(path, R_OK | W_OK | X_OK) == 0 else { throw Self.failure(errno, path) }
    if !isThere { try Self.makePrivateFile(control) }
  }

  /// Makes a directory and those above it; they are the owner's alone.
  static func makeDirectory(_ path: String) throws {
    if mkdir(path, 0o700) == 0 { return }
    switch errno {
    case EEXIST:
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw StoreError(
          .unavailable,
          "\(path) is not a directory. Move it away, or name another directory with --store.")
      }
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
        throw failure(ENOENT, path)
      }
      try makeDirectory(String(path[..<slash]))
      if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
      guard errno == ENOENT else { throw failure(errno, path) }
      // What is above it exists, but is of the kind of /proc.
      throw StoreError(
        .unavailable,
        "\(path) can't be made: its file system lets nobody make a directory there. Name another "
          + "directory with --store.")
    case let code: throw failure(code, path)
    }
  }

  /// Makes an empty file that only its owner can read; SQLite gives its log the same rights.
  static func makePrivateFile(_ path: String) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(errno, path) }
    close(descriptor)
  }

  /// Makes what was written into a file durable; one that does not exist needs nothing.
  static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw failure(errno, path)
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(errno, path) }
  }

  /// What is added to an index's path for the file that its living writers lock.
  static let writerSuffix = "-writer"

  /// Removes a database with its log.
  static func removeDatabase(_ path: String) {
    for suffix in ["", "-wal", "-shm", writerSuffix] { unlink(path + suffix) }
  }

  /// The names in a directory.
  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// How many files the process may have open.
  private static func openFilesLimit() -> UInt {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    return UInt(limit.rlim_cur)
  }

  /// The system's failure as the seam's error.
  static func failure(_ code: Int32, _ path: String) -> StoreError {
    switch code {
    case ENOSPC, EDQUOT:
      StoreError(
        .noSpace(needed: nil),
        "The disk that holds \(path) is full. Free some space, then try again.")
    case EMFILE, ENFILE:
      StoreError(
        .unavailable,
        "\(path) can't be opened: this program may have no more than \(openFilesLimit()) files open "
          + "at a time. Raise the limit (ulimit -n), then try again.")
    case EACCES, EPERM, EROFS:
      StoreError(
        .unavailable,
        "\(path) can't be read and written. Give yourself the rights to it, or name another "
          + "directory with --store.")
    default:
      StoreError(
        .unavailable,
        "\(path) can't be used: \(String(cString: strerror(code))). Check the path, or name "
          + "another directory with --store.")
    }
  }
}

/// Tells a file from another that took its place.
struct FileIdentity: Hashable {
  let device: UInt
  let number: UInt

  /// The file at a path; `nil` if there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
  }
}
