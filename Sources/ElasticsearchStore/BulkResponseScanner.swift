internal import ConnectorKit

/// Reads the answer of `_bulk` byte by byte, without building a tree.
///
/// Of each item only `status`, `result` and, where there is one, `error` are looked at, in whatever
/// order the server writes them; everything else is stepped over.
struct BulkResponseScanner {
  /// What one item says.
  struct Item: Hashable {
    var status = 0
    var result: Result?
    var errorType = ""
    var reason = ""
  }

  enum Result: Hashable {
    case created, updated, deleted, notFound, noop
  }

  /// The answer is no bulk answer, or it breaks off.
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var position = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The items in their order.
  static func items(_ bytes: [UInt8], expected: Int) throws(Malformed) -> [Item] {
    var scanner = BulkResponseScanner(bytes)
    var items: [Item] = []
    items.reserveCapacity(expected)
    try scanner.members { scanner, name throws(Malformed) in
      guard scanner.isName(name, "items") else { return try scanner.skipValue() }
      try scanner.elements { scanner throws(Malformed) in
        var item = Item()
        try scanner.members { scanner, _ throws(Malformed) in try scanner.read(&item) }
        items.append(item)
      }
    }
    return items
  }

  private mutating func read(_ item: inout Item) throws(Malformed) {
    var found = Item()
    try members { scanner, name throws(Malformed) in
      if scanner.isName(name, "status") {
        found.status = try scanner.integer()
      } else if scanner.isName(name, "result") {
        found.result = scanner.result(try scanner.rawString())
      } else if scanner.isName(name, "error") {
        try scanner.readError(&found)
      } else {
        try scanner.skipValue()
      }
    }
    item = found
  }

  private mutating func readError(_ item: inout Item) throws(Malformed) {
    skipSpace()
    guard peek == UInt8(ascii: "{") else {
      item.reason = peek == UInt8(ascii: "\"") ? text(try rawString()) : ""
      return
    }
    var found = item
    var cause = ""
    try members { scanner, name throws(Malformed) in
      if scanner.isName(name, "type") {
        found.errorType = scanner.text(try scanner.rawString())
      } else if scanner.isName(name, "reason"), scanner.isAtString {
        found.reason = scanner.text(try scanner.rawString())
      } else if scanner.isName(name, "caused_by"), scanner.isAtObject {
        try scanner.members { scanner, name throws(Malformed) in
          if scanner.isName(name, "reason"), scanner.isAtString {
            cause = scanner.text(try scanner.rawString())
          } else {
            try scanner.skipValue()
          }
        }
      } else {
        try scanner.skipValue()
      }
    }
    if !cause.isEmpty { found.reason += ": " + cause }
    item = found
  }

  private func result(_ range: Range<Int>) -> Result? {
    if isName(range, "updated") { return .updated }
    if isName(range, "created") { return .created }
    if isName(range, "deleted") { return .deleted }
    if isName(range, "not_found") { return .notFound }
    return isName(range, "noop") ? .noop : nil
  }

  // MARK: JSON

  private mutating func members(
    _ visit: (inout Self, _ name: Range<Int>) throws(Malformed) -> Void
  ) throws(Malformed) {
    try expect(UInt8(ascii: "{"))
    skipSpace()
    if peek == UInt8(ascii: "}") {
      position += 1
      return
    }
    while true {
      skipSpace()
      let name = try rawString()
      try expect(UInt8(ascii: ":"))
      skipSpace()
      try visit(&self, name)
      if try ends(UInt8(ascii: "}")) { return }
    }
  }

  private mutating func elements(
    _ visit: (inout Self) throws(Malformed) -> Void
  ) throws(Malformed) {
    try expect(UInt8(ascii: "["))
    skipSpace()
    if peek == UInt8(ascii: "]") {
      position += 1
      return
    }
    repeat { try visit(&self) } while try !ends(UInt8(ascii: "]"))
  }

  private mutating func ends(_ bracket: UInt8) throws(Malformed) -> Bool {
    skipSpace()
    guard let byte = peek, byte == bracket || byte == UInt8(ascii: ",") else { throw Malformed() }
    position += 1
    return byte == bracket
  }

  private mutating func expect(_ byte: UInt8) throws(Malformed) {
    skipSpace()
    guard peek == byte else { throw Malformed() }
    position += 1
  }

  /// The range of a string's bytes between its quotation marks.
  private mutating func rawString() throws(Malformed) -> Range<Int> {
    skipSpace()
    guard isAtString else { throw Malformed() }
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return start..<position - 1
      case UInt8(ascii: "\\"): position += 2
      default: position += 1
      }
    }
    throw Malformed()
  }

  private mutating func integer() throws(Malformed) -> Int {
    skipSpace()
    var value = 0
    let start = position
    while let byte = peek, byte >= 0x30, byte <= 0x39, position < start + 6 {
      value = value * 10 + Int(byte - 0x30)
      position += 1
    }
    guard position > start else { throw Malformed() }
    return value
  }

  private mutating func skipValue() throws(Malformed) {
    skipSpace()
    var depth = 0
    repeat {
      guard let byte = peek else { throw Malformed() }
      switch byte {
      case UInt8(ascii: "\""):
        _ = try rawString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard depth > 0 else { throw Malformed() }
        depth -= 1
      case UInt8(ascii: ","): guard depth > 0 else { throw Malformed() }
      default:
        if depth == 0 { return skipScalar() }
      }
      position += 1
    } while depth > 0
  }

  private mutating func skipScalar() {
    while let byte = peek, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"),
      byte != UInt8(ascii: "]"), byte > 0x20
    { position += 1 }
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
  private var isAtString: Bool { peek == UInt8(ascii: "\"") }
  private var isAtObject: Bool { peek == UInt8(ascii: "{") }

  private func isName(_ range: Range<Int>, _ name: StaticString) -> Bool {
    guard range.count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { unsafe $0.elementsEqual(bytes[range]) }
  }

  /// A string's text with its escapes resolved.
  private func text(_ range: Range<Int>) -> String {
    let quoted = [UInt8(ascii: "\"")] + bytes[range] + [UInt8(ascii: "\"")]
    var reader = JSONReader(quoted)
    return (try? reader.readDocument())?.stringValue ?? ""
  }
}
