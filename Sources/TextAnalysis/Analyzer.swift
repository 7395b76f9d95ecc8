package import ConnectorProtocol

/// Turns text into the tokens that an index keeps, as Elasticsearch's `iq_text_stem` analyzer does.
///
/// The chain is: standard tokenizer (Unicode word boundaries), elision (French, Italian), width
/// folding, lower-casing, folding to ASCII, stop words, stemming; Chinese, Japanese and Korean
/// characters are joined to pairs at the end. Where it differs from Elasticsearch:
///
/// - Stems are Snowball's. Elasticsearch has its lighter stemmers for English, German, French,
///   Italian, Spanish and Portuguese (`light_…`) and one of Brazil's own.
/// - Thai words are found with ICU's dictionary; the standard tokenizer keeps a phrase in one piece.
/// - Decomposed characters are composed before they are folded, so that both forms find each other.
///
/// An analyzer may be used by one thread at a time, and not from the closure that gets its tokens.
/// It takes about 2.1 MB and allocates nothing while it works, but for tables of characters when a
/// script is seen for the first time.
package final class Analyzer {
  /// The language whose words it knows.
  package let language: Language

  let characters = CharacterTable()
  let composer: Composer
  let stemmer: Stemmer
  let cache = StemCache()
  let stopWords: WordSet
  let articles: WordSet
  /// Only for Thai.
  let dictionary: DictionaryBreaker?
  /// Whether Chinese, Japanese and Korean characters are joined to pairs.
  let joinsPairs: Bool
  let word: UnsafeMutablePointer<UInt8>
  let pair: UnsafeMutablePointer<UInt8>
  let ascii: UnsafeMutablePointer<UInt8>
  let waiting: UnsafeMutablePointer<WaitingWord>

  /// A word has at most 255 UTF-16 code units; normalising makes at most three of one, each of
  /// three bytes.
  private static let wordCapacity = 4_096

  /// Makes an analyzer.
  ///
  /// - Throws: ``TextAnalysisError`` if the stemmer or the dictionary is missing on this machine.
  package init(language: Language) throws(TextAnalysisError) {
    self.language = language
    composer = try Composer()
    stemmer = try Stemmer(algorithm: language.stemmerAlgorithm)
    stopWords = StopWords.set(of: language)
    articles = Elision.articles(of: language)
    dictionary = language == .thai ? try DictionaryBreaker(locale: "th") : nil
    joinsPairs = language == .chinese || language == .japanese || language == .korean
    word = .allocate(capacity: Self.wordCapacity)
    word.initialize(repeating: 0, count: Self.wordCapacity)
    pair = .allocate(capacity: Self.wordCapacity)
    pair.initialize(repeating: 0, count: Self.wordCapacity)
    waiting = .allocate(capacity: WaitingWord.limit)
    let noWord = WaitingWord(key: .empty, digest: 0, start: 0, end: 0, length: 0)
    waiting.initialize(repeating: noWord, count: WaitingWord.limit)
    ascii = .allocate(capacity: 256)
    for byte in 0..<256 {
      (ascii + byte).initialize(to: ASCIIClass.entry(of: UInt8(byte)))
    }
  }

  deinit {
    word.deallocate()
    pair.deallocate()
    ascii.deallocate()
    waiting.deallocate()
  }

  /// Analyses UTF-8 text; what is not valid UTF-8 separates words.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - body: gets each token in order; returns `false` to stop.
  package func analyze(
    _ text: UnsafeBufferPointer<UInt8>, _ body: (AnalyzedToken) -> Bool
  ) {
    guard let base = text.baseAddress, !text.isEmpty else { return }
    var analysis = Analysis(analyzer: self, text: base, count: text.count)
    analysis.run(body)
  }

  /// Analyses UTF-8 text; what is not valid UTF-8 separates words.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - body: gets each token in order; returns `false` to stop.
  package func analyze(_ text: Span<UInt8>, _ body: (AnalyzedToken) -> Bool) {
    text.withUnsafeBufferPointer { analyze($0, body) }
  }

  /// The tokens of a string.
  package func tokens(of text: String) -> [Token] {
    var text = text
    return text.withUTF8 { tokens(of: $0) }
  }

  /// The tokens of UTF-8 text.
  package func tokens(of text: UnsafeBufferPointer<UInt8>) -> [Token] {
    var tokens: [Token] = []
    var position = -1
    analyze(text) { token in
      position += token.positionIncrement
      tokens.append(
        Token(
          String(decoding: token.bytes, as: UTF8.self), range: token.start..<token.end,
          position: position))
      return true
    }
    return tokens
  }
}

/// What the word boundary rules know of an ASCII character, in one byte.
///
/// Characters of words stand for themselves in lower case; all of them are above ``wordStart``.
enum ASCIIClass {
  static let other: UInt8 = 0
  /// A colon, between letters.
  static let midLetter: UInt8 = 1
  /// A comma or semicolon, between digits.
  static let midNumber: UInt8 = 2
  /// A full stop or apostrophe, between letters or between digits.
  static let midBoth: UInt8 = 3
  /// The first byte of a longer character.
  static let beyond: UInt8 = 4
  /// The lowest entry of a character of words: the digit 0.
  static let wordStart: UInt8 = 0x30
  static let connector: UInt8 = 0x5F

  static func entry(of byte: UInt8) -> UInt8 {
    switch byte {
    case 0x80...: beyond
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    case connector: byte
    case UInt8(ascii: ":"): midLetter
    case UInt8(ascii: ","), UInt8(ascii: ";"): midNumber
    case UInt8(ascii: "."), UInt8(ascii: "'"): midBoth
    default: other
    }
  }

  @inline(__always)
  static func isLetter(_ entry: UInt8) -> Bool { entry > connector }

  @inline(__always)
  static func isDigit(_ entry: UInt8) -> Bool { entry >= wordStart && entry < connector }
}
