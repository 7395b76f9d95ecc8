internal import TextAnalysis

/// A query as typed, taken apart and analysed.
///
/// No text is an error.
///
/// Words must all occur; what stands in quotes must occur in this order; what follows a minus must
/// not occur. A word that the analyzer splits (`wi-fi`) is a phrase.
struct SearchQuery {
  /// A word or a phrase.
  struct Clause {
    var terms: [Term]
    var isExcluded: Bool
  }

  /// An analysed word.
  struct Term: Hashable {
    var bytes: [UInt8]
    /// How many words behind the first of its clause.
    var offset: Int
  }

  /// More words are ignored.
  static let maximumTerms = 128

  private(set) var required: [Clause] = []
  private(set) var excluded: [Clause] = []
  /// Whether nothing was typed: then every document is found.
  private(set) var isEmpty = true

  /// Takes a query apart.
  init(_ text: String, analyzer: Analyzer) {
    var rest = Array(text.utf8.prefix(1 << 16))[...]
    var terms = 0
    while let word = Self.nextWord(&rest) {
      isEmpty = false
      var clause = Clause(terms: [], isExcluded: word.isExcluded)
      word.text.withUnsafeBufferPointer { bytes in
        var position = 0
        var first: Int?
        analyzer.analyze(bytes) { token in
          position += token.positionIncrement
          let start = first ?? position
          first = start
          clause.terms.append(Term(bytes: Array(token.bytes), offset: position - start))
          return clause.terms.count + terms < Self.maximumTerms
        }
      }
      terms += clause.terms.count
      if clause.terms.isEmpty { continue }
      if clause.isExcluded { excluded.append(clause) } else { required.append(clause) }
      if terms >= Self.maximumTerms { break }
    }
  }

  /// Makes a query of one word or phrase.
  init(requiring clause: Clause) {
    required = [clause]
    isEmpty = false
  }

  private static func nextWord(
    _ rest: inout ArraySlice<UInt8>
  ) -> (text: [UInt8], isExcluded: Bool)? {
    rest = rest.drop { isSpace($0) }
    guard let first = rest.first else { return nil }
    let isExcluded = first == UInt8(ascii: "-")
    if isExcluded { rest = rest.dropFirst() }
    let word: ArraySlice<UInt8>
    if rest.first == UInt8(ascii: "\"") {
      rest = rest.dropFirst()
      word = rest.prefix { $0 != UInt8(ascii: "\"") }
      rest = rest.dropFirst(word.count + 1)
    } else {
      word = rest.prefix { !isSpace($0) }
      rest = rest.dropFirst(word.count)
    }
    return (Array(word), isExcluded)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
