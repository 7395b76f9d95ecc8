/// The settings a data source needs, declared once; forms, checks and documentation come from it.
///
/// The properties are those of Elastic's connector protocol ("configuration" of the connector
/// record), so that a record can be edited in Kibana as well.
public struct ConfigurationSchema: Hashable, Sendable {
  /// The fields in the order in which they are shown.
  public var fields: [ConfigurationField]

  /// Makes a schema; the fields are sorted by their `order`, stably.
  public init(_ fields: [ConfigurationField]) {
    self.fields = fields.enumerated()
      .sorted { ($0.element.order, $0.offset) < ($1.element.order, $1.offset) }
      .map(\.element)
  }

  /// The field with a key.
  public subscript(key: String) -> ConfigurationField? { fields.first { $0.key == key } }
}

/// One setting of a data source.
public struct ConfigurationField: Hashable, Sendable {
  /// What a value is made of.
  public enum Kind: String, Sendable {
    case string = "str"
    case integer = "int"
    case bool
    case list
  }

  /// The widget that edits it.
  public enum Display: String, Sendable {
    case text, textarea, numeric, toggle, dropdown
  }

  /// One choice of a dropdown.
  public struct Option: Hashable, Sendable {
    /// What people see.
    public var label: String
    /// What is stored.
    public var value: String

    /// Makes a choice.
    public init(label: String, value: String) {
      self.label = label
      self.value = value
    }
  }

  /// A condition on another field; a field is shown and checked only if all of its own hold.
  public struct Dependency: Hashable, Sendable {
    /// The other field's key.
    public var field: String
    /// The value it must have.
    public var value: ConfigurationValue

    /// Makes a condition.
    public init(field: String, value: ConfigurationValue) {
      self.field = field
      self.value = value
    }
  }

  /// A check of a value.
  public enum Validation: Hashable, Sendable {
    /// The number is less than this.
    case lessThan(Int64)
    /// The number is greater than this.
    case greaterThan(Int64)
    /// Every element of the list is of this kind.
    case listOf(Kind)
    /// The value, or every element of the list, is one of these.
    case includedIn([ConfigurationValue])
    /// The whole string matches this regular expression.
    case regex(String)
  }

  /// The stable key.
  public var key: String
  /// The name that people see.
  public var label: String
  /// What a value is made of.
  public var kind: Kind
  /// The widget that edits it.
  public var display: Display
  /// Where it stands, ascending from 1.
  public var order: Int
  /// Whether it may not be empty.
  public var isRequired: Bool
  /// Whether it is masked on the screen and kept out of logs.
  public var isSensitive: Bool
  /// Whether it is shown only among the advanced settings.
  public var isAdvanced: Bool
  /// The value of a fresh record.
  public var initialValue: ConfigurationValue
  /// Used when the field is not required and empty.
  public var defaultValue: ConfigurationValue?
  /// An example shown while the field is empty.
  public var placeholder: String?
  /// What the setting does and what a wrong value looks like.
  public var tooltip: String?
  /// The choices of a dropdown.
  public var options: [Option]
  /// When it is shown and checked.
  public var dependencies: [Dependency]
  /// Checks of its value.
  public var validations: [Validation]

  /// Makes a field.
  public init(
    _ key: String, label: String, kind: Kind = .string, display: Display = .text, order: Int,
    isRequired: Bool = true, isSensitive: Bool = false, isAdvanced: Bool = false,
    initialValue: ConfigurationValue = .null, defaultValue: ConfigurationValue? = nil,
    placeholder: String? = nil, tooltip: String? = nil, options: [Option] = [],
    dependencies: [Dependency] = [], validations: [Validation] = []
  ) {
    self.key = key
    self.label = label
    self.kind = kind
    self.display = display
    self.order = order
    self.isRequired = isRequired
    self.isSensitive = isSensitive
    self.isAdvanced = isAdvanced
    self.initialValue = initialValue
    self.defaultValue = defaultValue
    self.placeholder = placeholder
    self.tooltip = tooltip
    self.options = options
    self.dependencies = dependencies
    self.validations = validations
  }
}

/// The value of one setting.
public enum ConfigurationValue: Hashable, Sendable {
  /// Nothing was entered.
  case null
  /// Text.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// Yes or no.
  case bool(Bool)
  /// A list of texts.
  case list([String])
}

/// The values of a data source's settings by key.
public struct ConfigurationValues: Hashable, Sendable {
  /// The values; a missing key means nothing was entered.
  public var values: [String: ConfigurationValue]

  /// Makes a set of values.
  public init(_ values: [String: ConfigurationValue] = [:]) { self.values = values }

  /// Whether both hold the same values; a missing key and ``ConfigurationValue/null`` are the same.
  public static func == (left: ConfigurationValues, right: ConfigurationValues) -> Bool {
    left.entered == right.entered
  }

  /// Feeds the values that were entered.
  public func hash(into hasher: inout Hasher) { hasher.combine(entered) }

  private var entered: [String: ConfigurationValue] { values.filter { $0.value != .null } }

  /// The value of a setting; ``ConfigurationValue/null`` if nothing was entered.
  public subscript(key: String) -> ConfigurationValue {
    get { values[key] ?? .null }
    set { values[key] = newValue }
  }

  /// The text of a setting; a number or boolean as its text, `nil` if empty.
  public func string(_ key: String) -> String? {
    switch self[key] {
    case .null: nil
    case .string(let text): text.isEmpty ? nil : text
    case .integer(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    case .list(let items): items.isEmpty ? nil : items.joined(separator: ",")
    }
  }

  /// The whole number of a setting, read from text too; `nil` if there is none.
  public func integer(_ key: String) -> Int64? {
    switch self[key] {
    case .integer(let number): number
    case .string(let text): Int64(text)
    default: nil
    }
  }

  /// Whether a setting is on; text such as `false` and `no` counts as off.
  public func bool(_ key: String) -> Bool {
    switch self[key] {
    case .bool(let flag): flag
    case .string(let text): ["true", "t", "yes", "y", "on", "1"].contains(text.lowercased())
    case .integer(let number): number != 0
    default: false
    }
  }

  /// The items of a setting; text is split at commas (not within braces) and line breaks, blank
  /// items dropped.
  public func list(_ key: String) -> [String] {
    switch self[key] {
    case .list(let list): list.map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
    case .string(let text): text.splitIntoItems()
    case .integer(let number): [String(number)]
    default: []
    }
  }
}

extension ConfigurationValues: ExpressibleByDictionaryLiteral {
  /// Makes a set of values; of two with one key the later wins.
  public init(dictionaryLiteral elements: (String, ConfigurationValue)...) {
    self.init(Dictionary(elements) { _, last in last })
  }
}
