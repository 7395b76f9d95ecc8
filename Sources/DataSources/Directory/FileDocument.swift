internal import ConnectorKit

/// Makes documents of files.
struct FileDocument {
  /// The folder's path as it is shown, with a `/` at the end.
  private let shownRoot: [UInt8]
  private let maximumFileSize: Int

  init(directory: String, maximumFileSize: Int) {
    let path = Array(directory.utf8)
    shownRoot = path.last == UInt8(ascii: "/") ? path : path + [UInt8(ascii: "/")]
    self.maximumFileSize = maximumFileSize
  }

  /// The document of a file without its content, which is fetched late.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - folder: the folder in which it lies.
  ///   - status: what the file system says of it.
  /// - Returns: the document, with a reference to its content if there is any to read.
  func document(name: [UInt8], in folder: FolderNames, _ status: FileStatus) -> Document {
    let hasContent = status.size > 0 && status.size <= maximumFileSize
    let content =
      hasContent
      ? ContentReference(
        handle: folder.path.isEmpty ? name : folder.path + [0x2F] + name,
        expectedBytes: status.size)
      : nil
    let escapedName = RecordIdentifier.escaped(name)
    return Document(
      id: RecordIdentifier.documentID(
        folder.id.isEmpty ? escapedName : folder.id + [0x2F] + escapedName),
      body: body(name: name, in: folder, status),
      revision: revision(status, hasContent: hasContent), content: content)
  }

  /// What tells two versions of a file apart without reading it.
  ///
  /// Whether the content is read counts too, so that a larger limit reads what was left out.
  private func revision(_ status: FileStatus, hasContent: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(34)
    bytes.append(Self.formatVersion)
    bytes.append(hasContent ? 1 : 0)
    for number in [
      status.key.inode, UInt64(bitPattern: status.changed), UInt64(bitPattern: status.modified),
      UInt64(status.size),
    ] {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
    return bytes
  }

  /// Goes up when content is turned into text in another way, so that all files are read again.
  private static let formatVersion: UInt8 = 2

  private func body(name: [UInt8], in folder: FolderNames, _ status: FileStatus) -> [UInt8] {
    let shownName = RecordIdentifier.displayed(name)
    var path = shownRoot
    path.reserveCapacity(path.count + folder.shown.count + name.count + 1)
    if !folder.shown.isEmpty {
      path += folder.shown
      path.append(0x2F)
    }
    path += shownName
    var writer = JSONWriter(capacity: 256 + path.count + name.count)
    writer.beginObject()
    writer.name("title")
    writer.string(utf8: shownName)
    writer.name("path")
    writer.string(utf8: path)
    if let fileExtension = Self.fileExtension(of: name) {
      writer.member("extension", fileExtension)
      if let mediaType = MediaTypes.byExtension[fileExtension] {
        writer.member("mime_type", mediaType)
      }
    }
    writer.member("size", status.size)
    writer.name("_timestamp")
    writer.raw(ISOTime.quoted(nanoseconds: status.modified))
    if status.created != 0 {
      writer.name("created_at")
      writer.raw(ISOTime.quoted(nanoseconds: status.created))
    }
    writer.endObject()
    return writer.bytes
  }

  /// What stands behind the last dot, in lower case; `nil` if it does not look like an extension.
  static func fileExtension(of name: [UInt8]) -> String? {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
    let suffix = name[(dot + 1)...]
    guard (1...16).contains(suffix.count) else { return nil }
    var lowered: [UInt8] = []
    for byte in suffix {
      switch byte {
      case 0x30...0x39, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
        lowered.append(byte)
      case 0x41...0x5A: lowered.append(byte | 0x20)
      default: return nil
      }
    }
    return RecordIdentifier.text(lowered)
  }
}

/// The three forms of a folder's path from the top: as bytes, as identifier, and as people see it.
struct FolderNames {
  var path: [UInt8] = []
  var id: [UInt8] = []
  var shown: [UInt8] = []

  /// The names of the top.
  init() {}

  /// The names of a folder in another one.
  init(_ name: [UInt8], in parent: FolderNames) {
    path = Self.join(parent.path, name)
    id = Self.join(parent.id, RecordIdentifier.escaped(name))
    shown = Self.join(parent.shown, RecordIdentifier.displayed(name))
  }

  /// The names of a folder by its path.
  init(path: [UInt8]) {
    for name in path.split(separator: 0x2F) { self = FolderNames(Array(name), in: self) }
  }

  private static func join(_ path: [UInt8], _ name: [UInt8]) -> [UInt8] {
    path.isEmpty ? name : path + [0x2F] + name
  }
}

/// Writes moments as ISO 8601 in UTC without making strings.
enum ISOTime {
  /// A JSON string such as `"2026-11-24T03:00:00.000Z"`.
  static func quoted(nanoseconds: Int64) -> [UInt8] {
    let milliseconds = nanoseconds / 1_000_000 - (nanoseconds % 1_000_000 < 0 ? 1 : 0)
    let moment = Timestamp(millisecondsSince1970: milliseconds)
    let date = CivilDate(moment)
    guard (0...9999).contains(date.year) else { return Array("\"\(moment)\"".utf8) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(26)
    bytes.append(UInt8(ascii: "\""))
    append(date.year, 4, &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(date.month, 2, &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(date.day, 2, &bytes)
    bytes.append(UInt8(ascii: "T"))
    append(date.hour, 2, &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(date.minute, 2, &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(date.second, 2, &bytes)
    bytes.append(UInt8(ascii: "."))
    append(Int(milliseconds - moment.secondsSince1970 * 1000), 3, &bytes)
    bytes.append(UInt8(ascii: "Z"))
    bytes.append(UInt8(ascii: "\""))
    return bytes
  }

  private static func append(_ number: Int, _ width: Int, _ bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      bytes.append(0x30 + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
