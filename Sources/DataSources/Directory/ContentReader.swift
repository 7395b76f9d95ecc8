internal import ConnectorKit
internal import TextDecoding

/// Reads files and turns them into text.
struct ContentReader: Sendable {
  /// How often a file is read that changes meanwhile.
  private static let attempts = 3
  private static let markup: Set = ["html", "htm", "xhtml"]

  let root: Descriptor
  let settings: DirectorySettings
  let fileSystem: FileSystem

  /// Reads one file; blocks.
  ///
  /// The file is looked at before and after, so that no mix of two versions is taken.
  func content(of document: Document) throws -> FetchedContent {
    guard let path = document.content?.handle else { return .none }
    do {
      for _ in 0..<Self.attempts {
        try Task.checkCancellation()
        let file = try fileSystem.openFile(
          path + [0], below: root, followingLinks: settings.followsLinks)
        let before = try fileSystem.status(of: file)
        guard before.isRegular else { return .gone }
        let text = try text(of: file, size: before.size, path: path)
        guard try fileSystem.status(of: file) == before else { continue }
        return result(for: document, path: path, before, text)
      }
      return .failed(
        "The file changed each of the \(Self.attempts) times it was read; its text is read at the "
          + "next sync.")
    } catch let error as FileError {
      if error.saysGone { return .gone }
      return .failed("Its text can't be read: \(error.description)\(Self.remedy(error))")
    }
  }

  /// The text as bytes of UTF-8; `nil` for a binary file and for one above the limit.
  private func text(
    of file: Descriptor, size: Int, path: [UInt8]
  ) throws(FileError) -> ArraySlice<UInt8>? {
    guard size > 0, size <= settings.maximumFileSize else { return nil }
    var bytes = try fileSystem.read(
      file, upTo: min(size, TextContent.prefixLength), path: path + [0])
    if bytes.count < size {
      if TextContent.isCertainlyBinary(prefix: bytes) { return nil }
      bytes += try fileSystem.read(file, upTo: size - bytes.count, path: path + [0])
    }
    let text: ArraySlice<UInt8>
    switch TextContent(bytes) {
    case .binary: return nil
    case .utf8(let markLength): text = bytes[markLength...]
    case .converted(let converted, _): text = converted[...]
    }
    let name = path[(path.lastIndex(of: 0x2F).map { $0 + 1 } ?? 0)...]
    let isHTML = FileDocument.fileExtension(of: Array(name)).map(Self.markup.contains) ?? false
    return isHTML ? HTMLText.extract(text)[...] : text
  }

  private func result(
    for document: Document, path: [UInt8], _ status: FileStatus, _ text: ArraySlice<UInt8>?
  ) -> FetchedContent {
    let slash = path.lastIndex(of: 0x2F)
    let folder = FolderNames(path: slash.map { Array(path[..<$0]) } ?? [])
    let name = slash.map { Array(path[($0 + 1)...]) } ?? path
    let encoder = FileDocument(
      directory: settings.directory, maximumFileSize: settings.maximumFileSize)
    var current = encoder.document(name: name, in: folder, status)
    let members = text.map(Self.members)
    guard current.revision != document.revision else {
      return members.map { .members($0) } ?? .none
    }
    current.content = nil
    if let members {
      current.body.removeLast()
      current.body += [UInt8(ascii: ",")] + members + [UInt8(ascii: "}")]
    }
    return .replaced(current)
  }

  private static func members(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var writer = JSONWriter(capacity: text.count + text.count / 16 + 32)
    writer.name("body")
    writer.string(utf8: text)
    return writer.bytes
  }

  /// The end of a sentence that says what to do; whose file it is, the reader is told beside it.
  private static func remedy(_ error: FileError) -> String {
    error.isPermission ? ". Give the user that runs this program the right to read it." : "."
  }
}
