internal import Glibc

/// A piece of text in a document: a string, a number or a boolean.
struct DocumentText {
  /// The text in UTF-8 with its escapes resolved.
  var text: UnsafeBufferPointer<UInt8>
  /// Whether it stands in a top-level field that names the document.
  var isTitle: Bool
}

/// Walks over the texts of a document's JSON without making a tree.
///
/// Whatever the bytes are, it ends and stays within them; of damaged JSON it visits what it
/// understands. It may be used by one thread at a time.
final class JSONTextScanner {
  /// A member's name on the way to the value, as the JSON has it.
  private struct Level {
    var isObject: Bool
    var name: Range<Int>
  }

  private var levels: [Level] = []
  private let unescaped = ByteBuffer(capacity: 1 << 10)
  private var json = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var position = 0

  /// The fields whose texts name a document.
  private static let titleNames = ["title", "name", "path"].map { Array($0.utf8) }

  /// Visits every text.
  ///
  /// - Parameters:
  ///   - json: one JSON object.
  ///   - visit: gets each text, valid during the call; returns `false` to stop.
  func scan(_ json: UnsafeBufferPointer<UInt8>, _ visit: (DocumentText) -> Bool) {
    self.json = json
    position = 0
    levels.removeAll(keepingCapacity: true)
    defer { self.json = UnsafeBufferPointer(start: nil, count: 0) }
    while position < json.count {
      let byte = json[position]
      switch byte {
      case UInt8(ascii: "\""):
        let content = skipString()
        if isName {
          levels[levels.count - 1].name = content.range
          skipColon()
        } else if !visit(DocumentText(text: text(of: content), isTitle: isTitle)) {
          return
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        levels.append(Level(isObject: byte == UInt8(ascii: "{"), name: 0..<0))
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if !levels.isEmpty { levels.removeLast() }
        position += 1
      case UInt8(ascii: ","):
        if let last = levels.last, last.isObject { levels[levels.count - 1].name = 0..<0 }
        position += 1
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"),
        UInt8(ascii: "f"):
        let literal = skipLiteral()
        if !visit(DocumentText(text: literal, isTitle: isTitle)) { return }
      case UInt8(ascii: "n"): _ = skipLiteral()
      default: position += 1
      }
    }
  }

  /// The path of the text being visited, names joined by dots.
  var fieldPath: String {
    var path = ""
    for level in levels where level.isObject {
      let name = UnsafeBufferPointer(rebasing: json[level.name])
      if !path.isEmpty { path += "." }
      path += String(decoding: name, as: UTF8.self)
    }
    return path
  }

  /// Whether a string here is a member's name: in an object, without one yet.
  private var isName: Bool {
    guard let last = levels.last else { return false }
    return last.isObject && last.name.lowerBound == 0
  }

  private var isTitle: Bool {
    guard levels.count == 1, let first = levels.first, first.isObject else { return false }
    let name = json[first.name]
    return Self.titleNames.contains { $0.count == name.count && name.elementsEqual($0) }
  }

  private struct Content {
    var range: Range<Int>
    var hasEscapes: Bool
  }

  /// Moves behind the string that starts here.
  private func skipString() -> Content {
    let start = position + 1
    var index = start
    var hasEscapes = false
    while index < json.count {
      let byte = json[index]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        index += 1
      }
      index += 1
    }
    let end = min(index, json.count)
    position = min(end + 1, json.count)
    return Content(range: start..<max(start, end), hasEscapes: hasEscapes)
  }

  private func skipColon() {
    while position < json.count {
      let byte = json[position]
      position += 1
      if byte == UInt8(ascii: ":") { return }
    }
  }

  private func skipLiteral() -> UnsafeBufferPointer<UInt8> {
    let start = position
    while position < json.count {
      switch json[position] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0...0x20, UInt8(ascii: "\""):
        return UnsafeBufferPointer(rebasing: json[start..<position])
      default: position += 1
      }
    }
    return UnsafeBufferPointer(rebasing: json[start..<position])
  }

  // MARK: Escapes

  private func text(of content: Content) -> UnsafeBufferPointer<UInt8> {
    let raw = UnsafeBufferPointer(rebasing: json[content.range])
    guard content.hasEscapes else { return raw }
    unescaped.count = 0
    unescaped.reserve(raw.count)
    var index = 0
    while index < raw.count {
      let byte = raw[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < raw.count else {
        unescaped.append(byte)
        continue
      }
      let escape = raw[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): unescaped.append(0x0A)
      case UInt8(ascii: "t"): unescaped.append(0x09)
      case UInt8(ascii: "r"): unescaped.append(0x0D)
      case UInt8(ascii: "b"): unescaped.append(0x08)
      case UInt8(ascii: "f"): unescaped.append(0x0C)
      case UInt8(ascii: "u"): appendCharacter(raw, &index)
      default: unescaped.append(escape)
      }
    }
    return unescaped.bytes
  }

  /// Appends the character behind `\u`, a surrogate pair as one.
  private func appendCharacter(_ raw: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    var value = hexadecimal(raw, index) ?? 0xFFFD
    index = min(index + 4, raw.count)
    if value & 0xFC00 == 0xD800, index + 6 <= raw.count, raw[index] == UInt8(ascii: "\\"),
      raw[index + 1] == UInt8(ascii: "u"), let low = hexadecimal(raw, index + 2),
      low & 0xFC00 == 0xDC00
    {
      value = 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF)
      index += 6
    }
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    for byte in Unicode.UTF8.encode(scalar).map({ Array($0) }) ?? [] { unescaped.append(byte) }
  }

  private func hexadecimal(_ raw: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32? {
    guard start + 4 <= raw.count else { return nil }
    var value: UInt32 = 0
    for byte in raw[start..<start + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
