/// One cell of the screen: a grapheme cluster and how it looks.
package struct Cell: Hashable, Sendable {
  /// One grapheme cluster that is safe to draw; empty in the second cell of a wide one.
  package var text: String
  /// 1 or 2; 0 in the second cell of a wide one.
  package var width: Int
  package var style: Style

  /// Makes a cell.
  package init(_ text: String = " ", width: Int = 1, style: Style = .text) {
    self.text = text
    self.width = width
    self.style = style
  }
}

/// A picture of the whole screen, drawn from scratch from the model.
package struct Frame: Hashable, Sendable {
  package let size: Size
  /// Row by row, `size.width` cells a row.
  package private(set) var cells: [Cell]
  /// Where the terminal's cursor is shown; `nil` hides it.
  package var cursor: Point?

  /// Makes a blank frame.
  package init(size: Size) {
    self.size = Size(width: max(0, size.width), height: max(0, size.height))
    cells = Array(repeating: Cell(), count: self.size.width * self.size.height)
  }

  package var rect: Rect { Rect(size) }

  /// The cell at a place inside the frame.
  package subscript(x: Int, y: Int) -> Cell { cells[y * size.width + x] }

  /// Draws text on one row, clipped to a rectangle.
  ///
  /// Text on a bar keeps the bar's ground; ``fill(_:with:style:)`` makes a new one.
  /// Text that does not fit is cut between grapheme clusters; half of a wide one is never drawn.
  /// - Parameters:
  ///   - text: what to draw.
  ///   - point: where the first cell goes; may lie outside the clip.
  ///   - style: how it looks.
  ///   - clip: nothing is drawn outside.
  /// - Returns: the column after the last drawn cell.
  @discardableResult
  package mutating func write(
    _ text: SafeText, at point: Point, style: Style = .text, clip: Rect
  ) -> Int {
    let clip = clip.intersection(rect)
    var x = point.x
    guard point.y >= clip.y, point.y < clip.bottom else { return x }
    if let ascii = text.ascii {
      for byte in ascii.utf8 {
        guard x < clip.right else { break }
        if x >= clip.x {
          put(Cell(ASCIICharacters.string(byte), style: style), x: x, y: point.y, onGround: true)
        }
        x += 1
      }
      return x
    }
    for cluster in text.clusters {
      guard x + cluster.width <= clip.right else { break }
      if x >= clip.x {
        let cell = Cell(cluster.text, width: cluster.width, style: style)
        put(cell, x: x, y: point.y, onGround: true)
      }
      x += cluster.width
    }
    return x
  }

  /// Fills a rectangle with one character of width 1.
  package mutating func fill(_ area: Rect, with character: String = " ", style: Style = .text) {
    let area = area.intersection(rect)
    for y in area.y..<max(area.y, area.bottom) {
      for x in area.x..<max(area.x, area.right) {
        put(Cell(character, width: 1, style: style), x: x, y: y)
      }
    }
  }

  /// Puts another frame's cells over this one's, cut at the edges.
  package mutating func paste(_ other: Frame, at origin: Point) {
    for y in 0..<other.size.height where origin.y + y >= 0 && origin.y + y < size.height {
      for x in 0..<other.size.width where origin.x + x >= 0 && origin.x + x < size.width {
        let cell = other[x, y]
        guard cell.width > 0, origin.x + x + cell.width <= size.width else { continue }
        put(cell, x: origin.x + x, y: origin.y + y)
      }
    }
  }

  /// Gives the cells of a rectangle another style and keeps their text.
  package mutating func restyle(_ area: Rect, _ change: (inout Style) -> Void) {
    let area = area.intersection(rect)
    for y in area.y..<max(area.y, area.bottom) {
      for x in area.x..<max(area.x, area.right) {
        change(&cells[y * size.width + x].style)
      }
    }
  }

  /// Puts a cell and blanks what is left of wide characters that it cuts in two.
  private mutating func put(_ cell: Cell, x: Int, y: Int, onGround: Bool = false) {
    let index = y * size.width + x
    var cell = cell
    if onGround, !cell.style.hasGround {
      let ground = cells[index].style
      cell.style.isOnBar = ground.isOnBar || ground.role == .bar
    }
    blankNeighbours(of: index, width: cell.width, x: x)
    cells[index] = cell
    if cell.width == 2, x + 1 < size.width {
      cells[index + 1] = Cell("", width: 0, style: cell.style)
    }
  }

  private mutating func blankNeighbours(of index: Int, width: Int, x: Int) {
    if cells[index].width == 0, x > 0 {
      cells[index - 1] = Cell(style: cells[index - 1].style)
    }
    let last = index + width - 1
    if x + width < size.width, last < cells.count, cells[last].width == 2 {
      cells[last + 1] = Cell(style: cells[last + 1].style)
    }
  }
}
