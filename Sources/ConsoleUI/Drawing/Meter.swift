package import TerminalKit

/// Bars as text, for table cells and lines.
package enum Meter {
  /// A bar that fills from the left, in eighths of a cell.
  package static func bar(
    _ fraction: Double, width: Int, style: Style = Style(.running), symbols: Symbols
  ) -> StyledText {
    guard width > 0 else { return StyledText() }
    let steps = symbols.horizontalBlocks.count
    let bounded = fraction.isNaN ? 0 : min(1, max(0, fraction))
    var filled = Int(bounded * Double(width * steps))
    if bounded > 0 { filled = max(1, filled) }
    if bounded < 1 { filled = min(filled, width * steps - 1) }
    let whole = filled / steps
    var text = StyledText(symbols.horizontalBlocks[steps - 1].repeated(whole), style)
    var used = whole
    if filled % steps > 0 {
      text.append(symbols.horizontalBlocks[filled % steps - 1], style)
      used += 1
    }
    text.append(symbols.barEmpty.repeated(width - used), .border)
    return text
  }

  /// A key and its word, as hints within pages show them.
  package static func hint(_ key: SafeText, _ word: SafeText) -> StyledText {
    var text = StyledText(key, Style(.accent, isBold: true))
    text.append(" " + word)
    return text
  }
}
