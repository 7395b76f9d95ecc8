package import ConnectorKit
internal import Synchronization

/// Decides by the basic sync rules which documents are indexed.
///
/// The rules are tried in their order and the first that matches decides; if none does, the
/// policy of the `DEFAULT` rule. A rule looks at a top-level member of the document; where that is
/// missing or `null` it does not match.
package struct SyncRuleFilter: Sendable {
  private let rules: [Compiled]
  private let fields: [String]
  private let includesUnmatched: Bool

  /// Whether every document is included, so that nobody needs to ask.
  package let includesEverything: Bool

  /// Prepares rules.
  ///
  /// - Throws: ``SyncRuleError`` for a rule that can't be applied.
  package init(rules: FilteringRules) throws(SyncRuleError) {
    var compiled: [Compiled] = []
    var fields: [String] = []
    for rule in rules.rules {
      let known = fields.firstIndex { ExactString($0) == ExactString(rule.field) }
      if known == nil { fields.append(rule.field) }
      compiled.append(try Compiled(rule, fieldIndex: known ?? fields.count - 1))
    }
    self.rules = compiled
    self.fields = fields
    includesUnmatched = rules.includesUnmatched
    includesEverything =
      rules.includesUnmatched && rules.rules.allSatisfy { $0.policy == .include }
  }

  /// Whether a document is to be indexed.
  ///
  /// - Parameters:
  ///   - body: its fields as one JSON object; one that can't be read is included, so that the
  ///     index says what is wrong with it.
  ///   - id: its identity, for rules about `_id`; `nil` if only the body counts.
  /// - Returns: `false` if a rule drops it.
  package func includes(body: [UInt8], id: DocumentID? = nil) -> Bool {
    if includesEverything { return true }
    guard !rules.isEmpty else { return includesUnmatched }
    guard let values = values(in: body, id: id) else { return true }
    for rule in rules {
      guard let value = values[rule.fieldIndex], !value.isNull else { continue }
      if rule.matches(value) { return rule.isInclusion }
    }
    return includesUnmatched
  }

  /// The values of the fields that rules ask for; `nil` if the body can't be read.
  private func values(in body: [UInt8], id: DocumentID?) -> [JSONValue?]? {
    var values = [JSONValue?](repeating: nil, count: fields.count)
    var reader = JSONReader(body)
    do throws(JSONError) {
      try reader.forEachMember { name, reader throws(JSONError) in
        if let index = fields.firstIndex(where: { ExactString($0) == ExactString(name) }) {
          values[index] = try reader.readValue()
        } else {
          try reader.skipValue()
        }
        return true
      }
    } catch {
      return nil
    }
    if let id, let index = fields.firstIndex(of: "_id"), values[index] == nil {
      values[index] = .string(id.text)
    }
    return values
  }
}

/// A sync rule that can't be applied.
package struct SyncRuleError: Error, Hashable, Sendable {
  /// The rule's id.
  package var ruleID: String
  /// What is wrong and what to do: full sentences.
  package var message: String

  /// Makes an error.
  package init(ruleID: String, message: String) {
    self.ruleID = ruleID
    self.message = message
  }
}

/// A rule with everything worked out that does not depend on the document.
private struct Compiled: Sendable {
  let fieldIndex: Int
  let isInclusion: Bool
  private let comparison: SyncRule.Operator
  private let text: String
  private let number: Double?
  private let moment: Timestamp?
  private let flag: Bool?
  private let pattern: Pattern?

  init(_ rule: SyncRule, fieldIndex: Int) throws(SyncRuleError) {
    self.fieldIndex = fieldIndex
    isInclusion = rule.policy == .include
    comparison = rule.comparison
    text = rule.value
    number = Double(rule.value)
    moment = Timestamp(rule.value)
    flag = Self.flag(rule.value)
    guard rule.comparison == .regex else {
      pattern = nil
      return
    }
    guard let pattern = Pattern(rule.value) else {
      throw SyncRuleError(
        ruleID: rule.id,
        message: "“\(rule.value)” is not a regular expression. Correct the rule's value.")
    }
    self.pattern = pattern
  }

  private static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "t", "yes", "y", "on": true
    case "false", "f", "no", "n", "off", "": false
    default: nil
    }
  }

  func matches(_ value: JSONValue) -> Bool {
    switch comparison {
    case .equals: isEqual(value)
    case .greaterThan: isOrdered(value) { $0 > $1 }
    case .lessThan: isOrdered(value) { $0 < $1 }
    // By bytes: `String` would take an accent for a part of the letter before it.
    case .contains: value.ruleText.utf8.contains(text.utf8)
    case .startsWith: value.ruleText.utf8.starts(with: text.utf8)
    case .endsWith: value.ruleText.utf8.reversed().starts(with: text.utf8.reversed())
    case .regex: pattern?.matchesStart(of: value.ruleText) ?? false
    }
  }

  private func isEqual(_ value: JSONValue) -> Bool {
    switch value {
    case .string(let string):
      if ExactString(string) == ExactString(text) { return true }
      guard let moment, let theirs = Timestamp(string) else { return false }
      return moment == theirs
    case .integer(let theirs): return Int64(text) == theirs || number == Double(theirs)
    case .number(let theirs): return number != nil && number == Double(theirs)
    case .bool(let theirs): return flag == theirs
    case .null, .array, .object: return ExactString(value.ruleText) == ExactString(text)
    }
  }

  /// Compares the document's value, as what it is, with the rule's; else there is no match.
  private func isOrdered(_ value: JSONValue, _ isWanted: (Int, Int) -> Bool) -> Bool {
    switch value {
    case .string(let string):
      if let moment, let theirs = Timestamp(string) { return isWanted(order(theirs, moment), 0) }
      let isBefore = string.utf8.lexicographicallyPrecedes(text.utf8)
      let isSame = ExactString(string) == ExactString(text)
      return isWanted(isSame ? 0 : isBefore ? -1 : 1, 0)
    case .integer(let theirs):
      if let mine = Int64(text) { return isWanted(order(theirs, mine), 0) }
      guard let number else { return false }
      return isWanted(order(Double(theirs), number), 0)
    case .number(let string):
      guard let number, let theirs = Double(string) else { return false }
      return isWanted(order(theirs, number), 0)
    case .null, .bool, .array, .object: return false
    }
  }

  private func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left > right ? 1 : 0
  }
}

/// A regular expression that any thread may use.
private final class Pattern: Sendable {
  /// Under a lock, because `Regex` does not promise to be safe for several threads.
  private let regex: Mutex<Regex<AnyRegexOutput>>

  init?(_ text: String) {
    guard let regex = try? Regex(text).matchingSemantics(.unicodeScalar) else { return nil }
    self.regex = Mutex(regex)
  }

  func matchesStart(of text: String) -> Bool {
    regex.withLock { (try? $0.prefixMatch(in: text)) != nil }
  }
}

extension JSONValue {
  /// The text that operators on strings look at.
  fileprivate var ruleText: String { stringValue ?? text }
}
