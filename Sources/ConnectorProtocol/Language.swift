/// The language analyzer of an index.
///
/// Source: the list that Kibana offers; the raw value is the code in `language`.
package enum Language: String, Hashable, Sendable, CaseIterable {
  /// No language of its own; analysed as English is. Stored as `null`.
  case universal = ""
  case chinese = "zh"
  case danish = "da"
  case dutch = "nl"
  case english = "en"
  case french = "fr"
  case german = "de"
  case italian = "it"
  case japanese = "ja"
  case korean = "ko"
  case portuguese = "pt"
  case brazilian = "pt-br"
  case russian = "ru"
  case spanish = "es"
  case thai = "th"

  /// The name that Kibana shows.
  package var name: String {
    switch self {
    case .universal: "Universal"
    case .chinese: "Chinese"
    case .danish: "Danish"
    case .dutch: "Dutch"
    case .english: "English"
    case .french: "French"
    case .german: "German"
    case .italian: "Italian"
    case .japanese: "Japanese"
    case .korean: "Korean"
    case .portuguese: "Portuguese"
    case .brazilian: "Portuguese (Brazil)"
    case .russian: "Russian"
    case .spanish: "Spanish"
    case .thai: "Thai"
    }
  }
}
