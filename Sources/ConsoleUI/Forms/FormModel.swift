package import ConnectorKit

/// A form: what was typed into each field, where the focus is and what is wrong.
///
/// Its owner decides which fields there are and what is wrong with the values, and may do so anew
/// after every change: what was typed into a field that goes away is kept until it comes back.
package struct FormModel: Hashable, Sendable {
  /// What can have the focus.
  package enum Focus: Hashable, Sendable {
    case field(String)
    /// The heading of the folded section.
    case advanced
  }

  /// What came of an event.
  package enum Outcome: Hashable, Sendable {
    /// The form has no use for it.
    case ignored
    case handled
    /// A value is another one now.
    case changed
    /// The focus moved out of the form at its top or at its end.
    case leftAtTop, leftAtEnd
    /// Enter in the last field.
    case submitted
  }

  /// A secret that is readable for a while.
  struct Reveal: Hashable, Sendable {
    var key: String
    var until: Timestamp
  }

  /// What stands in a field.
  enum Value: Hashable, Sendable {
    case text(FormInput)
    case flag(Bool)
    case choice(String)
  }

  /// The fields that exist now, in their order.
  package private(set) var fields: [FormField]
  /// What has the focus; `nil` only in a form without fields.
  package private(set) var focus: Focus?
  package var isAdvancedOpen = false
  /// What is wrong now, whether it is shown yet or not.
  package private(set) var problems: [FormProblem] = []
  /// What may be meant but deserves a second look; it stops nobody and is always shown.
  package private(set) var warnings: [FormProblem] = []
  /// Problems that somebody else found with these values, such as the engine; each is shown until
  /// its field is changed.
  var foundProblems: [FormProblem] = []
  var values: [String: Value] = [:]
  var popup: FormPopup?
  var left: Set<String> = []
  private var showsAllProblems = false
  var reveal: Reveal?

  /// How long a secret stays readable.
  package static let revealTime = Duration.seconds(10)

  /// Makes a form with the focus in its first field.
  package init(_ fields: [FormField] = []) {
    self.fields = fields
    focus = stops.first
  }

  // MARK: Values

  /// The text of a field, a choice's value, or `true` and `false`; empty if nothing was entered.
  package func text(_ key: String) -> String {
    switch values[key] {
    case .text(let input): input.text
    case .choice(let value): value
    case .flag(let flag): flag ? "true" : "false"
    case nil: ""
    }
  }

  /// What stands in a field for text.
  func input(_ field: FormField) -> FormInput {
    if case .text(let input)? = values[field.key] { return input }
    return FormInput("", isMultiline: field.control == .area)
  }

  /// Whether a toggle is on.
  package func flag(_ key: String) -> Bool { values[key] == .flag(true) }

  /// Puts a text or a choice into a field; the field need not exist yet.
  package mutating func set(_ key: String, _ text: String, as control: FormField.Control? = nil) {
    switch control ?? field(key)?.control ?? .text {
    case .choice: values[key] = .choice(text)
    case .toggle: values[key] = .flag(text == "true")
    case .area: values[key] = .text(FormInput(text, isMultiline: true))
    case .text, .number: values[key] = .text(FormInput(text, isMultiline: false))
    }
  }

  /// Turns a toggle on or off.
  package mutating func set(_ key: String, _ flag: Bool) { values[key] = .flag(flag) }

  /// The field with a key, if it exists now.
  package func field(_ key: String) -> FormField? { fields.first { $0.key == key } }

  /// Says which fields there are now; values, focus and what was left stay where they can.
  package mutating func setFields(_ new: [FormField]) {
    guard new != fields else { return }
    let before = stops
    fields = new
    let after = stops
    guard let focus, !after.contains(focus) else {
      self.focus = self.focus ?? after.first
      return
    }
    let place = before.firstIndex(of: focus) ?? 0
    self.focus = before[..<place].last { after.contains($0) } ?? after.first
    popup = nil
  }

  // MARK: Problems

  /// Says what is wrong with the values as they are.
  package mutating func setProblems(_ new: [FormProblem]) { problems = new }

  /// Says what deserves a second look in the values as they are.
  package mutating func setWarnings(_ new: [FormProblem]) { warnings = new }

  /// Shows a problem that was found elsewhere, and goes to its field.
  package mutating func report(_ problem: FormProblem) {
    foundProblems.removeAll { $0.key == problem.key }
    foundProblems.append(problem)
    goTo(problem.key)
  }

  /// The problem shown under a field; `nil` while there is none, or the person is still at it.
  package func shownProblem(_ key: String) -> String? {
    if let found = foundProblems.first(where: { $0.key == key }) { return found.message }
    guard showsAllProblems || left.contains(key) else { return nil }
    return problems.first { $0.key == key }?.message
  }

  /// Shows every problem and goes to the first.
  ///
  /// - Returns: whether there is none.
  package mutating func validate() -> Bool {
    showsAllProblems = true
    guard let first = fields.first(where: { field in problems.contains { $0.key == field.key } })
    else { return problems.isEmpty }
    goTo(first.key)
    return false
  }

  /// Shows problems only of fields that were left, as in a fresh form.
  package mutating func forgetVisits() {
    showsAllProblems = false
    left = []
    foundProblems = []
    reveal = nil
  }

  // MARK: Focus

  /// Everything that can have the focus, in order.
  var stops: [Focus] {
    let plain = fields.filter { !$0.isAdvanced }.map { Focus.field($0.key) }
    let advanced = fields.filter(\.isAdvanced).map { Focus.field($0.key) }
    guard !advanced.isEmpty else { return plain }
    return plain + [.advanced] + (isAdvancedOpen ? advanced : [])
  }

  /// The field with the focus.
  package var focusedField: FormField? {
    if case .field(let key)? = focus { field(key) } else { nil }
  }

  /// Whether letters are text now.
  package var isEditingText: Bool { popup != nil || focusedField?.isText == true }

  /// Whether a list of choices covers a part of the form.
  package var hasPopup: Bool { popup != nil }

  /// Puts the focus into a field and unfolds the section that it is in.
  package mutating func goTo(_ key: String) {
    guard let target = field(key) else { return }
    if target.isAdvanced { isAdvancedOpen = true }
    moveFocus(to: .field(key))
  }

  /// Puts the focus at the first or the last stop.
  package mutating func enter(atEnd: Bool) {
    focus = atEnd ? stops.last : stops.first
  }

  mutating func moveFocus(to new: Focus) {
    guard new != focus else { return }
    if case .field(let key)? = focus { left.insert(key) }
    reveal = nil
    popup = nil
    focus = new
  }

  mutating func step(_ distance: Int) -> Outcome {
    let stops = stops
    guard let focus, let index = stops.firstIndex(of: focus) else { return .ignored }
    let target = index + distance
    guard stops.indices.contains(target) else {
      if case .field(let key) = focus { left.insert(key) }
      reveal = nil
      return target < 0 ? .leftAtTop : .leftAtEnd
    }
    moveFocus(to: stops[target])
    return .handled
  }

  // MARK: Secrets

  /// Whether a secret is readable at a moment.
  package func isRevealed(_ key: String, at now: Timestamp) -> Bool {
    reveal.map { $0.key == key && now < $0.until } ?? false
  }

  /// Seconds that the focused secret stays readable, rounded up.
  func secondsRevealed(at now: Timestamp) -> Int {
    guard let reveal else { return 0 }
    let milliseconds = reveal.until.millisecondsSince1970 - now.millisecondsSince1970
    return max(0, Int((milliseconds + 999) / 1000))
  }
}
