/// Writes JSON straight into bytes, without a tree in between.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.member("title", "Annual report")
/// writer.member("size", 48_213)
/// writer.endObject()
/// ```
/// The output is valid UTF-8. The writer trusts its caller to close what it opened.
public struct JSONWriter: Sendable {
  /// What has been written so far.
  public private(set) var bytes: [UInt8]
  private var needsComma = false

  /// Makes a writer.
  ///
  /// - Parameter capacity: bytes to reserve at first.
  public init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Opens an object.
  public mutating func beginObject() {
    separate()
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  /// Closes the object opened last.
  public mutating func endObject() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Opens an array.
  public mutating func beginArray() {
    separate()
    bytes.append(UInt8(ascii: "["))
    needsComma = false
  }

  /// Closes the array opened last.
  public mutating func endArray() {
    bytes.append(UInt8(ascii: "]"))
    needsComma = true
  }

  /// Writes a member's name; its value must follow.
  public mutating func name(_ name: String) {
    separate()
    appendQuoted(name.utf8.span)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string.
  public mutating func string(_ value: String) {
    separate()
    appendQuoted(value.utf8.span)
    needsComma = true
  }

  /// Writes a string from bytes in UTF-8; what is not valid becomes U+FFFD.
  public mutating func string(utf8 value: [UInt8]) { string(utf8: value[...]) }

  /// Writes a string from bytes in UTF-8; what is not valid becomes U+FFFD.
  public mutating func string(utf8 value: ArraySlice<UInt8>) {
    separate()
    let mark = bytes.count
    if !appendQuoted(value.span), !Self.isValid(value.span) {
      bytes.removeSubrange(mark...)
      let repaired = String(decoding: value, as: UTF8.self)
      appendQuoted(repaired.utf8.span)
    }
    needsComma = true
  }

  /// Writes a string from bytes in UTF-8; what is not valid becomes U+FFFD.
  public mutating func string(utf8 value: some Sequence<UInt8>) { string(utf8: Array(value)) }

  /// Writes an integer.
  public mutating func integer(_ value: Int64) {
    let text = String(value)
    append(raw: text.utf8.span)
  }

  /// Writes a boolean.
  public mutating func bool(_ value: Bool) {
    let text = value ? "true" : "false"
    append(raw: text.utf8.span)
  }

  /// Writes `null`.
  public mutating func null() { raw("null".utf8) }

  /// Writes bytes that are one complete JSON value already.
  public mutating func raw(_ value: [UInt8]) { append(raw: value.span) }

  /// Writes bytes that are one complete JSON value already.
  public mutating func raw(_ value: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: value)
    needsComma = true
  }

  /// Writes a tree.
  public mutating func write(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .number(let text): raw(text.utf8)
    case .string(let value): string(value)
    case .array(let elements):
      beginArray()
      for element in elements { write(element) }
      endArray()
    case .object(let object):
      beginObject()
      for member in object.members {
        name(member.name)
        write(member.value)
      }
      endObject()
    }
  }

  private static func isValid(_ bytes: Span<UInt8>) -> Bool {
    (try? UTF8Span(validating: bytes)) != nil
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func append(raw value: Span<UInt8>) {
    separate()
    appendRun(value, from: 0, to: value.count)
    needsComma = true
  }

  /// Copies runs that need no escape in one piece.
  ///
  /// - Parameter value: the string's bytes.
  /// - Returns: whether all of them are ASCII.
  @discardableResult
  private mutating func appendQuoted(_ value: Span<UInt8>) -> Bool {
    bytes.append(UInt8(ascii: "\""))
    var start = 0
    var seen: UInt64 = 0
    while true {
      let end = Self.firstEscape(in: value, from: start, seen: &seen)
      appendRun(value, from: start, to: end)
      if end == value.count { break }
      appendEscape(value[end])
      start = end + 1
    }
    bytes.append(UInt8(ascii: "\""))
    return seen & 0x8080_8080_8080_8080 == 0
  }

  /// The first byte from a position on that must be escaped, looking at eight bytes at a time.
  private static func firstEscape(
    in value: Span<UInt8>, from start: Int, seen: inout UInt64
  ) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let raw = unsafe value.bytes
    var index = start
    while index + 8 <= value.count {
      // Within bounds by the condition of the loop.
      let loaded = unsafe raw.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self)
      let word = UInt64(littleEndian: loaded)
      let quotes = word ^ (ones &* 0x22)
      let backslashes = word ^ (ones &* 0x5C)
      // A high bit for every byte below 0x20, every quotation mark and every backslash; above the
      // first one there may be false ones, so only the first counts.
      var found = (word &- (ones &* 0x20)) & ~word
      found |= (quotes &- ones) & ~quotes
      found |= (backslashes &- ones) & ~backslashes
      found &= highs
      seen |= word
      if found != 0 { return index + found.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < value.count {
      let byte = value[index]
      seen |= UInt64(byte)
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      index += 1
    }
    return index
  }

  private mutating func appendRun(_ value: Span<UInt8>, from start: Int, to end: Int) {
    guard start < end else { return }
    unsafe value.extracting(start..<end).withUnsafeBufferPointer { run in
      unsafe bytes.append(contentsOf: run)
    }
  }

  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      for digit in [byte >> 4, byte & 15] {
        bytes.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
      }
    }
  }
}

extension JSONWriter {
  /// Writes a member with a string.
  public mutating func member(_ name: String, _ value: String) {
    self.name(name)
    string(value)
  }

  /// Writes a member with an integer.
  public mutating func member(_ name: String, _ value: some BinaryInteger) {
    self.name(name)
    let text = String(value)
    append(raw: text.utf8.span)
  }

  /// Writes a member with a boolean.
  public mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  /// Writes a member with a moment in ISO 8601.
  public mutating func member(_ name: String, _ value: Timestamp) {
    self.name(name)
    separate()
    bytes.append(UInt8(ascii: "\""))
    value.appendText(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }
}
