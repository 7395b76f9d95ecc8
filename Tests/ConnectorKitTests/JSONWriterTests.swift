import ConnectorKit
import Testing

@Suite struct JSONWriterTests {
  @Test func `writes objects, arrays and every kind of value`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("s", "a")
    writer.member("i", -5)
    writer.member("u", UInt64.max)
    writer.member("b", true)
    writer.member("t", Timestamp(millisecondsSince1970: 1_795_489_200_007))
    writer.name("a")
    writer.beginArray()
    writer.integer(1)
    writer.bool(false)
    writer.null()
    writer.raw([0x7B, 0x7D])
    writer.raw("[]".utf8)
    writer.beginArray()
    writer.endArray()
    writer.string("x")
    writer.endArray()
    writer.name("o")
    writer.beginObject()
    writer.endObject()
    writer.endObject()
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"s":"a","i":-5,"u":18446744073709551615,"b":true,"t":"2026-11-24T03:00:00.007Z","#
        + #""a":[1,false,null,{},[],[],"x"],"o":{}}"#)
  }

  @Test func `every character is escaped wherever it stands, or left as it is`() throws {
    for code in UInt8.min...127 {
      for before in 0..<18 {
        let text =
          String(repeating: "a", count: before) + String(Unicode.Scalar(code))
          + String(repeating: "\u{20AC}", count: before % 3)
        var writer = JSONWriter()
        writer.string(text)
        let needsEscape = code < 0x20 || code == 0x22 || code == 0x5C
        #expect(writer.bytes.contains(UInt8(ascii: "\\")) == needsEscape)
        #expect(try JSONValue(parsing: writer.bytes) == .string(text))
      }
    }
  }

  @Test func `names are escaped like strings`() throws {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("a \"quoted\"\nname \u{1} of some length", 1)
    writer.endObject()
    let value = try JSONValue(parsing: writer.bytes)
    #expect(value["a \"quoted\"\nname \u{1} of some length"] == 1)
  }

  @Test(arguments: [
    ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xC3], "\u{FFFD}"), ([0xE2, 0x82, 0xAC], "€"),
    ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"), ([0x0A, 0xC0, 0x80], "\n\u{FFFD}\u{FFFD}"),
    ([0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x80], "abcdefgh\u{FFFD}"),
  ])
  func `bytes that are not UTF-8 are repaired`(_ bytes: [UInt8], _ text: String) throws {
    var writer = JSONWriter()
    writer.beginArray()
    writer.string(utf8: bytes)
    writer.string(utf8: bytes[...])
    writer.endArray()
    #expect(try JSONValue(parsing: writer.bytes) == [.string(text), .string(text)])
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
    (-62_167_219_200_001, "-0001-12-31T23:59:59.999Z"),
    (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
  ])
  func `times are written with four digits of the year and more`(_ time: Int64, _ text: String) {
    #expect(Timestamp(millisecondsSince1970: time).description == text)
  }
}
