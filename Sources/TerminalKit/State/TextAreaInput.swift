/// A field of several lines, whose long lines are broken into rows.
///
/// Keys are those of ``TextInput``; Home, End, `^A`, `^E`, `^U` and `^K` work within a line,
/// Up and Down go by rows, and Enter starts a line.
package struct TextAreaInput: Hashable, Sendable {
  private var buffer: EditBuffer
  /// Shown while the field is empty.
  package var placeholder: String
  /// In characters.
  package var maximumLength: Int

  /// Makes a field with the cursor at the end of its text.
  package init(_ text: String = "", placeholder: String = "", maximumLength: Int = 65_536) {
    buffer = EditBuffer(text)
    self.placeholder = placeholder
    self.maximumLength = maximumLength
  }

  /// The text; setting it puts the cursor at its end.
  package var text: String {
    get { buffer.text }
    set { buffer.replace(with: newValue) }
  }

  /// Characters before the cursor.
  package var cursor: Int { buffer.cursor }

  /// Takes a key or a paste.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - width: columns of the field, for going up and down by rows.
  /// - Returns: whether it was for the field; Up in the first row and Down in the last are not.
  package mutating func handle(_ event: InputEvent, width: Int) -> Bool {
    switch event {
    case .paste(let text):
      buffer.insert(Self.clean(text), limit: maximumLength)
      return true
    case .key(.character(let character)):
      buffer.insert(String(character), limit: maximumLength)
      return true
    case .key(.enter):
      buffer.insert("\n", limit: maximumLength)
      return true
    case .key(.up): return moveRow(by: -1, width: width)
    case .key(.down): return moveRow(by: 1, width: width)
    case .key(let key): return handleInLine(key)
    case .mouse, .resize: return false
    }
  }

  private mutating func handleInLine(_ key: Key) -> Bool {
    let lineStart = buffer.cursor - buffer.beforeCursor.reversed().prefix { !$0.isNewline }.count
    let lineEnd = buffer.cursor + buffer.afterCursor.prefix { !$0.isNewline }.count
    switch key {
    case .home, .control("a"): buffer.moveCursor(to: lineStart)
    case .end, .control("e"): buffer.moveCursor(to: lineEnd)
    case .control("u"): buffer.delete(to: lineStart)
    // At the end of a line, the line break goes.
    case .control("k"):
      buffer.delete(to: lineEnd == buffer.cursor ? min(buffer.count, lineEnd + 1) : lineEnd)
    default: return buffer.handleMotion(key)
    }
    return true
  }

  private static func clean(_ text: String) -> String {
    var result = ""
    for character in text {
      if character.isNewline {
        result.append("\n")
      } else if character == "\t" {
        result.append("  ")
      } else if !character.unicodeScalars.allSatisfy({
        $0.properties.generalCategory == .control
      }) {
        result.append(character)
      }
    }
    return result
  }

  /// A row of the field: part of a line.
  private struct Row {
    /// Position of the first character in the text.
    var start: Int
    var characters: [Character] = []
    var width = 0
  }

  private func rows(width: Int) -> [Row] {
    var rows = [Row(start: 0)]
    for (position, character) in buffer.text.enumerated() {
      if character.isNewline {
        rows.append(Row(start: position + 1))
        continue
      }
      let cells = SafeText(String(character)).width
      if rows[rows.count - 1].width + cells > max(2, width) { rows.append(Row(start: position)) }
      rows[rows.count - 1].characters.append(character)
      rows[rows.count - 1].width += cells
    }
    return rows
  }

  private func cursorRow(_ rows: [Row]) -> Int {
    rows.lastIndex { $0.start <= buffer.cursor } ?? 0
  }

  private func column(in row: Row) -> Int {
    SafeText(String(row.characters.prefix(buffer.cursor - row.start))).width
  }

  private mutating func moveRow(by distance: Int, width: Int) -> Bool {
    let rows = rows(width: width)
    let current = cursorRow(rows)
    guard rows.indices.contains(current + distance) else { return false }
    let column = column(in: rows[current])
    let target = rows[current + distance]
    var position = target.start
    var passed = 0
    for character in target.characters {
      passed += SafeText(String(character)).width
      if passed > column { break }
      position += 1
    }
    // Behind the last character of a broken row lies the next row already.
    if rows.indices.contains(current + distance + 1),
      rows[current + distance + 1].start == position, position > target.start
    {
      position -= 1
    }
    buffer.moveCursor(to: position)
    return true
  }

  /// Draws the field.
  ///
  /// - Returns: where the cursor stands; set it as the frame's cursor if the field has the focus.
  @discardableResult
  package func draw(
    in area: Rect, on frame: inout Frame, isFocused: Bool, style: Style = Style(.field),
    symbols: Symbols = .unicode
  ) -> Point {
    guard !area.isEmpty else { return area.origin }
    frame.fill(area, style: style)
    if buffer.text.isEmpty {
      frame.write(
        SafeText(placeholder), in: area, style: Style(.placeholder), symbols: symbols)
      return area.origin
    }
    let rows = rows(width: area.width)
    let current = cursorRow(rows)
    let first = min(max(0, current - area.height / 2), max(0, rows.count - area.height))
    for (index, row) in rows.dropFirst(first).prefix(area.height).enumerated() {
      frame.write(
        SafeText(String(row.characters)), at: Point(x: area.x, y: area.y + index), style: style,
        clip: area)
    }
    if rows.count > area.height {
      let edge = Rect(x: area.right - 1, y: area.y, width: 1, height: area.height)
      if first > 0 {
        frame.write(symbols.arrowUp, in: edge.row(0), style: Style(.placeholder))
      }
      if first + area.height < rows.count {
        frame.write(
          symbols.arrowDown, in: edge.row(area.height - 1), style: Style(.placeholder))
      }
    }
    return Point(
      x: area.x + min(area.width - 1, column(in: rows[current])), y: area.y + current - first)
  }
}
