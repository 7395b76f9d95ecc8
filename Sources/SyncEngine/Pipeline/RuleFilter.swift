internal import ConnectorKit
internal import ConnectorProtocol

/// Turns a connector's sync rules into a test of documents.
enum RuleFilter {
  /// Whether the rules keep a document; `nil` if they keep everything.
  ///
  /// - Throws: ``SyncRuleError`` for a rule that can't be applied.
  static func keeping(
    _ rules: FilteringRules
  ) throws(SyncRuleError) -> (@Sendable (Document) -> Bool)? {
    let filter = try SyncRuleFilter(rules: rules)
    guard !filter.includesEverything else { return nil }
    return { filter.includes(body: $0.body, id: $0.id) }
  }
}
