package import ConnectorProtocol

extension Language {
  /// One line on how the embedded index analyses text of this language.
  package var analysis: String {
    switch self {
    case .universal: "any language; English stop words and stems"
    case .english: "English stop words and stems: “syncs” finds “sync”"
    case .danish: "Danish stop words and stems"
    case .dutch: "Dutch stop words and stems"
    case .french: "l’, d’, qu’ cut off; French stop words and stems"
    case .german: "German stop words and stems: “Häuser” finds “Haus”"
    case .italian: "l’, dell’ cut off; Italian stop words and stems"
    case .portuguese: "Portuguese stop words and stems"
    case .brazilian: "Brazilian stop words, Portuguese stems"
    case .russian: "Russian stop words and stems"
    case .spanish: "Spanish stop words and stems"
    case .chinese, .japanese, .korean: "pairs of characters, so that any word is found"
    case .thai: "words found by a dictionary; Thai stop words"
    }
  }
}
