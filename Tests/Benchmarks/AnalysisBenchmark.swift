import ConnectorProtocol
import TextAnalysis

/// How fast text becomes tokens, on one thread.
enum AnalysisBenchmark: Benchmark {
  static let name = "analysis"
  static let summary = "tokens a second by language; bytes=20000000 runs=5"

  static func run(_ options: BenchmarkOptions) async throws {
    let byteCount = options.number("bytes", default: 20_000_000)
    let runs = options.number("runs", default: 5)
    var random = SplitMix(seed: 7)
    var english: [UInt8] = []
    TextGenerator().append(byteCount, to: &english, &random)
    try await measure("English, Zipf 50,000 words", .english, english, runs)
    for sample in samples {
      let text = Array(sample.text.utf8)
      let repeated = (0..<byteCount / 10 / text.count).flatMap { _ in text }
      try await measure(sample.language.name, sample.language, repeated, runs)
    }
  }

  private static func measure(
    _ name: String, _ language: Language, _ text: [UInt8], _ runs: Int
  ) async throws {
    let analyzer = try Analyzer(language: language)
    var count = 0
    let measurement = await Measurement.median(ofRuns: runs) {
      count = 0
      // In pieces of the size of a field.
      var start = 0
      while start < text.count {
        let end = min(text.count, start + 500)
        analyzer.analyze(text.span.extracting(start..<end)) { _ in
          count += 1
          return true
        }
        start = end
      }
    }
    let perSecond = Double(count) / measurement.seconds
    let megabytes = Double(text.count) / 1_000_000 / measurement.seconds
    let label = Format.padded(name, 28)
    let rate = Format.count(perSecond)
    let nanoseconds = Format.decimal(1_000_000_000 / perSecond)
    print("\(label) \(rate) tokens/s, \(nanoseconds) ns each, \(Format.decimal(megabytes)) MB/s")
  }

  /// A few sentences each, repeated: every stem is known after the first round.
  private static let samples: [(language: Language, text: String)] = [
    (.german, "Die Häuser und Bäume standen im großen Garten, über den Straßen und Flüssen. "),
    (.french, "L'avion n'est pas arrivé à l’aéroport, où les élèves attendaient déjà. "),
    (.russian, "Красивые книги лежали на больших столах в старой библиотеке города. "),
    (.japanese, "東京都に住んでいます。コネクターは文書を検索エンジンに送ります。"),
    (.thai, "ค้นหาเอกสารในภาษาไทยได้ง่ายและรวดเร็วมาก "),
  ]
}
