/// A Chinese, Japanese or Korean character that waits for the next one.
struct PendingCharacter {
  /// Bytes of it at the beginning of the analyzer's `pair`.
  var length: Int
  var start: Int
  var end: Int
  /// Whether it is part of a pair already.
  var isPaired: Bool
}

/// Scripts that put no spaces between words, and pictographs.
extension Analysis {
  /// Joins characters to pairs with those before them, as Lucene's `cjk_bigram` does; like it,
  /// forgets stop words before them.
  mutating func addPairs(from start: Int, to end: Int, _ body: (AnalyzedToken) -> Bool) {
    var position = start
    while position < end, !isStopped {
      let unitEnd = endOfUnit(at: position, end)
      clearWord()
      var (length, composes) = fold(from: position, to: unitEnd)
      if composes { length = foldComposed(from: position, to: unitEnd) }
      addToPair(length, start: position, end: unitEnd, body)
      position = unitEnd
    }
  }

  /// Where a character with its marks and combining letters ends; at most 255 bytes away.
  private func endOfUnit(at start: Int, _ end: Int) -> Int {
    var position = start + character(at: start).length
    while position < end, position - start < Self.wordLimit {
      let next = character(at: position)
      let info = analyzer.characters[next.scalar]
      guard info.wordClass == .extend || info.flags.contains(.composes) else { break }
      position += next.length
    }
    return position
  }

  /// Takes the character in `word`, hands over its pair with the one before.
  private mutating func addToPair(
    _ length: Int, start: Int, end: Int, _ body: (AnalyzedToken) -> Bool
  ) {
    let pair = analyzer.pair
    var isPaired = false
    resolveWaiting(body)
    guard !isStopped else { return }
    if let former = pending, former.end == start {
      (pair + former.length).update(from: word, count: length)
      increment = 1
      emit(pair, former.length + length, start: former.start, end: end, body)
      isPaired = true
    } else {
      flushPending(body)
    }
    pair.update(from: word, count: length)
    pending = PendingCharacter(length: length, start: start, end: end, isPaired: isPaired)
  }

  /// Hands over the waiting character if it found no neighbour.
  @inline(never)
  mutating func flushPending(_ body: (AnalyzedToken) -> Bool) {
    guard let former = pending else { return }
    pending = nil
    guard !former.isPaired, !isStopped else { return }
    increment = 1
    emit(analyzer.pair, former.length, start: former.start, end: former.end, body)
  }

  /// Reads Thai, Lao, Khmer or Burmese text and returns where it ends.
  mutating func readComplexRun(at start: Int, _ body: (AnalyzedToken) -> Bool) -> Int {
    guard let dictionary = analyzer.dictionary else {
      let end = endOfComplexRun(at: start, limit: Self.wordLimit)
      finishRange(from: start, to: end, body)
      return end
    }
    dictionary.removeAll()
    var end = start
    var isWhole = true
    while end < count, text[end] >= 0x80 {
      let next = character(at: end)
      let wordClass = analyzer.characters[next.scalar].wordClass
      guard wordClass == .complex || wordClass == .extend else { break }
      guard dictionary.append(next.scalar, at: end) else {
        isWhole = false
        break
      }
      end += next.length
    }
    var done = end
    dictionary.forEachWord(end: end) { wordStart, wordEnd in
      // The last word of a piece may go on in the next piece.
      if !isWhole, wordEnd == end, wordStart > start {
        done = wordStart
        return false
      }
      finishLongRange(from: wordStart, to: wordEnd, body)
      return !isStopped
    }
    return done
  }

  /// Hands over a word of any length, split where it is too long.
  private mutating func finishLongRange(
    from start: Int, to end: Int, _ body: (AnalyzedToken) -> Bool
  ) {
    var position = start
    while position < end, !isStopped {
      let pieceEnd = min(end, endOfComplexRun(at: position, limit: Self.wordLimit))
      finishRange(from: position, to: pieceEnd, body)
      position = pieceEnd
    }
  }

  private func endOfComplexRun(at start: Int, limit: Int) -> Int {
    var position = start
    var units = 0
    while position < count, text[position] >= 0x80 {
      let next = character(at: position)
      let wordClass = analyzer.characters[next.scalar].wordClass
      guard wordClass == .complex || wordClass == .extend else { break }
      units += next.scalar < 0x10000 ? 1 : 2
      if units > limit { break }
      position += next.length
    }
    return position
  }

  /// Reads a pictograph, joined pictographs or a flag, and returns where it ends.
  mutating func readPictograph(at start: Int, _ body: (AnalyzedToken) -> Bool) -> Int {
    let first = character(at: start)
    let isFlag = analyzer.characters[first.scalar].wordClass == .regionalIndicator
    let end = isFlag ? endOfFlag(start + first.length) : endOfPictographs(start)
    // Half a flag is no word.
    guard let end else { return start + first.length }
    finishRange(from: start, to: end, body)
    return end
  }

  private func endOfFlag(_ position: Int) -> Int? {
    guard position < count else { return nil }
    let second = character(at: position)
    guard analyzer.characters[second.scalar].wordClass == .regionalIndicator else { return nil }
    return endOfMarks(position + second.length, limit: 8)
  }

  private func endOfPictographs(_ start: Int) -> Int? {
    var position = start
    for _ in 0..<16 {
      let next = character(at: position)
      let end = endOfMarks(position + next.length, limit: 8)
      let joins = endsWithJoiner(position, end)
      position = end
      guard joins, position < count,
        analyzer.characters[character(at: position).scalar].wordClass == .pictograph
      else { break }
    }
    return position
  }

  private func endsWithJoiner(_ start: Int, _ end: Int) -> Bool {
    // The zero width joiner is E2 80 8D.
    end - start > 3 && text[end - 3] == 0xE2 && text[end - 2] == 0x80 && text[end - 1] == 0x8D
  }
}
