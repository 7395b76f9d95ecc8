internal import ConnectorKit
internal import ConnectorProtocol
internal import ConcurrencySupport
internal import Glibc

/// Keeps the service's API keys in files that only their owner can read.
///
/// One file a connector, mode 0600, in a directory of mode 0700. A file is replaced by renaming a
/// new one over it, so that after a crash either key is whole.
package actor FileCredentialStore: CredentialStore {
  private let executor = ThreadExecutor(name: "credentials")
  private let directory: String

  /// Makes a store; the directory is made when the first key is kept.
  ///
  /// - Parameter directory: its path.
  package init(directory: String) { self.directory = directory }

  /// Runs on a thread of its own: files block.
  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// The encoded API key of a connector; `nil` if this service was never given one.
  package func apiKey(connectorID: String) throws -> String? {
    let path = path(of: connectorID)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Self.unreadable(errno, path)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw Self.unreadable(errno, path) }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    return text.split(separator: "\n").first.map(String.init)
  }

  /// Why the file of a key can't be read, and what to do about it.
  private static func unreadable(_ code: Int32, _ path: String) -> StoreError {
    guard code != EMFILE, code != ENFILE else { return StoreDirectory.failure(code, path) }
    return StoreError(
      .invalid,
      "The file of the connector's API key, \(path), can't be read: "
        + "\(String(cString: strerror(code))). Make it yours and readable (chown, chmod 600), or "
        + "regenerate the API key.")
  }

  /// Keeps a key in place of the former one; `nil` forgets it.
  package func setAPIKey(_ encoded: String?, connectorID: String) throws {
    let path = path(of: connectorID)
    if let encoded {
      try StoreDirectory.makeDirectory(directory)
      try replace(path, with: Array((encoded + "\n").utf8))
    } else if unlink(path) != 0, errno != ENOENT {
      throw StoreDirectory.failure(errno, path)
    }
    try synchronizeDirectory()
  }

  private func replace(_ path: String, with bytes: [UInt8]) throws {
    let temporary = "\(path).\(RandomBytes.text(8)).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StoreDirectory.failure(errno, temporary) }
    var written = 0
    var failure: Int32 = 0
    while written < bytes.count, failure == 0 {
      let count = write(descriptor, Array(bytes[written...]), bytes.count - written)
      if count < 0 { failure = errno == EINTR ? 0 : errno } else { written += count }
    }
    if failure == 0, fsync(descriptor) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw StoreDirectory.failure(failure, path)
    }
  }

  private func synchronizeDirectory() throws {
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw StoreDirectory.failure(errno, directory)
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreDirectory.failure(errno, directory) }
  }

  /// A connector's file: its id, with everything but letters and digits as two hexadecimal digits.
  private func path(of connectorID: String) -> String {
    var name = ""
    for byte in connectorID.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        name.append(Character(Unicode.Scalar(byte)))
      default:
        name += "_" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }
    }
    // A name has at most 255 bytes; of longer ids the hash tells them apart.
    if name.utf8.count > 200 {
      let hash = SHA256.hash(Array(connectorID.utf8)).prefix(16)
      name = name.prefix(150) + "_" + hash.map { String($0, radix: 16) }.joined(separator: "-")
    }
    return "\(directory)/\(name).key"
  }
}
