internal import ConnectorKit
internal import ConnectorProtocol
internal import TextAnalysis

/// Shows where a document matches: its title and the best pieces of its texts.
///
/// The text is analysed again, so that whatever the index found is marked: `running` for `run`.
final class Highlighter {
  /// A piece has about so many bytes.
  private static let pieceBytes = 200
  private static let piecesPerHit = 3
  /// Only so many words of a document are looked at.
  private static let maximumWords = 100_000

  /// A word of the text that the query asks for.
  private struct Found {
    var range: Range<Int>
    var position: Int
    /// Its place among ``terms``.
    var term: Int
  }

  private struct Piece {
    var highlight: Highlight
    /// How many different words it has, which counts most, and how many in all.
    var rank: Int
    var place: Int
  }

  private let analyzer: Analyzer
  private let clauses: [SearchQuery.Clause]
  private var terms: [[UInt8]: Int] = [:]
  private let scanner = JSONTextScanner()

  /// Makes a highlighter for a query.
  init(_ query: SearchQuery, analyzer: Analyzer) {
    self.analyzer = analyzer
    clauses = query.required
    for clause in clauses {
      for term in clause.terms where terms[term.bytes] == nil { terms[term.bytes] = terms.count }
    }
  }

  /// The hit that a document makes.
  func hit(id: String, body: [UInt8], score: Double) -> SearchHit {
    var titles: [String: String] = [:]
    var pieces: [Piece] = []
    var words = 0
    body.withUnsafeBufferPointer { json in
      scanner.scan(json) { text in
        if text.isTitle {
          let name = scanner.fieldPath
          if titles[name] == nil { titles[name] = String(decoding: text.text, as: UTF8.self) }
        }
        if !terms.isEmpty, words < Self.maximumWords {
          let found = find(in: text.text, &words)
          if !found.isEmpty { pieces += cut(text.text, found, scanner.fieldPath) }
        }
        return true
      }
    }
    let title = ["title", "name", "path"].lazy.compactMap { titles[$0] }.first { !$0.isEmpty }
    for index in pieces.indices { pieces[index].place = index }
    let best = pieces.sorted { $0.rank != $1.rank ? $0.rank > $1.rank : $0.place < $1.place }
      .prefix(Self.piecesPerHit).sorted { $0.place < $1.place }
    return SearchHit(
      id: DocumentID(id), score: score, title: title ?? id,
      highlights: best.map(\.highlight))
  }

  /// The words of a text that make it match.
  private func find(in text: UnsafeBufferPointer<UInt8>, _ words: inout Int) -> [Found] {
    var found: [Found] = []
    var position = 0
    var seen = 0
    let limit = Self.maximumWords - words
    analyzer.analyze(text) { token in
      position += token.positionIncrement
      seen += 1
      if let term = terms[Array(token.bytes)] {
        found.append(Found(range: token.start..<token.end, position: position, term: term))
      }
      return seen < limit
    }
    words += seen
    return clauses.contains { $0.terms.count > 1 } ? withoutBrokenPhrases(found) : found
  }

  /// Leaves words of phrases out where the phrase is not whole.
  private func withoutBrokenPhrases(_ found: [Found]) -> [Found] {
    var places: [Int: Set<Int>] = [:]
    for word in found { places[word.position, default: []].insert(word.term) }
    var wanted: [Int: Set<Int>] = [:]
    for clause in clauses {
      for word in found {
        guard let first = clause.terms.first, terms[first.bytes] == word.term else { continue }
        let whole = clause.terms.allSatisfy { term in
          guard let index = terms[term.bytes] else { return false }
          return places[word.position + term.offset]?.contains(index) ?? false
        }
        guard whole else { continue }
        for term in clause.terms {
          if let index = terms[term.bytes] {
            wanted[word.position + term.offset, default: []].insert(index)
          }
        }
      }
    }
    return found.filter { wanted[$0.position]?.contains($0.term) ?? false }
  }

  /// Cuts the text into pieces around the words found.
  private func cut(
    _ text: UnsafeBufferPointer<UInt8>, _ found: [Found], _ field: String
  ) -> [Piece] {
    var pieces: [Piece] = []
    var rest = found[...]
    var end = 0
    while let first = rest.first {
      let group = rest.prefix { $0.range.upperBound <= first.range.lowerBound + 160 }
      let members = group.isEmpty ? rest.prefix(1) : group
      rest = rest.dropFirst(members.count)
      let last = members.last?.range.upperBound ?? first.range.upperBound
      let room = max(0, Self.pieceBytes - (last - first.range.lowerBound))
      let start = boundary(
        text, max(end, first.range.lowerBound - room / 3), before: first.range.lowerBound)
      // A piece ends before the next word found: that one begins a piece of its own.
      let stop = max(last, rest.first?.range.lowerBound ?? text.count)
      end = closingBoundary(text, min(max(last, start + Self.pieceBytes), stop), after: last)
      pieces.append(
        Piece(
          highlight: Highlight(field: field, runs: runs(text, start..<end, members)),
          rank: Set(members.map(\.term)).count << 16 + min(members.count, 0xFFFF), place: 0))
    }
    return pieces
  }

  /// The first beginning of a word from an offset on, not behind a limit.
  private func boundary(
    _ text: UnsafeBufferPointer<UInt8>, _ offset: Int, before limit: Int
  ) -> Int {
    guard offset > 0 else { return 0 }
    var index = offset
    while index < limit {
      if text[index - 1] <= 0x20, text[index] > 0x20 { return index }
      index += 1
    }
    // No space: a script without them, so any character will do.
    index = offset
    while index < limit, text[index] & 0xC0 == 0x80 { index += 1 }
    return index
  }

  /// The last end of a word up to an offset, not before a limit.
  private func closingBoundary(
    _ text: UnsafeBufferPointer<UInt8>, _ offset: Int, after limit: Int
  ) -> Int {
    guard offset < text.count else { return text.count }
    var index = offset
    while index > limit {
      if text[index] <= 0x20, text[index - 1] > 0x20 { return index }
      index -= 1
    }
    index = offset
    while index > limit, text[index] & 0xC0 == 0x80 { index -= 1 }
    return index
  }

  private func runs(
    _ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ words: ArraySlice<Found>
  ) -> [Highlight.Run] {
    var runs: [Highlight.Run] = []
    var position = range.lowerBound
    func add(_ end: Int, _ isMatch: Bool) {
      guard end > position else { return }
      let bytes = UnsafeBufferPointer(rebasing: text[position..<end])
      runs.append(Highlight.Run(String(decoding: bytes, as: UTF8.self), isMatch: isMatch))
      position = end
    }
    for word in words where word.range.lowerBound >= position {
      add(word.range.lowerBound, false)
      add(word.range.upperBound, true)
    }
    add(range.upperBound, false)
    return runs
  }
}
