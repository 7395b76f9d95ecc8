/// A text with a cursor between its characters, and the motions of a shell's line.
struct EditBuffer: Hashable, Sendable {
  private(set) var text: String
  /// Characters before the cursor.
  private(set) var cursor: Int

  init(_ text: String) {
    self.text = text
    cursor = text.count
  }

  var count: Int { text.count }

  private func index(_ position: Int) -> String.Index {
    text.index(text.startIndex, offsetBy: min(max(0, position), text.count))
  }

  var beforeCursor: Substring { text[..<index(cursor)] }
  var afterCursor: Substring { text[index(cursor)...] }

  mutating func moveCursor(to position: Int) { cursor = min(max(0, position), text.count) }

  /// Replaces everything and puts the cursor at the end.
  mutating func replace(with newText: String) {
    text = newText
    cursor = text.count
  }

  /// Inserts at the cursor as much as a limit allows.
  mutating func insert(_ piece: some StringProtocol, limit: Int) {
    // Counted anew, because a mark joins the character before it.
    var head = String(beforeCursor)
    let tail = afterCursor
    for character in piece {
      head.append(character)
      if (head + tail).count > limit {
        head.removeLast()
        break
      }
    }
    text = head + tail
    cursor = head.count
  }

  /// Deletes between the cursor and a place, and leaves the cursor there.
  mutating func delete(to position: Int) {
    let range = min(cursor, position)..<max(cursor, position)
    text.removeSubrange(index(range.lowerBound)..<index(range.upperBound))
    moveCursor(to: range.lowerBound)
  }

  /// Where a word to the left begins; words end at blanks, or at punctuation as well.
  func wordStart(stopsAtPunctuation: Bool) -> Int {
    var position = cursor
    for character in beforeCursor.reversed().drop(while: { !isWord($0, stopsAtPunctuation) }) {
      guard isWord(character, stopsAtPunctuation) else { break }
      position -= 1
    }
    let skipped = beforeCursor.reversed().prefix { !isWord($0, stopsAtPunctuation) }.count
    return position - skipped
  }

  /// Where a word to the right ends.
  func wordEnd() -> Int {
    let skipped = afterCursor.prefix { !isWord($0, true) }.count
    let word = afterCursor.dropFirst(skipped).prefix { isWord($0, true) }.count
    return cursor + skipped + word
  }

  private func isWord(_ character: Character, _ stopsAtPunctuation: Bool) -> Bool {
    stopsAtPunctuation ? character.isLetter || character.isNumber : !character.isWhitespace
  }

  /// Does what both kinds of field share: motions and deletions within the text.
  mutating func handleMotion(_ key: Key) -> Bool {
    switch key {
    case .left, .control("b"): moveCursor(to: cursor - 1)
    case .right, .control("f"): moveCursor(to: cursor + 1)
    case .alt("b"): moveCursor(to: wordStart(stopsAtPunctuation: true))
    case .alt("f"): moveCursor(to: wordEnd())
    case .backspace: delete(to: cursor - min(1, cursor))
    case .delete, .control("d"): delete(to: min(count, cursor + 1))
    case .control("w"): delete(to: wordStart(stopsAtPunctuation: false))
    case .alt("d"): delete(to: wordEnd())
    default: return false
    }
    return true
  }
}
