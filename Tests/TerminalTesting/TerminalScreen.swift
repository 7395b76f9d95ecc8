internal import CVTerm

/// What a terminal shows at one moment.
package struct TerminalScreen: Hashable, Sendable {
  /// One cell.
  package struct Cell: Hashable, Sendable {
    /// The character and its marks; empty in the second cell of a wide one.
    package var text: String
    package var width: Int
    package var isBold: Bool
    package var isUnderlined: Bool
    package var isReversed: Bool
    /// A palette index; -1 is the terminal's own colour, -2 one outside of the palette.
    package var foreground: Int
    package var background: Int
  }

  package let columns: Int
  /// Cells row by row.
  package let cells: [[Cell]]
  package let cursor: (row: Int, column: Int)
  package let isCursorVisible: Bool
  /// Whether the alternate screen is shown.
  package let isAlternate: Bool
  package let isMouseReported: Bool
  /// How often the bell rang.
  package let bells: Int

  /// The rows without trailing blanks.
  package var rows: [String] {
    cells.map { row in
      var text = row.map(\.text).joined()
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  /// All rows, without empty ones at the end.
  package var text: String {
    var rows = rows
    while rows.last == "" { rows.removeLast() }
    return rows.joined(separator: "\n")
  }

  /// Whether some row contains a text.
  package func contains(_ text: String) -> Bool { rows.contains { $0.contains(text) } }

  /// The first row that contains a text.
  package func row(of text: String) -> Int? { rows.firstIndex { $0.contains(text) } }

  /// The cell where a text begins.
  package func cell(of text: String) -> Cell? {
    for row in cells {
      for column in row.indices {
        let rest = row[column...].lazy.map(\.text)
        var shown = ""
        for piece in rest {
          shown += piece
          if shown == text { return row[column] }
          if !text.hasPrefix(shown) { break }
        }
      }
    }
    return nil
  }

  package static func == (left: TerminalScreen, right: TerminalScreen) -> Bool {
    left.cells == right.cells && left.cursor == right.cursor
      && left.isCursorVisible == right.isCursorVisible && left.isAlternate == right.isAlternate
      && left.isMouseReported == right.isMouseReported && left.bells == right.bells
  }

  /// Hashes the text.
  package func hash(into hasher: inout Hasher) { hasher.combine(cells) }

  /// The screen as text with escape sequences, to look at or to make pictures of.
  package var rendered: String {
    cells.map { row in
      var line = ""
      var last: Cell?
      for cell in row where cell.width > 0 {
        if last.map({ !$0.looksLike(cell) }) ?? true { line += cell.sequence }
        line += cell.text
        last = cell
      }
      return line + "\u{1B}[0m"
    }.joined(separator: "\n")
  }
}

extension TerminalScreen: CustomStringConvertible {
  package var description: String { "\(text)\n" }
}

extension TerminalScreen.Cell {
  fileprivate func looksLike(_ other: Self) -> Bool {
    foreground == other.foreground && background == other.background && isBold == other.isBold
      && isUnderlined == other.isUnderlined && isReversed == other.isReversed
  }

  fileprivate var sequence: String {
    var codes = ["0"]
    if isBold { codes.append("1") }
    if isUnderlined { codes.append("4") }
    if isReversed { codes.append("7") }
    if foreground >= 0 { codes.append("38;5;\(foreground)") }
    if background >= 0 { codes.append("48;5;\(background)") }
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }
}

/// libvterm behind a class that owns it.
final class VirtualTerminal {
  private let terminal: UnsafeMutablePointer<connector_vterm>
  private(set) var rows: Int
  private(set) var columns: Int

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    terminal = connector_vterm_make(Int32(rows), Int32(columns))
  }

  deinit { connector_vterm_free(terminal) }

  func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { buffer in
      connector_vterm_write(
        terminal, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
  }

  /// What the terminal answers to questions.
  func answers() -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = connector_vterm_answers(terminal, &buffer, buffer.count)
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  func resize(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    connector_vterm_resize(terminal, Int32(rows), Int32(columns))
  }

  var screen: TerminalScreen {
    var row: Int32 = 0
    var column: Int32 = 0
    connector_vterm_cursor(terminal, &row, &column)
    return TerminalScreen(
      columns: columns, cells: (0..<rows).map(cells(ofRow:)),
      cursor: (row: Int(row), column: Int(column)),
      isCursorVisible: terminal.pointee.is_cursor_visible != 0,
      isAlternate: terminal.pointee.is_alternate != 0,
      isMouseReported: terminal.pointee.mouse != 0, bells: Int(terminal.pointee.bells))
  }

  private func cells(ofRow row: Int) -> [TerminalScreen.Cell] {
    var skip = 0
    return (0..<columns).map { column in
      var cell = connector_vterm_cell()
      connector_vterm_get(terminal, Int32(row), Int32(column), &cell)
      let characters = withUnsafeBytes(of: cell.characters) { bytes in
        bytes.bindMemory(to: UInt32.self).prefix { $0 != 0 && $0 != UInt32.max }
          .compactMap(Unicode.Scalar.init)
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: characters)
      if skip > 0 {
        skip -= 1
        text = ""
      } else {
        skip = max(0, Int(cell.width) - 1)
        if text.isEmpty { text = " " }
      }
      return TerminalScreen.Cell(
        text: text, width: text.isEmpty ? 0 : Int(cell.width), isBold: cell.is_bold != 0,
        isUnderlined: cell.is_underlined != 0, isReversed: cell.is_reversed != 0,
        foreground: Int(cell.foreground), background: Int(cell.background))
    }
  }
}
