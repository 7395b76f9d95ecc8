/// A field of one line.
///
/// Keys: Left Right Home End, `^A ^E ^B ^F`, Alt-b Alt-f by words, Backspace Del `^D`, `^W` and
/// Alt-d by words, `^U` to the start, `^K` to the end. Everything else is left to the screen.
package struct TextInput: Hashable, Sendable {
  private var buffer: EditBuffer
  /// Shown while the field is empty.
  package var placeholder: String
  /// In characters.
  package var maximumLength: Int
  /// Whether dots stand for the characters.
  package var isMasked: Bool
  /// Whether a masked text is shown for now; the screen takes it back after some seconds.
  package var isRevealed = false

  /// Makes a field with the cursor at the end of its text.
  package init(
    _ text: String = "", placeholder: String = "", maximumLength: Int = 4096,
    isMasked: Bool = false
  ) {
    buffer = EditBuffer(text)
    self.placeholder = placeholder
    self.maximumLength = maximumLength
    self.isMasked = isMasked
  }

  /// The text; setting it puts the cursor at its end.
  package var text: String {
    get { buffer.text }
    set { buffer.replace(with: newValue) }
  }

  package var isEmpty: Bool { buffer.text.isEmpty }
  /// Characters before the cursor.
  package var cursor: Int { buffer.cursor }

  /// Takes a key or a paste.
  ///
  /// - Returns: whether it was for the field.
  package mutating func handle(_ event: InputEvent) -> Bool {
    switch event {
    case .key(let key): return handle(key)
    case .paste(let text):
      buffer.insert(Self.oneLine(text), limit: maximumLength)
      return true
    case .mouse, .resize: return false
    }
  }

  private mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character):
      buffer.insert(String(character), limit: maximumLength)
    case .home, .control("a"): buffer.moveCursor(to: 0)
    case .end, .control("e"): buffer.moveCursor(to: buffer.count)
    case .control("u"): buffer.delete(to: 0)
    case .control("k"): buffer.delete(to: buffer.count)
    default: return buffer.handleMotion(key)
    }
    return true
  }

  /// A pasted text without its outer line breaks; inner ones and tabs become blanks, and other
  /// control characters go.
  private static func oneLine(_ text: String) -> String {
    let trimmed = text.drop { $0.isNewline }
    let end = trimmed.lastIndex { !$0.isNewline }.map { trimmed.index(after: $0) }
    let inner = trimmed[..<(end ?? trimmed.startIndex)]
    return String(
      inner.compactMap { character -> Character? in
        if character.isNewline || character == "\t" { return " " }
        let isControl = character.unicodeScalars.allSatisfy {
          $0.properties.generalCategory == .control
        }
        return isControl ? nil : character
      })
  }

  /// Draws the field into the first row of a rectangle.
  ///
  /// - Parameters:
  ///   - area: where.
  ///   - frame: what to draw on.
  ///   - isFocused: whether the cursor is in it.
  ///   - style: of the text; the placeholder is muted.
  ///   - symbols: the set to draw with.
  /// - Returns: where the cursor stands; set it as the frame's cursor if the field has the focus.
  @discardableResult
  package func draw(
    in area: Rect, on frame: inout Frame, isFocused: Bool, style: Style = Style(.field),
    symbols: Symbols = .unicode
  ) -> Point {
    let row = area.row(0)
    guard !row.isEmpty else { return area.origin }
    frame.fill(row, style: style)
    if isEmpty, !placeholder.isEmpty {
      var muted = style
      if muted.role == .field { muted.role = .placeholder }
      frame.write(SafeText(placeholder), in: row, style: muted, symbols: symbols)
      return row.origin
    }
    let head = shown(buffer.beforeCursor, symbols)
    let text = head + shown(buffer.afterCursor, symbols)
    let start =
      isFocused ? Self.start(cursor: head.width, total: text.width, width: row.width) : 0
    let visible = text.dropping(start)
    frame.write(visible, at: row.origin, style: style, clip: row)
    markCuts(start: start, total: text.width, in: row, on: &frame, style, symbols)
    let column = min(row.width - 1, max(0, head.width - (text.width - visible.width)))
    return Point(x: row.x + column, y: row.y)
  }

  private func shown(_ part: Substring, _ symbols: Symbols) -> SafeText {
    isMasked && !isRevealed ? symbols.mask.repeated(part.count) : SafeText(part)
  }

  private func markCuts(
    start: Int, total: Int, in row: Rect, on frame: inout Frame, _ style: Style,
    _ symbols: Symbols
  ) {
    guard row.width >= Self.markedWidth else { return }
    var mark = style
    if mark.role == .field { mark.role = .placeholder }
    if start > 0 { frame.write(symbols.moreLeft, at: row.origin, style: mark, clip: row) }
    if total - start > row.width {
      frame.write(
        symbols.moreRight, at: Point(x: row.right - 1, y: row.y), style: mark, clip: row)
    }
  }

  /// Fields narrower than this do not mark that their text is cut.
  private static let markedWidth = 6

  /// The first column shown: a long text jumps by half a field, so that it does not slide under
  /// a cursor that moves.
  private static func start(cursor: Int, total: Int, width: Int) -> Int {
    if total < width { return 0 }
    // The marks of a cut text take the first and the last column; the cursor may stand on a wide
    // character, and one that is cut moves everything by a cell.
    let hasMarks = width >= markedWidth
    let reach = max(1, width - (hasMarks ? 3 : 2))
    let step = max(1, min(width / 2, reach - (hasMarks ? 2 : 1)))
    if cursor < reach { return 0 }
    return ((cursor - reach) / step + 1) * step
  }
}
