extension Frame {
  /// Draws text into the first row of a rectangle, cut with an ellipsis if it is too long.
  ///
  /// - Returns: the column after the last drawn cell.
  @discardableResult
  package mutating func write(
    _ text: SafeText, in area: Rect, alignment: Alignment = .leading, style: Style = .text,
    symbols: Symbols = .unicode
  ) -> Int {
    write(StyledText(text, style), in: area, alignment: alignment, symbols: symbols)
  }

  /// Draws styled text into the first row of a rectangle, cut with an ellipsis if it is too long.
  ///
  /// - Returns: the column after the last drawn cell.
  @discardableResult
  package mutating func write(
    _ text: StyledText, in area: Rect, alignment: Alignment = .leading,
    symbols: Symbols = .unicode
  ) -> Int {
    guard !area.isEmpty else { return area.x }
    let text = text.truncated(to: area.width, ellipsis: symbols.ellipsis)
    let free = area.width - text.width
    let start =
      switch alignment {
      case .leading: 0
      case .center: free / 2
      case .trailing: free
      }
    return write(text, at: Point(x: area.x + start, y: area.y), clip: area)
  }

  /// Draws styled text on one row, clipped to a rectangle.
  ///
  /// - Returns: the column after the last drawn cell.
  @discardableResult
  package mutating func write(_ text: StyledText, at point: Point, clip: Rect) -> Int {
    var x = point.x
    for run in text.runs {
      x = write(run.text, at: Point(x: x, y: point.y), style: run.style, clip: clip)
    }
    return x
  }

  /// Draws a text's lines, broken between words, from the top of a rectangle.
  ///
  /// - Returns: the rows taken; the last row ends with an ellipsis if there was more.
  @discardableResult
  package mutating func writeParagraphs(
    _ text: String, in area: Rect, style: Style = .text, symbols: Symbols = .unicode
  ) -> Int {
    let rows = SafeText.paragraphs(text, width: area.width)
    return writeRows(rows.map { StyledText($0, style) }, in: area, symbols: symbols)
  }

  /// Draws styled text, broken between words, from the top of a rectangle.
  ///
  /// - Returns: the rows taken; the last row ends with an ellipsis if there was more.
  @discardableResult
  package mutating func writeWrapped(
    _ text: StyledText, in area: Rect, symbols: Symbols = .unicode
  ) -> Int {
    writeRows(text.wrapped(area.width), in: area, symbols: symbols)
  }

  /// Draws rows from the top of a rectangle.
  ///
  /// - Returns: the rows taken; the last row ends with an ellipsis if there was more.
  @discardableResult
  package mutating func writeRows(
    _ rows: [StyledText], in area: Rect, symbols: Symbols = .unicode
  ) -> Int {
    let count = min(rows.count, area.height)
    for (index, row) in rows.prefix(count).enumerated() {
      let isCut = index == count - 1 && rows.count > count
      let text =
        isCut ? row.truncated(to: area.width - 1) + StyledText(symbols.ellipsis, .muted) : row
      write(text, in: area.row(index), symbols: symbols)
    }
    return count
  }
}
