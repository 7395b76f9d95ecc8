import TerminalKit
import Testing

@Suite struct WidgetTests {
  @Test func `a box has corners, a title and notes`() {
    let picture = Frame.drawing(30, 4) { frame in
      let inner = frame.box(
        frame.rect, title: "Live sync", note: StyledText("12 s"), footer: StyledText("3 of 9"))
      frame.write("inside", in: inner)
    }
    #expect(
      picture == """
        ╭─ Live sync ───────── 12 s ─╮
        │inside                      │
        │                            │
        ╰─────────────────── 3 of 9 ─╯
        """)
  }

  @Test func `a narrow box leaves its note out and cuts its title`() {
    let picture = Frame.drawing(14, 2) { frame in
      frame.box(
        frame.rect, title: "A long title", note: StyledText("12 s"), symbols: .ascii)
    }
    #expect(picture == "+- A long ~ -+\n+------------+")
  }

  @Test func `boxes too small for their lines draw nothing`() {
    for size in [Size(width: 0, height: 0), Size(width: 1, height: 5), Size(width: 5, height: 1)] {
      let picture = Frame.drawing(6, 6) { $0.box(Rect(size), title: "x") }
      #expect(picture == "\n\n\n\n\n")
    }
  }

  @Test(arguments: [
    (0.0, "──────────"), (0.001, "▏─────────"), (0.5, "█████─────"), (0.55, "█████▌────"),
    (0.999, "█████████▉"), (1.0, "██████████"), (7.0, "██████████"),
    (-1.0, "──────────"), (Double.nan, "──────────"),
  ])
  func `a bar fills in eighths and is full only at the end`(_ share: Double, _ bar: String) {
    #expect(Frame.drawing(10, 1) { $0.progressBar(share, in: $0.rect) } == bar)
  }

  @Test func `a gauge says its share`() {
    #expect(Frame.drawing(15, 1) { $0.gauge(0.996, in: $0.rect) } == "█████████▉  99%")
    #expect(
      Frame.drawing(15, 1) { $0.gauge(1, in: $0.rect, symbols: .ascii) } == "########## 100%")
  }

  @Test func `a busy bar goes to and fro inside its space`() {
    let pictures = (0..<9).map { step in
      Frame.drawing(5, 1) { $0.busyBar(step, in: $0.rect, symbols: .ascii) }
    }
    #expect(pictures[0] == "#....")
    #expect(pictures[4] == "....#")
    #expect(pictures[5] == "...#.")
    #expect(pictures[8] == "#....")
  }

  @Test func `a sparkline shows the newest values and hides no small one`() {
    let values: [Double] = [99, 0, 1, 25, 50, 75, 100]
    #expect(Frame.drawing(6, 1) { $0.sparkline(values, in: $0.rect) } == " ▁▂▄▆█")
    let tall = Frame.drawing(2, 2) { $0.sparkline([25, 100], in: $0.rect) }
    #expect(tall == " █\n▄█")
    #expect(Frame.drawing(3, 1) { $0.sparkline([0, .nan, -4], in: $0.rect) } == "")
    #expect(
      Frame.drawing(3, 1) { $0.sparkline([1, 5, 10], in: $0.rect, symbols: .ascii) } == "_-#")
  }

  @Test func `tabs that do not fit make way for the selected one`() {
    let titles: [SafeText] = ["Overview", "Configuration", "Schedule", "Jobs", "Documents", "Log"]
    #expect(
      Frame.drawing(64, 1) { $0.tabs(titles, selected: 0, in: $0.rect) }
        == " Overview  Configuration  Schedule  Jobs  Documents  Log")
    #expect(
      Frame.drawing(24, 1) { $0.tabs(titles, selected: 3, in: $0.rect) }
        == "‹ Jobs  Documents  Log")
    #expect(
      Frame.drawing(24, 1) { $0.tabs(titles, selected: 0, in: $0.rect) } == " Overview ›")
  }

  @Test func `a scrollbar touches the ends only at the ends`() {
    func bar(_ offset: Int) -> String {
      Frame.drawing(1, 4) { frame in
        frame.scrollbar(frame.rect, offset: offset, visible: 4, total: 16)
      }
    }
    #expect(bar(0) == "┃\n│\n│\n│")
    #expect(bar(12) == "│\n│\n│\n┃")
    #expect(bar(5) == "│\n┃\n│\n│")
    #expect(Frame.drawing(1, 2) { $0.scrollbar($0.rect, offset: 0, visible: 4, total: 4) } == "\n")
  }

  @Test func `the focused button is told by brackets`() {
    let picture = Frame.drawing(40, 1) { frame in
      frame.buttons(
        [(label: "Cancel", isDangerous: false), (label: "Delete", isDangerous: true)],
        in: frame.rect, focus: 1)
    }
    #expect(picture == "  Cancel    [ Delete ]")
  }

  @Test func `paragraphs that are too long end with an ellipsis`() {
    let picture = Frame.drawing(12, 2) { frame in
      frame.writeParagraphs("one two three four five six", in: frame.rect)
    }
    #expect(picture == "one two\nthree four…")
  }

  @Test func `half of a wide character is never left behind`() {
    let picture = Frame.drawing(6, 1) { frame in
      frame.write("日本語", at: Point(x: 0, y: 0), clip: frame.rect)
      frame.write("x", at: Point(x: 1, y: 0), clip: frame.rect)
      frame.write("y", at: Point(x: 4, y: 0), clip: frame.rect)
    }
    #expect(picture == " x本y")
  }

  @Test func `drawing anywhere at any size stays inside`() {
    var generator = SeededGenerator(seed: 31)
    for _ in 0..<2_000 {
      let size = Size(
        width: Int.random(in: 0...20, using: &generator),
        height: Int.random(in: 0...6, using: &generator))
      var frame = Frame(size: size)
      let area = Rect(
        x: Int.random(in: -5...20, using: &generator),
        y: Int.random(in: -3...6, using: &generator),
        width: Int.random(in: 0...25, using: &generator),
        height: Int.random(in: 0...6, using: &generator))
      frame.box(area, title: "日本語 title", note: StyledText("note"))
      frame.gauge(0.4, in: area)
      frame.sparkline([1, 2, 3], in: area)
      frame.tabs(["one", "日本"], selected: 1, in: area)
      frame.writeParagraphs("日本語 and more words", in: area)
      frame.scrollbar(area, offset: 1, visible: 1, total: 9)
      for y in 0..<size.height {
        var column = 0
        while column < size.width {
          let width = frame[column, y].width
          #expect(width == 1 || width == 2)
          if width == 2 { #expect(column + 1 < size.width && frame[column + 1, y].width == 0) }
          column += max(1, width)
        }
      }
    }
  }
}
