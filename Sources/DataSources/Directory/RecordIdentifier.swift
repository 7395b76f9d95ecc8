internal import ConnectorKit
internal import TextDecoding

/// Turns paths, which are bytes, into identifiers, which are text, and back.
///
/// Different paths give different identifiers: `%`, control characters and bytes that are not UTF-8
/// become `%` and two hexadecimal digits, and so does a name's non-ASCII part if it is not in
/// Unicode's composed form, because text that differs only in that is equal to Swift and to some
/// indices. A path whose identifier would be longer than ``DocumentID/maximumBytes`` gets its
/// beginning, `%~`, and a SHA-256 digest of the whole; `%~` never stands in a path's own identifier.
enum RecordIdentifier {
  private static let digestMark: [UInt8] = Array("%~".utf8)
  private static let percent = UInt8(ascii: "%")

  /// The identifier of one name.
  static func escaped(_ name: [UInt8]) -> [UInt8] {
    var isPlain = true
    var isASCII = true
    for byte in name {
      if byte < 0x20 || byte == percent || byte >= 0x7F { isPlain = false }
      if byte >= 0x80 { isASCII = false }
    }
    if isPlain { return name }
    if !isASCII, isWellFormed(name), NormalForm.isComposed(name), !hasC1(name) {
      return escape(name) { $0 < 0x20 || $0 == percent || $0 == 0x7F }
    }
    return escape(name) { $0 < 0x20 || $0 == percent || $0 >= 0x7F }
  }

  /// The identifier of a document from the escaped path.
  static func documentID(_ path: [UInt8]) -> DocumentID {
    if path.count <= DocumentID.maximumBytes { return DocumentID(text(path)) }
    let digest = SHA256.hash(path)
    let limit = DocumentID.maximumBytes - digestMark.count - 2 * digest.count
    return DocumentID(text(prefix(of: path, limit) + digestMark + digest.flatMap(hexadecimal)))
  }

  /// The path behind an identifier; `nil` for one with a digest.
  static func path(of id: DocumentID) -> [UInt8]? {
    let bytes = Array(id.text.utf8)
    var path: [UInt8] = []
    path.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == percent else {
        path.append(bytes[index])
        index += 1
        continue
      }
      guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
        let low = digit(bytes[index + 2])
      else { return nil }
      path.append(high << 4 | low)
      index += 3
    }
    return path
  }

  /// The whole directories at the beginning of an identifier with a digest, as a path.
  static func directory(ofDigested id: DocumentID) -> [UInt8]? {
    let bytes = Array(id.text.utf8)
    let end = bytes.count - 2 * SHA256.length - digestMark.count
    guard end > 0, Array(bytes[end..<end + digestMark.count]) == digestMark else { return nil }
    guard let slash = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) else { return [] }
    return path(of: DocumentID(text(Array(bytes[..<slash]))))
  }

  /// Text from bytes that are known to be UTF-8.
  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// A name as people see it: what is not UTF-8 is replaced.
  static func displayed(_ name: [UInt8]) -> [UInt8] {
    isWellFormed(name) ? name : Array(String(decoding: name, as: UTF8.self).utf8)
  }

  private static func isWellFormed(_ bytes: [UInt8]) -> Bool {
    (try? UTF8Span(validating: bytes.span)) != nil
  }

  /// Whether there are control characters U+0080 to U+009F in well-formed UTF-8.
  private static func hasC1(_ bytes: [UInt8]) -> Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == 0xC2 && $1 < 0xA0 }
  }

  private static func escape(_ name: [UInt8], where isSpecial: (UInt8) -> Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(name.count + 16)
    for byte in name {
      if isSpecial(byte) {
        result.append(percent)
        result.append(contentsOf: hexadecimal(byte))
      } else {
        result.append(byte)
      }
    }
    return result
  }

  /// At most so many bytes, cut before an escape or character that would be torn.
  private static func prefix(of path: [UInt8], _ limit: Int) -> [UInt8] {
    var end = limit
    while end > 0, path[end] & 0xC0 == 0x80 { end -= 1 }
    if let start = path[max(0, end - 2)..<end].lastIndex(of: percent) { end = start }
    return Array(path[..<end])
  }

  private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
    [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : 0x41 + $0 - 10 }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }
}
