import ConnectorKit
import Testing

@Suite struct ExactStringTests {
  @Test func `strings are equal exactly if their bytes are`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed)
    let pool = ["a", "b", "\u{E9}", "e\u{301}", "\u{1F600}"]
    for _ in 0..<20_000 {
      func make() -> String {
        (0..<Int.random(in: 0...9, using: &random)).map { _ in
          pool.randomElement(using: &random) ?? ""
        }.joined()
      }
      let (left, right) = (make(), make())
      let isSame = Array(left.utf8) == Array(right.utf8)
      #expect((ExactString(left) == ExactString(right)) == isSame, "seed \(seed)")
      #expect(ExactString(left) == ExactString(left + ""))
      #expect(ExactString(left).hashValue == ExactString(left + "").hashValue)
    }
  }

  @Test func `one byte tells two strings apart, wherever it stands`() {
    let text = String(repeating: "x", count: 25)
    for index in 0..<25 {
      var bytes = Array(text.utf8)
      bytes[index] = UInt8(ascii: "y")
      let other = String(decoding: bytes, as: UTF8.self)
      #expect(ExactString(text) != ExactString(other))
    }
  }
}
