import Foundation
import Testing

@testable import TextDecoding

/// Telling encodings apart, on real sentences.
@Suite struct TextDecodingTests {
  private static let german =
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Süße Grüße aus Köln, schöne Bücher für Mädchen."
  private static let russian =
    "Съешь же ещё этих мягких французских булок, да выпей чаю. Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему."
  private static let greek =
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. Η γρήγορη καφέ αλεπού πηδάει πάνω από το τεμπέλικο σκυλί."
  private static let japanese =
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。"
  private static let chinese = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。"
  private static let traditional = "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。"
  private static let korean =
    "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다."

  struct Sample: Sendable, CustomTestStringConvertible {
    var encoding: String
    var text: String
    var testDescription: String { encoding }
  }

  @Test(arguments: [
    Sample(encoding: "UTF-16LE", text: german), Sample(encoding: "UTF-16BE", text: german),
    Sample(encoding: "UTF-32LE", text: russian), Sample(encoding: "UTF-32BE", text: japanese),
    Sample(encoding: "UTF-16LE", text: japanese), Sample(encoding: "UTF-16BE", text: chinese),
    Sample(encoding: "UTF-16LE", text: korean), Sample(encoding: "UTF-16BE", text: russian),
    Sample(encoding: "WINDOWS-1252", text: german), Sample(encoding: "WINDOWS-1251", text: russian),
    Sample(encoding: "KOI8-R", text: russian), Sample(encoding: "ISO-8859-7", text: greek),
    Sample(encoding: "SHIFT_JIS", text: japanese), Sample(encoding: "EUC-JP", text: japanese),
    Sample(encoding: "ISO-2022-JP", text: japanese), Sample(encoding: "GB18030", text: chinese),
    Sample(encoding: "BIG5", text: traditional), Sample(encoding: "EUC-KR", text: korean),
  ])
  func `text without a mark is told by its bytes`(_ sample: Sample) throws {
    let bytes = try encoded(sample.text, as: sample.encoding)
    guard case .converted(let text, let encoding) = TextContent(bytes) else {
      Issue.record("\(sample.encoding) was taken for \(TextContent(bytes))")
      return
    }
    #expect(String(decoding: text, as: UTF8.self) == sample.text, "taken for \(encoding)")
  }

  @Test(
    arguments: [
      ("UTF-8", [0xEF, 0xBB, 0xBF]), ("UTF-16LE", [0xFF, 0xFE]), ("UTF-16BE", [0xFE, 0xFF]),
      ("UTF-32LE", [0xFF, 0xFE, 0, 0]), ("UTF-32BE", [0, 0, 0xFE, 0xFF]),
    ] as [(String, [UInt8])])
  func `a byte order mark decides and is left out`(_ encoding: String, _ mark: [UInt8]) throws {
    for text in ["Grüße", "日本", "x"] {
      let bytes = mark + (try encoded(text, as: encoding))
      switch TextContent(bytes) {
      case .utf8(let length):
        #expect(String(decoding: bytes[length...], as: UTF8.self) == text)
      case .converted(let converted, _):
        #expect(String(decoding: converted, as: UTF8.self) == text)
      case .binary: Issue.record("\(encoding) was taken for binary")
      }
    }
  }

  @Test func `UTF-8 stays as it is`() {
    for text in ["", "plain", "Grüße 日本 🦆", "\u{1B}[31mred\u{1B}[0m\tx\r\n"] {
      guard case .utf8(0) = TextContent(Array(text.utf8)) else {
        Issue.record("\(text) was not taken for UTF-8")
        continue
      }
    }
  }

  @Test func `a few broken bytes in UTF-8 are replaced`() {
    let bytes = Array("Größe und Länge für Öl".utf8) + [0xC3, 0x28] + Array(" süß".utf8)
    guard case .converted(let text, "UTF-8") = TextContent(bytes) else {
      Issue.record("it was not taken for UTF-8")
      return
    }
    #expect(String(decoding: text, as: UTF8.self) == "Größe und Länge für Öl\u{FFFD}( süß")
  }

  @Test func `a stray NUL in a long text becomes a blank`() {
    let bytes =
      Array(String(repeating: "words and words ", count: 100).utf8) + [0] + Array("end".utf8)
    guard case .converted(let text, _) = TextContent(bytes) else {
      Issue.record("it was not taken for text")
      return
    }
    #expect(text.suffix(4).elementsEqual(" end".utf8))
  }

  @Test func `an encoding that the text names is believed if it is no Unicode`() throws {
    let text = "<meta charset=\"ISO-8859-5\"><p>Съешь ещё</p>"
    let bytes = try encoded(text, as: "ISO-8859-5")
    guard case .converted(let converted, _) = TextContent(bytes) else {
      Issue.record("it was not taken for text")
      return
    }
    #expect(String(decoding: converted, as: UTF8.self) == text)
  }

  @Test func `formats and noise are binary`() {
    var generator = SplitMix(seed: 7)
    let noise = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let samples: [[UInt8]] = [
      Array("%PDF-1.7\nall ASCII".utf8), [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1], noise,
      [UInt8](repeating: 0, count: 4096), Array("PK".utf8) + [3, 4, 20, 0],
      (0..<1000).flatMap { [UInt8(truncatingIfNeeded: $0), 0, 0, 0] },
    ]
    for sample in samples {
      #expect(TextContent.isCertainlyBinary(prefix: Array(sample.prefix(4096))))
      guard case .binary = TextContent(sample) else {
        Issue.record("\(sample.prefix(8)) was taken for text")
        continue
      }
    }
  }

  @Test func `whatever the bytes are, the text is valid UTF-8`() {
    var generator = SplitMix(seed: 99)
    for round in 0..<3000 {
      let alphabet: ClosedRange<UInt8> = round.isMultiple(of: 2) ? 0...255 : 0x20...255
      var bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        UInt8.random(in: alphabet, using: &generator)
      }
      let marks: [[UInt8]] = [[], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF]]
      bytes = (marks.randomElement(using: &generator) ?? []) + bytes
      switch TextContent(bytes) {
      case .binary: break
      case .utf8(let length):
        #expect(TextContent.isValidUTF8(Array(bytes[length...])), "seed 99, round \(round)")
      case .converted(let text, let encoding):
        #expect(TextContent.isValidUTF8(text), "seed 99, round \(round), \(encoding)")
        #expect(!text.contains(0))
      }
    }
  }

  /// The text in another encoding, made by another library than the one under test.
  private func encoded(_ text: String, as encoding: String) throws -> [UInt8] {
    let converter = iconv_open(encoding, "UTF-8")
    defer { iconv_close(converter) }
    var input = Array(text.utf8).map { CChar(bitPattern: $0) }
    var output = [CChar](repeating: 0, count: text.utf8.count * 4 + 16)
    var inputLeft = input.count
    var outputLeft = output.count
    let result = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var from = source.baseAddress
        var into = target.baseAddress
        let status = iconv(converter, &from, &inputLeft, &into, &outputLeft)
        // Returns to the initial state of encodings that have states.
        return status == Int.max ? status : iconv(converter, nil, nil, &into, &outputLeft)
      }
    }
    try #require(inputLeft == 0 && result != Int.max)
    return output[..<(output.count - outputLeft)].map { UInt8(bitPattern: $0) }
  }
}
