/// A JSON value as a tree, for records, settings and single documents on the screen.
///
/// Documents on their way into an index travel as bytes; see ``JSONWriter``.
public indirect enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number, as its exact text.
  case number(String)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object; the order of its members is kept.
  case object(JSONObject)
}

/// The members of a JSON object in their order.
public struct JSONObject: Hashable, Sendable {
  /// One name and its value.
  public struct Member: Hashable, Sendable {
    /// The member's name.
    public var name: String
    /// The member's value.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The members in their order; names are unique.
  public private(set) var members: [Member]

  /// Makes an empty object.
  public init() { members = [] }

  /// Makes an object from members; of two with one name the later wins.
  ///
  /// Takes time in proportion to their number. Names are compared byte by byte, as JSON does.
  public init(_ members: [Member]) {
    self.members = []
    guard members.count > 16 else {
      for member in members { self[member.name] = member.value }
      return
    }
    var unique: [Member] = []
    var indices: [ExactString: Int] = [:]
    indices.reserveCapacity(members.count)
    for member in members {
      if let index = indices[ExactString(member.name)] {
        unique[index].value = member.value
      } else {
        indices[ExactString(member.name)] = unique.count
        unique.append(member)
      }
    }
    self.members = unique
  }

  /// The value under a name; setting `nil` removes the member.
  public subscript(name: String) -> JSONValue? {
    get { members.first { ExactString($0.name) == ExactString(name) }?.value }
    set {
      let index = members.firstIndex { ExactString($0.name) == ExactString(name) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (nil, let value?): members.append(Member(name, value))
      case (let index?, nil): members.remove(at: index)
      case (nil, nil): break
      }
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object from a literal; the order is kept.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member($0.0, $0.1) })
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  /// Makes an object.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member($0.0, $0.1) }))
  }
  /// Makes an array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes a number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Makes a boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes `null`.
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
  /// The member of an object; `nil` for a missing one and for anything but an object.
  public subscript(name: String) -> JSONValue? { objectValue?[name] }

  /// The string, if it is one.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The integer, if it is one.
  public var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The boolean, if it is one.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements, if it is an array.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The object, if it is one.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Whether it is `null`.
  public var isNull: Bool { self == .null }

  /// The value as compact JSON text.
  public var text: String {
    var writer = JSONWriter()
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
