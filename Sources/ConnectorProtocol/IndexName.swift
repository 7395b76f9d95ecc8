internal import ConnectorKit

/// The names that Elasticsearch takes for an index, and the prefix that connectors give theirs.
///
/// Sources: Elasticsearch reference, "Create index API"; Kibana's check of the same.
package enum IndexName {
  /// What the names of content indices begin with.
  package static let prefix = "search-"
  /// The longest name in bytes of UTF-8.
  package static let maximumBytes = 255

  /// The full name for what a person typed: the prefix is put before it unless it is there.
  package static func prefixed(_ name: String) -> String {
    name.hasPrefix(prefix) ? name : prefix + name
  }

  /// What people see of a full name: the name without the prefix.
  package static func unprefixed(_ name: String) -> String {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  /// Everything that is wrong with a full name; empty if it can be used.
  package static func problems(in name: String) -> [IndexNameProblem] {
    guard !name.isEmpty, name != prefix else { return [.empty] }
    if name == "." || name == ".." { return [.reserved(name)] }
    var problems: [IndexNameProblem] = []
    if let first = name.first, "-_+.".contains(first) { problems.append(.forbiddenStart(first)) }
    if ExactString(name) != ExactString(name.lowercased()) { problems.append(.upperCase) }
    var forbidden: [Character] = []
    for character in name where isForbidden(character) && !forbidden.contains(character) {
      forbidden.append(character)
    }
    if !forbidden.isEmpty { problems.append(.forbiddenCharacters(forbidden)) }
    let count = name.utf8.count
    if count > maximumBytes { problems.append(.tooLong(bytes: count)) }
    return problems
  }

  private static func isForbidden(_ character: Character) -> Bool {
    if character.isWhitespace || "\\/:*?\"<>|,#".contains(character) { return true }
    return character.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}

/// One reason why a name can't be an index's.
package enum IndexNameProblem: Hashable, Sendable {
  case empty
  /// The name is `.` or `..`.
  case reserved(String)
  /// The name begins with a character that it may not begin with.
  case forbiddenStart(Character)
  case upperCase
  /// Characters that may stand nowhere in a name, each once.
  case forbiddenCharacters([Character])
  /// The name's length in bytes of UTF-8.
  case tooLong(bytes: Int)

  /// What is wrong and what to do: full sentences.
  package var message: String {
    switch self {
    case .empty: "The name is empty. Type a name in lower case, such as docs."
    case .reserved(let name): "The name \(name) is reserved. Choose another one."
    case .forbiddenStart(let character):
      "A name must not begin with \(character). Begin it with a letter or a digit."
    case .upperCase: "A name must not contain capital letters. Write it in lower case."
    case .forbiddenCharacters(let characters):
      "A name must not contain \(Self.list(characters)). "
        + "Leave \(Self.isOneSign(characters) ? "it" : "them") out or use a hyphen."
    case .tooLong(let bytes):
      "The name takes \(bytes) bytes, and \(IndexName.maximumBytes) are allowed. Shorten it."
    }
  }

  private static func isOneSign(_ characters: [Character]) -> Bool {
    characters.count == 1 && list(characters) == String(characters[0])
  }

  private static func list(_ characters: [Character]) -> String {
    let names = characters.map { character in
      if character.isNewline { return "line breaks" }
      if character.isWhitespace { return "spaces" }
      let isControl = character.unicodeScalars.contains {
        $0.properties.generalCategory == .control
      }
      return isControl ? "control characters" : String(character)
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: " ") + " or " + last
  }
}
