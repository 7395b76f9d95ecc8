/// How many bytes of each kind there are.
struct ByteCensus {
  private(set) var nuls = 0
  private(set) var escapes = 0
  /// Control characters that no text has, NUL left out.
  private(set) var controls = 0
  /// Bytes above ASCII.
  private(set) var high = 0
  private let count: Int

  init(_ bytes: [UInt8]) {
    count = bytes.count
    for byte in bytes where byte < 0x20 || byte >= 0x7F {
      switch byte {
      case 0: nuls += 1
      case 0x1B: escapes += 1
      // Bell, backspace, tab, line feed, vertical tab, form feed, carriage return, Ctrl-Z of DOS.
      case 0x07...0x0D, 0x1A: break
      case 0x80...0xFF: high += 1
      default: controls += 1
      }
    }
  }

  /// Whether control characters are few enough: one NUL in a thousand, one other in fifty.
  var looksLikeText: Bool { nuls * 1000 <= count && controls * 50 <= count }
}

/// The mark that Unicode text may begin with.
enum ByteOrderMark {
  case utf8
  case utf16LittleEndian
  case utf16BigEndian
  case utf32LittleEndian
  case utf32BigEndian

  init?(_ bytes: [UInt8]) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      self = .utf8
    } else if bytes.starts(with: [0xFF, 0xFE, 0, 0]), bytes.count.isMultiple(of: 4) {
      self = .utf32LittleEndian
    } else if bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      self = .utf32BigEndian
    } else if bytes.starts(with: [0xFF, 0xFE]) {
      self = .utf16LittleEndian
    } else if bytes.starts(with: [0xFE, 0xFF]) {
      self = .utf16BigEndian
    } else {
      return nil
    }
  }

  /// What the mark says of the bytes; a mark that is followed by nonsense is no mark.
  func content(of bytes: [UInt8]) -> TextContent {
    switch self {
    case .utf8:
      if TextContent.isValidUTF8(bytes), !bytes.contains(0) { return .utf8(markLength: 3) }
      return TextContent.converted(bytes, from: "UTF-8", skipping: 3)
    case .utf16LittleEndian: return checked(bytes, "UTF-16LE", skipping: 2)
    case .utf16BigEndian: return checked(bytes, "UTF-16BE", skipping: 2)
    case .utf32LittleEndian: return checked(bytes, "UTF-32LE", skipping: 4)
    case .utf32BigEndian: return checked(bytes, "UTF-32BE", skipping: 4)
    }
  }

  private func checked(_ bytes: [UInt8], _ encoding: String, skipping: Int) -> TextContent {
    let content = TextContent.converted(bytes, from: encoding, skipping: skipping)
    guard case .converted(let text, _) = content, ByteCensus(text).looksLikeText else {
      return .binary
    }
    return content
  }
}

/// Tells UTF-8 with a few broken bytes from an older encoding.
enum BrokenUTF8 {
  /// Whether well-formed sequences outnumber the broken ones by far.
  static func isLikely(_ bytes: [UInt8]) -> Bool {
    var wellFormed = 0
    var broken = 0
    for scalar in String(decoding: bytes.prefix(65_536), as: UTF8.self).unicodeScalars {
      if scalar == "\u{FFFD}" {
        broken += 1
      } else if scalar.value >= 0x80 {
        wellFormed += 1
      }
    }
    return wellFormed >= 5 * broken
  }
}
