internal import CSnowball

/// The walk over one text.
struct Analysis {
  let analyzer: Analyzer
  let text: UnsafePointer<UInt8>
  let count: Int
  let ascii: UnsafePointer<UInt8>
  /// The word being read; at least 32 bytes behind it may be written.
  let word: UnsafeMutablePointer<UInt8>
  let entries: UnsafeMutablePointer<StemCache.Entry>
  let mayElide: Bool
  /// The words in line, from ``firstWaiting`` on and around.
  private let waiting: UnsafeMutablePointer<WaitingWord>
  private var firstWaiting = 0
  private var waitingCount = 0
  /// How far the next token lies behind the last one.
  var increment = 1
  /// Whether the receiver wants no more.
  var isStopped = false
  /// The Chinese, Japanese or Korean character that waits for the next one.
  var pending: PendingCharacter?

  /// UTF-16 code units in a word at most; what is longer is split there.
  static let wordLimit = 255
  /// No stemmer makes a word longer than this.
  private static let longestStem = 4_096

  init(analyzer: Analyzer, text: UnsafePointer<UInt8>, count: Int) {
    self.analyzer = analyzer
    self.text = text
    self.count = count
    ascii = UnsafePointer(analyzer.ascii)
    word = analyzer.word
    entries = analyzer.cache.entries
    mayElide = !analyzer.articles.isEmpty
    waiting = analyzer.waiting
  }

  /// Hands all tokens over.
  mutating func run(_ body: (AnalyzedToken) -> Bool) {
    var position = 0
    while position < count {
      let entry = ascii[Int(text[position])]
      if entry >= ASCIIClass.wordStart {
        position = readASCIIWord(at: position, body)
      } else if entry == ASCIIClass.beyond {
        position = readCharacters(at: position, body)
      } else {
        position += 1
        continue
      }
      if isStopped { return }
    }
    finish(body)
  }

  /// Hands over what waits at the end of the text.
  mutating func finish(_ body: (AnalyzedToken) -> Bool) {
    resolveWaiting(body)
    flushPending(body)
  }

  /// Reads the word that begins with an ASCII character and returns where it ends.
  @inline(__always)
  private mutating func readASCIIWord(
    at start: Int, _ body: (AnalyzedToken) -> Bool
  ) -> Int {
    clearWord()
    let limit = min(count, start + Self.wordLimit)
    var position = start + readLetters(at: start)
    var hasQuote = false
    while true {
      var entry: UInt8 = 0
      while position < limit {
        entry = ascii[Int(text[position])]
        if entry < ASCIIClass.wordStart { break }
        word[position - start] = entry
        position += 1
      }
      if position >= limit || entry == ASCIIClass.other { break }
      if entry == ASCIIClass.beyond { return readWord(at: start, body) }
      guard position + 1 < limit else { break }
      let next = ascii[Int(text[position + 1])]
      // What follows may be a mark that belongs to the punctuation.
      if next == ASCIIClass.beyond { return readWord(at: start, body) }
      let last = word[position - start - 1]
      guard Self.joins(last, entry, next) else { break }
      let byte = text[position]
      hasQuote = hasQuote || byte == UInt8(ascii: "'")
      word[position - start] = byte
      position += 1
    }
    // At the length limit, a word that ends just there may still go on with a mark.
    if position == limit, limit < count, ascii[Int(text[limit])] == ASCIIClass.beyond {
      return readWord(at: start, body)
    }
    let length = position - start
    if word[0] == ASCIIClass.connector, isConnectorsOnly(length) { return position }
    finishWord(length, hasQuote: hasQuote, start: start, end: position, body)
    return position
  }

  /// Reads up to 32 ASCII letters, eight at a time, and returns how many there are.
  ///
  /// May stop before the end of the letters, at the end of the text.
  @inline(__always)
  private func readLetters(at start: Int) -> Int {
    let source = UnsafeRawPointer(text)
    let target = UnsafeMutableRawPointer(word)
    var length = 0
    while length < WordKey.capacity, start + length + 8 <= count {
      let bytes = UInt64(
        littleEndian: source.loadUnaligned(fromByteOffset: start + length, as: UInt64.self))
      // Bit 7 of each byte tells whether it is a letter; no sum carries into the next byte.
      let lowered = (bytes | 0x2020_2020_2020_2020) & 0x7F7F_7F7F_7F7F_7F7F
      let atLeastA = lowered &+ 0x1F1F_1F1F_1F1F_1F1F
      let beyondZ = lowered &+ 0x0505_0505_0505_0505
      let letters = atLeastA & ~beyondZ & ~bytes & 0x8080_8080_8080_8080
      let count = (letters ^ 0x8080_8080_8080_8080).trailingZeroBitCount >> 3
      let mask = count == 8 ? .max : (1 as UInt64) &<< UInt64(count * 8) &- 1
      target.storeBytes(
        of: (lowered & mask).littleEndian, toByteOffset: length, as: UInt64.self)
      length += count
      if count < 8 { break }
    }
    return length
  }

  /// Whether punctuation between two characters keeps them in one word.
  @inline(__always)
  private static func joins(_ last: UInt8, _ middle: UInt8, _ next: UInt8) -> Bool {
    if ASCIIClass.isLetter(last) {
      return middle != ASCIIClass.midNumber && ASCIIClass.isLetter(next)
    }
    return ASCIIClass.isDigit(last) && middle != ASCIIClass.midLetter && ASCIIClass.isDigit(next)
  }

  @inline(never)
  private func isConnectorsOnly(_ length: Int) -> Bool {
    (0..<length).allSatisfy { word[$0] == ASCIIClass.connector }
  }

  /// Makes the first 32 bytes of the word zero.
  @inline(__always)
  func clearWord() {
    let raw = UnsafeMutableRawPointer(word)
    for offset in stride(from: 0, to: WordKey.capacity, by: 8) {
      raw.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
    }
  }

  /// Cuts an article off and puts the word in line to be looked up and handed over.
  @inline(__always)
  mutating func finishWord(
    _ length: Int, hasQuote: Bool, start: Int, end: Int, _ body: (AnalyzedToken) -> Bool
  ) {
    var length = length
    if hasQuote && mayElide { length = elided(length) }
    if pending != nil { flushPending(body) }
    guard length <= WordKey.capacity else {
      resolveWaiting(body)
      emitUncached(word, length, start: start, end: end, body)
      return
    }
    let key = WordKey(word)
    let digest = key.digest
    stem_prefetch(entries + StemCache.index(of: digest))
    if waitingCount == WaitingWord.limit { resolveNext(body) }
    let place = (firstWaiting &+ waitingCount) & (WaitingWord.limit - 1)
    waiting[place] = WaitingWord(key: key, digest: digest, start: start, end: end, length: length)
    waitingCount &+= 1
  }

  /// Hands over all words in line.
  @inline(__always)
  mutating func resolveWaiting(_ body: (AnalyzedToken) -> Bool) {
    while waitingCount > 0 { resolveNext(body) }
  }

  /// Hands over the next word in line, stemmed, unless it is a stop word.
  @inline(__always)
  private mutating func resolveNext(_ body: (AnalyzedToken) -> Bool) {
    let next = waiting + firstWaiting
    firstWaiting = (firstWaiting &+ 1) & (WaitingWord.limit - 1)
    waitingCount &-= 1
    guard !isStopped else { return }
    let (start, end) = (next.pointee.start, next.pointee.end)
    let bytes = UnsafeMutableRawPointer(next).assumingMemoryBound(to: UInt8.self)
    let outcome = outcome(of: next.pointee, bytes)
    guard !outcome.isSpecial else {
      if outcome.isStopWord {
        increment += 1
      } else {
        emitUncached(bytes, next.pointee.length, start: start, end: end, body)
      }
      return
    }
    // The suffix may reach into the digest, which is not needed any more.
    UnsafeMutableRawPointer(bytes + outcome.kept).storeBytes(
      of: outcome.suffix.littleEndian, as: UInt64.self)
    emit(bytes, outcome.length, start: start, end: end, body)
  }

  /// What becomes of a word.
  @inline(__always)
  private func outcome(
    of word: WaitingWord, _ bytes: UnsafeMutablePointer<UInt8>
  ) -> StemCache.Outcome {
    let index = StemCache.index(of: word.digest)
    if entries[index].digest == word.digest { return entries[index].outcome }
    if entries[index + 1].digest == word.digest { return entries[index + 1].outcome }
    let outcome = newOutcome(of: word.key, bytes, word.length)
    entries[index + 1] = entries[index]
    entries[index] = StemCache.Entry(digest: word.digest, outcome: outcome)
    return outcome
  }

  @inline(__always)
  mutating func emit(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, start: Int, end: Int,
    _ body: (AnalyzedToken) -> Bool
  ) {
    let token = AnalyzedToken(
      bytes: UnsafeBufferPointer(start: bytes, count: length), start: start, end: end,
      positionIncrement: increment)
    increment = 1
    if !body(token) { isStopped = true }
  }
}

extension Analysis {
  /// What becomes of a word that the cache does not know.
  @inline(never)
  private func newOutcome(
    of key: WordKey, _ word: UnsafeMutablePointer<UInt8>, _ length: Int
  ) -> StemCache.Outcome {
    if analyzer.stopWords.contains(key) { return .stopWord }
    let whole = StemCache.Outcome(kept: length, suffixCount: 0, suffix: 0)
    guard let stem = analyzer.stemmer.stem(word, length) else { return whole }
    var kept = 0
    let common = min(stem.count, length)
    while kept < common, stem[kept] == word[kept] { kept += 1 }
    let suffixCount = stem.count - kept
    guard suffixCount <= StemCache.Outcome.suffixCapacity else { return .unkept }
    var suffix: UInt64 = 0
    for offset in (0..<suffixCount).reversed() {
      suffix = suffix << 8 | UInt64(stem[kept + offset])
    }
    return StemCache.Outcome(kept: kept, suffixCount: suffixCount, suffix: suffix)
  }

  /// Stems a word that the cache can't hold, and that is no stop word.
  @inline(never)
  private mutating func emitUncached(
    _ word: UnsafeMutablePointer<UInt8>, _ length: Int, start: Int, end: Int,
    _ body: (AnalyzedToken) -> Bool
  ) {
    guard !isStopped else { return }
    guard let stem = analyzer.stemmer.stem(word, length), let base = stem.baseAddress,
      stem.count <= Self.longestStem
    else {
      emit(word, length, start: start, end: end, body)
      return
    }
    // The stemmer's own buffer stays as it is until the next word.
    emit(base, stem.count, start: start, end: end, body)
  }

  /// Removes the article before the first apostrophe and returns the length that is left.
  @inline(never)
  private func elided(_ length: Int) -> Int {
    guard
      let quote = (0..<min(length, WordKey.capacity)).first(where: {
        word[$0] == UInt8(ascii: "'")
      }), quote + 1 < length
    else { return length }
    let isArticle = withUnsafeTemporaryAllocation(
      of: UInt8.self, capacity: WordKey.capacity
    ) { article in
      article.initialize(repeating: 0)
      guard let base = article.baseAddress else { return false }
      base.update(from: word, count: quote)
      return analyzer.articles.contains(WordKey(base))
    }
    guard isArticle else { return length }
    let left = length - quote - 1
    word.update(from: word + quote + 1, count: left)
    for index in left..<max(left, min(length, WordKey.capacity)) { word[index] = 0 }
    return left
  }
}
