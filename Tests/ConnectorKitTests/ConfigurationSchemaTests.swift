import ConnectorKit
import Testing

@Suite struct ConfigurationSchemaTests {
  private func field(
    _ kind: ConfigurationField.Kind = .string, display: ConfigurationField.Display = .text,
    isRequired: Bool = true, isSensitive: Bool = false, defaultValue: ConfigurationValue? = nil,
    options: [ConfigurationField.Option] = [],
    validations: [ConfigurationField.Validation] = []
  ) -> ConfigurationField {
    ConfigurationField(
      "key", label: "Label", kind: kind, display: display, order: 1, isRequired: isRequired,
      isSensitive: isSensitive, defaultValue: defaultValue, options: options,
      validations: validations)
  }

  private func messages(_ field: ConfigurationField, _ value: ConfigurationValue) -> [String] {
    ConfigurationSchema([field]).problems(in: ["key": value]).map(\.message)
  }

  private static let readable: [(ConfigurationField.Kind, String, ConfigurationValue)] = [
    (.string, "", .null), (.string, " a ", .string(" a ")), (.string, " ", .string(" ")),
    (.integer, " 42 ", .integer(42)), (.integer, "-7", .integer(-7)), (.integer, "  ", .null),
    (.integer, "9223372036854775807", .integer(.max)), (.bool, "Yes", .bool(true)),
    (.bool, "off", .bool(false)), (.bool, "false", .bool(false)), (.bool, "", .null),
    (.list, "a, b ,,c\nd", .list(["a", "b", "c", "d"])), (.list, " , ", .null),
    (.list, "*.{md,txt},b", .list(["*.{md,txt}", "b"])), (.list, "{a,\nb", .list(["{a,", "b"])),
    (.list, "a},b", .list(["a}", "b"])),
  ]

  @Test(arguments: readable)
  func `reads what a person typed`(
    _ kind: ConfigurationField.Kind, _ text: String, _ value: ConfigurationValue
  ) throws {
    #expect(try field(kind).value(parsing: text) == value)
  }

  @Test(arguments: [
    (ConfigurationField.Kind.integer, "4.2"), (.integer, "abc"), (.integer, "1 000"),
    (.integer, "9223372036854775808"), (.bool, "perhaps"), (.bool, "2"),
  ])
  func `refuses text of the wrong kind`(_ kind: ConfigurationField.Kind, _ text: String) {
    #expect(throws: ConfigurationProblem.self) { try field(kind).value(parsing: text) }
    #expect(messages(field(kind), .string(text)).count == 1)
  }

  @Test(arguments: [
    (ConfigurationField.Kind.integer, ConfigurationValue.integer(5)), (.bool, .bool(false)),
    (.list, .list(["a b", "*.{c,d}"])), (.string, .string("x, y")), (.string, .null),
  ])
  func `a value's text is read back`(
    _ kind: ConfigurationField.Kind, _ value: ConfigurationValue
  ) throws {
    for display in [ConfigurationField.Display.text, .textarea] {
      let field = field(kind, display: display)
      #expect(try field.value(parsing: field.text(of: value)) == value)
    }
  }

  @Test(arguments: [
    ConfigurationValue.null, .string(""), .list([]), .list([""]),
  ])
  func `a required field must not be empty`(_ value: ConfigurationValue) {
    #expect(messages(field(), value) == ["“Label” cannot be empty. Enter a value."])
    #expect(messages(field(isRequired: false), value) == [])
  }

  @Test func `zero and no are not empty`() {
    #expect(messages(field(.integer), .integer(0)) == [])
    #expect(messages(field(.bool), .bool(false)) == [])
  }

  @Test func `an empty required field is not checked further`() {
    let required = field(.integer, validations: [.greaterThan(0)])
    #expect(messages(required, .null) == ["“Label” cannot be empty. Enter a value."])
  }

  private static let validated:
    [(
      ConfigurationField.Kind, ConfigurationField.Validation, ConfigurationValue,
      ConfigurationValue
    )] = [
      (.integer, .lessThan(10), .integer(9), .integer(10)),
      (.integer, .lessThan(10), .string("9"), .string("10")),
      (.integer, .greaterThan(0), .integer(1), .integer(0)),
      (.list, .listOf(.integer), .list(["1", "-2"]), .list(["1", "x"])),
      (.string, .includedIn([.string("a"), .string("b")]), .string("b"), .string("c")),
      (.list, .includedIn([.string("a"), .string("b")]), .list(["a"]), .list(["a", "c"])),
      (.integer, .includedIn([.integer(1)]), .integer(1), .integer(2)),
      (.string, .regex("[a-z]+"), .string("abc"), .string("abc1")),
    ]

  @Test(arguments: validated)
  func `every validation takes the good and refuses the bad`(
    _ kind: ConfigurationField.Kind, _ validation: ConfigurationField.Validation,
    _ good: ConfigurationValue, _ bad: ConfigurationValue
  ) {
    let checked = field(kind, validations: [validation])
    #expect(messages(checked, good) == [])
    #expect(messages(checked, bad).count == 1)
    #expect(messages(checked, bad).first?.hasSuffix(".") == true)
  }

  @Test func `a dropdown takes its options only`() {
    let dropdown = field(
      display: .dropdown, options: [ConfigurationField.Option(label: "Fast", value: "fast")])
    #expect(messages(dropdown, .string("fast")) == [])
    #expect(
      messages(dropdown, .string("slow")) == [
        "“Label” must be one of fast. Choose one of them."
      ])
  }

  @Test func `a message never shows a secret`() {
    let secret = field(
      .list, isSensitive: true, validations: [.listOf(.integer)])
    #expect(messages(secret, .list(["hunter2"])).allSatisfy { !$0.contains("hunter2") })
  }

  private var dependent: ConfigurationSchema {
    ConfigurationSchema([
      ConfigurationField(
        "certificate", label: "Certificate", order: 2,
        dependencies: [.init(field: "tls", value: .bool(true))]),
      ConfigurationField("tls", label: "TLS", kind: .bool, display: .toggle, order: 1),
      ConfigurationField(
        "plain", label: "Plain", order: 3, isRequired: false,
        dependencies: [.init(field: "tls", value: .bool(false))]),
    ])
  }

  @Test func `a field is shown and checked only if its dependencies hold`() throws {
    let schema = dependent
    #expect(schema.fields.map(\.key) == ["tls", "certificate", "plain"])
    let certificate = try #require(schema["certificate"])
    let plain = try #require(schema["plain"])
    #expect(!schema.isVisible(certificate, with: ["tls": .bool(false)]))
    #expect(schema.problems(in: ["tls": .bool(false)]) == [])
    for value in [ConfigurationValue.bool(true), .string("true"), .integer(1)] {
      #expect(schema.isVisible(certificate, with: ["tls": value]))
      #expect(!schema.isVisible(plain, with: ["tls": value]))
      #expect(schema.problems(in: ["tls": value]).map(\.field) == ["certificate"])
    }
    #expect(schema.isVisible(plain, with: ConfigurationValues()))
  }

  @Test func `a dependency on a missing field is reported`() {
    let schema = ConfigurationSchema([
      ConfigurationField(
        "a", label: "A", order: 1, dependencies: [.init(field: "b", value: .bool(true))])
    ])
    #expect(schema.problems(in: ConfigurationValues()).map(\.field) == ["a"])
  }

  @Test func `values are resolved to their kinds and defaults`() {
    let schema = ConfigurationSchema([
      ConfigurationField(
        "port", label: "Port", kind: .integer, order: 1, isRequired: false,
        defaultValue: .integer(27_017)),
      ConfigurationField(
        "required", label: "R", kind: .integer, order: 2, defaultValue: .integer(1)),
      ConfigurationField("flag", label: "F", kind: .bool, order: 3),
      ConfigurationField("list", label: "L", kind: .list, order: 4),
      ConfigurationField("text", label: "T", order: 5),
      ConfigurationField("wrong", label: "W", kind: .integer, order: 6),
    ])
    let resolved = schema.resolved([
      "port": .string(""), "flag": .string("false"), "list": .string("a,b"),
      "text": .integer(5), "wrong": .string("x"), "other": .string("kept"),
    ])
    #expect(resolved["port"] == .integer(27_017))
    #expect(resolved["required"] == .null)
    #expect(resolved["flag"] == .bool(false))
    #expect(resolved["list"] == .list(["a", "b"]))
    #expect(resolved["text"] == .string("5"))
    #expect(resolved["wrong"] == .string("x"))
    #expect(resolved["other"] == .string("kept"))
    #expect(schema.resolved(ConfigurationValues())["text"] == .string(""))
    #expect(schema.resolved(resolved) == resolved)
  }

  @Test func `a number between two bounds is told both, themselves allowed`() {
    let field = ConfigurationField(
      "size", label: "Size", kind: .integer, order: 1,
      validations: [.greaterThan(-1), .lessThan(101)])
    let expected = "“Size” must be between 0 and 100. Enter such a number."
    #expect(field.problems(in: .integer(-1)).map(\.message) == [expected])
    #expect(field.problems(in: .integer(101)).map(\.message) == [expected])
    #expect(field.problems(in: .integer(100)) == [])
  }

  @Test func `nobody is shown a regular expression`() {
    var field = ConfigurationField("path", label: "Path", order: 1, validations: [.regex("/.*")])
    #expect(field.problems(in: .string("x")).first?.message.contains("/.*") == false)
    field.tooltip = "Type a full path."
    #expect(field.problems(in: .string("x")).first?.message.hasSuffix("Type a full path.") == true)
    field.placeholder = "/srv"
    #expect(
      field.problems(in: .string("x")).first?.message.hasSuffix("It should look like /srv.")
        == true)
  }

  @Test func `a data source finds what its schema can't, in values that the schema allows`() {
    struct Unused: Error {}
    let descriptor = DataSourceDescriptor(
      serviceType: "test", name: "Test", summary: "Tests.",
      schema: ConfigurationSchema([ConfigurationField("glob", label: "Glob", order: 1)])
    ) { _ in
      throw Unused()
    } validate: { values in
      values.string("glob") == "["
        ? [ConfigurationProblem(field: "glob", message: "Close it.")] : []
    }
    #expect(descriptor.problems(in: ["glob": .string("[")]).map(\.message) == ["Close it."])
    #expect(descriptor.problems(in: ["glob": .string("*")]) == [])
    #expect(descriptor.problems(in: ["glob": .null]).count == 1)
  }

  @Test func `a missing value and null are equal`() {
    #expect(ConfigurationValues(["a": .null]) == ConfigurationValues())
    #expect(Set([ConfigurationValues(["a": .null]), ConfigurationValues()]).count == 1)
    #expect(ConfigurationValues(["a": .string("")]) != ConfigurationValues())
  }
}
