import TerminalKit
import Testing

@Suite struct StateTests {
  @Test func `the selection stays in the list and in view`() {
    let events: [InputEvent] = [
      .key(.up), .key(.down), .key(.pageUp), .key(.pageDown), .key(.home), .key(.end),
      .key(.character("j")), .key(.character("G")), .key(.control("d")), .key(.control("u")),
      .mouse(MouseEvent(.wheelDown, at: Point(x: 0, y: 0))),
    ]
    var generator = SeededGenerator(seed: 61)
    for _ in 0..<300 {
      var state = ListState()
      for _ in 0..<40 {
        let count = Int.random(in: 0...30, using: &generator)
        let height = Int.random(in: 1...12, using: &generator)
        guard let event = events.randomElement(using: &generator) else { continue }
        let isTaken = state.handle(event, count: count, height: height)
        #expect(isTaken)
        let visible = state.visible(count: count, height: height)
        #expect(visible.count == min(count, height))
        if let selected = state.selected(count: count) { #expect(visible.contains(selected)) }
      }
    }
  }

  @Test func `going back up does not scroll until the top row`() {
    var state = ListState()
    for _ in 0..<14 { _ = state.handle(.key(.down), count: 30, height: 10) }
    #expect(state.visible(count: 30, height: 10) == 5..<15)
    _ = state.handle(.key(.up), count: 30, height: 10)
    #expect(state.visible(count: 30, height: 10) == 5..<15)
    #expect(state.visible(count: 30, height: 4) == 10..<14)
    #expect(
      state.row(at: Point(x: 3, y: 2), in: Rect(x: 0, y: 1, width: 9, height: 10), count: 30) == 6)
  }

  @Test func `a followed text shows its end until one scrolls up`() {
    var state = ScrollState(isFollowing: true)
    #expect(state.visible(count: 50, height: 10) == 40..<50)
    _ = state.handle(.key(.up), count: 50, height: 10)
    #expect(state.visible(count: 60, height: 10) == 39..<49)
    _ = state.handle(.key(.end), count: 60, height: 10)
    #expect(state.visible(count: 70, height: 10) == 60..<70)
  }

  @Test func `a text that is not followed stays where it is`() {
    var state = ScrollState()
    _ = state.handle(.key(.end), count: 50, height: 10)
    #expect(state.visible(count: 60, height: 10) == 40..<50)
    state.show(3, count: 60, height: 10)
    #expect(state.visible(count: 60, height: 10) == 3..<13)
  }

  @Test func `two declarations of a key are a conflict`() {
    let map = KeyMap([
      KeyBinding([.character("q"), .escape], 1, help: "Leave"),
      KeyBinding([.character("x"), .escape], 2, hint: "Drop", help: "Drop it"),
    ])
    #expect(map.conflicts.map(\.key) == [.escape])
    #expect(map.conflicts.map(\.first) == [1])
    #expect(map.conflicts.map(\.second) == [2])
    #expect(map.action(for: .escape) == 1)
    #expect(map.action(for: .key(.character("x"))) == 2)
    #expect(map.action(for: .resize(Size(width: 1, height: 1))) == nil)
    #expect(map.key(for: 2) == .character("x"))
    #expect(
      map.help { $0 == 2 ? "nothing to drop" : nil }.map(\.disabledReason) == [
        nil, "nothing to drop",
      ])
  }

  @Test func `the best match comes first`() {
    let names = ["Danish", "Indonesian", "Hindi", "Finnish", "English", "Swedish"]
    func found(_ query: String) -> [String] {
      FuzzyMatcher(query).filter(names) { $0 }.map(\.element)
    }
    #expect(found("ish").first == "Danish" || found("ish").first == "Finnish")
    #expect(found("eng") == ["English"])
    #expect(found("in").first == "Indonesian")
    #expect(found("") == names)
    #expect(found("zz") == [])
    #expect(found("d ish").contains("Danish"))
    #expect(FuzzyMatcher("sh").match("Swedish")?.positions == [5, 6])
  }

  @Test func `an open list is narrowed by typing and chosen by Enter`() {
    var choice = ChoiceState(["Universal", "English", "German"], selected: 0)
    #expect(choice.handle(.key(.enter)) == true)
    #expect(choice.isOpen)
    for key in "ger" { _ = choice.handle(.key(.character(key))) }
    #expect(choice.candidates.map(\.index) == [2])
    let picture = Frame.drawing(30, 8) { frame in
      choice.drawList(
        below: Rect(x: 0, y: 0, width: 20, height: 1), within: frame.rect, on: &frame)
    }
    #expect(picture.contains("/ ger"))
    #expect(picture.contains("▸ German"))
    _ = choice.handle(.key(.enter))
    #expect(choice.selected == 2)
    #expect(!choice.isOpen)
    _ = choice.handle(.key(.down))
    _ = choice.handle(.key(.up))
    _ = choice.handle(.key(.escape))
    #expect(choice.selected == 2)
  }

  @Test func `radio buttons hand the focus on at their ends`() {
    var choice = ChoiceState(["off", "hourly"], selected: 0)
    #expect(choice.handleAsRadio(.key(.up)) == false)
    #expect(choice.handleAsRadio(.key(.down)) == true)
    #expect(choice.selected == 1)
    #expect(choice.handleAsRadio(.key(.down)) == false)
  }

  @Test func `text on a bar keeps the ground of the bar`() {
    var frame = Frame(size: Size(width: 8, height: 1))
    frame.fill(frame.rect, style: .bar)
    frame.write("key", at: Point(x: 0, y: 0), style: Style(.accent), clip: frame.rect)
    frame.write("é", at: Point(x: 1, y: 0), style: Style(.muted), clip: frame.rect)
    for depth in ColorDepth.allCases {
      let theme = Theme(depth: depth)
      let bar = theme.appearance(of: .bar)
      for x in 0..<8 {
        let look = theme.appearance(of: frame[x, 0].style)
        #expect(look.background == bar.background && look.isReversed == bar.isReversed)
      }
    }
    // A popup over the bar makes a ground of its own.
    frame.fill(frame.rect)
    frame.write("x", at: Point(x: 0, y: 0), style: Style(.accent), clip: frame.rect)
    #expect(frame[0, 0].style == Style(.accent))
  }

  @Test func `a selected row is told without colour`() {
    let look = Theme(depth: .monochrome).appearance(of: Style(.muted, isOnSelection: true))
    #expect(look.isReversed)
  }

  @Test(arguments: ColorDepth.allCases, Ground.allCases)
  func `a theme stays within its colours`(_ depth: ColorDepth, _ ground: Ground) {
    let limit =
      switch depth {
      case .monochrome: 0
      case .eight: 8
      case .sixteen: 16
      case .indexed256: 256
      }
    let theme = Theme(depth: depth, ground: ground)
    for role in Role.allCases {
      for isOnSelection in [false, true] {
        let look = theme.appearance(of: Style(role, isOnSelection: isOnSelection))
        for color in [look.foreground, look.background].compactMap({ $0 }) {
          #expect(color < limit)
        }
        #expect(!(look.isBold && look.isDim))
        if let foreground = look.foreground { #expect(foreground != look.background) }
      }
    }
  }
}
