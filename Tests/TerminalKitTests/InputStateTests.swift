import TerminalKit
import Testing

@Suite struct InputStateTests {
  private func input(_ text: String, _ keys: [Key]) -> TextInput {
    var input = TextInput(text)
    for key in keys { _ = input.handle(.key(key)) }
    return input
  }

  @Test(arguments: [
    ([Key.control("a"), .character("x")], "xone two", 1),
    ([.control("w")], "one ", 4),
    ([.control("w"), .control("w")], "", 0),
    ([.alt("b"), .control("u")], "two", 0),
    ([.home, .control("k")], "", 0),
    ([.home, .alt("f"), .control("k")], "one", 3),
    ([.left, .left, .backspace], "one wo", 4),
    ([.home, .delete, .control("d")], "e two", 0),
    ([.home, .alt("d")], " two", 0),
    ([.left, .backspace, .end, .character("!")], "one to!", 7),
    ([.home, .left, .backspace], "one two", 0),
    ([.right, .delete], "one two", 7),
  ])
  func `a line is edited as in a shell`(_ keys: [Key], _ text: String, _ cursor: Int) {
    let result = input("one two", keys)
    #expect(result.text == text)
    #expect(result.cursor == cursor)
  }

  @Test func `words of a path end at its slashes for Alt and at blanks for Ctrl`() {
    #expect(input("ls /usr/share/doc", [.alt("b")]).cursor == 14)
    #expect(input("ls /usr/share/doc", [.control("w")]).text == "ls ")
  }

  @Test func `keys that a field does not know are left to the screen`() {
    var field = TextInput("a")
    for key in [Key.enter, .tab, .escape, .up, .function(1), .control("r")] {
      #expect(field.handle(.key(key)) == false)
    }
  }

  @Test func `a paste becomes one line without control characters`() {
    var field = TextInput()
    _ = field.handle(.paste("\n/usr\n/share\t\u{1B}x\r\n"))
    #expect(field.text == "/usr /share x")
  }

  @Test func `a field takes no more than its limit`() {
    var field = TextInput("abc", maximumLength: 5)
    _ = field.handle(.paste("defgh"))
    #expect(field.text == "abcde")
    _ = field.handle(.key(.character("z")))
    #expect(field.text == "abcde")
    #expect(field.cursor == 5)
  }

  @Test func `a typed mark joins the character before it`() {
    let field = input("e", [.character("\u{301}"), .backspace])
    #expect(field.text == "")
  }

  @Test func `a masked field shows dots until it is revealed`() {
    var field = TextInput("secret", isMasked: true)
    #expect(Frame.drawing(10, 1) { field.draw(in: $0.rect, on: &$0, isFocused: true) } == "••••••")
    field.isRevealed = true
    #expect(Frame.drawing(10, 1) { field.draw(in: $0.rect, on: &$0, isFocused: true) } == "secret")
  }

  @Test func `a long text keeps its cursor in view`() {
    var generator = SeededGenerator(seed: 51)
    for _ in 0..<2_000 {
      var field = TextInput(String(repeating: "ab日e\u{301}", count: 9))
      for _ in 0..<Int.random(in: 0...50, using: &generator) { _ = field.handle(.key(.left)) }
      let width = Int.random(in: 3...30, using: &generator)
      var frame = Frame(size: Size(width: width, height: 1))
      let cursor = field.draw(in: frame.rect, on: &frame, isFocused: true)
      #expect(cursor.x >= 0 && cursor.x < width)
      // What stands under the cursor is what follows it in the text.
      let next = Array(field.text).dropFirst(field.cursor).first.map(String.init)
      let under = frame[cursor.x, 0].text
      let expected = cursor.x == width - 1 && under == "›" ? "›" : next ?? " "
      #expect(under == expected, "\(frame.text) at \(cursor.x)")
    }
  }

  @Test func `a field cut at both ends says so`() {
    var field = TextInput(String(repeating: "0123456789", count: 6))
    for _ in 0..<30 { _ = field.handle(.key(.left)) }
    let picture = Frame.drawing(20, 1) { field.draw(in: $0.rect, on: &$0, isFocused: true) }
    #expect(picture.hasPrefix("‹") && picture.hasSuffix("›"))
  }

  @Test func `an area goes up and down by rows and hands on at its edges`() {
    var area = TextAreaInput("first line\nsecond")
    #expect(area.handle(.key(.down), width: 20) == false)
    #expect(area.handle(.key(.up), width: 20) == true)
    #expect(area.cursor == 6)
    #expect(area.handle(.key(.up), width: 20) == false)
    _ = area.handle(.key(.enter), width: 20)
    #expect(area.text == "first \nline\nsecond")
  }

  @Test func `an area breaks long lines into rows`() {
    var area = TextAreaInput("abcdefgh\nij")
    var cursor = Point(x: 0, y: 0)
    let picture = Frame.drawing(5, 4) { cursor = area.draw(in: $0.rect, on: &$0, isFocused: true) }
    #expect(picture == "abcde\nfgh\nij\n")
    #expect(cursor == Point(x: 2, y: 2))
    _ = area.handle(.key(.up), width: 5)
    #expect(area.cursor == 7)
    _ = area.handle(.key(.control("k")), width: 5)
    #expect(area.text == "abcdefg\nij")
  }

  @Test func `editing at random never loses the cursor`() {
    let keys: [Key] = [
      .left, .right, .home, .end, .backspace, .delete, .control("w"), .control("u"),
      .control("k"), .alt("b"), .alt("f"), .alt("d"), .character("a"), .character(" "),
      .character("日"), .character("\u{301}"), .character("/"), .up, .down, .enter,
    ]
    var generator = SeededGenerator(seed: 52)
    for _ in 0..<300 {
      var field = TextInput()
      var area = TextAreaInput()
      for _ in 0..<60 {
        guard let key = keys.randomElement(using: &generator) else { continue }
        _ = field.handle(.key(key))
        _ = area.handle(.key(key), width: 4)
        #expect(field.cursor >= 0 && field.cursor <= field.text.count)
        #expect(area.cursor >= 0 && area.cursor <= area.text.count)
      }
      var frame = Frame(size: Size(width: 6, height: 3))
      let point = area.draw(in: frame.rect, on: &frame, isFocused: true)
      #expect(frame.rect.contains(point))
    }
  }
}
