internal import Glibc

/// A lock on a file that the system releases when the process ends, however it ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; `nil` if others hold it in a way that forbids that, or the file can't be made.
  ///
  /// - Parameters:
  ///   - path: a file made for this purpose.
  ///   - isExclusive: whether nobody else may hold it; else others may that do not exclude.
  init?(path: String, isExclusive: Bool) {
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { return nil }
    guard flock(opened, (isExclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
      Glibc.close(opened)
      return nil
    }
    descriptor = opened
  }

  deinit { Glibc.close(descriptor) }
}
