/// Checks that bytes are one JSON object in UTF-8, without building anything.
///
/// A document that is not would make a whole request fail at the index; found here, it becomes a
/// dead letter of its own. Grammar: RFC 8259. Nesting is kept on a stack of its own, so depth can't
/// overflow the thread's.
struct JSONObjectCheck {
  /// Objects and arrays within one another; deeper ones are refused.
  static let maximumDepth = 512

  /// What comes next in the text.
  private enum Expectation { case value, firstValue, firstName, name, commaOrEnd }

  private let bytes: [UInt8]
  private var position = 0
  /// What is open, outermost first: `}` or `]`, the byte that closes it.
  private var open: [UInt8] = []

  /// What is wrong, as the end of a sentence that starts with "the body"; `nil` if it is an object.
  static func problem(in body: [UInt8]) -> String? {
    var check = JSONObjectCheck(bytes: body)
    return check.run()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func run() -> String? {
    skipSpace()
    guard peek == UInt8(ascii: "{") else { return "is not a JSON object" }
    position += 1
    open.append(UInt8(ascii: "}"))
    var expectation = Expectation.firstName
    while let closing = open.last {
      skipSpace()
      guard let byte = peek else { return "ends in the middle of its JSON" }
      switch expectation {
      case .commaOrEnd where byte == UInt8(ascii: ","):
        position += 1
        expectation = closing == UInt8(ascii: "}") ? .name : .value
      case .commaOrEnd where byte == closing, .firstName where byte == closing,
        .firstValue where byte == closing:
        position += 1
        open.removeLast()
        expectation = .commaOrEnd
      case .firstName, .name:
        guard readString(), readColon() else { return fault }
        expectation = .value
      case .value, .firstValue:
        guard let next = readValue(byte) else { return fault }
        expectation = next
      case .commaOrEnd: return fault
      }
      if open.count > Self.maximumDepth { return "is nested more than 512 levels deep" }
    }
    skipSpace()
    return position == bytes.count ? nil : "goes on after the end of its JSON object"
  }

  private var fault: String { "is not valid JSON at byte \(position)" }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func readColon() -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: ":") else { return false }
    position += 1
    return true
  }

  /// Reads a scalar or opens an object or array.
  private mutating func readValue(_ first: UInt8) -> Expectation? {
    switch first {
    case UInt8(ascii: "\""): return readString() ? .commaOrEnd : nil
    case UInt8(ascii: "{"):
      position += 1
      open.append(UInt8(ascii: "}"))
      return .firstName
    case UInt8(ascii: "["):
      position += 1
      open.append(UInt8(ascii: "]"))
      return .firstValue
    case UInt8(ascii: "t"): return readWord("true") ? .commaOrEnd : nil
    case UInt8(ascii: "f"): return readWord("false") ? .commaOrEnd : nil
    case UInt8(ascii: "n"): return readWord("null") ? .commaOrEnd : nil
    default: return readNumber() ? .commaOrEnd : nil
    }
  }

  private mutating func readWord(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for offset in 0..<count {
      let expected = unsafe word.utf8Start[offset]
      if bytes[position + offset] != expected { return false }
    }
    position += count
    return true
  }

  private mutating func readNumber() -> Bool {
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") {
      position += 1
    } else if readDigits() == 0 {
      return false
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      if readDigits() == 0 { return false }
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      if readDigits() == 0 { return false }
    }
    return true
  }

  private mutating func readDigits() -> Int {
    let start = position
    while let byte = peek, byte >= 0x30, byte <= 0x39 { position += 1 }
    return position - start
  }

  private mutating func readString() -> Bool {
    guard peek == UInt8(ascii: "\"") else { return false }
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return true
      }
      if byte == UInt8(ascii: "\\") {
        guard readEscape() else { return false }
      } else if byte >= 0x80 {
        guard readCodePoint(byte) else { return false }
      } else {
        guard byte >= 0x20 else { return false }
        position += 1
      }
    }
    return false
  }

  private mutating func readEscape() -> Bool {
    guard position + 1 < bytes.count else { return false }
    switch bytes[position + 1] {
    case UInt8(ascii: "u"):
      guard position + 5 < bytes.count else { return false }
      for index in position + 2..<position + 6 where !Self.isHexDigit(bytes[index]) {
        return false
      }
      position += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    default: return false
    }
    return true
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }

  /// Reads one code point of two to four bytes.
  ///
  /// Source: Unicode 15, table 3-7, well-formed UTF-8 byte sequences.
  private mutating func readCodePoint(_ first: UInt8) -> Bool {
    let count: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: count = 2
    case 0xE0: (count, second) = (3, 0xA0...0xBF)
    case 0xED: (count, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: count = 3
    case 0xF0: (count, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: count = 4
    case 0xF4: (count, second) = (4, 0x80...0x8F)
    default: return false
    }
    guard position + count <= bytes.count, second.contains(bytes[position + 1]) else {
      return false
    }
    for index in position + 2..<position + count where bytes[index] & 0xC0 != 0x80 { return false }
    position += count
    return true
  }
}
