internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// Name, description, language, API key and removal of a connector.
package struct SettingsPage: ScreenModel {
  /// What the page shows.
  enum Mode: Hashable, Sendable { case view, identity, language, key }

  /// A request that is under way.
  struct Pending: Hashable, Sendable {
    enum Purpose: Hashable, Sendable { case identity, language, key }

    var tag: RequestTag
    var purpose: Purpose
  }

  package let connectorID: String
  var mode = Mode.view
  var list = ListState()
  var identity = FormModel(SettingsForm.fields)
  /// Name and description as they were when editing began, or were last seen since.
  var original = Identity()
  var languages = OptionPicker(
    Language.allCases.map { OptionPicker.Item($0.rawValue, $0.name, detail: $0.analysis) },
    noun: "languages")
  var card: KeyCard?
  var deletion = ConnectorDeletion()
  var buttons = ButtonRow()
  var pending: Pending?
  var failure: String?
  var isChangedElsewhere = false

  /// A connector's own name and description.
  struct Identity: Hashable, Sendable {
    var name = ""
    var description = ""
  }

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    switch mode {
    case .view: ["Settings"]
    case .identity: ["Settings", "Name and description"]
    case .language: ["Settings", "Language"]
    case .key: ["Settings", "API key"]
    }
  }

  package var isEditingText: Bool {
    switch mode {
    case .identity: true
    case .language: languages.isFiltering
    case .view, .key: false
    }
  }

  package var unsavedChanges: String? {
    if mode == .identity, typed != original { return "The new name is not saved." }
    if mode == .key, card?.isUnkept == true {
      return "The new API key was neither copied nor saved, and it is not shown again."
    }
    return nil
  }

  /// Name and description as they are typed.
  var typed: Identity {
    Identity(name: identity.text("name"), description: identity.text("description"))
  }

  /// The lines of the page that lead somewhere.
  enum Line: Hashable, Sendable, CaseIterable { case identity, language, key, delete }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    refresh(context)
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result): return take(tag, result, &context)
    case .fileSaved(let tag, let problem):
      return card?.fileSaved(tag, problem, context) ?? []
    case .dialogAnswered(let id, let answer): return answered(id, answer, &context)
    case .refreshed, .uncovered, .connection: return []
    }
  }

  /// Notices that the record was changed elsewhere.
  private mutating func refresh(_ context: ScreenContext) {
    guard mode == .identity else { return }
    identity.setWarnings(SettingsForm.warnings(identity, of: connectorID, context.snapshot))
    guard pending == nil, let record = record(context) else { return }
    let now = Identity(name: record.name, description: record.description ?? "")
    guard now != original else { return }
    if typed == original { fill(now) }
    original = now
    isChangedElsewhere = true
  }

  func record(_ context: ScreenContext) -> Connector? {
    context.snapshot.connector(connectorID)?.record
  }

  private mutating func fill(_ value: Identity) {
    identity.set("name", value.name)
    identity.set("description", value.description)
    identity.setProblems(SettingsForm.problems(identity))
  }

  // MARK: - Name and description

  mutating func editIdentity(_ context: ScreenContext) {
    guard let record = record(context) else { return }
    original = Identity(name: record.name, description: record.description ?? "")
    identity = FormModel(SettingsForm.fields)
    fill(original)
    mode = .identity
    failure = nil
    isChangedElsewhere = false
    buttons.focus = nil
  }

  mutating func saveIdentity(_ context: inout ScreenContext) -> [Effect] {
    guard pending == nil else { return [] }
    guard identity.validate() else {
      buttons.focus = nil
      return []
    }
    let typed = typed
    return request(
      .identity,
      .rename(
        connectorID: connectorID, name: typed.name,
        description: typed.description.isEmpty ? nil : typed.description), &context)
  }

  mutating func cancelIdentity() -> [Effect] {
    guard typed != original else {
      mode = .view
      return []
    }
    return [
      .ask(
        Dialog(
          id: "discard", title: "Drop the changes?",
          body: ["The new name or description is not saved."],
          kind: .choice([
            Dialog.Button("stay", "Go on editing", key: "n"),
            Dialog.Button("discard", "Drop them", key: "y", isDangerous: true),
          ])))
    ]
  }

  // MARK: - Questions

  func askForLanguage(_ language: Language, _ context: ScreenContext) -> [Effect] {
    guard let state = context.snapshot.connector(connectorID) else { return [] }
    guard state.record.language != language else {
      return [.flash(Flash(.info, "\(language.name) is the language already."))]
    }
    let count = Format.count(state.documentCount, "document")
    return [
      .ask(
        Dialog(
          id: "language:" + language.rawValue, title: "Change the language to \(language.name)?",
          body: [
            "All \(count) of \(state.record.indexName ?? "the index") are analysed again. "
              + "Nothing is read from the source, and searches work meanwhile."
          ],
          kind: .choice([
            Dialog.Button("keep", "Keep \(state.record.language.name)", key: "n"),
            Dialog.Button("change", "Change", key: "y"),
          ])))
    ]
  }

  func askForKey(_ context: ScreenContext) -> [Effect] {
    [
      .ask(
        Dialog(
          id: "regenerate", title: "Make a new API key?",
          body: [
            "The present key is refused from then on: every program that writes with it has to "
              + "get the new one. This can’t be undone.",
            "Syncs of this console take the new key by themselves.",
          ],
          kind: .choice([
            Dialog.Button("keep", "Keep the present key", key: "n"),
            Dialog.Button("regenerate", "Make a new key", key: "y", isDangerous: true),
          ])))
    ]
  }

  /// Leaves the new key, and asks first if nobody has kept it.
  mutating func leaveKey() -> [Effect] {
    guard card?.isUnkept == true else {
      card = nil
      mode = .view
      return []
    }
    return [
      .ask(
        Dialog(
          id: "unkept", title: "Leave the key?",
          body: [
            "The new API key was neither copied nor saved, and it is not shown again. You can "
              + "make another one at any time."
          ],
          kind: .choice([
            Dialog.Button("stay", "Stay here", key: "n"),
            Dialog.Button("leave", "Leave", key: "y", isDangerous: true),
          ])))
    ]
  }

  private mutating func answered(
    _ id: String, _ answer: DialogAnswer, _ context: inout ScreenContext
  ) -> [Effect] {
    switch (id, answer) {
    case (KeyCard.pathDialog, .confirmed(let path)):
      return card?.save(to: path, &context) ?? []
    case ("discard", .chosen("discard")): mode = .view
    case ("unkept", .chosen("leave")):
      card = nil
      mode = .view
    case ("regenerate", .chosen("regenerate")):
      return request(.key, .regenerateAPIKey(connectorID: connectorID), &context)
    case (let id, .chosen("change")) where id.hasPrefix("language:"):
      guard let language = Language(rawValue: String(id.dropFirst(9))) else { return [] }
      return request(
        .language, .changeLanguage(connectorID: connectorID, language), &context)
    default: return deletion.take(id, answer, &context)
    }
    return []
  }

  // MARK: - Requests

  private mutating func request(
    _ purpose: Pending.Purpose, _ request: EngineRequest, _ context: inout ScreenContext
  ) -> [Effect] {
    guard pending == nil else { return [] }
    failure = nil
    let tag = context.makeTag()
    pending = Pending(tag: tag, purpose: purpose)
    return [.request(tag, request)]
  }

  private mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>,
    _ context: inout ScreenContext
  ) -> [Effect] {
    guard let pending, pending.tag == tag else { return deletion.take(tag, result) }
    self.pending = nil
    switch (pending.purpose, result) {
    case (_, .failure(let problem)):
      failure = problem.message
      return []
    case (.identity, .success):
      mode = .view
      return [.flash(Flash(.success, "Name and description are saved."))]
    case (.language, .success):
      mode = .view
      return [.flash(Flash(.success, "The language is changed."))]
    case (.key, .success(.apiKey(let key))):
      let record = record(context)
      card = KeyCard(
        connectorID: connectorID, apiKey: key, serviceType: record?.serviceType ?? "",
        indexName: record?.indexName ?? "")
      mode = .key
      return []
    case (.key, .success): return []
    }
  }
}
