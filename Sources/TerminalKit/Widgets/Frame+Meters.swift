extension Frame {
  /// Draws a bar that fills from the left, in eighths of a cell.
  ///
  /// - Parameters:
  ///   - fraction: 0 to 1; what lies outside is brought in.
  ///   - area: only its first row is used.
  ///   - style: of the filled part.
  ///   - symbols: the set to draw with.
  package mutating func progressBar(
    _ fraction: Double, in area: Rect, style: Style = Style(.running),
    symbols: Symbols = .unicode
  ) {
    guard !area.isEmpty else { return }
    let row = area.row(0)
    fill(row, with: symbols.barEmpty.string, style: .border)
    let steps = symbols.horizontalBlocks.count
    let bounded = fraction.isNaN ? 0 : min(1, max(0, fraction))
    var filled = Int(bounded * Double(row.width * steps))
    // Something done is seen, and only all done looks done.
    if bounded > 0 { filled = max(filled, 1) }
    if bounded < 1 { filled = min(filled, row.width * steps - 1) }
    let whole = Rect(x: row.x, y: row.y, width: filled / steps, height: 1)
    fill(whole, with: symbols.horizontalBlocks[steps - 1].string, style: style)
    if filled % steps > 0 {
      let part = symbols.horizontalBlocks[filled % steps - 1]
      write(part, at: Point(x: whole.right, y: row.y), style: style, clip: row)
    }
  }

  /// Draws a piece of bar that moves to and fro, for work whose end is not known.
  ///
  /// - Parameters:
  ///   - step: counts on for ever; one step moves the piece one cell.
  ///   - area: only its first row is used.
  ///   - style: of the piece.
  ///   - symbols: the set to draw with.
  package mutating func busyBar(
    _ step: Int, in area: Rect, style: Style = Style(.running), symbols: Symbols = .unicode
  ) {
    guard !area.isEmpty else { return }
    let row = area.row(0)
    fill(row, with: symbols.barEmpty.string, style: .border)
    let length = max(1, row.width / 5)
    let room = row.width - length
    let phase = room > 0 ? abs(step) % (2 * room) : 0
    let start = phase <= room ? phase : 2 * room - phase
    fill(
      Rect(x: row.x + start, y: row.y, width: length, height: 1),
      with: symbols.horizontalBlocks[symbols.horizontalBlocks.count - 1].string, style: style)
  }

  /// Draws a bar with its share in per cent behind it.
  package mutating func gauge(
    _ fraction: Double, in area: Rect, style: Style = Style(.running),
    symbols: Symbols = .unicode
  ) {
    let row = area.row(0)
    guard row.width >= 10 else {
      write(Self.percentage(fraction), in: row, alignment: .trailing, symbols: symbols)
      return
    }
    let parts = row.splitLeft(row.width - 5)
    progressBar(fraction, in: parts.left, style: style, symbols: symbols)
    write(Self.percentage(fraction), in: parts.rest, alignment: .trailing, symbols: symbols)
  }

  /// A share in whole per cent; 100 % only if all is done.
  package static func percentage(_ fraction: Double) -> SafeText {
    guard !fraction.isNaN else { return "0%" }
    let bounded = min(1, max(0, fraction))
    return SafeText("\(Int(bounded * 100))%")
  }

  /// Draws values over time as columns, the newest at the right.
  ///
  /// - Parameters:
  ///   - values: the newest last; negative ones count as 0. Older ones that find no room are
  ///     left out.
  ///   - area: every row is used, so that taller sparklines are finer.
  ///   - maximum: what a full column means; `nil` takes the greatest visible value.
  ///   - style: of the columns.
  ///   - symbols: the set to draw with.
  package mutating func sparkline(
    _ values: [Double], in area: Rect, maximum: Double? = nil,
    style: Style = Style(.running), symbols: Symbols = .unicode
  ) {
    guard !area.isEmpty else { return }
    let shown = values.suffix(area.width).map { $0.isFinite ? max(0, $0) : 0 }
    let top = maximum ?? shown.max() ?? 0
    let steps = symbols.verticalBlocks.count
    for (index, value) in shown.enumerated() {
      let x = area.right - shown.count + index
      let share = top > 0 ? min(1, value / top) : 0
      var filled = Int((share * Double(area.height * steps)).rounded())
      if value > 0 { filled = max(1, filled) }
      for row in 0..<area.height {
        let level = min(steps, filled - (area.height - 1 - row) * steps)
        guard level > 0 else { continue }
        write(
          symbols.verticalBlocks[level - 1], at: Point(x: x, y: area.y + row), style: style,
          clip: area)
      }
    }
  }
}
