internal import ConnectorKit

extension Filtering {
  /// Reads the `filtering` of a connector's record: an array of domains, or a lone one as some
  /// programs of version 8.6 wrote it.
  init(json: JSONValue) throws(StoreError) {
    self.init()
    guard let domain = Self.defaultDomain(of: json) else { return }
    if let rules = domain["active"] { active = try FilteringRules(json: rules) }
    if let rules = domain["draft"] { draft = try FilteringRules(json: rules) }
  }

  /// The domain `DEFAULT`, or the first one.
  static func defaultDomain(of json: JSONValue) -> JSONValue? {
    guard let domains = json.arrayValue else { return json.objectValue.map { .object($0) } }
    return domains.first { $0.text("domain") == "DEFAULT" } ?? domains.first
  }

  var json: JSONValue {
    [["domain": "DEFAULT", "active": active.json, "draft": draft.json]]
  }
}

extension FilteringRules {
  /// The id of the rule that decides about documents that match no other.
  static let defaultRuleID = "DEFAULT"

  /// Reads one set of rules; a job's copy may be the set itself or an array of domains.
  init(json: JSONValue) throws(StoreError) {
    self.init()
    guard let set = Filtering.defaultDomain(of: json) else { return }
    let stored = (set["rules"]?.arrayValue ?? []).sorted {
      ($0.whole("order") ?? 0) < ($1.whole("order") ?? 0)
    }
    for rule in stored {
      if rule.text("id") == Self.defaultRuleID {
        includesUnmatched = rule.text("policy") != "exclude"
      } else {
        rules.append(try SyncRule(json: rule))
      }
    }
    if let snippet = set["advanced_snippet"], !snippet.isNull {
      advancedSnippet = snippet["value"] ?? snippet
      if snippet["value"] != nil {
        createdAt = snippet.moment("created_at")
        updatedAt = snippet.moment("updated_at")
      }
    }
    let validation = set["validation"] ?? .null
    self.validation = validation.text("state").flatMap { ValidationState(rawValue: $0) } ?? .valid
    errors = (validation["errors"]?.arrayValue ?? []).map { error in
      ValidationError(
        ids: (error["ids"]?.arrayValue ?? []).compactMap(\.stringValue),
        messages: (error["messages"]?.arrayValue ?? []).compactMap(\.stringValue))
    }
  }

  var json: JSONValue {
    var stored = rules.enumerated().map { $0.element.json(order: $0.offset) }
    var other: JSONObject = [
      "id": .string(Self.defaultRuleID), "field": "_",
      "policy": includesUnmatched ? "include" : "exclude", "rule": "regex", "value": ".*",
      "order": .count(rules.count),
    ]
    var snippet: JSONObject = ["value": advancedSnippet]
    for (name, moment) in [("created_at", createdAt), ("updated_at", updatedAt)] {
      guard let moment else { continue }
      other[name] = .string(moment.description)
      snippet[name] = .string(moment.description)
    }
    stored.append(.object(other))
    let messages = errors.map { error -> JSONValue in
      [
        "ids": .array(error.ids.map { .string($0) }),
        "messages": .array(error.messages.map { .string($0) }),
      ]
    }
    return [
      "advanced_snippet": .object(snippet),
      "rules": .array(stored),
      "validation": ["state": .string(validation.rawValue), "errors": .array(messages)],
    ]
  }
}

extension SyncRule {
  fileprivate init(json: JSONValue) throws(StoreError) {
    let id = json["id"]?.looseText ?? ""
    // Leaving out a rule that can't be read would index what it excludes.
    guard let policy = json.text("policy").flatMap({ Policy(rawValue: $0.lowercased()) }) else {
      throw StoreError(
        .invalid, "The sync rule \(id) has no policy that is known. Correct or remove the rule.")
    }
    guard let comparison = json.text("rule").flatMap({ Operator(rawValue: $0.lowercased()) })
    else {
      throw StoreError(
        .invalid, "The sync rule \(id) has no operator that is known. Correct or remove the rule.")
    }
    self.init(
      id: id, policy: policy, field: json.text("field") ?? "", comparison: comparison,
      value: json["value"]?.looseText ?? "", createdAt: json.moment("created_at"),
      updatedAt: json.moment("updated_at"))
  }

  fileprivate func json(order: Int) -> JSONValue {
    var object: JSONObject = [
      "id": .string(id), "field": .string(field), "policy": .string(policy.rawValue),
      "rule": .string(comparison.rawValue), "value": .string(value), "order": .count(order),
    ]
    if let createdAt { object["created_at"] = .string(createdAt.description) }
    if let updatedAt { object["updated_at"] = .string(updatedAt.description) }
    return .object(object)
  }
}
