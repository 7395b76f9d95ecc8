package import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// The configuration fields of a connector, its check and its recheck.
package struct ConfigurationPage: ScreenModel {
  /// What the page shows.
  enum Mode: Hashable, Sendable { case view, edit, check }

  /// A save that is under way.
  struct Saving: Hashable, Sendable {
    var tag: RequestTag
    var values: ConfigurationValues
    var thenCheck: Bool
  }

  package let connectorID: String
  var mode = Mode.view
  var form: ConfigurationForm?
  var recheck = RecheckPanel()
  var check = CheckPanel()
  var buttons = ButtonRow()
  var saving: Saving?
  /// Why the last save was refused.
  var failure: String?
  /// Whether the record was changed elsewhere while it was edited here.
  var isChangedElsewhere = false
  var scroll = ScrollState()
  /// Until when secrets are readable in the list of values.
  var revealedUntil: Timestamp?

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    switch mode {
    case .view: ["Configuration"]
    case .edit: ["Configuration", "Edit"]
    case .check: ["Configuration", "Check"]
    }
  }

  package var isEditingText: Bool { mode == .edit }

  package var unsavedChanges: String? {
    guard mode == .edit, let count = form?.changeCount, count > 0 else { return nil }
    return count == 1
      ? "One changed field of the configuration is not saved."
      : "\(count) changed fields of the configuration are not saved."
  }

  package func wakeUp(_ context: ScreenContext) -> Timestamp? {
    revealedUntil ?? form?.form.reveal?.until
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    refresh(context)
    return []
  }

  var isFormEmpty: Bool { form?.schema.fields.isEmpty ?? true }

  /// Brings the form up to date with the record.
  mutating func refresh(_ context: ScreenContext) {
    if let until = revealedUntil, until <= context.now { revealedUntil = nil }
    guard let record = context.snapshot.connector(connectorID)?.record else { return }
    var configuration = record.configuration
    if configuration.schema.fields.isEmpty,
      let entry = context.snapshot.catalog.first(where: { $0.serviceType == record.serviceType })
    {
      configuration.schema = entry.schema
    }
    if form == nil {
      form = ConfigurationForm(configuration)
    } else if form?.rebase(configuration) == true, mode == .edit {
      isChangedElsewhere = true
    }
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    refresh(context)
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result): return take(tag, result, &context)
    case .dialogAnswered("discard", .chosen("discard")):
      leaveEditing()
      return []
    case .refreshed, .uncovered, .fileSaved, .connection, .dialogAnswered: return []
    }
  }

  private mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>,
    _ context: inout ScreenContext
  ) -> [Effect] {
    if check.take(tag, result) || recheck.take(tag, result) { return [] }
    guard let saving, saving.tag == tag else { return [] }
    self.saving = nil
    switch result {
    case .failure(let problem):
      fail(problem)
      return []
    case .success:
      form?.didSave(saving.values)
      isChangedElsewhere = false
      failure = nil
      mode = saving.thenCheck ? .check : .view
      buttons.focus = nil
      let told = Effect.flash(Flash(.success, "The configuration is saved."))
      guard saving.thenCheck else { return [told] }
      return [told] + check.start(connectorID: connectorID, saving.values, &context)
    }
  }

  private mutating func fail(_ problem: EngineFailure) {
    if let field = problem.field, form?.form.field(field) != nil {
      buttons.focus = nil
      form?.form.report(FormProblem(field, problem.message))
    } else {
      failure = problem.message
    }
  }

  /// Saves what is typed, once it is all right.
  mutating func save(thenCheck: Bool, _ context: inout ScreenContext) -> [Effect] {
    guard saving == nil, var form else { return [] }
    failure = nil
    let isValid = form.form.validate()
    self.form = form
    guard isValid else {
      buttons.focus = nil
      return []
    }
    let tag = context.makeTag()
    saving = Saving(tag: tag, values: form.values, thenCheck: thenCheck)
    return [
      .request(tag, .saveConfiguration(connectorID: connectorID, form.values))
    ]
  }

  mutating func startEditing(at field: String? = nil) {
    mode = .edit
    failure = nil
    isChangedElsewhere = false
    buttons.focus = nil
    form?.form.enter(atEnd: false)
    if let field { form?.form.goTo(field) }
  }

  mutating func leaveEditing() {
    form?.discard()
    mode = .view
    failure = nil
    isChangedElsewhere = false
    buttons.focus = nil
  }

  /// Asks before changes are dropped.
  mutating func cancelEditing() -> [Effect] {
    guard form?.isChanged == true else {
      leaveEditing()
      return []
    }
    return [
      .ask(
        Dialog(
          id: "discard", title: "Drop the changes?", body: [unsavedChanges ?? ""],
          kind: .choice([
            Dialog.Button("stay", "Go on editing", key: "n"),
            Dialog.Button("discard", "Drop them", key: "y", isDangerous: true),
          ])))
    ]
  }
}
