import CTerminalSupport
import Glibc
import TerminalKit
import Testing

@Suite struct SafeTextTests {
  private func clusters(_ text: String) -> [String] { SafeText(text).clusters.map(\.text) }

  @Test(arguments: [
    ("\u{1B}[31mred\u{07}", "␛[31mred␇"),
    ("a\nb\r\nc\td\u{7F}", "a␊b␍␊c␉d␡"),
    ("\u{9B}31m", "\u{FFFD}31m"),
    ("txt.\u{202E}exe.\u{202C}", "txt.·exe.·"),
    ("\u{2066}a\u{2069}\u{200F}\u{061C}", "·a···"),
    ("zero\u{200B}width\u{FEFF}\u{2060}", "zero·width··"),
    ("soft\u{AD}hyphen", "soft·hyphen"),
    ("line\u{2028}para\u{2029}", "line·para·"),
    ("\u{E000}\u{F0000}\u{10FFFF}\u{0378}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("\u{E0041}\u{E0042}", "··"),
    ("a\u{200D}b\u{200C}c", "a·b·c"),
    ("hangul\u{3164}filler", "hangul·filler"),
  ])
  func `what could harm is replaced by something visible`(_ text: String, _ shown: String) {
    #expect(SafeText(text).string == shown)
  }

  @Test func `interpolated into a string it is its text`() {
    #expect("\(SafeText("search-docs"))" == "search-docs")
    #expect("\(SafeText("früh"))" == "früh")
  }

  @Test func `a lone mark gets a circle to stand on`() {
    #expect(SafeText("\u{301}x").string == "\u{25CC}\u{301}x")
    #expect(SafeText("\n\u{301}").string == "␊\u{25CC}\u{301}")
    #expect(SafeText("\u{301}").width == 1)
  }

  @Test func `more marks than a terminal takes are left out`() {
    let zalgo = "Z" + String(repeating: "\u{341}", count: 500)
    #expect(SafeText(zalgo).clusters.count == 1)
    #expect(SafeText(zalgo).string.unicodeScalars.count == 5)
  }

  @Test(arguments: [
    ("e\u{301}a", ["e\u{301}", "a"], 2),
    ("日本語", ["日", "本", "語"], 6),
    ("👩‍👩‍👧‍👦!", ["👩‍👩‍👧‍👦", "!"], 3),
    ("👍🏽", ["👍🏽"], 2),
    ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"], 4),
    (
      "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}.",
      ["\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}", "."], 3
    ),
    ("한국", ["한", "국"], 4),
    ("\u{1112}\u{1161}\u{11AB}", ["\u{1112}\u{1161}\u{11AB}"], 2),
    ("می\u{200C}خواهم", ["م", "ی\u{200C}", "خ", "و", "ا", "ه", "م"], 7),
    ("❤\u{FE0F}", ["❤"], 1),
    ("ﬁ½", ["ﬁ", "½"], 2),
  ])
  func `clusters are kept whole`(_ text: String, _ expected: [String], _ width: Int) {
    #expect(clusters(text) == expected)
    #expect(SafeText(text).width == width)
  }

  @Test func `an emoji sequence is not longer than eight`() {
    let chain = Array(repeating: "👩", count: 40).joined(separator: "\u{200D}")
    let longest = SafeText(chain).clusters.map(\.text.unicodeScalars.count).max()
    #expect(longest == 15)
  }

  @Test func `equal texts are equal however they were made`() {
    let parts = SafeText("日") + SafeText("ab")
    #expect(parts.dropping(2) == SafeText("ab"))
    #expect(parts.dropping(2).hashValue == SafeText("ab").hashValue)
  }

  @Test func `nothing harmful is left in any text`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &generator) {
        let wide = Bool.random(using: &generator)
        let value = UInt32.random(in: 0..<(wide ? 0x11_0000 : 0x300), using: &generator)
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      }
      for scalar in SafeText(text).string.unicodeScalars {
        let category = scalar.properties.generalCategory
        #expect(category != .control && category != .unassigned && category != .privateUse)
        #expect(!(0x202A...0x202E).contains(scalar.value))
        #expect(!(0x2066...0x2069).contains(scalar.value))
      }
    }
  }

  @Test func `making text harmless twice changes nothing`() {
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<3_000 {
      var text = ""
      for _ in 0..<Int.random(in: 0...8, using: &generator) {
        if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x3000, using: &generator)) {
          text.unicodeScalars.append(scalar)
        }
      }
      let once = SafeText(text)
      #expect(SafeText(once.string) == once, "\(text.unicodeScalars.map(\.value))")
    }
  }

  @Test func `widths are those of the C library`() {
    // A locale of its own: the process may run in "C", where nothing but ASCII has a width.
    let locale = newlocale(Int32(1 << LC_CTYPE), "C.UTF-8", nil)
    let before = uselocale(locale)
    defer {
      uselocale(before)
      freelocale(locale)
    }
    var differing: [String] = []
    for value in UInt32(0x20)..<0x3_2000 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected = connector_character_width(value)
      let text = SafeText("a" + String(Character(scalar)))
      // What either side does not know is not drawn as itself.
      guard expected >= 0, text.string.unicodeScalars.contains(scalar) else { continue }
      let width = text.width - 1
      if width != Int(expected) { differing.append(String(value, radix: 16)) }
    }
    // Unicode 16 made this mark a spacing one; glibc 2.36 knows Unicode 15.
    #expect(differing.filter { $0 != "1171e" } == [])
  }
}
