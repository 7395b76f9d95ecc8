internal import CTerminalSupport
internal import Glibc
internal import TerminalKit

/// Turns a cell into what curses writes.
struct Painter {
  var theme: Theme
  var isASCII: Bool

  /// What goes into the cell's columns, one after the other, each zero-terminated.
  ///
  /// An emoji sequence is drawn as its first emoji and a flag as its two letters: that is what
  /// all terminals agree to take two cells for.
  func pieces(_ cell: Cell) -> [[wchar_t]] {
    let bytes = cell.text.utf8
    if bytes.count == 1, let byte = bytes.first { return [[wchar_t(byte), 0]] }
    if isASCII {
      let fallback = ASCIIFallback.string(cell.text, width: cell.width)
      return fallback.utf8.map { [wchar_t($0), 0] }
    }
    let scalars = Array(cell.text.unicodeScalars)
    guard let base = scalars.first else { return [[0x20, 0]] }
    if cell.width == 2, scalars.count == 2, scalars.allSatisfy(Self.isRegional) {
      return scalars.map { [wchar_t($0.value), 0] }
    }
    // A character that the C library does not know, or takes for narrower or wider, would shift
    // the rest of the row.
    guard connector_character_width(base.value) == Int32(cell.width) else {
      let replacement: [wchar_t] = [0xFFFD, 0]
      return cell.width == 2 ? [replacement, [0x20, 0]] : [replacement]
    }
    var characters = [wchar_t(base.value)]
    for scalar in scalars.dropFirst() {
      guard characters.count < 5, connector_character_width(scalar.value) == 0 else { break }
      if scalar.value == 0x200D, base.value >= 0x2000 { break }
      characters.append(wchar_t(scalar.value))
    }
    characters.append(0)
    return [characters]
  }

  private static func isRegional(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F1E6...0x1F1FF).contains(scalar.value)
  }
}
