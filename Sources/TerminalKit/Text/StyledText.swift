/// Text in several styles on one row.
package struct StyledText: Hashable, Sendable {
  /// A piece in one style.
  package struct Run: Hashable, Sendable {
    package var text: SafeText
    package var style: Style

    /// Makes a piece.
    package init(_ text: SafeText, _ style: Style) {
      self.text = text
      self.style = style
    }
  }

  package private(set) var runs: [Run]

  /// Makes text of pieces.
  package init(_ runs: [Run] = []) { self.runs = runs.filter { !$0.text.isEmpty } }

  /// Makes text in one style.
  package init(_ text: SafeText, _ style: Style = .text) { self.init([Run(text, style)]) }

  package var width: Int { runs.reduce(0) { $0 + $1.text.width } }
  package var isEmpty: Bool { runs.isEmpty }
  /// The text without its styles.
  package var plain: SafeText { runs.reduce(SafeText.empty) { $0 + $1.text } }

  /// Puts a piece behind.
  package mutating func append(_ text: SafeText, _ style: Style = .text) {
    guard !text.isEmpty else { return }
    if let last = runs.indices.last, runs[last].style == style {
      runs[last].text += text
    } else {
      runs.append(Run(text, style))
    }
  }

  /// One text behind another.
  package static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    for run in right.runs { sum.append(run.text, run.style) }
    return sum
  }

  /// Puts a text behind this one.
  package static func += (left: inout StyledText, right: StyledText) { left = left + right }

  /// The text cut to a width, with an ellipsis in the style of the place where it is cut.
  package func truncated(to width: Int, ellipsis: SafeText = "…") -> StyledText {
    if self.width <= width { return self }
    var result = StyledText()
    var rest = max(0, width)
    for run in runs {
      // The run that reaches the end is cut, and so is one that leaves no room for the ellipsis.
      if run.text.width > rest - ellipsis.width {
        let cut = run.text.prefix(max(0, rest - ellipsis.width))
        result.append(cut, run.style)
        result.append(ellipsis.prefix(rest - cut.width), run.style)
        return result
      }
      result.append(run.text, run.style)
      rest -= run.text.width
    }
    return result
  }

  /// The text with every style changed.
  package func restyled(_ change: (inout Style) -> Void) -> StyledText {
    StyledText(
      runs.map { run in
        var run = run
        change(&run.style)
        return run
      })
  }

  /// The text broken into rows between words, or inside a word that is wider than a row.
  ///
  /// There is at least one row.
  package func wrapped(_ width: Int) -> [StyledText] {
    guard width > 0 else { return [] }
    var wrapper = Wrapper(width: width)
    for run in runs {
      for cluster in run.text.clusters { wrapper.read(cluster, run.style) }
    }
    return wrapper.finished()
  }
}

/// Breaks a stream of clusters into rows.
private struct Wrapper {
  let width: Int
  private var rows: [StyledText] = []
  private var row: [(cluster: SafeText.Cluster, style: Style)] = []
  private var rowWidth = 0
  /// Where the row may end: after the last blank, or between wide characters.
  private var breakIndex = 0

  init(width: Int) { self.width = width }

  mutating func read(_ cluster: SafeText.Cluster, _ style: Style) {
    let isBlank = cluster.text == " "
    // Chinese and Japanese have no blanks; a row may end before or after any character.
    if cluster.width == 2 { breakIndex = row.count }
    while !row.isEmpty, rowWidth + cluster.width > width {
      // A blank at the end of a full row vanishes with the break.
      if isBlank {
        breakRow(at: row.count)
        return
      }
      breakRow(at: breakIndex > 0 ? breakIndex : row.count)
    }
    if isBlank, row.isEmpty, !rows.isEmpty { return }
    row.append((cluster, style))
    rowWidth += cluster.width
    if isBlank || cluster.width == 2 { breakIndex = row.count }
  }

  private mutating func breakRow(at index: Int) {
    let rest = Array(row[index...])
    emit(row[..<index])
    row = rest
    rowWidth = rest.reduce(0) { $0 + $1.cluster.width }
    breakIndex = 0
  }

  private mutating func emit(_ part: ArraySlice<(cluster: SafeText.Cluster, style: Style)>) {
    var part = part
    while part.count > 1, let last = part.last, last.cluster.text == " " { part.removeLast() }
    var result = StyledText()
    var start = part.startIndex
    while start < part.endIndex {
      let style = part[start].style
      let end = part[start...].firstIndex { $0.style != style } ?? part.endIndex
      result.append(SafeText(clusters: part[start..<end].map(\.cluster)), style)
      start = end
    }
    rows.append(result)
  }

  mutating func finished() -> [StyledText] {
    if !row.isEmpty || rows.isEmpty { emit(row[...]) }
    return rows
  }
}

extension StyledText: ExpressibleByStringLiteral {
  /// Makes ordinary text from a literal.
  package init(stringLiteral value: String) { self.init(SafeText(value)) }
}
