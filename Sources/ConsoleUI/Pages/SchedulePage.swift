internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// When the jobs of a connector run: full and incremental syncs, access control.
package struct SchedulePage: ScreenModel {
  package let connectorID: String
  /// The schedule being edited; `nil` while the page only shows them.
  var editor: ScheduleEditor?
  var list = ListState()
  var buttons = ButtonRow()
  var saving: RequestTag?
  var failure: String?
  var isChangedElsewhere = false

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    guard let editor else { return ["Schedule"] }
    return ["Schedule", Self.name(editor.type)]
  }

  package var isEditingText: Bool { editor != nil }

  package var unsavedChanges: String? {
    editor?.isChanged == true ? "The changed schedule is not saved." : nil
  }

  static func name(_ type: JobType) -> String {
    switch type {
    case .full: "Full sync"
    case .incremental: "Incremental sync"
    case .accessControl: "Access control sync"
    }
  }

  func record(_ context: ScreenContext) -> Connector? {
    context.snapshot.connector(connectorID)?.record
  }

  /// The job types that the connector has: those that it can do, and those that somebody set.
  func types(_ context: ScreenContext) -> [JobType] {
    guard let record = record(context) else { return [.full] }
    return JobType.allCases.filter { type in
      switch type {
      case .full: true
      case .incremental:
        record.features?.incrementalSync == true || record.scheduling[type].isEnabled
      case .accessControl: record.scheduling[type].isEnabled
      }
    }
  }

  func selectedType(_ context: ScreenContext) -> JobType {
    let types = types(context)
    return list.selected(count: types.count).map { types[$0] } ?? .full
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    refresh(context)
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result): return take(tag, result)
    case .dialogAnswered("discard", .chosen("discard")):
      leave()
      return []
    case .refreshed, .uncovered, .fileSaved, .connection, .dialogAnswered: return []
    }
  }

  /// Notices that the schedule was changed elsewhere.
  private mutating func refresh(_ context: ScreenContext) {
    guard let record = record(context), let type = editor?.type else { return }
    if editor?.rebase(record.scheduling[type]) == true { isChangedElsewhere = true }
  }

  private mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>
  ) -> [Effect] {
    guard tag == saving else { return [] }
    saving = nil
    switch result {
    case .success:
      leave()
      return [.flash(Flash(.success, "The schedule is saved."))]
    case .failure(let problem):
      failure = problem.message
      return []
    }
  }

  mutating func startEditing(_ context: ScreenContext) {
    guard let record = record(context) else { return }
    let type = selectedType(context)
    leave()
    editor = ScheduleEditor(type, record.scheduling[type])
  }

  mutating func leave() {
    editor = nil
    failure = nil
    isChangedElsewhere = false
    buttons.focus = nil
  }

  /// Saves what is typed, once it is all right.
  mutating func save(_ context: inout ScreenContext) -> [Effect] {
    guard saving == nil, var editor else { return [] }
    failure = nil
    let isValid = editor.form.validate()
    self.editor = editor
    guard isValid else {
      buttons.focus = nil
      return []
    }
    let tag = context.makeTag()
    saving = tag
    return [
      .request(
        tag, .saveSchedule(connectorID: connectorID, editor.type, editor.entry))
    ]
  }

  /// Asks before changes are dropped.
  mutating func cancel() -> [Effect] {
    guard editor?.isChanged == true else {
      leave()
      return []
    }
    return [
      .ask(
        Dialog(
          id: "discard", title: "Drop the changes?", body: ["The changed schedule is not saved."],
          kind: .choice([
            Dialog.Button("stay", "Go on editing", key: "n"),
            Dialog.Button("discard", "Drop them", key: "y", isDangerous: true),
          ])))
    ]
  }
}
