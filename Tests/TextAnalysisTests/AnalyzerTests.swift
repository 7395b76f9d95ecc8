import ConnectorProtocol
import Testing

@testable import TextAnalysis

@Suite struct AnalyzerTests {
  /// The words in order, `_` for each place that has none.
  private func words(_ language: Language, _ text: String) throws -> String {
    var words: [String] = []
    for token in try Analyzer(language: language).tokens(of: text) {
      while words.count < token.position { words.append("_") }
      words.append(token.text)
    }
    return words.joined(separator: " ")
  }

  @Test(arguments: ExpectedTokens.all)
  func `makes the tokens that Lucene makes`(_ expected: ExpectedTokens) throws {
    #expect(try words(expected.language, expected.text) == expected.words)
  }

  @Test(arguments: Language.allCases)
  func `every language can be analysed`(_ language: Language) throws {
    #expect(try words(language, "Linux 2024").hasSuffix("linux 2024"))
  }

  @Test(arguments: ExpectedTokens.all.filter { $0.language == .english })
  func `no language of its own is analysed as English is`(_ expected: ExpectedTokens) throws {
    #expect(try words(.universal, expected.text) == expected.words)
  }

  @Test func `Thai words are found without spaces, and stop words are left out`() throws {
    #expect(try words(.thai, "ภาษาไทยง่ายมาก") == "ภาษา ไทย ง่าย")
    #expect(try words(.thai, "ค้นหาเอกสารใน Running") == "ค้นหา เอกสาร _ run")
  }

  @Test func `a Thai text of any length is broken into words with the right offsets`() throws {
    let phrase = "ภาษาไทยง่าย"
    let text = String(repeating: phrase, count: 2_000)
    let tokens = try Analyzer(language: .thai).tokens(of: text)
    #expect(tokens.count == 6_000)
    let utf8 = Array(text.utf8)
    for token in tokens where token.text == "ไทย" {
      #expect(String(decoding: utf8[token.range], as: UTF8.self) == "ไทย")
    }
    #expect(tokens.map(\.position) == Array(0..<6_000))
  }

  @Test func `offsets tell where the word stands in the text`() throws {
    let text = "Les élèves d’Amérique — naïveté"
    let utf8 = Array(text.utf8)
    let pieces = try Analyzer(language: .french).tokens(of: text).map { token in
      String(decoding: utf8[token.range], as: UTF8.self)
    }
    #expect(pieces == ["élèves", "d’Amérique", "naïveté"])
  }

  @Test(arguments: [
    ("café", "cafe\u{301}"), ("Ångström", "A\u{30A}ngstro\u{308}m"),
    ("всей йод", "всеи\u{306} и\u{306}од"),
    ("ガイド", "カ\u{3099}イト\u{3099}"), ("한국어", "\u{1112}\u{1161}\u{11AB}국어"),
  ])
  func `composed and decomposed text find each other`(_ pair: (String, String)) throws {
    for language in [Language.english, .russian, .japanese, .korean] {
      let analyzer = try Analyzer(language: language)
      #expect(
        analyzer.tokens(of: pair.0).map(\.text) == analyzer.tokens(of: pair.1).map(\.text))
    }
  }

  @Test func `a stem that shares little with its word is found every time`() throws {
    let analyzer = try Analyzer(language: .russian)
    for _ in 0..<3 {
      #expect(analyzer.tokens(of: "подчёркивания").map(\.text) == ["подчеркиван"])
    }
  }

  @Test func `a word over 255 characters is split`() throws {
    let analyzer = try Analyzer(language: .english)
    let ascii = analyzer.tokens(of: "a " + String(repeating: "z", count: 600) + " fish")
    #expect(ascii.map(\.text.count) == [255, 255, 90, 4])
    #expect(ascii.map(\.range) == [2..<257, 257..<512, 512..<602, 603..<607])
    let cyrillic = analyzer.tokens(of: String(repeating: "я", count: 300))
    #expect(cyrillic.map(\.range) == [0..<510, 510..<600])
    let thai = analyzer.tokens(of: String(repeating: "ก", count: 300))
    #expect(thai.map(\.range) == [0..<765, 765..<900])
  }

  @Test func `endless marks are harmless`() throws {
    let marks = String(repeating: "\u{301}", count: 5_000)
    for language in [Language.english, .japanese, .thai] {
      let analyzer = try Analyzer(language: language)
      for base in ["a", "漢", "カ", "👍", "ก", "a.", "한"] {
        let tokens = analyzer.tokens(of: base + marks + " end")
        #expect(tokens.last?.text == "end", "\(language) \(base)")
      }
    }
  }

  @Test func `bytes that are not UTF-8 separate words`() throws {
    let analyzer = try Analyzer(language: .english)
    var bytes: [UInt8] = Array("one".utf8)
    for broken: [UInt8] in [
      [0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF8], [0xC0, 0xAF],
    ] {
      bytes += broken + Array("two".utf8)
    }
    let words = bytes.withUnsafeBufferPointer { analyzer.tokens(of: $0) }.map(\.text)
    #expect(words == ["one"] + Array(repeating: "two", count: 6))
  }

  @Test func `the receiver can stop the walk`() throws {
    for (language, text) in [
      (Language.english, "one two three four"), (.chinese, "中文文档搜索"),
      (.chinese, "one two 中文文档搜索"), (.thai, "ภาษาไทยง่ายมาก"),
    ] {
      var count = 0
      Array(text.utf8).withUnsafeBufferPointer { bytes in
        (try? Analyzer(language: language))?.analyze(bytes) { _ in
          count += 1
          return count < 2
        }
      }
      #expect(count == 2)
    }
  }

  @Test func `an empty text has no tokens`() throws {
    #expect(try Analyzer(language: .german).tokens(of: "").isEmpty)
    #expect(try Analyzer(language: .german).tokens(of: " .,;:'\" ___ ").isEmpty)
  }
}
