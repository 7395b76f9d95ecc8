import Glibc

/// A directory of this run, removed at its end unless it was named.
struct TemporaryDirectory {
  let path: String
  private let isOurs: Bool

  init(_ named: String?) throws {
    if let named {
      (path, isOurs) = (named, false)
      return
    }
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/benchmark-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchmarkError("mkdtemp failed: \(errno)") }
    path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
    isOurs = true
  }

  func remove() {
    if isOurs { Self.remove(path) }
  }

  private static func remove(_ path: String) {
    if let directory = opendir(path) {
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        if entry.pointee.d_type == DT_DIR {
          remove("\(path)/\(name)")
        } else {
          unlink("\(path)/\(name)")
        }
      }
      closedir(directory)
    }
    rmdir(path)
  }
}

/// Why a benchmark could not run.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
