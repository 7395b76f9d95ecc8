/// Measures functions by their indentation, which the formatter keeps.
struct FunctionLengths {
  private let file: SourceTree.File

  init(_ file: SourceTree.File) { self.file = file }

  /// The functions with more lines than a limit, by place.
  func longer(than limit: Int) -> [String] {
    file.lines.indices.compactMap { start in
      guard let end = end(ofFunctionAt: start), end - start + 1 > limit else { return nil }
      return "\(file.place(start)): \(end - start + 1) lines"
    }
  }

  /// The line of the closing brace of a function that starts on a line.
  private func end(ofFunctionAt start: Int) -> Int? {
    let line = file.lines[start]
    let code = line.trimmed
    guard !code.hasPrefix("//"), code.contains(/(^|\s)(func\s|init[?(<])/) else { return nil }
    guard code.hasPrefix("func") || code.contains(/^[\w@() ]*\b(func|init)\b/) else { return nil }
    let indent = line.prefix { $0 == " " }
    let closing = indent + "}"
    let sibling = indent.count
    for index in file.lines.indices where index > start {
      let next = file.lines[index]
      if next == closing { return index }
      let nextIndent = next.prefix { $0 == " " }.count
      let isOver = !next.isEmpty && nextIndent < sibling
      if isOver { return nil }
      if index == start + 1, nextIndent == sibling, !next.hasPrefix(indent + ")") { return nil }
    }
    return nil
  }
}
