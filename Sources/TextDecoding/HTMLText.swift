/// Takes the text out of HTML: tags, comments, scripts and styles go, entities become characters.
///
/// Any input gives some text; what is no HTML comes out as it went in, but for white space.
package struct HTMLText {
  private static let less = UInt8(ascii: "<")
  private static let greater = UInt8(ascii: ">")

  private let source: ArraySlice<UInt8>
  private var position: Int
  private var result: [UInt8] = []
  /// White space that is written before the next character, a line break or a blank.
  private var pending: UInt8?

  /// Extracts the text.
  ///
  /// - Parameter html: UTF-8.
  /// - Returns: UTF-8 in which paragraphs and other blocks are lines.
  package static func extract(_ html: ArraySlice<UInt8>) -> [UInt8] {
    var reader = HTMLText(html)
    reader.read()
    return reader.result
  }

  private init(_ html: ArraySlice<UInt8>) {
    source = html
    position = html.startIndex
    result.reserveCapacity(html.count / 2)
  }

  private mutating func read() {
    while position < source.endIndex {
      let byte = source[position]
      switch byte {
      case Self.less where beginsTag: readTag()
      case UInt8(ascii: "&"): readEntity()
      case 0x20, 0x09...0x0D:
        pending = pending ?? 0x20
        position += 1
      default:
        append(byte)
        position += 1
      }
    }
  }

  private mutating func append(_ byte: UInt8) {
    if let space = pending, !result.isEmpty { result.append(space) }
    pending = nil
    result.append(byte)
  }

  /// Whether a letter, `/`, `!` or `?` follows, as in `<p`; `a < b` is text.
  private var beginsTag: Bool {
    guard position + 1 < source.endIndex else { return false }
    let next = source[position + 1]
    return Self.isLetter(next) || next == 0x2F || next == 0x21 || next == 0x3F
  }

  private mutating func readTag() {
    if source[position...].starts(with: "<!--".utf8) {
      skip(past: Array("-->".utf8), from: position + 4)
      return
    }
    var nameStart = position + 1
    let isEnd = source[nameStart] == 0x2F
    if isEnd { nameStart += 1 }
    let name = source[min(nameStart, source.endIndex)...].prefix { Self.isNameByte($0) }
    let tag = String(decoding: name, as: UTF8.self).lowercased()
    position = name.endIndex
    skipAttributes()
    if Self.lineTags.contains(tag) {
      pending = 0x0A
    } else if Self.cellTags.contains(tag) {
      pending = pending ?? 0x20
    }
    if !isEnd, Self.silentTags.contains(tag) {
      skip(to: Array("</\(tag)".utf8))
    }
  }

  /// Moves behind the next `>` that does not stand in quotes; to the end if there is none.
  private mutating func skipAttributes() {
    var quote: UInt8?
    while position < source.endIndex {
      let byte = source[position]
      position += 1
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == Self.greater {
        return
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        // Only a value is quoted; an apostrophe anywhere else is a slip of the writer.
        let before = source[..<(position - 1)].last { $0 != 0x20 }
        if before == UInt8(ascii: "=") { quote = byte }
      }
    }
  }

  private mutating func skip(past end: [UInt8], from start: Int) {
    position = min(start, source.endIndex)
    while position < source.endIndex {
      if source[position] == end[0], source[position...].starts(with: end) {
        position += end.count
        return
      }
      position += 1
    }
  }

  /// Moves to an end tag in any letter case; to the end if there is none.
  private mutating func skip(to endTag: [UInt8]) {
    while position < source.endIndex {
      if source[position] == Self.less,
        source[position...].prefix(endTag.count).elementsEqual(
          endTag, by: { $0 | 0x20 == $1 | 0x20 })
      {
        return
      }
      position += 1
    }
  }

  private mutating func readEntity() {
    let body = source[(position + 1)...].prefix(10)
    guard let end = body.firstIndex(of: UInt8(ascii: ";")),
      let scalar = Self.scalar(String(decoding: body[..<end], as: UTF8.self))
    else {
      append(source[position])
      position += 1
      return
    }
    position = end + 1
    if scalar.properties.isWhitespace || scalar == "\u{AD}" {
      if scalar != "\u{AD}" { pending = pending ?? 0x20 }
      return
    }
    for byte in String(Character(scalar)).utf8 { append(byte) }
  }

  private static func scalar(_ name: String) -> Unicode.Scalar? {
    if name.hasPrefix("#x") || name.hasPrefix("#X") {
      return UInt32(name.dropFirst(2), radix: 16).flatMap(character)
    }
    if name.hasPrefix("#") { return UInt32(name.dropFirst()).flatMap(character) }
    return entities[name]
  }

  /// A character by its number; NUL and what is no character are none.
  private static func character(_ number: UInt32) -> Unicode.Scalar? {
    number == 0 ? nil : Unicode.Scalar(number)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x3A
  }

  private static let silentTags: Set = ["script", "style", "template", "noscript"]
  private static let cellTags: Set = ["td", "th", "option", "img", "input", "button"]
  private static let lineTags: Set = [
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "thead", "title", "tr", "ul",
  ]

  /// The names of XML, of Latin-1 in their order, and of common marks.
  ///
  /// Source: "Character entity references in HTML 4", W3C.
  private static let entities: [String: Unicode.Scalar] = {
    var table: [String: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "ndash": "–", "mdash": "—",
      "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„",
      "hellip": "…", "bull": "•", "euro": "€", "trade": "™", "OElig": "Œ", "oelig": "œ",
      "Scaron": "Š", "scaron": "š", "Yuml": "Ÿ", "fnof": "ƒ", "larr": "←", "rarr": "→", "uarr": "↑",
      "darr": "↓", "harr": "↔", "minus": "−", "le": "≤", "ge": "≥", "ne": "≠", "infin": "∞",
      "ensp": " ", "emsp": " ", "thinsp": " ", "zwnj": "\u{200C}", "zwj": "\u{200D}",
    ]
    let latin = """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
      sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave \
      Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml \
      ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN \
      szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute \
      icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml \
      yacute thorn yuml
      """
    for (index, name) in latin.split(separator: " ").enumerated() {
      table[String(name)] = Unicode.Scalar(UInt32(0xA0 + index))
    }
    return table
  }()
}
