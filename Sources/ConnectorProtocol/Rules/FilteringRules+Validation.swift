extension FilteringRules {
  /// What is wrong with the basic rules: each message names what to do, each error the rules.
  ///
  /// The checks of Elastic's service: nothing empty, no rule that matches everything, no two rules
  /// that look for the same; and whether regular expressions can be read.
  package func validationErrors() -> [ValidationError] {
    var errors = rules.compactMap { rule -> ValidationError? in
      let messages = rule.problems()
      return messages.isEmpty ? nil : ValidationError(ids: [rule.id], messages: messages)
    }
    for (index, rule) in rules.enumerated() {
      let same = rules[..<index].filter { $0.looksForTheSame(as: rule) }
      guard let first = same.first, same.count == 1 else { continue }
      let all = rules.filter { $0.looksForTheSame(as: rule) }.map(\.id)
      let message =
        "These rules look for the same in the field \(first.field), so only the first of them "
        + "can ever decide. Change or remove the others."
      errors.append(ValidationError(ids: all, messages: [message]))
    }
    return errors
  }

  /// The rules with the state and the messages of their validation.
  package func validated() -> FilteringRules {
    var result = self
    result.errors = validationErrors()
    result.validation = result.errors.isEmpty ? .valid : .invalid
    return result
  }
}

extension SyncRule {
  /// What is wrong with this rule alone: full sentences.
  package func problems() -> [String] {
    var problems: [String] = []
    if id.isEmpty || id == FilteringRules.defaultRuleID {
      problems.append("The rule needs an id of its own. Remove it and add it again.")
    }
    if field.isEmpty {
      problems.append("The rule names no field. Enter the name of a field of the documents.")
    }
    if value.isEmpty {
      problems.append("The rule has no value. Enter what the field is compared with.")
    }
    guard comparison == .regex, !value.isEmpty else { return problems }
    if value == ".*" || value == "(.*)" {
      problems.append("The rule matches everything. Use the default rule for that.")
    } else {
      do throws(SyncRuleError) {
        var rules = FilteringRules()
        rules.rules = [self]
        _ = try SyncRuleFilter(rules: rules)
      } catch {
        problems.append(error.message)
      }
    }
    return problems
  }

  fileprivate func looksForTheSame(as other: SyncRule) -> Bool {
    field == other.field && comparison == other.comparison && value == other.value
  }
}
