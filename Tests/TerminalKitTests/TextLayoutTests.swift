import TerminalKit
import Testing

@Suite struct TextLayoutTests {
  @Test func `a long text ends with an ellipsis`() {
    #expect(SafeText("connector").truncated(to: 5).string == "conn…")
    #expect(SafeText("connector").truncated(to: 9).string == "connector")
    #expect(SafeText("connector").truncated(to: 1).string == "…")
    #expect(SafeText("connector").truncated(to: 0).string == "")
    #expect(SafeText("日本語").truncated(to: 4).string == "日…")
  }

  @Test func `a long path keeps both ends`() {
    let path = SafeText("/usr/share/doc/libncurses/README.Debian")
    #expect(path.middleTruncated(to: 24).string == "/usr/sh…es/README.Debian")
    #expect(path.middleTruncated(to: 24).width == 24)
    #expect(path.middleTruncated(to: 2).string == "/…")
  }

  @Test func `padding fills to the width on the wanted side`() {
    #expect(SafeText("ab").padded(to: 5).string == "ab   ")
    #expect(SafeText("ab").padded(to: 5, alignment: .trailing).string == "   ab")
    #expect(SafeText("ab").padded(to: 5, alignment: .center).string == " ab  ")
    #expect(SafeText("日本語").fitted(to: 4).string == "日… ")
  }

  @Test func `rows break between words`() {
    let rows = SafeText("the quick  brown fox jumps").wrapped(10).map(\.string)
    #expect(rows == ["the quick", "brown fox", "jumps"])
  }

  @Test func `a word wider than a row is cut`() {
    #expect(
      SafeText("a/very/long/path b").wrapped(6).map(\.string) == ["a/very", "/long/", "path b"])
  }

  @Test func `rows of wide characters break anywhere`() {
    #expect(SafeText("日本語ab").wrapped(5).map(\.string) == ["日本", "語ab"])
  }

  @Test func `no row is wider than allowed and nothing but blanks is lost`() {
    var generator = SeededGenerator(seed: 21)
    let letters = Array("ab cd  é日語👍 ")
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...40, using: &generator)
      let text = String((0..<count).compactMap { _ in letters.randomElement(using: &generator) })
      let width = Int.random(in: 2...12, using: &generator)
      let rows = SafeText(text).wrapped(width)
      #expect(rows.allSatisfy { $0.width <= width }, "\(text) in \(width)")
      let kept = rows.map(\.string).joined().filter { $0 != " " }
      #expect(kept == text.filter { $0 != " " }, "\(text) in \(width)")
    }
  }

  @Test func `lines end at line breaks and tabs go to the next stop`() {
    let lines = SafeText.lines("a\tb\r\n\nlong\tx").map(\.string)
    #expect(lines == ["a   b", "", "long    x"])
  }

  @Test func `styled text is cut within its runs`() {
    let text = StyledText("name ", .title) + StyledText("value", .muted)
    let cut = text.truncated(to: 7)
    #expect(cut.plain.string == "name v…")
    #expect(cut.runs.last?.style == .muted)
    #expect(text.truncated(to: 5).plain.string == "name…")
    #expect(text.truncated(to: 3).plain.string == "na…")
  }

  @Test func `every cut is as wide as asked at most`() {
    var generator = SeededGenerator(seed: 22)
    let letters = Array("ab日é👍 ")
    for _ in 0..<2_000 {
      var text = StyledText()
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let run = String((0..<3).compactMap { _ in letters.randomElement(using: &generator) })
        text.append(SafeText(run), Bool.random(using: &generator) ? .muted : .title)
      }
      let width = Int.random(in: 0...12, using: &generator)
      #expect(text.truncated(to: width).width <= width)
      #expect(text.plain.middleTruncated(to: width).width <= width)
      #expect(text.plain.fitted(to: width).width == width)
      if text.width <= width { #expect(text.truncated(to: width) == text) }
    }
  }

  @Test func `every symbol takes one cell in both sets`() {
    for symbols in [Symbols.unicode, .ascii] {
      let mirror = Mirror(reflecting: symbols)
      for child in mirror.children {
        let texts = (child.value as? [SafeText]) ?? [child.value as? SafeText].compactMap { $0 }
        for text in texts {
          #expect(text.width == 1, "\(child.label ?? "")")
          if symbols.isASCII { #expect(text.ascii != nil, "\(child.label ?? "")") }
        }
      }
    }
  }

  @Test func `the ASCII fallback takes the same cells`() {
    #expect(
      SafeText("Müller – 日本 „x“ ✓").clusters.map {
        ASCIIFallback.string($0.text, width: $0.width)
      }.joined() == "Muller - ???? \"x\" ?")
  }
}
