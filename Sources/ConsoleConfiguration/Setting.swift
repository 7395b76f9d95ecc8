/// A setting that this program knows, in Elastic's names where Elastic's service has it.
package struct Setting: Hashable, Sendable {
  /// What values it takes.
  package enum Kind: Hashable, Sendable {
    case text
    /// Never shown.
    case secret
    /// The path of a file or folder.
    case path
    case boolean
    case whole(ClosedRange<Int>)
    /// Seconds, perhaps with a fraction.
    case seconds(ClosedRange<Int>)
    /// One of these words, in any case.
    case choice([String])
    /// A list of texts.
    case texts
    /// The list of connectors.
    case connectors
    /// Not read: anything may stand below it.
    case anything
  }

  /// Its place in the file, such as `elasticsearch.bulk.chunk_size`.
  package var key: String
  package var kind: Kind
  /// What counts if nobody sets it; empty if nothing does.
  package var standard: String
  /// Why this program has no use for it; `nil` if it has.
  package var unused: String?
  /// Whether only this program knows it.
  package var isOwn: Bool
  /// The environment variables that set it, the first one is the one to show.
  package var variables: [String]
  /// The flag that sets it.
  package var flag: String?
  /// One sentence.
  package var help: String

  /// The setting with this key.
  package static func named(_ key: String) -> Setting? { byKey[key] }

  private static let byKey = Dictionary(
    all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })

  static func used(
    _ key: String, _ kind: Kind, _ standard: String = "", variable: String? = nil,
    flag: String? = nil, isOwn: Bool = false, help: String
  ) -> Setting {
    let general =
      "CONNECTOR_CONSOLE_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    let short = variable.map { "CONNECTOR_CONSOLE_\($0)" }
    // Keys at the top level are too short to be told from others.
    let isShort = !key.contains(".")
    return Setting(
      key: key, kind: kind, standard: standard, unused: nil, isOwn: isOwn,
      variables: isShort ? [] : short.map { [$0, general] } ?? [general], flag: flag, help: help)
  }

  static func unused(_ key: String, _ kind: Kind = .text, because reason: String) -> Setting {
    Setting(
      key: key, kind: kind, standard: "", unused: reason, isOwn: false, variables: [], flag: nil,
      help: "")
  }
}
