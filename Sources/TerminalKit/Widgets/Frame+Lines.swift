extension Frame {
  /// Draws a frame along the edge of a rectangle, with an optional title in its top.
  ///
  /// - Parameters:
  ///   - area: needs two columns and two rows at least; smaller ones stay empty.
  ///   - title: at the top left.
  ///   - note: at the top right, left out if there is no room.
  ///   - footer: at the bottom right, left out if there is no room.
  ///   - style: of the lines.
  ///   - titleStyle: of the title.
  ///   - symbols: the set to draw with.
  /// - Returns: the rectangle inside.
  @discardableResult
  package mutating func box(
    _ area: Rect, title: SafeText = .empty, note: StyledText = StyledText(),
    footer: StyledText = StyledText(), style: Style = .border, titleStyle: Style = .title,
    symbols: Symbols = .unicode
  ) -> Rect {
    guard area.width >= 2, area.height >= 2 else {
      return Rect(x: area.x, y: area.y, width: 0, height: 0)
    }
    let last = Point(x: area.right - 1, y: area.bottom - 1)
    horizontalRule(area.row(0), style: style, symbols: symbols)
    horizontalRule(area.row(area.height - 1), style: style, symbols: symbols)
    verticalRule(
      Rect(x: area.x, y: area.y, width: 1, height: area.height), style: style, symbols: symbols)
    verticalRule(
      Rect(x: last.x, y: area.y, width: 1, height: area.height), style: style, symbols: symbols)
    write(symbols.topLeft, at: area.origin, style: style, clip: area)
    write(symbols.topRight, at: Point(x: last.x, y: area.y), style: style, clip: area)
    write(symbols.bottomLeft, at: Point(x: area.x, y: last.y), style: style, clip: area)
    write(symbols.bottomRight, at: last, style: style, clip: area)
    let top = area.row(0).inset(left: 2, right: 2)
    var used = 0
    if !title.isEmpty, top.width >= 5 {
      let end = write(
        " " + title.truncated(to: top.width - 2, ellipsis: symbols.ellipsis) + " ", in: top,
        style: titleStyle, symbols: symbols)
      used = end - top.x
    }
    label(note, in: top, reserved: used + 1)
    label(footer, in: area.row(area.height - 1).inset(left: 2, right: 2), reserved: 0)
    return area.inset(left: 1, top: 1, right: 1, bottom: 1)
  }

  /// Draws a label at the right of a frame's edge if it fits.
  private mutating func label(_ text: StyledText, in edge: Rect, reserved: Int) {
    guard !text.isEmpty, text.width + 2 + reserved <= edge.width else { return }
    let blank = StyledText(" ")
    write(blank + text + blank, in: edge, alignment: .trailing)
  }

  /// Draws a line along a row.
  package mutating func horizontalRule(
    _ area: Rect, style: Style = .border, symbols: Symbols = .unicode
  ) {
    fill(
      Rect(x: area.x, y: area.y, width: area.width, height: min(1, area.height)),
      with: symbols.horizontal.string, style: style)
  }

  /// Draws a line with a heading in it along a row.
  package mutating func heading(
    _ title: SafeText, in area: Rect, style: Style = .border, titleStyle: Style = .title,
    symbols: Symbols = .unicode
  ) {
    horizontalRule(area, style: style, symbols: symbols)
    guard !title.isEmpty, area.width >= 4 else { return }
    let text = title.truncated(to: area.width - 1, ellipsis: symbols.ellipsis) + " "
    write(text, in: area, style: titleStyle, symbols: symbols)
  }

  /// Draws a line along a column.
  package mutating func verticalRule(
    _ area: Rect, style: Style = .border, symbols: Symbols = .unicode
  ) {
    fill(
      Rect(x: area.x, y: area.y, width: min(1, area.width), height: area.height),
      with: symbols.vertical.string, style: style)
  }

  /// Draws how far a long page is scrolled, in the first column of a rectangle.
  ///
  /// Nothing is drawn if everything is visible.
  package mutating func scrollbar(
    _ area: Rect, offset: Int, visible: Int, total: Int, symbols: Symbols = .unicode
  ) {
    guard total > visible, area.height > 0, area.width > 0 else { return }
    verticalRule(area, style: .border, symbols: symbols)
    let length = max(1, area.height * visible / total)
    let room = area.height - length
    let scrollable = total - visible
    let start = min(room, max(0, (offset * room + scrollable / 2) / scrollable))
    let thumb = Rect(x: area.x, y: area.y + start, width: 1, height: length)
    fill(thumb, with: symbols.scrollThumb.string, style: .muted)
  }
}
