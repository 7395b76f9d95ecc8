import Foundation

/// The repository's files as text.
struct SourceTree {
  /// One file.
  struct File {
    /// From the repository's top.
    var path: String
    var lines: [Substring]

    /// The target's folder, for example `ConnectorKit`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// A place in the file as compilers write it.
    func place(_ index: Int) -> String { "\(path):\(index + 1)" }
  }

  let root: URL

  /// The repository that this file lies in.
  init() {
    root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  /// The names at the top of the repository, dotfiles left out.
  func topLevel() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.path)
      .filter { !$0.hasPrefix(".") }
  }

  /// The text files below a folder with one of some endings.
  func files(in folder: String, endings: [String] = [".swift"]) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
    var files: [File] = []
    for case let relative as String in walk where endings.contains(where: relative.hasSuffix) {
      let text = try String(contentsOf: base.appendingPathComponent(relative), encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      files.append(File(path: "\(folder)/\(relative)", lines: lines))
    }
    return files.sorted { $0.path < $1.path }
  }
}

extension Substring {
  /// The line without leading blanks.
  var trimmed: Substring { drop { $0 == " " } }

  /// The code of a line: without a comment at its end.
  var code: Substring {
    guard let comment = range(of: "//") else { return self }
    return self[..<comment.lowerBound]
  }
}
