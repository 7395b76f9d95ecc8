/// Finds texts that contain the characters of a query in its order, and ranks them.
///
/// Several words in a query must all be found. Case does not matter.
package struct FuzzyMatcher: Hashable, Sendable {
  /// How a text matches.
  package struct Match: Hashable, Sendable {
    /// Greater is better.
    package var score: Int
    /// The matched characters, counted from 0, ascending.
    package var positions: [Int]
  }

  private let words: [[Character]]

  /// Prepares a query.
  package init(_ query: String) {
    words = query.split(whereSeparator: \.isWhitespace).map { word in
      word.map { Self.folded($0) }
    }
  }

  /// Whether the query is blank, which matches everything.
  package var isEmpty: Bool { words.isEmpty }

  /// How a text matches; `nil` if it does not.
  package func match(_ text: String) -> Match? {
    let characters = Array(text)
    let folded = characters.map { Self.folded($0) }
    var score = 0
    var positions: Set<Int> = []
    for word in words {
      guard let found = Self.match(word, folded, characters) else { return nil }
      score += found.score
      positions.formUnion(found.positions)
    }
    // Of two equal matches the shorter text is the closer one.
    return Match(score: score * 100 - min(99, characters.count), positions: positions.sorted())
  }

  /// The elements that match, best first; equally good ones keep their order.
  package func filter<Element>(
    _ elements: [Element], by text: (Element) -> String
  ) -> [(element: Element, match: Match)] {
    let matches = elements.compactMap { element in
      match(text(element)).map { (element: element, match: $0) }
    }
    if isEmpty { return matches }
    return matches.enumerated().sorted { left, right in
      left.element.match.score == right.element.match.score
        ? left.offset < right.offset : left.element.match.score > right.element.match.score
    }.map(\.element)
  }

  /// Tries every place where the first character stands and keeps the best.
  private static func match(
    _ word: [Character], _ text: [Character], _ original: [Character]
  ) -> Match? {
    var best: Match?
    for start in text.indices where text[start] == word[0] {
      guard let match = match(word, text, original, from: start) else { break }
      if match.score > best?.score ?? Int.min { best = match }
    }
    return best
  }

  private static func match(
    _ word: [Character], _ text: [Character], _ original: [Character], from start: Int
  ) -> Match? {
    var positions: [Int] = []
    var score = 0
    var index = start
    for character in word {
      guard let found = text[index...].firstIndex(of: character) else { return nil }
      if let last = positions.last {
        // Neighbours count most; gaps cost.
        score += found == last + 1 ? 8 : -min(4, found - last - 1)
      }
      if isWordStart(found, original) { score += found == 0 ? 10 : 6 }
      positions.append(found)
      index = found + 1
    }
    return Match(score: score, positions: positions)
  }

  private static func isWordStart(_ index: Int, _ text: [Character]) -> Bool {
    guard index > 0 else { return true }
    let before = text[index - 1]
    if !before.isLetter && !before.isNumber { return true }
    return text[index].isUppercase && before.isLowercase
  }

  private static func folded(_ character: Character) -> Character {
    let lower = character.lowercased()
    return lower.count == 1 ? lower.first ?? character : character
  }

  /// The text with its matched characters in another style.
  package static func highlighted(
    _ text: String, _ match: Match?, style: Style = .text, matchStyle: Style = Style(.match)
  ) -> StyledText {
    guard let match else { return StyledText(SafeText(text), style) }
    let marked = Set(match.positions)
    var result = StyledText()
    var run = ""
    var isMarked = false
    for (index, character) in text.enumerated() {
      if marked.contains(index) != isMarked {
        result.append(SafeText(run), isMarked ? matchStyle : style)
        run = ""
        isMarked.toggle()
      }
      run.append(character)
    }
    result.append(SafeText(run), isMarked ? matchStyle : style)
    return result
  }
}
