internal import CTextDecoding

/// What the bytes of a file turn out to be.
package enum TextContent: Sendable {
  /// Not text, or in no encoding that can be told.
  case binary
  /// Text in UTF-8 already, behind so many bytes of byte order mark.
  case utf8(markLength: Int)
  /// Text of another encoding, converted to UTF-8.
  case converted([UInt8], encoding: String)

  /// How many bytes ``isCertainlyBinary(prefix:)`` wants to see.
  package static let prefixLength = 4096

  /// Tells what bytes are, and converts them if they are text of another encoding than UTF-8.
  ///
  /// A byte order mark decides first, then a signature of a binary format, then whether the bytes
  /// are valid UTF-8, then whether they look like UTF-16 or UTF-32, at last what ICU's detector
  /// makes of them. A name of an encoding in the text itself (`charset=`, `encoding=`, `coding:`)
  /// is believed if the text is no Unicode.
  package init(_ bytes: [UInt8]) {
    if let mark = ByteOrderMark(bytes) {
      self = mark.content(of: bytes)
      return
    }
    if BinarySignature.matches(bytes) {
      self = .binary
      return
    }
    let census = ByteCensus(bytes)
    if census.high == 0 || Self.isValidUTF8(bytes) {
      self = Self.unicodeOrBinary(bytes, census)
      return
    }
    if let encoding = UnmarkedUnicode.encoding(of: bytes, hasNULs: census.nuls > 0) {
      self = Self.converted(bytes, from: encoding)
      return
    }
    guard census.looksLikeText else {
      self = .binary
      return
    }
    self = BrokenUTF8.isLikely(bytes) ? .repaired(bytes) : Self.legacy(bytes)
  }

  /// Whether the first bytes of a file show that none of it is text.
  ///
  /// - Parameter prefix: the first ``prefixLength`` bytes, or all if there are less.
  /// - Returns: `false` if the rest must be seen.
  package static func isCertainlyBinary(prefix: [UInt8]) -> Bool {
    if ByteOrderMark(prefix) != nil { return false }
    if BinarySignature.matches(prefix) { return true }
    let census = ByteCensus(prefix)
    if census.looksLikeText { return false }
    let even = Array(prefix.prefix(prefix.count & ~3))
    return UnmarkedUnicode.encoding(of: even, hasNULs: census.nuls > 0) == nil
  }

  /// Pure ASCII may be a seven-bit encoding with escape sequences; NULs may be halves of UTF-16.
  private static func unicodeOrBinary(_ bytes: [UInt8], _ census: ByteCensus) -> TextContent {
    if census.nuls > 0 {
      if census.looksLikeText {
        return .converted(bytes.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, encoding: "UTF-8")
      }
      let encoding = UnmarkedUnicode.encoding(of: bytes, hasNULs: true)
      return encoding.map { converted(bytes, from: $0) } ?? .binary
    }
    guard census.looksLikeText else { return .binary }
    if census.escapes > 0, census.high == 0, let encoding = sevenBitEncoding(bytes) {
      return converted(bytes, from: encoding)
    }
    return .utf8(markLength: 0)
  }

  /// Finds ISO-2022 by its designations of character sets, which nothing else writes.
  private static func sevenBitEncoding(_ bytes: [UInt8]) -> String? {
    let designations: [([UInt8], String)] = [
      (Array("\u{1B}$B".utf8), "ISO-2022-JP"), (Array("\u{1B}$@".utf8), "ISO-2022-JP"),
      (Array("\u{1B}$(D".utf8), "ISO-2022-JP-2"), (Array("\u{1B}$)C".utf8), "ISO-2022-KR"),
      (Array("\u{1B}$A".utf8), "ISO-2022-JP-2"), (Array("\u{1B}$)A".utf8), "ISO-2022-CN"),
      (Array("\u{1B}$)G".utf8), "ISO-2022-CN"),
    ]
    var index = bytes.startIndex
    while let escape = bytes[index...].firstIndex(of: 0x1B) {
      let rest = bytes[escape...]
      if let found = designations.first(where: { rest.starts(with: $0.0) }) { return found.1 }
      index = escape + 1
    }
    return nil
  }

  private static func repaired(_ bytes: [UInt8]) -> TextContent {
    let text = String(decoding: bytes, as: UTF8.self)
    let repaired = text.utf8.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
    return .converted(repaired, encoding: "UTF-8")
  }

  private static func legacy(_ bytes: [UInt8]) -> TextContent {
    if let declared = DeclaredEncoding.find(in: bytes),
      let text = EncodingConverter.convert(bytes[...], from: declared)
    {
      return .converted(text, encoding: declared)
    }
    return converted(bytes, from: LegacyEncoding.detect(bytes))
  }

  static func converted(_ bytes: [UInt8], from encoding: String, skipping: Int = 0) -> TextContent {
    guard let text = EncodingConverter.convert(bytes[skipping...], from: encoding) else {
      return .binary
    }
    return .converted(text, encoding: encoding)
  }

  static func isValidUTF8(_ bytes: [UInt8]) -> Bool {
    (try? UTF8Span(validating: bytes.span)) != nil
  }
}

/// Tells whether names are the same however their accents are composed.
package enum NormalForm {
  /// Whether well-formed UTF-8 is in Unicode's normalization form C.
  ///
  /// Of all texts that Swift's `==` takes for equal only one is.
  package static func isComposed(_ text: [UInt8]) -> Bool {
    // Everything below U+0300, which is encoded as CC 80, is.
    guard text.contains(where: { $0 >= 0xCC }) else { return true }
    return text.withUnsafeBytes { buffer in
      text_decoding_is_nfc(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    } != 0
  }
}
