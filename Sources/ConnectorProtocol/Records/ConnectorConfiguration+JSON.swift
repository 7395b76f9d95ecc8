package import ConnectorKit

extension ConnectorConfiguration {
  /// Reads the `configuration` of a record, of any version from 8.4 on.
  ///
  /// Fields of records before 8.8 have a label and a value only: they are optional texts in the
  /// order in which they are stored. What is not understood is left out.
  package init(json: JSONValue) {
    var fields: [ConfigurationField] = []
    var values: [String: ConfigurationValue] = [:]
    for (index, member) in (json.objectValue?.members ?? []).enumerated() {
      guard let properties = member.value.objectValue,
        properties["type"]?.stringValue != "category"
      else { continue }
      let value = ConfigurationValue(json: properties["value"] ?? .null)
      if value != .null { values[member.name] = value }
      if properties.members.contains(where: { $0.name != "value" }) {
        fields.append(ConfigurationField(member.name, json: member.value, position: index))
      }
    }
    self.init(schema: ConfigurationSchema(fields), values: ConfigurationValues(values))
  }

  /// The `configuration` of a record: every field with all of its properties and its value.
  package var json: JSONValue {
    var members = schema.fields.map { field in
      JSONObject.Member(field.key, .object(field.json(value: values[field.key])))
    }
    let undeclared = values.values.filter { schema[$0.key] == nil && $0.value != .null }
    for (key, value) in undeclared.sorted(by: { $0.key < $1.key }) {
      members.append(JSONObject.Member(key, ["value": value.json]))
    }
    return .object(JSONObject(members))
  }
}

extension ConfigurationValue {
  /// Reads a value as it is stored.
  package init(json: JSONValue) {
    switch json {
    case .null: self = .null
    case .string(let text): self = .string(text)
    case .integer(let number): self = .integer(number)
    case .bool(let flag): self = .bool(flag)
    case .array(let elements): self = .list(elements.map { $0.looseText ?? $0.text })
    case .number, .object: self = .string(json.text)
    }
  }

  /// The value as it is stored.
  package var json: JSONValue {
    switch self {
    case .null: .null
    case .string(let text): .string(text)
    case .integer(let number): .integer(number)
    case .bool(let flag): .bool(flag)
    case .list(let items): .array(items.map { .string($0) })
    }
  }
}

extension ConfigurationField {
  /// Reads a field's properties.
  ///
  /// - Parameters:
  ///   - key: the field's key.
  ///   - json: its properties.
  ///   - position: where it stands in the record, for fields without an order; they come last.
  fileprivate init(_ key: String, json: JSONValue, position: Int) {
    let isTyped = ["type", "display", "order", "required"].contains { json[$0] != nil }
    let restrictions = json["ui_restrictions"]?.arrayValue ?? []
    let initial = json["initial_value"].map { ConfigurationValue(json: $0) }
    let byDefault = json["default_value"].map { ConfigurationValue(json: $0) }
    self.init(
      key, label: json.text("label") ?? key.uppercased(),
      kind: json.text("type").flatMap { Kind(rawValue: $0) } ?? .string,
      display: json.text("display").flatMap { Display(rawValue: $0) } ?? .text,
      order: json.whole("order").map { Int($0) } ?? 1000 + position,
      isRequired: json.flag("required") ?? isTyped, isSensitive: json.flag("sensitive") ?? false,
      isAdvanced: restrictions.contains("advanced"), initialValue: initial ?? .null,
      defaultValue: byDefault == .null ? nil : byDefault, placeholder: json.text("placeholder"),
      tooltip: json.text("tooltip"),
      options: (json["options"]?.arrayValue ?? []).compactMap { Option(json: $0) },
      dependencies: (json["depends_on"]?.arrayValue ?? []).compactMap { Dependency(json: $0) },
      validations: (json["validations"]?.arrayValue ?? []).compactMap { Validation(json: $0) })
  }

  fileprivate func json(value: ConfigurationValue) -> JSONObject {
    var object = JSONObject()
    object["default_value"] = defaultValue?.json ?? .null
    object["depends_on"] = .array(dependencies.map(\.json))
    object["display"] = .string(display == .text ? "textbox" : display.rawValue)
    object["label"] = .string(label)
    object["options"] = .array(options.map(\.json))
    object["order"] = .count(order)
    if let placeholder { object["placeholder"] = .string(placeholder) }
    object["required"] = .bool(isRequired)
    object["sensitive"] = .bool(isSensitive)
    object["tooltip"] = .optional(tooltip)
    object["type"] = .string(kind.rawValue)
    object["ui_restrictions"] = isAdvanced ? ["advanced"] : []
    object["validations"] = .array(validations.map(\.json))
    if initialValue != .null { object["initial_value"] = initialValue.json }
    object["value"] = value.json
    return object
  }
}

extension ConfigurationField.Option {
  fileprivate init?(json: JSONValue) {
    guard let value = json["value"]?.looseText else { return nil }
    self.init(label: json.text("label") ?? value, value: value)
  }

  fileprivate var json: JSONValue { ["label": .string(label), "value": .string(value)] }
}

extension ConfigurationField.Dependency {
  fileprivate init?(json: JSONValue) {
    guard let field = json.text("field") else { return nil }
    self.init(field: field, value: ConfigurationValue(json: json["value"] ?? .null))
  }

  fileprivate var json: JSONValue { ["field": .string(field), "value": value.json] }
}

extension ConfigurationField.Validation {
  fileprivate init?(json: JSONValue) {
    let constraint = json["constraint"] ?? .null
    switch (json.text("type"), constraint) {
    case ("less_than", .integer(let bound)): self = .lessThan(bound)
    case ("greater_than", .integer(let bound)): self = .greaterThan(bound)
    case ("list_type", .string(let name)):
      guard let kind = ConfigurationField.Kind(rawValue: name) else { return nil }
      self = .listOf(kind)
    case ("included_in", .array(let allowed)):
      self = .includedIn(allowed.map { ConfigurationValue(json: $0) })
    case ("regex", .string(let pattern)): self = .regex(pattern)
    default: return nil
    }
  }

  fileprivate var json: JSONValue {
    switch self {
    case .lessThan(let bound): ["type": "less_than", "constraint": .integer(bound)]
    case .greaterThan(let bound): ["type": "greater_than", "constraint": .integer(bound)]
    case .listOf(let kind): ["type": "list_type", "constraint": .string(kind.rawValue)]
    case .includedIn(let allowed):
      ["type": "included_in", "constraint": .array(allowed.map(\.json))]
    case .regex(let pattern): ["type": "regex", "constraint": .string(pattern)]
    }
  }
}
