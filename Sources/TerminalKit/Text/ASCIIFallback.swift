/// Shows any cluster in ASCII, in as many cells as it takes.
///
/// Pages draw with ``Symbols``, which has an ASCII set of its own; this is for text from outside
/// on terminals that can't show it: accents go, and what has no likeness becomes `?`.
package enum ASCIIFallback {
  /// ASCII in place of a cell's text.
  ///
  /// - Parameters:
  ///   - text: a cluster.
  ///   - width: 1 or 2.
  /// - Returns: one character for each cell.
  package static func string(_ text: String, width: Int) -> String {
    guard let scalar = text.unicodeScalars.first else { return "" }
    if scalar.value < 0x80 { return String(Character(scalar)) }
    let substitute = character(scalar)
    return width == 2 ? String(repeating: substitute, count: 2) : substitute
  }

  private static func character(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0xC0...0x17F:
      let index = Int(scalar.value) - 0xC0
      return ASCIICharacters.string(latin[index])
    case 0x2010...0x2015, 0x2212, 0x2500, 0x2501, 0x2504, 0x2505, 0x2550: return "-"
    case 0x2018...0x201B, 0x2032: return "'"
    case 0x201C...0x201F, 0x2033, 0xAB, 0xBB: return "\""
    case 0x2022, 0x25CF: return "*"
    case 0x2026, 0xB7: return "."
    case 0x2039: return "<"
    case 0x203A: return ">"
    case 0x2502, 0x2503, 0x2551: return "|"
    case 0x250C...0x254B, 0x2552...0x257F: return "+"
    case 0x2581...0x258F: return "#"
    case 0xA0, 0x2000...0x200A, 0x3000: return " "
    case 0xFF01...0xFF5E: return ASCIICharacters.string(UInt8(scalar.value - 0xFEE0))
    default: return "?"
    }
  }

  /// U+00C0 to U+017F without their accents.
  private static let latin: [UInt8] = Array(
    ("AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
      + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
      + "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs").utf8)
}
