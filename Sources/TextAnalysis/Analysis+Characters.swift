/// One character of a text.
struct DecodedCharacter {
  /// The scalar value; ``invalid`` where the bytes are not UTF-8.
  var scalar: UInt32
  /// How many bytes it takes.
  var length: Int

  /// Stands for bytes that are not UTF-8; separates words.
  static let invalid: UInt32 = 0xFFFD
}

/// The word boundary rules for all characters.
extension Analysis {
  /// Decodes the character at a position.
  @inline(__always)
  func character(at position: Int) -> DecodedCharacter {
    let first = text[position]
    if first < 0x80 { return DecodedCharacter(scalar: UInt32(first), length: 1) }
    return longCharacter(first, at: position)
  }

  @inline(__always)
  private func longCharacter(_ first: UInt8, at position: Int) -> DecodedCharacter {
    let left = count - position
    if first >= 0xC2, first < 0xE0, left >= 2, let second = continuation(position + 1) {
      return DecodedCharacter(scalar: UInt32(first & 0x1F) << 6 | second, length: 2)
    }
    if first >= 0xE0, first < 0xF0, left >= 3, let second = continuation(position + 1),
      let third = continuation(position + 2)
    {
      let scalar = UInt32(first & 0x0F) << 12 | second << 6 | third
      if scalar >= 0x800, scalar & 0xF800 != 0xD800 {
        return DecodedCharacter(scalar: scalar, length: 3)
      }
    } else if first >= 0xF0, first < 0xF5, left >= 4, let second = continuation(position + 1),
      let third = continuation(position + 2), let fourth = continuation(position + 3)
    {
      let high = UInt32(first & 0x07) << 18 | second << 12
      let scalar = high | third << 6 | fourth
      if scalar >= 0x10000, scalar < 0x110000 {
        return DecodedCharacter(scalar: scalar, length: 4)
      }
    }
    return DecodedCharacter(scalar: DecodedCharacter.invalid, length: 1)
  }

  @inline(__always)
  private func continuation(_ position: Int) -> UInt32? {
    let byte = text[position]
    return byte & 0xC0 == 0x80 ? UInt32(byte & 0x3F) : nil
  }

  /// Reads what begins with a character beyond ASCII and returns where it ends.
  mutating func readCharacters(
    at start: Int, _ body: (AnalyzedToken) -> Bool
  ) -> Int {
    let first = character(at: start)
    let info = analyzer.characters[first.scalar]
    switch info.wordClass {
    case .letter, .hangul, .hebrew, .numeric, .katakana, .connector:
      return readWord(at: start, body)
    case .han, .hiragana:
      let end = endOfMarks(start + first.length, limit: 16)
      if analyzer.joinsPairs {
        addPairs(from: start, to: end, body)
      } else {
        finishRange(from: start, to: end, body)
      }
      return end
    case .complex: return readComplexRun(at: start, body)
    case .pictograph, .regionalIndicator: return readPictograph(at: start, body)
    default: return start + first.length
    }
  }

  /// Where the marks behind a character end, or so many of them.
  func endOfMarks(_ position: Int, limit: Int = .max) -> Int {
    var position = position
    var left = limit
    while position < count, text[position] >= 0x80, left > 0 {
      let next = character(at: position)
      guard analyzer.characters[next.scalar].wordClass == .extend else { break }
      position += next.length
      left -= 1
    }
    return position
  }

  /// Reads a word of any letters, digits and connectors and returns where it ends.
  mutating func readWord(at start: Int, _ body: (AnalyzedToken) -> Bool) -> Int {
    var scan = WordScan(start: start)
    clearWord()
    scanWord(&scan)
    guard scan.hasContent else { return scan.position }
    if analyzer.joinsPairs, scan.isHangulOnly || scan.isKatakanaOnly {
      addPairs(from: start, to: scan.position, body)
      return scan.position
    }
    if scan.composes { scan.length = foldComposed(from: start, to: scan.position) }
    finishWord(
      scan.length, hasQuote: scan.hasQuote, start: start, end: scan.position, body)
    return scan.position
  }

  private func scanWord(_ scan: inout WordScan) {
    while scan.position < count {
      let next = character(at: scan.position)
      let info = analyzer.characters[next.scalar]
      let units = next.scalar < 0x10000 ? 1 : 2
      guard scan.units + units <= Self.wordLimit else { return }
      if info.wordClass == .extend {
        scan.take(info, next.length, units, into: word)
        continue
      }
      switch scan.step(info.wordClass) {
      case .stop: return
      case .take: break
      case .takeIfFollowed:
        guard scan.units + units < Self.wordLimit else { return }
        let after = endOfMarks(scan.position + next.length)
        guard after < count else { return }
        let follower = analyzer.characters[character(at: after).scalar].wordClass
        guard scan.isJoined(by: info.wordClass, to: follower) else { return }
      }
      scan.take(info, next.length, units, into: word)
    }
  }

  /// Folds part of the text into the word and returns its length; for text without decomposed
  /// characters.
  func fold(from start: Int, to end: Int) -> (length: Int, composes: Bool) {
    var length = 0
    var position = start
    var composes = false
    while position < end {
      let next = character(at: position)
      let info = analyzer.characters[next.scalar]
      composes = composes || info.flags.contains(.composes)
      length += info.write(to: word + length)
      position += next.length
    }
    return (length, composes)
  }

  /// Composes and folds part of the text into the word and returns its length.
  @inline(never)
  func foldComposed(from start: Int, to end: Int) -> Int {
    let characters = analyzer.characters
    clearWord()
    var length = 0
    analyzer.composer.compose { append in
      var position = start
      while position < end {
        let next = character(at: position)
        append(characters.widthFolded(next.scalar))
        position += next.length
      }
    } _: { scalar in
      length += characters[scalar].write(to: word + length)
    }
    // What composing made shorter must leave nothing behind.
    for index in length..<max(length, WordKey.capacity) { word[index] = 0 }
    return length
  }

  /// Folds part of the text and hands it over as one word; at most 255 characters of it.
  mutating func finishRange(
    from start: Int, to end: Int, _ body: (AnalyzedToken) -> Bool
  ) {
    clearWord()
    var (length, composes) = fold(from: start, to: end)
    if composes { length = foldComposed(from: start, to: end) }
    finishWord(length, hasQuote: false, start: start, end: end, body)
  }
}

extension CharacterInfo {
  /// Writes the folded character in UTF-8 and returns its length.
  @inline(__always)
  func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
    if folded < 0x80 {
      target[0] = UInt8(truncatingIfNeeded: folded)
      return 1
    }
    if flags.contains(.expands) {
      var rest = folded
      var length = 0
      while rest != 0 {
        target[length] = UInt8(truncatingIfNeeded: rest)
        rest >>= 8
        length += 1
      }
      return length
    }
    return encode(to: target)
  }

  @inline(__always)
  private func encode(to target: UnsafeMutablePointer<UInt8>) -> Int {
    if folded < 0x800 {
      target[0] = UInt8(truncatingIfNeeded: 0xC0 | folded >> 6)
      target[1] = UInt8(truncatingIfNeeded: 0x80 | folded & 0x3F)
      return 2
    }
    if folded < 0x10000 {
      target[0] = UInt8(truncatingIfNeeded: 0xE0 | folded >> 12)
      target[1] = UInt8(truncatingIfNeeded: 0x80 | folded >> 6 & 0x3F)
      target[2] = UInt8(truncatingIfNeeded: 0x80 | folded & 0x3F)
      return 3
    }
    target[0] = UInt8(truncatingIfNeeded: 0xF0 | folded >> 18)
    target[1] = UInt8(truncatingIfNeeded: 0x80 | folded >> 12 & 0x3F)
    target[2] = UInt8(truncatingIfNeeded: 0x80 | folded >> 6 & 0x3F)
    target[3] = UInt8(truncatingIfNeeded: 0x80 | folded & 0x3F)
    return 4
  }
}
