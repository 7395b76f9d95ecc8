internal import TerminalKit

/// A table of text that fits a terminal's width.
struct TextTable {
  /// One column.
  struct Column {
    var title: SafeText
    var alignment = Alignment.leading
    /// It is not made narrower than this; `nil` means it is never made narrower.
    var minimum: Int?
    /// Cut in the middle, so that the end stays.
    var cutsMiddle = false
    /// Where there is too little room, columns of the highest rank are left out first; those of
    /// rank 0 stay.
    var rank = 0
  }

  /// One cell.
  struct Cell {
    var text: SafeText
    var tint: Tint

    init(_ text: String, _ tint: Tint = .plain) {
      self.text = SafeText(text)
      self.tint = tint
    }
  }

  private static let gap: SafeText = "  "
  private let columns: [Column]
  private var rows: [[Cell]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [Cell]) { rows.append(row) }

  /// Lays the table out, each line with a line break.
  ///
  /// - Parameters:
  ///   - width: of the terminal; `nil` leaves every text as long as it is.
  ///   - printer: how text is marked.
  /// - Returns: text ready to be printed.
  func lines(width: Int?, _ printer: Printer) -> String {
    let table = width.map(narrowed) ?? self
    let widths = table.widths(within: width)
    let header = table.columns.map { Cell($0.title.string, .strong) }
    return ([header] + table.rows).map { table.line($0, widths, printer) }.joined()
  }

  /// The table without the columns for which there is no room.
  private func narrowed(to width: Int) -> TextTable {
    let natural = naturalWidths
    let least = columns.indices.map { min(natural[$0], columns[$0].minimum ?? natural[$0]) }
    let needed = least.reduce(0, +) + Self.gap.width * (columns.count - 1)
    guard needed > width,
      let surplus = columns.indices.max(by: { columns[$0].rank < columns[$1].rank }),
      columns[surplus].rank > 0
    else { return self }
    var kept = columns
    kept.remove(at: surplus)
    var table = TextTable(kept)
    table.rows = rows.map { row in
      var row = row
      row.remove(at: surplus)
      return row
    }
    return table.narrowed(to: width)
  }

  private var naturalWidths: [Int] {
    columns.indices.map { index in
      max(columns[index].title.width, rows.map { $0[index].text.width }.max() ?? 0)
    }
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ printer: Printer) -> String {
    var pieces: [String] = []
    for (index, cell) in cells.enumerated() {
      let column = columns[index]
      let cut =
        column.cutsMiddle
        ? cell.text.middleTruncated(to: widths[index], ellipsis: printer.ellipsis)
        : cell.text.truncated(to: widths[index], ellipsis: printer.ellipsis)
      let blanks = SafeText(" ").repeated(widths[index] - cut.width).string
      let text = printer.text(cut, cell.tint)
      let isLast = index == cells.count - 1
      switch column.alignment {
      case .trailing: pieces.append(blanks + text)
      default: pieces.append(isLast ? text : text + blanks)
      }
    }
    return pieces.joined(separator: Self.gap.string) + "\n"
  }

  /// Takes cells from the widest column that may give some until all fit.
  private func widths(within limit: Int?) -> [Int] {
    var widths = naturalWidths
    guard let limit else { return widths }
    var surplus = widths.reduce(0, +) + Self.gap.width * (columns.count - 1) - limit
    while surplus > 0 {
      let candidates = columns.indices.filter { index in
        columns[index].minimum.map { widths[index] > $0 } ?? false
      }
      guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      surplus -= 1
    }
    return widths
  }
}
