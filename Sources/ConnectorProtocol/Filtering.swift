package import ConnectorKit

/// The sync rules of a connector: the active ones and a draft.
package struct Filtering: Hashable, Sendable {
  package var active = FilteringRules()
  package var draft = FilteringRules()

  /// Makes the filtering of a record that is created at a moment: everything is included.
  package init(createdAt: Timestamp? = nil) {
    active.createdAt = createdAt
    active.updatedAt = createdAt
    draft = active
  }
}

/// Basic and advanced sync rules and what their validation said.
package struct FilteringRules: Hashable, Sendable {
  /// What the service made of a draft.
  package enum ValidationState: String, Hashable, Sendable {
    case valid, invalid, edited
  }

  /// The basic rules without the `DEFAULT` one, in their order.
  package var rules: [SyncRule] = []
  /// Whether documents that match no rule are included: the policy of the `DEFAULT` rule.
  package var includesUnmatched = true
  /// The advanced rules' JSON; an empty object or array means none.
  package var advancedSnippet: JSONValue = [:]
  package var validation = ValidationState.valid
  /// The validation's messages by the rules' ids.
  package var errors: [ValidationError] = []

  /// When the advanced rules were made, and the default rule with them.
  package var createdAt: Timestamp?
  package var updatedAt: Timestamp?

  /// Makes rules that include everything.
  package init() {}

  /// What is wrong with some rules.
  package struct ValidationError: Hashable, Sendable {
    package var ids: [String]
    package var messages: [String]

    /// Makes a message about rules.
    package init(ids: [String], messages: [String]) {
      self.ids = ids
      self.messages = messages
    }
  }
}

/// A basic sync rule: includes or excludes the documents whose field matches.
package struct SyncRule: Hashable, Sendable, Identifiable {
  /// Whether matching documents are kept.
  package enum Policy: String, Hashable, Sendable { case include, exclude }

  /// How the field's value is compared.
  package enum Operator: String, Hashable, Sendable, CaseIterable {
    case contains
    case endsWith = "ends_with"
    case equals
    case greaterThan = ">"
    case lessThan = "<"
    case regex
    case startsWith = "starts_with"
  }

  package var id: String
  package var policy: Policy
  /// A top-level field of the document.
  package var field: String
  package var comparison: Operator
  package var value: String
  package var createdAt: Timestamp?
  package var updatedAt: Timestamp?

  /// Makes a rule.
  package init(
    id: String, policy: Policy, field: String, comparison: Operator, value: String,
    createdAt: Timestamp? = nil, updatedAt: Timestamp? = nil
  ) {
    self.id = id
    self.policy = policy
    self.field = field
    self.comparison = comparison
    self.value = value
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}
