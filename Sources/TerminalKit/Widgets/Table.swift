/// Rows in columns that fit themselves to the space there is.
///
/// Columns take their ideal widths, flexible ones share what is left over. In a narrow space
/// columns shrink to their minimum, then those of the lowest priority vanish.
package struct Table: Hashable, Sendable {
  /// A column.
  package struct Column: Hashable, Sendable {
    /// Which part of a long text is left out.
    package enum Cut: Hashable, Sendable { case end, middle }

    package var title: SafeText
    package var minimum: Int
    package var ideal: Int
    /// Its part of the space left over; 0 keeps it at its ideal width.
    package var flex: Int
    /// Columns of a lower priority vanish first; those of the highest one stay always.
    package var priority: Int
    package var alignment: Alignment
    package var cut: Cut

    /// Describes a column; the ideal width is at least the minimum and the title's width.
    package init(
      _ title: SafeText, minimum: Int, ideal: Int? = nil, flex: Int = 0, priority: Int = 0,
      alignment: Alignment = .leading, cut: Cut = .end
    ) {
      self.title = title
      self.minimum = max(1, minimum)
      self.ideal = max(self.minimum, ideal ?? max(minimum, title.width))
      self.flex = max(0, flex)
      self.priority = priority
      self.alignment = alignment
      self.cut = cut
    }
  }

  /// Where a visible column stands.
  package struct Place: Hashable, Sendable {
    /// Which of the columns it is.
    package var index: Int
    /// From the table's left edge.
    package var x: Int
    package var width: Int
  }

  package var columns: [Column]
  /// Blank cells between two columns.
  package var gap: Int
  package var hasHeader: Bool

  /// Makes a table.
  package init(_ columns: [Column], gap: Int = 2, hasHeader: Bool = true) {
    self.columns = columns
    self.gap = max(0, gap)
    self.hasHeader = hasHeader
  }

  /// The visible columns and their places in a width.
  package func layout(width: Int) -> [Place] {
    var visible = Array(columns.indices)
    while visible.count > 1, needed(visible, \.minimum) > width {
      guard let victim = leastImportant(visible) else { break }
      visible.removeAll { $0 == victim }
    }
    var widths = visible.map { columns[$0].minimum }
    var rest = width - needed(visible, \.minimum)
    // In turns, so that a column with a great wish does not starve the others.
    while rest > 0 {
      let hungry = visible.indices.filter { widths[$0] < columns[visible[$0]].ideal }
      guard !hungry.isEmpty else { break }
      let share = max(1, rest / hungry.count)
      for index in hungry where rest > 0 {
        let more = min(share, rest, columns[visible[index]].ideal - widths[index])
        widths[index] += more
        rest -= more
      }
    }
    distribute(rest, over: visible, &widths)
    if visible.count == 1, rest < 0 { widths[0] = max(0, width) }
    var x = 0
    return visible.indices.map { index in
      defer { x += widths[index] + gap }
      return Place(index: visible[index], x: x, width: widths[index])
    }
  }

  private func needed(_ visible: [Int], _ width: (Column) -> Int) -> Int {
    visible.reduce(0) { $0 + width(columns[$1]) } + max(0, visible.count - 1) * gap
  }

  /// The column to leave out first: the last of the lowest priority.
  private func leastImportant(_ visible: [Int]) -> Int? {
    let lowest = visible.map { columns[$0].priority }.min()
    return visible.last { columns[$0].priority == lowest }
  }

  private func distribute(_ rest: Int, over visible: [Int], _ widths: inout [Int]) {
    let total = visible.reduce(0) { $0 + columns[$1].flex }
    guard rest > 0, total > 0 else { return }
    var given = 0
    var passed = 0
    for index in visible.indices {
      passed += columns[visible[index]].flex
      let share = rest * passed / total - given
      widths[index] += share
      given += share
    }
  }

  /// Rows that fit into a height.
  package func bodyHeight(_ height: Int) -> Int { max(0, height - (hasHeader ? 1 : 0)) }

  /// The part of a rectangle where rows are drawn, for the mouse.
  package func body(of area: Rect) -> Rect { area.inset(top: hasHeader ? 1 : 0) }

  /// Draws the table.
  ///
  /// - Parameters:
  ///   - area: header and rows; the last column holds a scrollbar if not all rows fit.
  ///   - frame: what to draw on.
  ///   - count: rows that there are.
  ///   - state: the selection.
  ///   - isFocused: whether keys go to the table; the selection is muted if not.
  ///   - symbols: the set to draw with.
  ///   - row: one text for each column of a row; asked for visible rows only.
  package func draw(
    in area: Rect, on frame: inout Frame, count: Int, state: ListState, isFocused: Bool = true,
    symbols: Symbols = .unicode, row: (Int) -> [StyledText]
  ) {
    let body = body(of: area)
    let visible = state.visible(count: count, height: body.height)
    let isScrolled = count > body.height
    let inner = area.inset(left: 2, right: isScrolled ? 2 : 1)
    let places = layout(width: inner.width)
    if hasHeader { drawHeader(places, in: inner.row(0), on: &frame, symbols) }
    for (line, index) in visible.enumerated() {
      let strip = body.row(line)
      let isSelected = state.selected(count: count) == index
      draw(row(index), places, in: inner, y: strip.y, on: &frame, symbols)
      if isSelected {
        let bar = strip.inset(right: isScrolled ? 1 : 0)
        Self.drawSelection(bar, on: &frame, isFocused: isFocused, symbols: symbols)
      }
    }
    if isScrolled {
      let track = Rect(x: area.right - 1, y: body.y, width: 1, height: body.height)
      frame.scrollbar(
        track, offset: visible.lowerBound, visible: body.height, total: count,
        symbols: symbols)
    }
  }

  private func drawHeader(
    _ places: [Place], in area: Rect, on frame: inout Frame, _ symbols: Symbols
  ) {
    for place in places {
      let column = columns[place.index]
      let cell = Rect(x: area.x + place.x, y: area.y, width: place.width, height: 1)
      frame.write(
        column.title, in: cell, alignment: column.alignment, style: Style(.muted, isBold: true),
        symbols: symbols)
    }
  }

  private func draw(
    _ cells: [StyledText], _ places: [Place], in area: Rect, y: Int, on frame: inout Frame,
    _ symbols: Symbols
  ) {
    for place in places where place.index < cells.count {
      let column = columns[place.index]
      var text = cells[place.index]
      if column.cut == .middle, text.width > place.width {
        let style = text.runs.first?.style ?? .text
        text = StyledText(
          text.plain.middleTruncated(to: place.width, ellipsis: symbols.ellipsis), style)
      }
      let cell = Rect(x: area.x + place.x, y: y, width: place.width, height: 1)
      frame.write(text, in: cell, alignment: column.alignment, symbols: symbols)
    }
  }

  /// Turns a row into the selected one: a bar of colour, and a pointer where there is none.
  ///
  /// The pointer takes the row's first column.
  package static func drawSelection(
    _ row: Rect, on frame: inout Frame, isFocused: Bool, symbols: Symbols = .unicode
  ) {
    guard !row.isEmpty else { return }
    if isFocused {
      frame.restyle(row) { style in
        style.isOnSelection = true
      }
    }
    frame.write(
      symbols.pointer, at: row.origin,
      style: Style(isFocused ? .accent : .muted, isBold: true, isOnSelection: isFocused),
      clip: row)
  }
}
