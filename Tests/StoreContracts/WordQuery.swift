internal import ConnectorKit
internal import ConnectorProtocol

/// A query of words, phrases and excluded words over the strings of a document.
struct WordQuery {
  private var phrases: [[String]] = []
  private var excluded: [[String]] = []

  init(_ text: String) {
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.dropFirst()
        continue
      }
      let isExcluded = first == "-"
      if isExcluded { rest = rest.dropFirst() }
      let term: Substring
      if rest.first == "\"" {
        rest = rest.dropFirst()
        term = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(term.count + 1)
      } else {
        term = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(term.count)
      }
      let words = Self.words(of: String(term)).map(\.word)
      guard !words.isEmpty else { continue }
      if isExcluded { excluded.append(words) } else { phrases.append(words) }
    }
  }

  /// The hit that a document makes; `nil` if it does not match.
  func hit(_ id: DocumentID, body: [UInt8]) -> SearchHit? {
    guard let value = try? JSONValue(parsing: body) else { return nil }
    let fields = Self.fields(of: value, path: "")
    var matches = [Int](repeating: 0, count: phrases.count)
    var highlights: [Highlight] = []
    for (name, text) in fields {
      let words = Self.words(of: text)
      if excluded.contains(where: { !Self.occurrences(of: $0, in: words).isEmpty }) { return nil }
      var marked: [Range<String.Index>] = []
      for (index, phrase) in phrases.enumerated() {
        let found = Self.occurrences(of: phrase, in: words)
        matches[index] += found.count
        marked += found.flatMap { words[$0].map(\.range) }
      }
      if !marked.isEmpty { highlights.append(Self.highlight(name, text, marked)) }
    }
    guard matches.allSatisfy({ $0 > 0 }) else { return nil }
    let title = ["title", "name", "path"].lazy.compactMap { value[$0]?.stringValue }.first
    return SearchHit(
      id: id, score: Double(matches.reduce(0, +)), title: title ?? id.text,
      highlights: Array(highlights.prefix(3)))
  }

  private typealias Word = (word: String, range: Range<String.Index>)

  private static func words(of text: String) -> [Word] {
    text.split { !$0.isLetter && !$0.isNumber }
      .map { ($0.lowercased(), $0.startIndex..<$0.endIndex) }
  }

  private static func occurrences(of phrase: [String], in words: [Word]) -> [Range<Int>] {
    guard words.count >= phrase.count else { return [] }
    return (0...words.count - phrase.count)
      .map { $0..<$0 + phrase.count }
      .filter { words[$0].map(\.word) == phrase }
  }

  private static func highlight(
    _ field: String, _ text: String, _ marked: [Range<String.Index>]
  ) -> Highlight {
    var runs: [Highlight.Run] = []
    var end = text.startIndex
    for range in marked.sorted(by: { $0.lowerBound < $1.lowerBound })
    where range.lowerBound >= end {
      if end < range.lowerBound {
        runs.append(Highlight.Run(String(text[end..<range.lowerBound]), isMatch: false))
      }
      runs.append(Highlight.Run(String(text[range]), isMatch: true))
      end = range.upperBound
    }
    if end < text.endIndex { runs.append(Highlight.Run(String(text[end...]), isMatch: false)) }
    return Highlight(field: field, runs: runs)
  }

  private static func fields(of value: JSONValue, path: String) -> [(String, String)] {
    switch value {
    case .string(let text): return [(path, text)]
    case .integer(let number): return [(path, String(number))]
    case .array(let elements): return elements.flatMap { fields(of: $0, path: path) }
    case .object(let object):
      return object.members.flatMap {
        fields(of: $0.value, path: path.isEmpty ? $0.name : "\(path).\($0.name)")
      }
    default: return []
    }
  }
}
