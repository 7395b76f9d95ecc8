internal import Glibc

/// A directory of a test's own, removed with everything in it at the end.
package final class TemporaryDirectory: Sendable {
  /// Where it is, without a slash at the end.
  package let path: String

  /// Makes the directory.
  ///
  /// - Throws: ``TestFailure`` if the system makes none.
  package init() throws {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/connector-test-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let made else { throw TestFailure("no temporary directory: error \(errno)") }
    path = made
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    chmod(path, 0o700)
    if let directory = opendir(path) {
      var names: [String] = []
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
      }
      closedir(directory)
      for name in names { remove("\(path)/\(name)") }
    }
    Glibc.remove(path)
  }
}

/// Why a test can't go on.
package struct TestFailure: Error, CustomStringConvertible {
  package var description: String

  /// Makes a failure that says this.
  package init(_ description: String) { self.description = description }
}
