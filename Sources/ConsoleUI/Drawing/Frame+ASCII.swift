package import TerminalKit

extension Frame {
  /// Shows everything that is not ASCII by its nearest likeness, cell by cell.
  ///
  /// Pages draw with ``Symbols``; what is left is text from outside.
  package mutating func foldToASCII() {
    for y in 0..<size.height {
      for x in 0..<size.width {
        let cell = self[x, y]
        guard cell.width > 0, !cell.text.utf8.allSatisfy({ $0 < 0x80 }) else { continue }
        let text = SafeText(ASCIIFallback.string(cell.text, width: cell.width))
        write(text, at: Point(x: x, y: y), style: cell.style, clip: rect)
      }
    }
  }
}
