/// What is wrong with the value of one setting.
public struct ConfigurationProblem: Error, Hashable, Sendable {
  /// The key of the field.
  public var field: String
  /// What is wrong and what to do: full sentences, without the value of a sensitive field.
  public var message: String

  /// Makes a problem.
  public init(field: String, message: String) {
    self.field = field
    self.message = message
  }
}

extension ConfigurationSchema {
  /// The values of a fresh record.
  public var initialValues: ConfigurationValues {
    var values = ConfigurationValues()
    for field in fields where field.initialValue != .null {
      values[field.key] = field.initialValue
    }
    return values
  }

  /// Whether a field is shown and checked: whether all of its dependencies hold.
  ///
  /// A dependency on a field that does not exist never holds; ``problems(in:)`` reports it.
  public func isVisible(_ field: ConfigurationField, with values: ConfigurationValues) -> Bool {
    field.dependencies.allSatisfy { dependency in
      guard let other = self[dependency.field] else { return false }
      let wanted = other.converted(dependency.value)
      let actual = other.resolved(values[other.key])
      return actual == wanted || (actual == .null && wanted == .bool(false))
    }
  }

  /// The values as a data source gets them: each of its field's kind, defaults in place of what is
  /// empty and not required.
  ///
  /// Text that can't be converted stays as it is; ``problems(in:)`` reports it. Values of fields
  /// that the schema does not have are kept.
  public func resolved(_ values: ConfigurationValues) -> ConfigurationValues {
    var result = values
    for field in fields { result[field.key] = field.resolved(values[field.key]) }
    return result
  }

  /// The values that are there, each in its field's kind: `"10"` of a number is 10.
  ///
  /// What can't be converted stays as it is, and so does what is empty or of no field.
  public func converted(_ values: ConfigurationValues) -> ConfigurationValues {
    var result = values
    for field in fields where values[field.key] != .null {
      result[field.key] = field.converted(values[field.key])
    }
    return result
  }

  /// Everything that is wrong with values, in the order of the fields; empty if a data source can
  /// be made from them.
  ///
  /// Fields that are not visible are not checked.
  public func problems(in values: ConfigurationValues) -> [ConfigurationProblem] {
    fields.flatMap { field -> [ConfigurationProblem] in
      for dependency in field.dependencies where self[dependency.field] == nil {
        let message =
          "“\(field.label)” depends on the field \(dependency.field), which does not exist. "
          + "Report this to the author of the data source."
        return [ConfigurationProblem(field: field.key, message: message)]
      }
      guard isVisible(field, with: values) else { return [] }
      return field.problems(in: values[field.key])
    }
  }
}

extension ConfigurationField {
  /// Reads what a person typed as a value of this field's kind.
  ///
  /// Nothing, or only blanks where the kind is not text, is ``ConfigurationValue/null``; a list is
  /// split at commas and line breaks, except within braces.
  /// - Throws: ``ConfigurationProblem`` if the text is no such value.
  public func value(parsing text: String) throws(ConfigurationProblem) -> ConfigurationValue {
    let bare = text.trimmingBlanks()
    switch kind {
    case .string: return text.isEmpty ? .null : .string(text)
    case .list:
      let items = text.splitIntoItems()
      return items.isEmpty ? .null : .list(items)
    case .integer:
      if bare.isEmpty { return .null }
      if let number = Int64(bare) { return .integer(number) }
      throw problem("must be a whole number. Enter digits only, without a decimal point.")
    case .bool:
      if bare.isEmpty { return .null }
      if let flag = Self.flag(bare) { return .bool(flag) }
      throw problem("must be true or false. Enter one of the two.")
    }
  }

  /// A value as a person edits it; ``value(parsing:)`` reads it back.
  public func text(of value: ConfigurationValue) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    case .list(let items): items.joined(separator: display == .textarea ? "\n" : ", ")
    }
  }

  /// Everything that is wrong with a value of this field, its dependencies aside.
  public func problems(in value: ConfigurationValue) -> [ConfigurationProblem] {
    let resolved = resolved(value)
    if resolved.isEmpty {
      return isRequired ? [problem("cannot be empty. Enter a value.")] : []
    }
    if case .string(let text) = resolved, kind != .string {
      do throws(ConfigurationProblem) { _ = try self.value(parsing: text) } catch { return [error] }
    }
    var problems = validations.compactMap { problem(in: resolved, against: $0) }
    if display == .dropdown, !options.isEmpty, problems.isEmpty {
      let allowed = ConfigurationField.Validation.includedIn(options.map { .string($0.value) })
      if let unknown = problem(in: resolved, against: allowed) { problems.append(unknown) }
    }
    return problems
  }

  /// The value of this field's kind, its default if it is empty and not required.
  func resolved(_ value: ConfigurationValue) -> ConfigurationValue {
    let converted = converted(value)
    guard converted.isEmpty else { return converted }
    if !isRequired, let defaultValue { return self.converted(defaultValue) }
    switch kind {
    case .string: return .string("")
    case .list: return .list([])
    case .integer, .bool: return .null
    }
  }

  /// The value in this field's kind, if it can be converted; else as it is.
  func converted(_ value: ConfigurationValue) -> ConfigurationValue {
    switch (kind, value) {
    case (_, .null), (.integer, .integer), (.bool, .bool), (.list, .list), (.string, .string):
      return value
    case (.list, .integer(let number)): return .list([String(number)])
    case (.bool, .integer(let number)): return .bool(number != 0)
    case (.string, _): return .string(text(of: value))
    case (_, .string(let text)): return (try? self.value(parsing: text)) ?? value
    default: return value
    }
  }

  private static func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "t", "yes", "y", "on", "1": true
    case "false", "f", "no", "n", "off", "0": false
    default: nil
    }
  }

  private func problem(_ rest: String) -> ConfigurationProblem {
    ConfigurationProblem(field: key, message: "“\(label)” \(rest)")
  }

  private func problem(
    in value: ConfigurationValue, against validation: Validation
  ) -> ConfigurationProblem? {
    switch validation {
    case .lessThan(let bound):
      guard case .integer(let number) = value, number >= bound else { return nil }
      return problem(rangeSentence ?? "must be less than \(bound). Enter a smaller number.")
    case .greaterThan(let bound):
      guard case .integer(let number) = value, number <= bound else { return nil }
      return problem(rangeSentence ?? "must be greater than \(bound). Enter a larger number.")
    case .listOf(let kind):
      guard kind == .integer, case .list(let items) = value,
        let wrong = items.first(where: { Int64($0) == nil })
      else { return nil }
      let item = isSensitive ? "one entry" : "“\(wrong)”"
      return problem("must hold whole numbers only. Correct \(item).")
    case .includedIn(let allowed):
      let texts = allowed.map { text(of: $0) }
      let items = if case .list(let items) = value { items } else { [text(of: value)] }
      guard items.contains(where: { !texts.contains($0) }) else { return nil }
      return problem("must be one of \(texts.joined(separator: ", ")). Choose one of them.")
    case .regex(let pattern):
      guard case .string(let text) = value else { return nil }
      guard let regex = try? Regex(pattern) else {
        return problem("has a check that is no regular expression. Tell the data source's author.")
      }
      guard (try? regex.wholeMatch(in: text)) == nil else { return nil }
      return problem("does not have the right form. " + formSentence)
    }
  }

  /// What a number must be where both bounds exist; `nil` where one does not.
  private var rangeSentence: String? {
    var lowest: Int64?
    var highest: Int64?
    for validation in validations {
      switch validation {
      case .greaterThan(let bound) where bound < Int64.max:
        lowest = max(lowest ?? Int64.min, bound + 1)
      case .lessThan(let bound) where bound > Int64.min:
        highest = min(highest ?? Int64.max, bound - 1)
      default: break
      }
    }
    guard let lowest, let highest, lowest <= highest else { return nil }
    return "must be between \(lowest) and \(highest). Enter such a number."
  }

  /// What a text should look like, for people: nobody reads a regular expression.
  private var formSentence: String {
    if let placeholder, !placeholder.isEmpty { return "It should look like \(placeholder)." }
    if let tooltip, !tooltip.isEmpty { return tooltip }
    return "See the documentation of the data source."
  }
}

extension ConfigurationValue {
  /// Whether nothing was entered; 0 and no are something.
  public var isEmpty: Bool {
    switch self {
    case .null: true
    case .string(let text): text.isEmpty
    case .list(let items): items.allSatisfy(\.isEmpty)
    case .integer, .bool: false
    }
  }
}

extension String {
  /// The text without blanks and line breaks at its ends.
  func trimmingBlanks() -> String {
    let body = drop { $0.isWhitespace }
    let end = body.lastIndex { !$0.isWhitespace }
    return end.map { String(body[...$0]) } ?? ""
  }

  /// The items of a list: split at commas and line breaks, trimmed, blank ones dropped.
  ///
  /// A comma within braces does not split, so that `*.{md,txt}` is one item.
  func splitIntoItems() -> [String] {
    var items: [String] = []
    var item = ""
    var depth = 0
    for character in self {
      if character.isNewline || (character == "," && depth <= 0) {
        items.append(item)
        item = ""
        depth = 0
        continue
      }
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      item.append(character)
    }
    items.append(item)
    return items.map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
  }
}
