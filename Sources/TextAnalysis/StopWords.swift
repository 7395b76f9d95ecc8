internal import ConnectorProtocol

/// The words that are left out of an index.
///
/// As in Elasticsearch, words are folded to ASCII before they are compared with the list, so that
/// an entry with an accent (`für`) matches nothing. The lists are kept whole all the same.
enum StopWords {
  /// A language's words.
  static func set(of language: Language) -> WordSet {
    WordSet(list(of: language).split { $0 == " " || $0 == "\n" }.compactMap { WordKey($0) })
  }

  private static func list(of language: Language) -> String {
    switch language {
    case .universal, .english, .chinese, .japanese, .korean: english
    case .danish: danish
    case .dutch: dutch
    case .french: french
    case .german: german
    case .italian: italian
    case .portuguese: portuguese
    case .brazilian: brazilian
    case .russian: russian
    case .spanish: spanish
    case .thai: thai
    }
  }
}

/// The articles that are cut off a word together with their apostrophe.
enum Elision {
  /// A language's articles; empty for most.
  static func articles(of language: Language) -> WordSet {
    WordSet(list(of: language).split(separator: " ").compactMap { WordKey($0) })
  }

  private static func list(of language: Language) -> String {
    switch language {
    case .french: "l m t qu n s j d c jusqu quoiqu lorsqu puisqu"
    case .italian: "c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v d"
    default: ""
    }
  }
}
