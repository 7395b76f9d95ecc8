package import ConnectorProtocol

extension Language {
  /// One line on how the embedded index analyses text of this language.
  package var analysis: String {
    switch self {
    case .universal: "standard words, folded; English stop words and stems"
    case .english: "English stop words and stems: “syncs” finds “sync”"
    case .danish: "Danish stop words and Snowball stems"
    case .dutch: "Dutch stop words and Snowball stems"
    case .french: "elisions (l’, d’, qu’) cut; French stop words, light stems"
    case .german: "German stop words and light stems: “Häuser” finds “Haus”"
    case .italian: "elisions (l’, dell’) cut; Italian stop words, light stems"
    case .portuguese: "Portuguese stop words and light stems"
    case .brazilian: "Brazilian stop words and stems"
    case .russian: "Russian stop words and Snowball stems"
    case .spanish: "Spanish stop words and light stems"
    case .chinese, .japanese, .korean: "pairs of characters, so that words are found anywhere"
    case .thai: "words found by dictionary; Thai stop words"
    }
  }
}
