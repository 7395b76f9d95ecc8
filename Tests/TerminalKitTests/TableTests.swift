import TerminalKit
import Testing

@Suite struct TableTests {
  private let table = Table([
    Table.Column("Name", minimum: 8, ideal: 20, flex: 2, priority: 9),
    Table.Column("Status", minimum: 9, ideal: 12, priority: 8),
    Table.Column("Documents", minimum: 9, priority: 3, alignment: .trailing),
    Table.Column("Path", minimum: 10, ideal: 24, flex: 1, priority: 1, cut: .middle),
  ])

  private func picture(_ width: Int, _ height: Int, count: Int = 3, selection: Int = 1) -> String {
    Frame.drawing(width, height) { frame in
      table.draw(
        in: frame.rect, on: &frame, count: count, state: ListState(selection: selection)
      ) { row in
        [
          StyledText(SafeText("search-docs-\(row)")), StyledText("● Connected", Style(.success)),
          StyledText(SafeText("\(row * 1_000)")), StyledText("/usr/share/doc/libncurses-dev"),
        ]
      }
    }
  }

  @Test func `a wide space shows every column`() {
    #expect(
      picture(80, 4) == """
          Name                      Status        Documents  Path
          search-docs-0             ● Connected           0  /usr/sha…oc/libncurses-dev
        ▸ search-docs-1             ● Connected        1000  /usr/sha…oc/libncurses-dev
          search-docs-2             ● Connected        2000  /usr/sha…oc/libncurses-dev
        """)
  }

  @Test func `a narrow space loses the least important columns`() {
    #expect(table.layout(width: 30).map(\.index) == [0, 1, 2])
    #expect(table.layout(width: 24).map(\.index) == [0, 1])
    #expect(table.layout(width: 9).map(\.index) == [0])
    #expect(table.layout(width: 3).map(\.width) == [3])
  }

  @Test func `a long table has a scrollbar`() {
    let rows = picture(40, 4, count: 30, selection: 29).split(separator: "\n")
    #expect(rows[3].hasPrefix("▸ search-doc…"))
    #expect(rows[3].hasSuffix("┃"))
    #expect(rows[1].hasSuffix("│"))
  }

  @Test func `columns never overlap or leave their space`() {
    var generator = SeededGenerator(seed: 41)
    for _ in 0..<3_000 {
      let columns = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        Table.Column(
          "title", minimum: Int.random(in: 1...12, using: &generator),
          ideal: Int.random(in: 1...30, using: &generator),
          flex: Int.random(in: 0...3, using: &generator),
          priority: Int.random(in: 0...3, using: &generator))
      }
      let width = Int.random(in: 0...100, using: &generator)
      let places = Table(columns).layout(width: width)
      #expect(!places.isEmpty)
      for (left, right) in zip(places, places.dropFirst()) {
        #expect(left.x + left.width + 2 == right.x)
        #expect(left.index < right.index)
      }
      #expect((places.last.map { $0.x + $0.width } ?? 0) <= width)
      if places.count > 1 {
        #expect(places.allSatisfy { $0.width >= columns[$0.index].minimum })
      }
    }
  }
}
