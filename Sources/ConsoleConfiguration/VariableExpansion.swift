/// Puts the values of environment variables into a text, as EnvYAML does for Elastic's service.
///
/// `${NAME}`, `$NAME`, `${NAME|default}` and `$NAME|default` are replaced; a name without braces
/// takes letters, digits, `_`, `-` and `.`, its default the rest of the line. `$$` is a `$`; before
/// digits and anything else a `$` stays. Other than there, a value is taken as it is: nothing in it
/// is read as YAML or expanded again.
struct VariableExpansion {
  private let environment: [String: String]

  /// Makes an expansion with these variables.
  init(_ environment: [String: String]) { self.environment = environment }

  /// The text with the values, and the names that are not defined.
  func expanded(_ text: String) -> (text: String, missing: [String]) {
    guard text.contains("$") else { return (text, []) }
    var result = ""
    var missing: [String] = []
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
        continue
      }
      guard let reference = Self.reference(rest) else {
        result += "$"
        continue
      }
      rest = rest[reference.end...]
      if let value = environment[reference.name] ?? reference.fallback {
        result += value
      } else {
        missing.append(reference.name)
      }
    }
    return (result + rest, missing)
  }

  private struct Reference {
    var name: String
    var fallback: String?
    var end: String.Index
  }

  /// What a text behind a `$` refers to; `nil` if to nothing.
  private static func reference(_ text: Substring) -> Reference? {
    if text.first == "{" {
      let line = text.prefix { !$0.isNewline }
      guard let close = line.firstIndex(of: "}") else { return nil }
      let inside = line[line.index(after: line.startIndex)..<close]
      let parts = inside.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      guard !parts[0].isEmpty else { return nil }
      return Reference(
        name: String(parts[0]), fallback: parts.count > 1 ? String(parts[1]) : nil,
        end: text.index(after: close))
    }
    let name = text.prefix(while: isNamePart)
    // Digits behind a dollar are its own, as in a replacement of a regular expression.
    guard let first = name.first, !first.isNumber else { return nil }
    guard text[name.endIndex...].first == "|" else {
      return Reference(name: String(name), fallback: nil, end: name.endIndex)
    }
    let fallback = text[name.endIndex...].dropFirst().prefix { !$0.isNewline }
    return Reference(name: String(name), fallback: String(fallback), end: fallback.endIndex)
  }

  private static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || ["_", "-", "."].contains(character)
  }
}
