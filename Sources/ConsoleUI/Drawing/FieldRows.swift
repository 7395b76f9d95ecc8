package import TerminalKit

/// Names at the left, values beside them, long values broken into rows: most of what pages say.
package struct FieldRows: Sendable {
  /// The rows so far.
  package private(set) var rows: [StyledText] = []
  private let width: Int
  private let column: Int
  private let symbols: Symbols

  /// Starts without rows.
  ///
  /// - Parameters:
  ///   - width: of a row.
  ///   - column: where values begin.
  ///   - symbols: the set to draw with.
  package init(width: Int, column: Int, symbols: Symbols) {
    self.width = max(1, width)
    self.column = min(column, max(0, width - 8))
    self.symbols = symbols
  }

  /// Adds a name with its value.
  package mutating func field(_ name: SafeText, _ value: StyledText) {
    let name = name.truncated(to: max(0, column - 1), ellipsis: symbols.ellipsis)
    for (index, part) in value.wrapped(width - column).enumerated() {
      let head = index == 0 ? name : SafeText.empty
      rows.append(StyledText(head.padded(to: column), .muted) + part)
    }
  }

  /// Adds a name with its value in one style.
  package mutating func field(_ name: SafeText, _ value: SafeText, style: Style = .text) {
    field(name, StyledText(value, style))
  }

  /// Adds a name with its value on one row, the middle left out if it is too long.
  package mutating func identifier(_ name: SafeText, _ value: SafeText, style: Style = .text) {
    field(
      name, value.middleTruncated(to: width - column, ellipsis: symbols.ellipsis), style: style)
  }

  /// Adds a row as it is, broken between words if it is too long; `hanging` indents further rows.
  package mutating func text(_ text: StyledText, indent: Int = 0, hanging: Int = 0) {
    let parts = text.wrapped(max(1, width - indent - hanging))
    for (index, part) in parts.enumerated() {
      let margin = indent + (index == 0 ? 0 : hanging)
      rows.append(StyledText(SafeText(" ").repeated(margin)) + part)
    }
  }

  /// Adds a row that was laid out elsewhere.
  package mutating func append(_ row: StyledText) { rows.append(row) }

  /// Adds an empty row, unless one is there or it would be the first.
  package mutating func blank() {
    if let last = rows.last, !last.isEmpty { rows.append(StyledText()) }
  }

  /// Adds a heading with a line to the right edge.
  package mutating func heading(_ title: SafeText, role: Role = .title) {
    blank()
    var row = StyledText(title, Style(role, isBold: true))
    row.append(" ")
    row.append(symbols.horizontal.repeated(max(0, width - title.width - 1)), .border)
    rows.append(row)
  }
}
