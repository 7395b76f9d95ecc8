/// A width and a height in cells.
package struct Size: Hashable, Sendable {
  package var width: Int
  package var height: Int

  /// Makes a size.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
}

/// A cell's place, counted from 0 at the top left.
package struct Point: Hashable, Sendable {
  package var x: Int
  package var y: Int

  /// Makes a point.
  package init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// A rectangle of cells; empty if its width or height is not positive.
package struct Rect: Hashable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  /// Makes a rectangle.
  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The rectangle of a whole screen.
  package init(_ size: Size) { self.init(x: 0, y: 0, width: size.width, height: size.height) }

  package var isEmpty: Bool { width == 0 || height == 0 }
  /// The column after the last.
  package var right: Int { x + width }
  /// The row after the last.
  package var bottom: Int { y + height }
  package var origin: Point { Point(x: x, y: y) }

  /// Whether a point lies inside.
  package func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < right && point.y >= y && point.y < bottom
  }

  /// The part that both rectangles share.
  package func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(
      x: left, y: top, width: min(right, other.right) - left,
      height: min(bottom, other.bottom) - top)
  }

  /// The rectangle with margins taken off.
  package func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
    Rect(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
  }

  /// Cuts rows off the top; at most as many as there are.
  package func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
    let rows = min(max(0, rows), height)
    return (
      Rect(x: x, y: y, width: width, height: rows), inset(top: rows)
    )
  }

  /// Cuts rows off the bottom; at most as many as there are.
  package func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
    let rows = min(max(0, rows), height)
    return (
      inset(bottom: rows), Rect(x: x, y: bottom - rows, width: width, height: rows)
    )
  }

  /// Cuts columns off the left; at most as many as there are.
  package func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
    let columns = min(max(0, columns), width)
    return (
      Rect(x: x, y: y, width: columns, height: height), inset(left: columns)
    )
  }

  /// One row, counted from the rectangle's top; empty if there is no such row.
  package func row(_ index: Int) -> Rect {
    guard index >= 0, index < height else { return Rect(x: x, y: y, width: 0, height: 0) }
    return Rect(x: x, y: y + index, width: width, height: 1)
  }
}
