/// Finds functions that are documented where their protocol declares them.
enum ProtocolRequirements {
  /// Requirements of the standard library's protocols that our types fulfil.
  private static let wellKnown: Set = [
    "<", "==", "hash", "enqueue", "next", "makeIterator", "encode", "asUnownedSerialExecutor",
  ]

  /// The functions that a file's protocols require.
  static func names(in file: SourceTree.File) -> [String] {
    var names = Array(wellKnown)
    var indent: Int?
    for line in file.lines {
      let depth = line.prefix { $0 == " " }.count
      if let outer = indent {
        if line.trimmed == "}", depth == outer { indent = nil }
        if let name = functionName(line) { names.append(name) }
      } else if line.code.contains(/\bprotocol \w+.*\{$/) {
        indent = depth
      }
    }
    return names
  }

  /// The name of the function that a line declares.
  static func functionName(_ line: Substring) -> String? {
    line.code.firstMatch(of: /\bfunc ([^\s(]+)/).map { String($0.output.1) }
  }
}
