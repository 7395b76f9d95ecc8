/// Finds what was probably meant.
package enum Suggestion {
  /// The sentence ` Did you mean …?`, or nothing if nothing is near.
  package static func sentence(_ text: String, among choices: [String]) -> String {
    guard let nearest = nearest(to: text, among: choices) else { return "" }
    return " Did you mean \(nearest)?"
  }

  /// The choice that begins with the text, or else the one with the fewest slips of a third of its
  /// letters at most.
  static func nearest(to text: String, among choices: [String]) -> String? {
    let typed = Array(text.lowercased())
    guard typed.count < 64 else { return nil }
    let beginning = choices.filter { $0.lowercased().hasPrefix(text.lowercased()) }
    if beginning.count == 1, typed.contains(where: \.isLetter) { return beginning[0] }
    let ranked = choices.map { ($0, distance(typed, Array($0.lowercased()))) }
      .filter { $0.1 <= max(1, $0.0.count / 3) }
    return ranked.min { $0.1 < $1.1 }?.0
  }

  /// How many letters must be put in, left out, changed or swapped with the next.
  ///
  /// Source: optimal string alignment, a form of the Damerau–Levenshtein distance.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for row in 1..<(left.count + 1) {
      var current = [row]
      for column in 1..<(right.count + 1) {
        let change = left[row - 1] == right[column - 1] ? 0 : 1
        var best = min(rows[row - 1][column] + 1, current[column - 1] + 1)
        best = min(best, rows[row - 1][column - 1] + change)
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          best = min(best, rows[row - 2][column - 2] + 1)
        }
        current.append(best)
      }
      rows.append(current)
    }
    return rows[left.count][right.count]
  }
}
