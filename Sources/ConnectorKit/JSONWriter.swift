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
    writeQuoted(name.utf8)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string.
  public mutating func string(_ value: String) {
    separate()
    writeQuoted(value.utf8)
    needsComma = true
  }

  /// Writes a string from bytes that are valid UTF-8.
  public mutating func string(utf8 value: some Sequence<UInt8>) {
    separate()
    writeQuoted(value)
    needsComma = true
  }

  /// Writes an integer.
  public mutating func integer(_ value: Int64) { raw(String(value).utf8) }

  /// Writes a boolean.
  public mutating func bool(_ value: Bool) { raw((value ? "true" : "false").utf8) }

  /// Writes `null`.
  public mutating func null() { raw("null".utf8) }

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

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func writeQuoted(_ value: some Sequence<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    let done: Void? = value.withContiguousStorageIfAvailable { buffer in
      unsafe appendEscaped(buffer.span)
    }
    if done == nil { appendEscaped(Array(value).span) }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Copies runs that need no escape in one piece.
  private mutating func appendEscaped(_ value: Span<UInt8>) {
    var start = 0
    var index = 0
    while index < value.count {
      let byte = value[index]
      if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        index += 1
        continue
      }
      appendRun(value, from: start, to: index)
      appendEscape(byte)
      index += 1
      start = index
    }
    appendRun(value, from: start, to: value.count)
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
    raw(String(value).utf8)
  }

  /// Writes a member with a boolean.
  public mutating func member(_ name: String, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  /// Writes a member with a moment in ISO 8601.
  public mutating func member(_ name: String, _ value: Timestamp) {
    self.name(name)
    string(value.description)
  }
}
