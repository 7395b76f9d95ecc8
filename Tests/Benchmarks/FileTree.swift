import Glibc

/// Many small text files in folders of a hundred.
struct FileTree {
  let path: String
  let fileCount: Int

  /// Makes the files.
  ///
  /// - Parameters:
  ///   - path: an existing directory.
  ///   - fileCount: how many files.
  ///   - fileSize: the bytes of a file, on average.
  /// - Throws: ``BenchmarkError`` if one can't be made.
  init(in path: String, fileCount: Int, fileSize: Int) throws {
    self.path = path
    self.fileCount = fileCount
    let generator = TextGenerator()
    var random = SplitMix(seed: 11)
    for number in 0..<fileCount {
      let folder = "\(path)/\(number / 10_000)/\(number / 100 % 100)"
      if number.isMultiple(of: 100) {
        mkdir("\(path)/\(number / 10_000)", 0o755)
        mkdir(folder, 0o755)
      }
      var bytes: [UInt8] = []
      let size = fileSize / 2 + Int(random.next() % UInt64(max(1, fileSize)))
      generator.append(size, to: &bytes, &random)
      try Self.write(bytes, "\(folder)/note-\(number).txt")
    }
  }

  private static func write(_ bytes: [UInt8], _ path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw BenchmarkError("\(path) can't be made: \(errno)") }
    defer { close(file) }
    guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
      throw BenchmarkError("\(path) can't be written: \(errno)")
    }
  }

  /// Reads every file as `find … -exec cat {} +` does.
  func readWithCat() throws {
    let command = "find '\(path)' -type f -exec cat {} + > /dev/null"
    let words: [String] = ["sh", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    guard posix_spawn(&process, "/bin/sh", nil, nil, arguments, environ) == 0 else {
      throw BenchmarkError("sh can't be started")
    }
    var status: Int32 = 0
    guard waitpid(process, &status, 0) == process, status == 0 else {
      throw BenchmarkError("find failed")
    }
  }
}
