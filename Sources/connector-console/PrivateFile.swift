internal import Glibc

/// Writes a file that only its owner can read, such as an API key.
///
/// The file appears whole or not at all, and never in place of one that exists.
struct PrivateFile {
  let path: String

  /// Takes a path as people type it; `~` is the home directory.
  init(path: String, home: String) {
    let trimmed = path.drop { $0.isWhitespace }
    if trimmed == "~" || trimmed.hasPrefix("~/") {
      self.path = home + trimmed.dropFirst()
    } else {
      self.path = String(trimmed)
    }
  }

  /// Writes the file.
  ///
  /// - Returns: `nil`, or a sentence that says why it was not written.
  func write(_ contents: String) -> String? {
    guard !path.isEmpty else { return "No path was given. Type where the file shall go." }
    let partial = path + ".partial-\(getpid())"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return sentence(for: errno) }
    defer { unlink(partial) }
    let failure = fill(descriptor, with: Array(contents.utf8))
    close(descriptor)
    if let failure { return sentence(for: failure) }
    // A link, unlike a rename, fails if the name is taken.
    guard link(partial, path) == 0 else { return sentence(for: errno) }
    return nil
  }

  /// Writes and syncs; returns the error number of what failed.
  private func fill(_ descriptor: Int32, with bytes: [UInt8]) -> Int32? {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { rest in
        Glibc.write(descriptor, rest.baseAddress, rest.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      written += count
    }
    return fsync(descriptor) == 0 ? nil : errno
  }

  /// Whether a folder stands at the path.
  private var isFolder: Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }

  private func sentence(for code: Int32) -> String {
    switch code {
    case EEXIST where isFolder: "\(path) is a folder. Add the name of a file."
    case EEXIST: "\(path) exists already and was left as it is. Choose another name."
    case ENOENT: "The folder of \(path) does not exist. Choose a folder that does."
    case EACCES, EPERM, EROFS: "You may not write to \(path). Choose another folder."
    case ENOTDIR: "A part of \(path) is a file, not a folder. Choose another path."
    case ENOSPC, EDQUOT: "There is no space left for \(path). Choose another disk."
    default: "\(path) could not be written: \(String(cString: strerror(code))). Try another path."
    }
  }
}
