/// Lets through what contains every typed word somewhere, whatever its case.
package struct WordFilter: Hashable, Sendable {
  private let words: [String]

  /// Prepares what was typed.
  package init(_ text: String) {
    words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
  }

  /// Whether nothing was typed, which lets everything through.
  package var isEmpty: Bool { words.isEmpty }

  /// Whether every word is how a word of the text begins.
  package func matchesWordStarts(of text: String) -> Bool {
    let starts = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.allSatisfy { word in starts.contains { $0.hasPrefix(word) } }
  }

  /// Whether every word stands in one of the texts.
  package func matches(_ texts: [String]) -> Bool {
    let lowered = texts.map { $0.lowercased() }
    return words.allSatisfy { word in lowered.contains { $0.contains(word) } }
  }
}
