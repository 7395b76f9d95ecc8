/// Reads JSON as RFC 8259 defines it, without any extension.
///
/// A reader can be used to walk over an object and skip what is of no interest; to read a whole
/// text, use ``JSONValue/init(parsing:)-([UInt8])``.
package struct JSONReader {
  /// How deeply arrays and objects may lie in one another.
  package static let maximumDepth = 512

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Starts to read at the first byte.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the one value that makes up the whole text.
  package mutating func readDocument() throws(JSONError) -> JSONValue {
    let value = try readValue()
    skipSpace()
    guard position == bytes.count else { throw fault("there is text after the end of the value") }
    return value
  }

  /// Walks over the members of the object that starts here.
  ///
  /// - Parameter visit: gets each name with a reader that stands before its value, and reads or
  ///   skips exactly that value; returning `false` ends the walk.
  /// - Throws: ``JSONError``, or what `visit` throws.
  package mutating func forEachMember(
    _ visit: (_ name: String, _ reader: inout JSONReader) throws(JSONError) -> Bool
  ) throws(JSONError) {
    skipSpace()
    try open(UInt8(ascii: "{"), "an object must begin here")
    if closes(UInt8(ascii: "}")) { return }
    repeat {
      let name = try readName()
      guard try visit(name, &self) else { return }
    } while try continues(UInt8(ascii: "}"), "a comma or \"}\" is missing")
  }

  /// Reads the next value.
  package mutating func readValue() throws(JSONError) -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return .object(try readObject())
    case UInt8(ascii: "["): return .array(try readArray())
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try readNumber()
    case nil: throw fault("the text ends where a value must be")
    default: throw fault("no value can begin with this character")
    }
  }

  /// Moves past the next value without making anything of it; its insides are not checked whole.
  package mutating func skipValue() throws(JSONError) {
    skipSpace()
    guard let first = peek else { throw fault("the text ends where a value must be") }
    if first == UInt8(ascii: "\"") { return try skipString() }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
      _ = try readValue()
      return
    }
    var open = 0
    repeat {
      guard let byte = peek else { throw fault("the text ends within a value") }
      switch byte {
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        open += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        open -= 1
        position += 1
      default: position += 1
      }
    } while open > 0
  }

  // MARK: Objects and arrays

  private mutating func readObject() throws(JSONError) -> JSONObject {
    var members: [JSONObject.Member] = []
    try open(UInt8(ascii: "{"), "an object must begin here")
    if closes(UInt8(ascii: "}")) { return JSONObject() }
    repeat {
      let name = try readName()
      members.append(JSONObject.Member(name, try readValue()))
    } while try continues(UInt8(ascii: "}"), "a comma or \"}\" is missing")
    return JSONObject(members)
  }

  private mutating func readArray() throws(JSONError) -> [JSONValue] {
    var elements: [JSONValue] = []
    try open(UInt8(ascii: "["), "an array must begin here")
    if closes(UInt8(ascii: "]")) { return [] }
    repeat {
      elements.append(try readValue())
    } while try continues(UInt8(ascii: "]"), "a comma or \"]\" is missing")
    return elements
  }

  private mutating func readName() throws(JSONError) -> String {
    skipSpace()
    guard peek == UInt8(ascii: "\"") else {
      throw fault("a member's name in double quotes must be here")
    }
    let name = try readString()
    skipSpace()
    guard peek == UInt8(ascii: ":") else { throw fault("a colon is missing after a name") }
    position += 1
    return name
  }

  private mutating func open(_ bracket: UInt8, _ reason: String) throws(JSONError) {
    guard peek == bracket else { throw fault(reason) }
    guard depth < Self.maximumDepth else {
      throw fault("arrays and objects lie more than \(Self.maximumDepth) deep in one another")
    }
    depth += 1
    position += 1
  }

  private mutating func closes(_ bracket: UInt8) -> Bool {
    skipSpace()
    guard peek == bracket else { return false }
    depth -= 1
    position += 1
    return true
  }

  /// Whether a comma, and so another element, follows.
  private mutating func continues(
    _ bracket: UInt8, _ reason: String
  ) throws(JSONError) -> Bool {
    if closes(bracket) { return false }
    guard peek == UInt8(ascii: ",") else { throw fault(reason) }
    position += 1
    return true
  }

  // MARK: Scalars

  private mutating func literal(
    _ text: StaticString, _ value: JSONValue
  ) throws(JSONError) -> JSONValue {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count,
      bytes[position..<end].elementsEqual(String(describing: text).utf8)
    else { throw fault("only true, false and null may be written without quotes") }
    position = end
    return value
  }

  private mutating func readNumber() throws(JSONError) -> JSONValue {
    let start = position
    var isWhole = true
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") {
      position += 1
      if isDigit { throw fault("a number must not begin with 0 and another digit") }
    } else {
      try skipDigits("a digit must follow the minus sign")
    }
    if peek == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      try skipDigits("a digit must follow the decimal point")
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try skipDigits("a digit must follow the exponent")
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, text != "-0", let number = Int64(text) { return .integer(number) }
    return .number(text)
  }

  private mutating func skipDigits(_ reason: String) throws(JSONError) {
    guard isDigit else { throw fault(reason) }
    while isDigit { position += 1 }
  }

  private var isDigit: Bool {
    guard let byte = peek else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private func fault(_ reason: String) -> JSONError {
    JSONError(offset: position, reason: reason)
  }
}

// MARK: - Strings

extension JSONReader {
  /// Moves past a string, checking no more than where it ends.
  private mutating func skipString() throws(JSONError) {
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    position = bytes.count
    throw fault("the text ends within a string")
  }

  private mutating func readString() throws(JSONError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let text = try text(of: bytes[start..<position], at: start)
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try readEscapedString(from: start) }
      if byte < 0x20 {
        throw fault("a control character must be written as an escape in a string")
      }
      position += 1
    }
    throw fault("the text ends within a string")
  }

  /// Reads the rest of a string from its first escape on.
  private mutating func readEscapedString(from start: Int) throws(JSONError) -> String {
    var content = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return try text(of: content[...], at: start)
      case UInt8(ascii: "\\"):
        position += 1
        try readEscape(into: &content)
      case 0..<0x20:
        throw fault("a control character must be written as an escape in a string")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw fault("the text ends within a string")
  }

  private func text(of slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONError(offset: start, reason: "a string begins that is not valid UTF-8")
    }
    return text
  }

  private mutating func readEscape(into content: inout [UInt8]) throws(JSONError) {
    guard let byte = peek else { throw fault("the text ends within a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"): content.append(contentsOf: String(try readScalar()).utf8)
    default:
      position -= 1
      throw fault("only \" \\ / b f n r t u may follow a backslash")
    }
  }

  /// The scalar of `\uXXXX`, or of a surrogate pair; half a pair becomes U+FFFD.
  private mutating func readScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try readCodeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    let mark = position
    guard UTF16.isLeadSurrogate(first), peek == UInt8(ascii: "\\") else { return "\u{FFFD}" }
    position += 1
    guard peek == UInt8(ascii: "u") else {
      position = mark
      return "\u{FFFD}"
    }
    position += 1
    let second = try readCodeUnit()
    guard UTF16.isTrailSurrogate(second) else {
      position = mark
      return "\u{FFFD}"
    }
    let high = UInt32(first & 0x3FF) << 10
    return Unicode.Scalar(0x1_0000 + high + UInt32(second & 0x3FF)) ?? "\u{FFFD}"
  }

  private mutating func readCodeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits must follow \\u")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}

extension JSONValue {
  /// Reads one JSON value that makes up all of the bytes.
  ///
  /// Strict RFC 8259 in UTF-8: no comments, no trailing commas, no byte order mark. Of two members
  /// with one name the later wins; half a surrogate pair becomes U+FFFD.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var reader = JSONReader(bytes)
    self = try reader.readDocument()
  }

  /// Reads one JSON value that makes up all of a text; see ``init(parsing:)-([UInt8])``.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}
