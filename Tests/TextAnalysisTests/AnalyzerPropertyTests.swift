import ConnectorProtocol
import Testing

@testable import TextAnalysis

/// Numbers from a seed.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct AnalyzerPropertyTests {
  static let seeds: [UInt64] = [1, 2, 3, 4]

  private func text(
    of alphabet: [String], upTo length: Int, _ random: inout SplitMix
  ) -> [UInt8] {
    (0..<Int.random(in: 0...length, using: &random)).flatMap { _ in
      Array((alphabet.randomElement(using: &random) ?? "").utf8)
    }
  }

  /// Reads a text with the rules for all characters, without the shortcut for ASCII.
  private func tokensWithoutShortcut(_ analyzer: Analyzer, _ text: [UInt8]) -> [String] {
    var tokens: [String] = []
    let receive: (AnalyzedToken) -> Bool = { token in
      tokens.append(
        "\(String(decoding: token.bytes, as: UTF8.self)) \(token.start) \(token.end) "
          + "\(token.positionIncrement)")
      return true
    }
    text.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      var analysis = Analysis(analyzer: analyzer, text: base, count: bytes.count)
      var position = 0
      while position < bytes.count {
        position = analysis.readCharacters(at: position, receive)
      }
      analysis.finish(receive)
    }
    return tokens
  }

  private func tokens(_ analyzer: Analyzer, _ text: [UInt8]) -> [String] {
    var tokens: [String] = []
    analyzer.analyze(text.span) { token in
      tokens.append(
        "\(String(decoding: token.bytes, as: UTF8.self)) \(token.start) \(token.end) "
          + "\(token.positionIncrement)")
      return true
    }
    return tokens
  }

  @Test(arguments: seeds)
  func `the shortcut for ASCII finds what the rules for all characters find`(
    _ seed: UInt64
  ) throws {
    var random = SplitMix(state: seed)
    let analyzers = [
      try Analyzer(language: .english), try Analyzer(language: .french),
      try Analyzer(language: .italian),
    ]
    let alphabet = [
      "a", "B", "l", "z", "0", "9", "_", "'", ".", ",", ":", ";", " ", "-", "\n", "\u{0}",
    ]
    let mixed = alphabet + ["é", "\u{301}", "’", "я"]
    for round in 0..<3_000 {
      let text = text(of: round % 2 == 0 ? alphabet : mixed, upTo: 30, &random)
      for analyzer in analyzers {
        #expect(
          tokens(analyzer, text) == tokensWithoutShortcut(analyzer, text),
          "seed \(seed): \(text)")
      }
    }
  }

  /// By the standard (and in Lucene) the colon joins letters and Hangul are letters; ICU's own
  /// rules differ there, so that those are left out.
  @Test(arguments: seeds)
  func `words begin and end where ICU says`(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let analyzer = try Analyzer(language: .danish)
    let breaker = try DictionaryBreaker(locale: "en")
    let alphabet = [
      "a", "b", "0", "1", "_", "'", ".", ",", ";", " ", "-", "\"", "\r", "é", "я", "א", "ב", "ー",
      "カ",
      "\u{301}", "\u{AD}", "·", "’", "١",
    ]
    for _ in 0..<3_000 {
      let text = text(of: alphabet, upTo: 12, &random)
      let string = String(decoding: text, as: UTF8.self)
      var expected: [Range<Int>] = []
      breaker.removeAll()
      var offset = 0
      for scalar in string.unicodeScalars {
        #expect(breaker.append(scalar.value, at: offset))
        offset += UTF8.width(scalar)
      }
      breaker.forEachWord(end: offset) { start, end in
        let piece = String(decoding: text[start..<end], as: UTF8.self)
        let isWord = piece.unicodeScalars.contains {
          $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "ー"
        }
        if isWord { expected.append(start..<end) }
        return true
      }
      #expect(
        analyzer.tokens(of: string).map(\.range) == expected, "seed \(seed): \(text) \(string)")
    }
  }

  @Test(arguments: seeds, [Language.english, .japanese, .thai, .french])
  func `any bytes give valid tokens at ascending offsets on character boundaries`(
    _ seed: UInt64, _ language: Language
  ) throws {
    var random = SplitMix(state: seed)
    let analyzer = try Analyzer(language: language)
    let alphabet = [
      "a", "B", "'", " ", "漢", "か", "カ", "한", "ก", "า", "้", "👍", "\u{200D}", "🇩", "é", "\u{301}",
    ]
    for round in 0..<2_000 {
      var text = text(of: alphabet, upTo: 40, &random)
      // Every other text is damaged.
      if round % 2 == 1, !text.isEmpty {
        for _ in 0..<4 {
          text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(
            in: 0...255, using: &random)
        }
      }
      let boundaries = boundaries(of: text)
      var last = -1
      analyzer.analyze(text.span) { token in
        #expect(!token.bytes.isEmpty)
        #expect(validated(token.bytes), "seed \(seed): \(text)")
        #expect(token.start >= last && token.start < token.end && token.end <= text.count)
        #expect(boundaries[token.start] && boundaries[token.end], "seed \(seed): \(text)")
        #expect(token.positionIncrement >= 1)
        last = token.start
        return true
      }
    }
  }

  @Test(arguments: seeds)
  func `a word's stem does not depend on the words before it`(_ seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let analyzer = try Analyzer(language: .english)
    let endings = ["", "s", "ing", "ed", "ly", "ational", "ness", "ies"]
    for _ in 0..<60 {
      let words = (0..<1_000).map { _ in
        String(UInt64.random(in: 0..<90_000, using: &random), radix: 26).lowercased()
          .map { $0.isNumber ? "ghijklmnop"[$0] : String($0) }.joined()
          + (endings.randomElement(using: &random) ?? "")
      }
      let together = analyzer.tokens(of: words.joined(separator: " ")).map(\.text)
      let fresh = try Analyzer(language: .english)
      let alone = words.flatMap { fresh.tokens(of: $0).map(\.text) }
      #expect(together == alone, "seed \(seed)")
    }
  }

  private func validated(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  /// Whether a character of valid UTF-8, or a broken byte, begins at an offset.
  private func boundaries(of text: [UInt8]) -> [Bool] {
    var result = Array(repeating: false, count: text.count + 1)
    result[text.count] = true
    var index = 0
    while index < text.count {
      result[index] = true
      let length = (2...4).first { length in
        index + length <= text.count && text[index] >= 0x80
          && String(validating: text[index..<index + length], as: UTF8.self) != nil
      }
      index += length ?? 1
    }
    return result
  }
}

extension String {
  /// The letter that stands for a digit.
  fileprivate subscript(digit: Character) -> String {
    let offset = digit.wholeNumberValue ?? 0
    return String(self[index(startIndex, offsetBy: offset)])
  }
}
