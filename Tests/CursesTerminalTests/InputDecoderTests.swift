import TerminalKit
import Testing

@testable import CursesTerminal

@Suite struct InputDecoderTests {
  private func items(_ bytes: [UInt8], isLate: Bool = true) -> [InputDecoder.Item] {
    var decoder = InputDecoder(described: [Array("\u{1B}[11^".utf8): .function(11)])
    decoder.feed(bytes)
    var items: [InputDecoder.Item] = []
    while let item = decoder.next() { items.append(item) }
    guard isLate else { return items }
    while let item = decoder.next(isLate: true) { items.append(item) }
    return items
  }

  private func keys(_ text: String) -> [Key] {
    items(Array(text.utf8)).compactMap { item in
      guard case .event(.key(let key)) = item else { return nil }
      return key
    }
  }

  @Test(arguments: [
    ("a", [Key.character("a")]),
    ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
    ("\u{08}", [.backspace]), ("\u{12}", [.control("r")]), ("\u{1A}", [.control("z")]),
    ("\u{00}", [.control(" ")]), ("\u{1F}", [.control("_")]),
    ("é日👍", [.character("é"), .character("日"), .character("👍")]),
    ("\u{1B}", [.escape]), ("\u{1B}\u{1B}", [.escape, .escape]),
    ("\u{1B}x", [.alt("x")]), ("\u{1B}é", [.alt("é")]), ("\u{1B}[", [.alt("[")]),
    ("\u{1B}]", [.alt("]")]), ("\u{1B}O", [.alt("O")]),
    ("\u{1B}[A\u{1B}OB\u{1B}[1;2C\u{1B}[D", [.up, .down, .right, .left]),
    ("\u{1B}[1;5C\u{1B}[1;3D", [.alt("f"), .alt("b")]),
    ("\u{1B}[H\u{1B}[4~\u{1B}[7~\u{1B}OF", [.home, .end, .home, .end]),
    ("\u{1B}[5~\u{1B}[6~\u{1B}[2~\u{1B}[3~", [.pageUp, .pageDown, .insert, .delete]),
    ("\u{1B}[Z", [.backTab]),
    (
      "\u{1B}OP\u{1B}[15~\u{1B}[24~\u{1B}[[B",
      [
        .function(1), .function(5), .function(12), .function(2),
      ]
    ),
    ("\u{1B}[11^", [.function(11)]),
    ("\u{1B}[114;5u\u{1B}[27;5;114~", [.control("r"), .control("r")]),
    ("\u{1B}[97;2u\u{1B}[13u\u{1B}[9;2u", [.character("A"), .enter, .backTab]),
    ("\u{1B}\u{7F}", [.control("w")]),
    ("\u{1B}[99zq", [.character("q")]),
    ("\u{1B}[?62;c q", [.character(" "), .character("q")]),
  ])
  func `keys are read from their sequences`(_ text: String, _ expected: [Key]) {
    #expect(keys(text) == expected)
  }

  @Test func `an Esc waits for what may follow`() {
    #expect(items([0x1B], isLate: false) == [])
    #expect(items([0x1B, 0x5B], isLate: false) == [])
    #expect(items([0xE6, 0x97], isLate: false) == [])
    #expect(items([0x1B, 0x61], isLate: false) == [.event(.key(.alt("a")))])
  }

  @Test func `a paste arrives in one piece and holds no keys`() {
    let text = "\u{1B}[200~one\r\ntwo\u{1B}[A\rthree\u{1B}[201~q"
    #expect(
      items(Array(text.utf8)) == [
        .event(.paste("one\ntwo\u{1B}[A\nthree")), .event(.key(.character("q"))),
      ])
  }

  @Test func `a paste without an end is given up when nothing more comes`() {
    #expect(items(Array("\u{1B}[200~abc\u{1B}[20".utf8)) == [.event(.paste("abc\u{1B}[20"))])
  }

  @Test func `a paste is bounded`() {
    let bytes = Array("\u{1B}[200~".utf8) + Array(repeating: 0x61, count: 3 << 20)
    guard case .event(.paste(let text)) = items(bytes).first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == InputDecoder.pasteLimit)
  }

  @Test func `the mouse is counted from nought`() {
    #expect(
      items(Array("\u{1B}[<0;4;3M\u{1B}[<0;4;3m\u{1B}[<65;1;1M\u{1B}[<64;1;1M".utf8)) == [
        .event(.mouse(MouseEvent(.press, at: Point(x: 3, y: 2)))),
        .event(.mouse(MouseEvent(.wheelDown, at: Point(x: 0, y: 0)))),
        .event(.mouse(MouseEvent(.wheelUp, at: Point(x: 0, y: 0)))),
      ])
  }

  @Test func `answers are no keys`() {
    #expect(
      items(Array("\u{1B}]11;rgb:ffff/8080/0000\u{1B}\\\u{1B}[?64;1c".utf8)) == [
        .ground(red: 1, green: Double(0x8080) / 65_535, blue: 0), .attributes,
      ])
    #expect(items(Array("\u{1B}]11;rgb:f/f/f\u{07}".utf8)) == [.ground(red: 1, green: 1, blue: 1)])
    #expect(items(Array("\u{1B}P>|xterm\u{1B}\\x".utf8)) == [.event(.key(.character("x")))])
  }

  @Test func `broken UTF-8 is left out`() {
    #expect(
      items([0xFF, 0x61, 0xC3, 0x62, 0xE6, 0x97]) == [
        .event(.key(.character("a"))), .event(.key(.character("b"))),
      ])
  }

  @Test func `where input is cut changes nothing`() {
    let text = "aé\u{1B}[A\u{1B}[200~pa\u{1B}[Aste\u{1B}[201~\u{1B}[<0;4;3M日\u{1B}x\u{1B}[1;5Cq"
    let bytes = Array(text.utf8)
    let whole = items(bytes)
    for cut in 1..<bytes.count {
      var decoder = InputDecoder()
      var found: [InputDecoder.Item] = []
      for part in [bytes[..<cut], bytes[cut...]] {
        decoder.feed(part)
        while let item = decoder.next() { found.append(item) }
      }
      #expect(found == whole, "cut at \(cut)")
    }
  }

  @Test func `no input hangs or breaks the decoder`() {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
    var state = seed
    let likely: [UInt8] = [0x1B, 0x5B, 0x4F, 0x5D, 0x3B, 0x30, 0x32, 0x7E, 0x3C, 0x4D, 0xC3, 0x07]
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<8 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let value = UInt8(truncatingIfNeeded: state >> 33)
        bytes.append(value & 1 == 0 ? likely[Int(value >> 1) % likely.count] : value)
      }
      var decoder = InputDecoder()
      decoder.feed(bytes)
      var count = 0
      while decoder.next() != nil { count += 1 }
      while decoder.next(isLate: true) != nil { count += 1 }
      #expect(count <= bytes.count && !decoder.isUnfinished, "seed \(seed): \(bytes)")
    }
  }
}
