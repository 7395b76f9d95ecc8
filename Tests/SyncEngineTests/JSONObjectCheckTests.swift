import ConnectorKit
import Testing

@testable import SyncEngine

@Suite struct JSONObjectCheckTests {
  @Test(arguments: [
    "{}", " { } ", #"{"a":1}"#, #"{"a":[],"b":{}}"#,
    #"{"a":[1,-0.5e+3,true,false,null,"x\n\u00e9"]}"#,
    #"{"ü":"𝄞"}"#,
  ])
  func `an object passes`(_ text: String) {
    #expect(JSONObjectCheck.problem(in: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    "", "[]", "1", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,}"#, #"{"a":01}"#, #"{"a":1.}"#,
    #"{"a":+1}"#, #"{"a":"x}"#, #"{"a":"\x"}"#, #"{"a":"\u12"}"#, "{\"a\":\"\n\"}", #"{"a":1}x"#,
    #"{"a":[1}"#, #"{"a":tru}"#, #"{"a":NaN}"#, #"{a:1}"#, "{}{}",
  ])
  func `anything else does not`(_ text: String) {
    #expect(JSONObjectCheck.problem(in: Array(text.utf8)) != nil)
  }

  @Test(
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ] as [[UInt8]])
  func `bytes that are not UTF-8 do not pass`(_ bytes: [UInt8]) {
    let body = Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
    #expect(JSONObjectCheck.problem(in: body) != nil)
  }

  @Test func `depth is bounded without recursion`() {
    let deep = #"{"a":"# + String(repeating: "[", count: 100_000)
    #expect(JSONObjectCheck.problem(in: Array(deep.utf8))?.contains("512") == true)
  }

  @Test(arguments: [51, 52, 53] as [UInt64])
  func `it agrees with the reader about damaged objects`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let sample = Array(#"{"a":[1,2.5e3,"x\u00e9\n",{"b":null}],"c":true,"d":"é"}"#.utf8)
    for _ in 0..<1500 {
      var bytes = sample
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.remove(at: index)
        case 1: bytes[index] = sample[Int.random(in: 0..<sample.count, using: &random)]
        default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        }
      }
      let isObject = (try? JSONValue(parsing: bytes))?.objectValue != nil
      let text = String(decoding: bytes, as: UTF8.self)
      #expect((JSONObjectCheck.problem(in: bytes) == nil) == isObject, "\(text)")
    }
  }
}

@Suite struct DocumentBodyTests {
  @Test(arguments: [
    (#"{"a":1}"#, #"{"a":1,"b":2}"#), ("{}", #"{"b":2}"#), ("{ }", #"{ "b":2}"#),
    (#"{"a":"}"} "#, #"{"a":"}","b":2}"#),
  ])
  func `members are appended to an object`(_ object: String, _ joined: String) {
    let body = DocumentBody.appending(Array(#""b":2"#.utf8), to: Array(object.utf8))
    #expect(String(decoding: body, as: UTF8.self) == joined)
  }
}
