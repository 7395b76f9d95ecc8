import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct FormModelTests {
  private let area = Rect(x: 0, y: 0, width: 70, height: 20)
  private var context = Fixtures.context()

  private func configuration(
    _ values: [String: ConfigurationValue] = [:]
  ) -> ConfigurationForm {
    var all = WizardFixtures.database.schema.initialValues
    for (key, value) in values { all[key] = value }
    return ConfigurationForm(
      ConnectorConfiguration(schema: WizardFixtures.database.schema, values: all))
  }

  private func press(_ form: inout ConfigurationForm, _ keys: Key...) {
    for key in keys where form.form.update(.key(key), in: area, context) == .changed {
      form.refresh()
    }
  }

  private func type(_ form: inout ConfigurationForm, _ text: String) {
    for character in text { press(&form, .character(character)) }
  }

  private func text(_ form: ConfigurationForm) -> String {
    var frame = Frame(size: Size(width: 70, height: 20))
    form.form.draw(in: area, on: &frame, context)
    return frame.cells.map(\.text).joined()
  }

  @Test func `a dependent field comes and goes, and keeps what was typed`() {
    var form = configuration()
    #expect(form.form.field("tables") == nil)
    form.form.goTo("mode")
    press(&form, .right)
    #expect(form.form.field("tables") != nil)
    form.form.goTo("tables")
    type(&form, "orders")
    form.form.goTo("mode")
    press(&form, .left)
    #expect(form.form.field("tables") == nil)
    press(&form, .right)
    #expect(form.form.text("tables") == "orders")
    #expect(form.values["tables"] == .list(["orders"]))
  }

  @Test func `an error is shown once the field is left`() {
    var form = configuration()
    form.form.goTo("port")
    type(&form, "99999")
    #expect(form.form.shownProblem("port") == nil)
    press(&form, .tab)
    #expect(form.form.shownProblem("port")?.contains("between 1 and 65535") == true)
  }

  @Test func `saving shows every error and goes to the first`() {
    var form = configuration(["mode": .string("some")])
    form.form.goTo("tls")
    let isValid = form.form.validate()
    #expect(!isValid)
    #expect(form.form.focus == .field("host"))
    #expect(form.form.shownProblem("host") != nil)
    #expect(form.form.shownProblem("tables") != nil)
  }

  @Test func `an error in the folded section unfolds it`() {
    var form = configuration(["host": .string("a"), "encoding": .string("ebcdic")])
    let isValid = form.form.validate()
    #expect(!isValid)
    #expect(form.form.isAdvancedOpen)
    #expect(form.form.focus == .field("encoding"))
  }

  @Test func `a secret is masked, and readable for ten seconds on a key`() {
    var form = configuration(["password": .string("correct horse")])
    form.form.goTo("password")
    #expect(!text(form).contains("correct"))
    press(&form, .control("r"))
    #expect(text(form).contains("correct horse"))
    var later = context
    later.now = later.now + .milliseconds(9_999)
    #expect(form.form.isRevealed("password", at: later.now))
    later.now = later.now + .milliseconds(1)
    #expect(!form.form.isRevealed("password", at: later.now))
  }

  @Test func `a secret is hidden again once its field is left`() {
    var form = configuration(["password": .string("correct horse")])
    form.form.goTo("password")
    press(&form, .control("r"), .tab, .backTab)
    #expect(!text(form).contains("correct"))
  }

  @Test func `pasted text is text, its line breaks are not keys`() {
    var form = configuration()
    let outcome = form.form.update(.paste("db.example.org\n"), in: area, context)
    #expect(outcome == .changed)
    #expect(form.form.text("host") == "db.example.org")
    #expect(form.form.focus == .field("host"))
  }

  @Test func `a click puts the focus into a field and turns a toggle`() throws {
    var form = configuration()
    var frame = Frame(size: Size(width: 70, height: 20))
    form.form.draw(in: area, on: &frame, context)
    let row = try #require(
      (0..<20).first { y in
        (0..<70).map { frame[$0, y].text }.joined().contains("Encrypt")
      })
    let click = InputEvent.mouse(MouseEvent(.press, at: Point(x: 29, y: row)))
    let outcome = form.form.update(click, in: area, context)
    #expect(outcome == .changed)
    #expect(form.form.focus == .field("tls"))
    #expect(form.form.flag("tls"))
  }

  @Test func `typing in an open list narrows it down`() {
    var form = configuration()
    form.form.isAdvancedOpen = true
    form.form.goTo("encoding")
    press(&form, .character(" "))
    #expect(form.form.hasPopup)
    type(&form, "koi")
    press(&form, .enter)
    #expect(!form.form.hasPopup)
    #expect(form.values["encoding"] == .string("koi8"))
  }

  @Test func `Esc closes an open list and changes nothing`() {
    var form = configuration()
    form.form.isAdvancedOpen = true
    form.form.goTo("encoding")
    press(&form, .character(" "), .down, .escape)
    #expect(!form.form.hasPopup)
    #expect(!form.isChanged)
  }

  @Test func `values that were not touched keep their type and spelling`() {
    let odd: [String: ConfigurationValue] = [
      "host": .string("h"), "port": .string("5432"), "tls": .string("Yes"),
      "tables": .string("a, b ,c"), "unknown": .integer(7),
    ]
    let form = configuration(odd)
    for (key, value) in odd { #expect(form.values[key] == value) }
    #expect(!form.isChanged)
  }

  @Test func `a record changed elsewhere shows, and typed text stays`() {
    var form = configuration(["host": .string("one"), "user": .string("ada")])
    form.form.goTo("host")
    type(&form, "!")
    var record = ConnectorConfiguration(
      schema: WizardFixtures.database.schema, values: form.saved)
    record.values["host"] = .string("two")
    record.values["user"] = .string("bob")
    let isChanged = form.rebase(record)
    #expect(isChanged)
    #expect(form.form.text("host") == "one!")
    #expect(form.form.text("user") == "bob")
    #expect(form.conflicts == ["host"])
  }

  @Test func `a snapshot from before the save takes nothing back`() {
    let before = ConnectorConfiguration(
      schema: WizardFixtures.database.schema,
      values: WizardFixtures.database.schema.initialValues)
    var form = ConfigurationForm(before)
    form.form.goTo("host")
    type(&form, "db")
    form.didSave(form.values)
    let isNews = form.rebase(before)
    #expect(!isNews)
    #expect(form.form.text("host") == "db")
    #expect(!form.isChanged)
  }

  @Test func `hostile text in values is drawn harmlessly`() {
    let hostile = "x\u{1B}[2J\u{202E}\u{7}\ny\u{200B}"
    var form = configuration([
      "host": .string(hostile), "user": .string(hostile), "mode": .string("some"),
      "tables": .list([hostile]),
    ])
    form.form.goTo("tables")
    let harmful = text(form).unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    #expect(harmful.isEmpty)
    #expect(form.values["host"] == .string(hostile))
  }

  @Test func `every row of a form can be reached on a small screen`() {
    var form = configuration(["mode": .string("some"), "tls": .bool(true)])
    form.form.isAdvancedOpen = true
    let small = Rect(x: 0, y: 0, width: 44, height: 5)
    for field in form.form.fields {
      form.form.goTo(field.key)
      var frame = Frame(size: Size(width: 44, height: 5))
      form.form.draw(in: small, on: &frame, context)
      let text = frame.cells.map(\.text).joined()
      #expect(text.contains(field.label), "\(field.label) is out of sight")
    }
  }
}
