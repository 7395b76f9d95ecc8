/// Which files and folders belong to the data source.
struct PathFilter: Sendable {
  private let includesHidden: Bool
  private let include: [GlobPattern]
  private let exclude: [GlobPattern]
  /// Whether any pattern wants to see more than names.
  let needsPaths: Bool
  /// Whether there is more to ask of a file than whether its name begins with a dot.
  let hasFilePatterns: Bool

  init(include: [GlobPattern], exclude: [GlobPattern], includesHidden: Bool) {
    self.include = include
    self.exclude = exclude
    self.includesHidden = includesHidden
    hasFilePatterns = !include.isEmpty || !exclude.allSatisfy(\.isForFolders)
    needsPaths =
      (include + exclude).contains { $0.isForPaths } || include.contains { $0.isForFolders }
  }

  /// Whether names that begin with a dot are left out.
  var leavesOutHidden: Bool { !includesHidden }

  /// Whether a folder is listed.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - path: its path from the top; may be empty if ``needsPaths`` is `false`.
  /// - Returns: whether it, or a file in it, may belong to the data source.
  func entersFolder(name: [UInt8], path: [UInt8]) -> Bool {
    if !includesHidden, name.first == UInt8(ascii: ".") { return false }
    if exclude.contains(where: { $0.matches($0.isForPaths ? path : name) }) { return false }
    return include.isEmpty || include.contains { mayMatch($0, below: name, path) }
  }

  /// Whether a file is indexed, given that its folder is listed.
  func takesFile(name: [UInt8], path: [UInt8]) -> Bool {
    if !includesHidden, name.first == UInt8(ascii: ".") { return false }
    let matches: (GlobPattern) -> Bool = {
      !$0.isForFolders && $0.matches($0.isForPaths ? path : name)
    }
    if exclude.contains(where: matches) { return false }
    if include.isEmpty || include.contains(where: matches) { return true }
    return include.contains { $0.isForFolders && isInside($0, path) }
  }

  /// Whether a path belongs to the data source, with all folders on the way.
  func takes(path: [UInt8]) -> Bool {
    let names = path.split(separator: 0x2F).map(Array.init)
    guard let last = names.last else { return false }
    var folder: [UInt8] = []
    for name in names.dropLast() {
      if !folder.isEmpty { folder.append(0x2F) }
      folder += name
      guard entersFolder(name: name, path: folder) else { return false }
    }
    return takesFile(name: last, path: path)
  }

  /// Whether a folder that the pattern matches lies above the path.
  private func isInside(_ pattern: GlobPattern, _ path: [UInt8]) -> Bool {
    var start = 0
    while let slash = path[start...].firstIndex(of: 0x2F) {
      if pattern.matches(pattern.isForPaths ? Array(path[..<slash]) : Array(path[start..<slash])) {
        return true
      }
      start = slash + 1
    }
    return false
  }

  /// Whether anything in a folder can match, as far as the folders that the pattern names tell.
  private func mayMatch(_ pattern: GlobPattern, below name: [UInt8], _ path: [UInt8]) -> Bool {
    guard pattern.isForPaths else { return true }
    let folders = path.split(separator: 0x2F)
    return zip(folders, pattern.literalFolders).allSatisfy { $0.elementsEqual($1) }
  }
}
