internal import ConnectorProtocol
internal import EngineAPI

/// The fields of a connector's own name and description, in the wizard and on its page.
enum SettingsForm {
  static let fields = [
    FormField("name", "Name").with {
      $0.isRequired = true
      $0.placeholder = "for example Team documents"
      $0.help = "What lists and pages call the connector. The index keeps its own name."
    },
    FormField("description", "Description", .area).with {
      $0.placeholder = "what is in it, who cares for it"
      $0.help = "For the people who look after it. Enter starts a line, Tab goes on."
    },
  ]

  /// What is wrong with what is typed.
  static func problems(_ form: FormModel) -> [FormProblem] {
    let name = form.text("name")
    if name.allSatisfy(\.isWhitespace) {
      return [FormProblem("name", "The connector needs a name. Type one, such as Handbook.")]
    }
    if name.count > 200 {
      return [
        FormProblem("name", "The name may have 200 characters; it has \(name.count). Shorten it.")
      ]
    }
    if form.text("description").count > 4000 {
      return [
        FormProblem("description", "The description may have 4,000 characters. Shorten it.")
      ]
    }
    return []
  }

  /// What may be meant, but easily confuses: another connector with the same name.
  static func warnings(
    _ form: FormModel, of connectorID: String?, _ snapshot: EngineSnapshot
  ) -> [FormProblem] {
    let name = form.text("name")
    let other = snapshot.connectors.first { $0.id != connectorID && $0.record.name == name }
    guard !name.isEmpty, let other else { return [] }
    let index = other.record.indexName ?? "another index"
    return [
      FormProblem(
        "name", "The connector of \(index) has this name too. Another one keeps them apart.")
    ]
  }
}
