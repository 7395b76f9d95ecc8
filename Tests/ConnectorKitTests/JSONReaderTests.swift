import ConnectorKit
import Testing

@Suite struct JSONReaderTests {
  private static let valid: [(String, JSONValue)] = [
    ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-7", -7),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number("9223372036854775808")), ("-0", .number("-0")),
    ("1.50", .number("1.50")), ("1e3", .number("1e3")), ("-0.5E-2", .number("-0.5E-2")),
    ("\"\"", ""), ("[]", []), ("{}", [:]), ("[1, [2 ,\n3]]", [1, [2, 3]]),
    ("{\"a\" : {\"b\":[{}]}}", ["a": ["b": [[:]]]]),
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"),
    (#""\uD83D\uDE00!""#, "😀!"), (#""\uD83D""#, "\u{FFFD}"), (#""\uDE00x""#, "\u{FFFD}x"),
    (#""\uD83D\n""#, "\u{FFFD}\n"), (#""\uD83D\u0041""#, "\u{FFFD}A"),
    (#""\uD83D\uD83D\uDE00""#, "\u{FFFD}😀"), ("\"a\u{2028}\u{7F}é😀\"", "a\u{2028}\u{7F}é😀"),
  ]

  @Test(arguments: valid)
  func `reads valid JSON`(_ text: String, _ value: JSONValue) throws {
    #expect(try JSONValue(parsing: text) == value)
  }

  private static let invalid: [(String, Int)] = [
    ("", 0), (" ", 1), ("nul", 0), ("nulls", 4), ("1 2", 2), ("01", 1), ("-", 1), ("1.", 2),
    (".5", 0), ("1e", 2), ("1e+", 3), ("+1", 0), ("NaN", 0), ("[1,]", 3), ("[1 2]", 3),
    ("[", 1), ("[1", 2), ("]", 0), ("{", 1), ("{\"a\"}", 4), ("{\"a\":}", 5), ("{a:1}", 1),
    ("{\"a\":1,}", 7), ("{\"a\":1 \"b\":2}", 7), ("'a'", 0), ("\"a", 2), ("\"\\", 2),
    ("\"\\x\"", 2), ("\"\\u12g4\"", 5), ("\"\\u12\"", 5), ("\"\t\"", 1), ("\"a\u{0}\"", 2),
    ("/* */1", 0), ("\u{FEFF}1", 0), ("[1}", 2), ("{\"a\":1]", 6),
  ]

  @Test(arguments: invalid)
  func `refuses what is not JSON and says where`(_ text: String, _ offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    #expect(error?.offset == offset)
  }

  @Test func `refuses a string that is not valid UTF-8`() {
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: [0x5B, 0x22, 0x61, 0xFF, 0x22, 0x5D])
    }
    #expect(error?.offset == 2)
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0x5C, 0x6E, 0xC3, 0x22]) }
  }

  @Test func `refuses every control character in a string, before and after an escape`() {
    for code in UInt8(0)..<0x20 {
      for start in ["", #"a\n"#] {
        let error = #expect(throws: JSONError.self) {
          try JSONValue(parsing: [0x22] + Array(start.utf8) + [code, 0x22])
        }
        #expect(error?.offset == 1 + start.utf8.count)
      }
    }
  }

  @Test func `the error is a full sentence`() {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[1") }
    #expect(
      error?.description == "This is not valid JSON: at byte 2, a comma or \"]\" is missing.")
  }

  @Test func `of two members with one name the later wins`() throws {
    let value = try JSONValue(parsing: #"{"a":1,"b":2,"a":3}"#)
    #expect(value.text == #"{"a":3,"b":2}"#)
    let many = (0..<40).map { "\"k\($0 % 20)\":\($0)" }.joined(separator: ",")
    let large = try JSONValue(parsing: "{\(many)}")
    #expect(large.objectValue?.members.map(\.value) == (20..<40).map { .integer($0) })
  }

  @Test func `names that are only canonically equivalent are two members`() throws {
    let value = try JSONValue(parsing: "{\"caf\u{E9}\":1,\"cafe\u{301}\":2}")
    #expect(value.objectValue?.members.count == 2)
    #expect(value["cafe\u{301}"] == 2)
  }

  @Test func `takes 512 levels and refuses one more`() throws {
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    _ = try JSONValue(parsing: nested(512))
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(513)) }
    #expect(error?.offset == 512)
    #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
  }

  @Test func `an object of a hundred thousand members is read in linear time`() throws {
    let members = (0..<100_000).map { "\"member\($0)\":\($0)" }.joined(separator: ",")
    // A quadratic reader compares five billion names and does not come back.
    let value = try JSONValue(parsing: "{\(members)}")
    #expect(value.objectValue?.members.count == 100_000)
    #expect(value.objectValue?.members.last?.name == "member99999")
  }

  @Test func `what was written is read back, for random values`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed)
    for _ in 0..<2_000 {
      let value = Self.randomValue(depth: 4, &random)
      #expect(try JSONValue(parsing: value.text) == value, "seed \(seed)")
    }
  }

  @Test func `random damage is refused or read, never fatal`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed)
    for _ in 0..<5_000 {
      var bytes = Array(Self.randomValue(depth: 3, &random).text.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      #expect(try JSONValue(parsing: value.text) == value, "seed \(seed)")
    }
  }

  @Test func `walking over an object skips what is not read`() throws {
    var reader = JSONReader(Array(#"{"a":[{"x":"]}\""}],"b":5,"c":"\\","d":6}"#.utf8))
    var found: [String] = []
    try reader.forEachMember { name, reader throws(JSONError) in
      if name == "b" || name == "d" {
        found.append(try reader.readValue().text)
      } else {
        try reader.skipValue()
      }
      return name != "d"
    }
    #expect(found == ["5", "6"])
  }

  private static func randomValue(depth: Int, _ random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .integer(.random(in: .min ... .max, using: &random))
    case 3: return .number("\(Int.random(in: -99...99, using: &random)).25e7")
    case 4: return .string(randomString(&random))
    case 5:
      let count = Int.random(in: 0...4, using: &random)
      return .array((0..<count).map { _ in randomValue(depth: depth - 1, &random) })
    default:
      let count = Int.random(in: 0...4, using: &random)
      return .object(
        JSONObject(
          (0..<count).map { _ in
            JSONObject.Member(randomString(&random), randomValue(depth: depth - 1, &random))
          }))
    }
  }

  private static func randomString(_ random: inout SeededGenerator) -> String {
    let pool = Array("ab\"\\/\n\t\u{0}\u{1F}\u{7F}é€😀\u{301}\u{2028} z09")
    let count = Int.random(in: 0...12, using: &random)
    return String((0..<count).map { _ in pool.randomElement(using: &random) ?? "a" })
  }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
