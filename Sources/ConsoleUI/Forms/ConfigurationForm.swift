package import ConnectorKit
package import ConnectorProtocol
internal import TerminalKit

/// The form of a data source's settings, made from its schema.
package struct ConfigurationForm: Hashable, Sendable {
  package private(set) var schema: ConfigurationSchema
  /// The values that are saved; what was typed is compared with them.
  package private(set) var saved: ConfigurationValues
  package var form = FormModel()
  /// Keys whose saved value was changed by somebody else after the person had changed it here.
  package private(set) var conflicts: Set<String> = []
  /// The record as it was last looked at; it lags behind what was saved from here.
  private var seen: ConnectorConfiguration

  /// Makes the form with a record's values filled in.
  package init(_ configuration: ConnectorConfiguration) {
    seen = configuration
    schema = configuration.schema
    saved = configuration.values
    for field in schema.fields { fill(field) }
    refresh()
    form.enter(atEnd: false)
  }

  /// The values as they are typed, those of fields that are out of sight included.
  package var values: ConfigurationValues {
    var values = saved
    for field in schema.fields { values[field.key] = value(of: field) }
    return values
  }

  /// Whether anything differs from what is saved.
  package var isChanged: Bool { schema.fields.contains { isChanged($0) } }

  /// How many fields differ from what is saved.
  package var changeCount: Int { schema.fields.count { isChanged($0) } }

  /// Finds out anew which fields there are and what is wrong; call it after every change.
  package mutating func refresh() {
    let values = values
    form.setFields(
      schema.fields.filter { schema.isVisible($0, with: values) }.map { formField($0) })
    form.setProblems(
      schema.problems(in: values).map { FormProblem($0.field, $0.message) })
  }

  /// Takes the record as it is now, and keeps what the person has typed.
  ///
  /// - Returns: whether somebody else changed it.
  @discardableResult
  package mutating func rebase(_ configuration: ConnectorConfiguration) -> Bool {
    guard configuration != seen else { return false }
    seen = configuration
    guard configuration.schema != schema || configuration.values != saved else { return false }
    let before = saved
    let changed = Set(schema.fields.filter { isChanged($0) }.map(\.key))
    schema = configuration.schema
    saved = configuration.values
    for field in schema.fields {
      if !changed.contains(field.key) {
        fill(field)
      } else if before[field.key] != saved[field.key], isChanged(field) {
        conflicts.insert(field.key)
      }
    }
    refresh()
    return true
  }

  /// Takes values that were just saved from here.
  package mutating func didSave(_ values: ConfigurationValues) {
    saved = values
    conflicts = []
    form.forgetVisits()
    refresh()
  }

  /// Puts the saved values back into every field.
  package mutating func discard() {
    for field in schema.fields { fill(field) }
    conflicts = []
    form.forgetVisits()
    refresh()
  }

  private mutating func fill(_ field: ConfigurationField) {
    let value = saved[field.key]
    form.set(field.key, Self.text(value, field), as: Self.control(field))
  }

  private func isChanged(_ field: ConfigurationField) -> Bool {
    form.text(field.key) != Self.text(saved[field.key], field)
  }

  /// The value that stands in a field; exactly the saved one while its text is that one's.
  private func value(of field: ConfigurationField) -> ConfigurationValue {
    let text = form.text(field.key)
    if text == Self.text(saved[field.key], field) { return saved[field.key] }
    // What is no such value is kept as text, and the schema's check says what is wrong with it.
    return (try? field.value(parsing: text)) ?? .string(text)
  }

  /// Whether a field has a value of its own, other than the one it starts with.
  package func isSet(_ key: String) -> Bool {
    guard let field = schema[key] else { return false }
    return form.text(key) != Self.text(field.initialValue, field)
  }

  /// A field's value for people: a choice by its label, a secret as dots.
  package func display(_ field: FormField, isMasked: Bool) -> String {
    let text = form.text(field.key)
    switch field.control {
    case .toggle: return text == "true" ? "on" : "off"
    case .choice(let options): return options.first { $0.value == text }?.label ?? text
    case .text, .area, .number:
      if field.isSecret, isMasked { return text.isEmpty ? "" : "••••••••" }
      return text.split(whereSeparator: \.isNewline).joined(separator: ", ")
    }
  }

  // MARK: - From schema to form

  private static func control(_ field: ConfigurationField) -> FormField.Control {
    switch field.display {
    case .textarea: return .area
    case .numeric: return .number
    case .toggle: return .toggle
    case .dropdown where !field.options.isEmpty:
      return .choice(field.options.map { FormField.Option($0.value, $0.label) })
    case .dropdown, .text: return field.kind == .bool ? .toggle : .text
    }
  }

  /// A value as it stands in a field.
  static func text(_ value: ConfigurationValue, _ field: ConfigurationField) -> String {
    guard control(field) == .toggle else { return field.text(of: value) }
    return ConfigurationValues([field.key: value]).bool(field.key) ? "true" : "false"
  }

  private func formField(_ field: ConfigurationField) -> FormField {
    let control = Self.control(field)
    let isText = [.text, .area, .number].contains(control)
    return FormField(field.key, field.label, control).with {
      $0.isRequired = field.isRequired && isText
      $0.isSecret = field.isSensitive
      $0.isAdvanced = field.isAdvanced
      $0.depth = depth(of: field)
      $0.placeholder = field.placeholder.flatMap { $0.isEmpty ? nil : $0 }
      $0.help = help(for: field)
      $0.emptyMeaning = emptyMeaning(of: field)
    }
  }

  private func help(for field: ConfigurationField) -> String? {
    var sentences: [String] = []
    if let tooltip = field.tooltip, !tooltip.isEmpty { sentences.append(tooltip) }
    if field.isSensitive {
      sentences.append("Kept with the connector, masked on screens and left out of logs.")
    }
    return sentences.isEmpty ? nil : sentences.joined(separator: " ")
  }

  private func emptyMeaning(of field: ConfigurationField) -> String? {
    guard !field.isRequired, Self.control(field) != .toggle, let value = field.defaultValue,
      value != .null
    else { return nil }
    let text = Self.text(value, field)
    let label = field.options.first { $0.value == text }?.label ?? text
    return label.isEmpty ? nil : label
  }

  /// How many fields stand above a field in the chain of conditions, at most three.
  private func depth(of field: ConfigurationField) -> Int {
    var depth = 0
    var current = field
    while let parent = current.dependencies.first.flatMap({ schema[$0.field] }), depth < 3 {
      depth += 1
      current = parent
    }
    return depth
  }
}
