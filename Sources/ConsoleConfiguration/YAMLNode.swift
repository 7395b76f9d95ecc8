/// A value of a YAML document and the line on which it begins.
struct YAMLNode: Hashable, Sendable {
  /// What it is.
  enum Content: Hashable, Sendable {
    /// Text; plain if it stands without quotes, so that `null` and `true` mean something.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  /// One key of a mapping with its value.
  struct Entry: Hashable, Sendable {
    var key: String
    /// Where the key is, counted from 1.
    var line: Int
    var value: YAMLNode
  }

  var content: Content
  /// Counted from 1.
  var line: Int

  /// Whether it says that there is no value.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What it is called in a sentence.
  var kindName: String {
    switch content {
    case .scalar: "a value"
    case .sequence: "a list"
    case .mapping: "a group of settings"
    }
  }
}

/// Why a text is no YAML, or YAML that is not taken.
struct YAMLError: Error, Hashable, Sendable {
  /// Counted from 1.
  var line: Int
  /// What is wrong and what to do.
  var message: String
}
