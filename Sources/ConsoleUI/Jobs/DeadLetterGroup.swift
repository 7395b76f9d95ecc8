internal import ConnectorProtocol

/// Dead letters of one stage that have the same reason but for names and numbers in it.
struct DeadLetterGroup: Hashable, Sendable {
  var stage: String
  /// The reason of the first one, whole.
  var reason: String
  var letters: [DeadLetter]

  /// Groups letters, the largest group first.
  static func groups(_ letters: [DeadLetter]) -> [DeadLetterGroup] {
    var order: [Key] = []
    var found: [Key: DeadLetterGroup] = [:]
    for letter in letters {
      let key = Key(letter)
      if found[key] == nil {
        order.append(key)
        found[key] = DeadLetterGroup(stage: letter.stage, reason: letter.reason, letters: [])
      }
      found[key]?.letters.append(letter)
    }
    let groups = order.compactMap { found[$0] }
    return groups.enumerated().sorted { left, right in
      (right.element.letters.count, left.offset) < (left.element.letters.count, right.offset)
    }
    .map(\.element)
  }

  /// What letters of a group have in common.
  private struct Key: Hashable {
    var stage: String
    var pattern: String

    init(_ letter: DeadLetter) {
      stage = letter.stage
      pattern = Self.pattern(letter.reason.replacing(letter.documentID, with: "*"))
    }

    /// The reason without what is in quotes and without digits, which name single documents.
    private static func pattern(_ reason: String) -> String {
      var pattern = ""
      var closing: Character?
      for character in reason.prefix(400) {
        if let end = closing {
          if character == end { closing = nil }
          continue
        }
        switch character {
        case "'", "\"": closing = character
        case "“": closing = "”"
        default: if !character.isNumber { pattern.append(character) }
        }
      }
      return pattern
    }
  }
}

extension DeadLetter {
  /// Whether the document is kept as it was, so that it can be sent again.
  var isWhole: Bool { payload.count < 1 << 20 && !payload.isEmpty }
}
