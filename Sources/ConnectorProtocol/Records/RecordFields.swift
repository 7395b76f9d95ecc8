internal import ConnectorKit

// Short ways to read and write the members of a record.

extension JSONValue {
  func text(_ name: String) -> String? { self[name]?.stringValue }

  /// A boolean, be it stored as one, as text or as a number.
  func flag(_ name: String) -> Bool? {
    switch self[name]?.looseText?.lowercased() {
    case "true", "t", "yes", "y", "on", "1": true
    case "false", "f", "no", "n", "off", "0": false
    default: nil
    }
  }

  /// A moment, be it stored as text or in milliseconds.
  func moment(_ name: String) -> Timestamp? {
    if let milliseconds = self[name]?.integerValue {
      // Up to the year 9999, which texts end at.
      guard abs(milliseconds) < 253_402_300_800_000 else { return nil }
      return Timestamp(millisecondsSince1970: milliseconds)
    }
    return text(name).flatMap { Timestamp($0) }
  }

  /// A whole number, be it stored as one or as text.
  func whole(_ name: String) -> Int64? {
    self[name]?.integerValue ?? text(name).flatMap { Int64($0) }
  }

  /// A count, 0 if there is none; absurd ones are cut so that sums of them can't overflow.
  func count(_ name: String) -> Int {
    let stored = whole(name) ?? 0
    return Int(min(max(0, stored), 1 << 53))
  }

  /// A string as it is, a number or boolean as its text; for values that other programs write
  /// either way.
  var looseText: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    default: nil
    }
  }

  static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  static func optional(_ moment: Timestamp?) -> JSONValue {
    moment.map { .string($0.description) } ?? .null
  }

  /// An array; `nil` if it is empty.
  static func list(_ elements: [JSONValue]) -> JSONValue? {
    elements.isEmpty ? nil : .array(elements)
  }

  static func count(_ number: Int) -> JSONValue { .integer(Int64(number)) }

  /// A number that fits the `integer` of the jobs' mapping.
  static func clampedCount(_ number: Int) -> JSONValue {
    .integer(Int64(min(number, Int(Int32.max))))
  }
}

extension JSONObject {
  /// The members that another object lacks; objects under some names are compared member by
  /// member.
  func subtracting(_ other: JSONObject, within names: Set<String>) -> JSONObject {
    var rest: [Member] = []
    for member in members {
      guard let known = other[member.name] else {
        rest.append(member)
        continue
      }
      guard names.contains(member.name), let mine = member.value.objectValue,
        let theirs = known.objectValue
      else { continue }
      let inner = mine.subtracting(theirs, within: [])
      if !inner.members.isEmpty { rest.append(Member(member.name, .object(inner))) }
    }
    return JSONObject(rest)
  }

  /// Adds the members of another object that this one lacks, within shared objects as well.
  mutating func addMissing(from other: JSONObject) {
    for member in other.members {
      guard let mine = self[member.name] else {
        self[member.name] = member.value
        continue
      }
      guard var inner = mine.objectValue, let theirs = member.value.objectValue else { continue }
      inner.addMissing(from: theirs)
      self[member.name] = .object(inner)
    }
  }
}
