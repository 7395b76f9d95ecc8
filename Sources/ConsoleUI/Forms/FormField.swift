/// One field of a form: what it is called, what edits it and what is said about it.
package struct FormField: Hashable, Sendable {
  /// What edits a field.
  package enum Control: Hashable, Sendable {
    /// One line of text.
    case text
    /// Several lines of text.
    case area
    /// Digits and a sign, in a short box.
    case number
    /// On or off.
    case toggle
    /// One of some; up to three stand side by side, more open as a list.
    case choice([Option])
  }

  /// One choice of a field.
  package struct Option: Hashable, Sendable {
    package var value: String
    package var label: String
    /// One line that stands behind it in the list.
    package var detail: String?

    /// Makes a choice.
    package init(_ value: String, _ label: String, detail: String? = nil) {
      self.value = value
      self.label = label
      self.detail = detail
    }
  }

  /// What the owner of the form knows it by.
  package var key: String
  package var label: String
  package var control: Control
  package var isRequired = false
  /// Whether what is typed is masked.
  package var isSecret = false
  /// Whether it stands in the folded section.
  package var isAdvanced = false
  /// How deep it is indented under the field that it depends on.
  package var depth = 0
  /// An example, shown while it is empty.
  package var placeholder: String?
  /// Told while it has the focus: what it does.
  package var help: String?
  /// Told while it is empty, for example `empty means 10`.
  package var emptyMeaning: String?
  /// What stands behind the box, for example `UTC`.
  package var unit: String?

  /// Makes a field.
  package init(_ key: String, _ label: String, _ control: Control = .text) {
    self.key = key
    self.label = label
    self.control = control
  }

  /// The field with some properties changed; for building forms in one expression.
  package func with(_ change: (inout FormField) -> Void) -> FormField {
    var field = self
    change(&field)
    return field
  }

  /// The choices; empty unless it is a choice.
  package var options: [Option] {
    if case .choice(let options) = control { options } else { [] }
  }

  /// Whether its choices stand side by side.
  package var isInline: Bool { (1...3).contains(options.count) }

  /// Whether letters typed into it are text.
  package var isText: Bool {
    switch control {
    case .text, .area, .number: true
    case .toggle, .choice: false
    }
  }
}

/// What is wrong with what stands in a field.
package struct FormProblem: Hashable, Sendable {
  /// The field's key.
  package var key: String
  /// One sentence.
  package var message: String

  /// Makes a problem.
  package init(_ key: String, _ message: String) {
    self.key = key
    self.message = message
  }
}
