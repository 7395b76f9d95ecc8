extension Frame {
  /// Draws a button of one row.
  ///
  /// - Parameters:
  ///   - label: what it says; an accelerator key is written by the caller.
  ///   - point: its left end.
  ///   - isFocused: whether Enter presses it.
  ///   - isDangerous: whether it destroys something.
  ///   - clip: nothing is drawn outside.
  /// - Returns: the cells that it takes.
  @discardableResult
  package mutating func button(
    _ label: SafeText, at point: Point, isFocused: Bool, isDangerous: Bool = false, clip: Rect
  ) -> Rect {
    let role: Role = isFocused ? .selection : .field
    var style = Style(role, isBold: isFocused)
    if isDangerous { style = Style(.danger, isBold: true, isReversed: isFocused) }
    // The brackets tell the focus where there is no colour.
    let text: SafeText = isFocused ? "[ " + label + " ]" : "  " + label + "  "
    let end = write(text, at: point, style: style, clip: clip)
    return Rect(x: point.x, y: point.y, width: end - point.x, height: 1)
  }

  /// Draws buttons side by side.
  ///
  /// - Returns: the cells of each, for the mouse.
  @discardableResult
  package mutating func buttons(
    _ labels: [(label: SafeText, isDangerous: Bool)], in area: Rect, focus: Int?,
    alignment: Alignment = .leading
  ) -> [Rect] {
    let width = labels.reduce(0) { $0 + $1.label.width + 4 } + max(0, labels.count - 1) * 2
    let free = max(0, area.width - width)
    var x = area.x
    if alignment == .center { x += free / 2 }
    if alignment == .trailing { x += free }
    return labels.enumerated().map { index, item in
      let cells = button(
        item.label, at: Point(x: x, y: area.y), isFocused: index == focus,
        isDangerous: item.isDangerous, clip: area)
      x = cells.right + 2
      return cells
    }
  }

  /// Draws tabs in a row, the selected one underlined by its style.
  ///
  /// If they do not fit, those around the selected one are shown, with marks where more are.
  /// - Returns: the cells of each tab, for the mouse; those out of sight are empty.
  @discardableResult
  package mutating func tabs(
    _ titles: [SafeText], selected: Int, in area: Rect, symbols: Symbols = .unicode
  ) -> [Rect] {
    let hidden = Rect(x: area.x, y: area.y, width: 0, height: 0)
    guard titles.indices.contains(selected), !area.isEmpty else {
      return titles.map { _ in hidden }
    }
    let shown = Self.visibleTabs(titles, selected: selected, width: area.width)
    var x = area.x
    if shown.lowerBound > 0 {
      x = write(symbols.moreLeft, at: Point(x: x, y: area.y), style: .muted, clip: area)
    }
    var places = titles.map { _ in hidden }
    for index in shown {
      let isSelected = index == selected
      let style =
        isSelected ? Style(.focus, isBold: true, isReversed: true) : Style(.muted)
      let end = write(
        " " + titles[index] + " ", at: Point(x: x, y: area.y), style: style, clip: area)
      places[index] = Rect(x: x, y: area.y, width: end - x, height: 1)
      x = end
    }
    if shown.upperBound < titles.count {
      write(symbols.moreRight, at: Point(x: x, y: area.y), style: .muted, clip: area)
    }
    return places
  }

  private static func visibleTabs(
    _ titles: [SafeText], selected: Int, width: Int
  ) -> Range<Int> {
    let widths = titles.map { $0.width + 2 }
    if widths.reduce(0, +) <= width { return 0..<titles.count }
    var first = selected
    var last = selected + 1
    var used = widths[selected] + 2
    while true {
      if last < titles.count, used + widths[last] <= width {
        used += widths[last]
        last += 1
      } else if first > 0, used + widths[first - 1] <= width {
        used += widths[first - 1]
        first -= 1
      } else {
        return first..<last
      }
    }
  }

  /// Draws a short word on a coloured ground.
  ///
  /// - Returns: the column after it.
  @discardableResult
  package mutating func badge(
    _ label: SafeText, at point: Point, role: Role, clip: Rect
  ) -> Int {
    write(
      " " + label + " ", at: point, style: Style(role, isBold: true, isReversed: true),
      clip: clip)
  }

  /// Draws a switch: its state is told by a word as well.
  ///
  /// - Returns: the column after it.
  @discardableResult
  package mutating func toggle(
    _ isOn: Bool, at point: Point, isFocused: Bool, clip: Rect, symbols: Symbols = .unicode
  ) -> Int {
    let style = Style(isFocused ? .selection : .field, isBold: isFocused)
    let picture = isOn ? symbols.bulletFull : symbols.bulletEmpty
    let word: SafeText = isOn ? " On  " : " Off "
    return write(" " + picture + word, at: point, style: style, clip: clip)
  }
}
