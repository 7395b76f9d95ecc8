package import EngineAPI
package import TerminalKit

/// Adds a connection to an Elasticsearch server, or edits a saved one.
package struct ConnectionFormScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case save, check, reveal, back }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.control("s")], .save, hint: "save", help: "Save the connection"),
    KeyBinding(
      [.control("t")], .check, hint: "check", help: "Look at the server with what is typed"),
    KeyBinding(
      [.control("r")], .reveal, hint: "show secret",
      help: "Show the secret that the pointer is at, for ten seconds"),
    KeyBinding([.escape], .back, hint: "back", help: "Back to the connections"),
  ])

  private static let discard = "connection.discard"

  private static let buttonRow = [
    ButtonRow.Button("save", "Save"), ButtonRow.Button("check", "Check"),
    ButtonRow.Button("cancel", "Cancel"),
  ]

  /// The connection as it was saved; `nil` for a new one.
  package let original: SavedConnection?
  private var form = FormModel()
  private var untouched = FormModel()
  private var buttons = ButtonRow()
  private var saving: RequestTag?
  private var failure: String?

  /// Makes the page of a saved connection, or of a new one.
  package init(_ saved: SavedConnection? = nil) {
    original = saved
    ConnectionForm.fill(&form, saved)
    form.enter(atEnd: false)
    check()
    untouched = form
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    ["Connections", original?.name ?? "New connection"]
  }

  package var isEditingText: Bool { true }

  package var unsavedChanges: String? {
    form.values == untouched.values ? nil : "The connection is not saved."
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    Self.keys.help { action in
      switch action {
      case .save, .check: saving == nil ? nil : "One moment: the connection is being saved."
      case .reveal:
        form.focusedField?.isSecret == true ? nil : "The pointer is not at a secret."
      case .back: nil
      }
    }
  }

  private mutating func check() {
    form.setFields(ConnectionForm.fields(form))
    form.setProblems(ConnectionForm.problems(form))
    form.setWarnings(ConnectionForm.warnings(form))
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .connection(let tag, let response):
      guard tag == saving else { return [] }
      saving = nil
      if case .failed(let reason) = response {
        failure = reason
        return []
      }
      return [.pop, .flash(Flash(.success, "The connection is saved."))]
    case .dialogAnswered(Self.discard, .chosen("discard")): return [.pop]
    case .refreshed, .fileSaved, .dialogAnswered, .response, .uncovered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    guard saving == nil else { return [] }
    let places = places(context.area)
    switch buttons.update(event, Self.buttonRow, in: places.buttons) {
    case .ignored: break
    case .handled: return []
    case .left:
      form.enter(atEnd: event != .key(.tab))
      return []
    case .pressed(let id): return press(id, &context)
    }
    switch Self.keys.action(for: event) {
    case .save: return press("save", &context)
    case .check: return press("check", &context)
    case .back where !form.hasPopup: return leave()
    case .back: break
    case .reveal, nil: break
    }
    let isClick = places.form.contains(event.point)
    guard buttons.focus == nil || isClick else { return [] }
    if isClick { buttons.focus = nil }
    switch form.update(event, in: places.form, context) {
    case .changed:
      failure = nil
      check()
    case .leftAtTop, .leftAtEnd, .submitted: buttons.focus = "save"
    case .ignored, .handled: break
    }
    return []
  }

  private func leave() -> [Effect] {
    guard unsavedChanges != nil else { return [.pop] }
    return [
      .ask(
        Dialog(
          id: Self.discard, title: "Drop what you typed?", body: ["The connection is not saved."],
          kind: .choice([
            Dialog.Button("stay", "Go on editing", key: "n"),
            Dialog.Button("discard", "Drop it", key: "y", isDangerous: true),
          ])))
    ]
  }

  private mutating func press(_ id: String, _ context: inout ScreenContext) -> [Effect] {
    if id == "cancel" { return leave() }
    guard form.validate() else {
      buttons.focus = nil
      return []
    }
    let connection = ConnectionForm.connection(form)
    let name = ConnectionForm.trimmed(form.text("name"))
    if id == "check" { return [.push(.preflight(PreflightScreen(name: name, connection)))] }
    let tag = context.makeTag()
    saving = tag
    failure = nil
    let saved = SavedConnection(id: original?.id ?? "", name: name, connection: connection)
    return [.connection(tag, .save(saved))]
  }

  // MARK: - Drawing

  private func places(_ area: Rect) -> (form: Rect, note: Rect, buttons: Rect) {
    let body = area.inset(top: area.height >= 16 ? 1 : 0)
    let bottom = body.splitBottom(area.height >= 16 ? 2 : 1)
    let row = bottom.bottom.row(bottom.bottom.height - 1).inset(left: 2, right: 1)
    let note = bottom.rest.splitBottom(noteRows(width: area.width - 4).count)
    return (note.rest, note.bottom.inset(left: 2, right: 2), row)
  }

  private func noteRows(width: Int) -> [StyledText] {
    if saving != nil { return [StyledText("Saving…", .muted)] }
    guard let failure else { return [] }
    return StyledText(SafeText(failure), Style(.danger)).wrapped(width)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let places = places(area)
    form.draw(
      in: places.form, on: &frame, context, isFocused: buttons.focus == nil && saving == nil)
    frame.writeRows(
      noteRows(width: area.width - 4), in: places.note, symbols: context.symbols)
    buttons.draw(Self.buttonRow, in: places.buttons, on: &frame)
  }
}
