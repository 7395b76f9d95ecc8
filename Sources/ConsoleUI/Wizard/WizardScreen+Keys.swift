internal import ConnectorKit
internal import EngineAPI
internal import ConnectorProtocol
package import TerminalKit

/// What keys do in the wizard.
package enum WizardAction: Hashable, Sendable, CaseIterable {
  case next, previous, leave
  case openExisting
  case generate, copyKey, copyID, saveKey
  case recheck, reveal
  case checkAgain, fixField
  case filter
  case save, saveAndSync
  case choose, move

  /// Every key of the wizard; each step has some of them.
  package static let bindings: [KeyBinding<WizardAction>] = [
    KeyBinding(
      [.character("s")], .save, hint: "save", help: "Save the schedule and show the connector"),
    KeyBinding(
      [.character("S")], .saveAndSync, hint: "save and sync",
      help: "Save the schedule and watch the first sync"),
    KeyBinding(
      [.character("g")], .generate, hint: "generate", help: "Make the connector and its API key"),
    KeyBinding([.character("y")], .copyKey, hint: "copy key", help: "Copy the API key"),
    KeyBinding(
      [.character("w")], .saveKey, hint: "save to file",
      help: "Save API key and connector ID to a file that only you can read"),
    KeyBinding([.character("i")], .copyID, hint: "copy ID", help: "Copy the connector ID"),
    KeyBinding(
      [.character("f")], .fixField, hint: "fields",
      help: "Go to the fields, to the one that failed if it is known"),
    KeyBinding(
      [.character("t")], .checkAgain, hint: "check again", help: "Connect to the source again"),
    KeyBinding([.character("/")], .filter, hint: "filter", help: "Narrow the list down"),
    KeyBinding(
      [.control("o")], .openExisting, hint: "open existing",
      help: "Open the connector that has this index"),
    KeyBinding([.control("n")], .next, hint: "next step", help: "Go on to the next step"),
    KeyBinding(
      [.control("p")], .previous, hint: "back", help: "Go back a step; nothing is lost"),
    KeyBinding(
      [.function(5)], .recheck, hint: "recheck",
      help: "Ask the connector service again for fields and status"),
    KeyBinding(
      [.control("r")], .reveal, hint: "show secret", help: "Show what is masked for ten seconds"),
    KeyBinding(
      [.enter], .choose,
      help: "Press the button with the focus, choose the line at the pointer, or go on"),
    KeyBinding(
      [.tab, .backTab], .move,
      help: "Go from field to field, and to the buttons"),
    KeyBinding([.escape], .leave, hint: "leave", help: "Leave the wizard; asks first"),
  ]

  /// The actions by key.
  package static let map = KeyMap(bindings)
}

extension WizardScreen {
  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    WizardAction.bindings.compactMap { binding in
      applies(binding.action, context)
        ? KeyHelp(binding, disabledReason: disabledReason(binding.action)) : nil
    }
  }

  /// Whether an action belongs to the step.
  private func applies(_ action: WizardAction, _ context: ScreenContext) -> Bool {
    switch action {
    case .leave: true
    case .next: step != .summary && !(step == .apiKey && created == nil)
    case .previous: step.previous != nil
    case .openExisting: step == .name && owner(context) != nil
    case .generate: step == .apiKey && created == nil
    case .copyID: step == .apiKey && card != nil
    case .copyKey, .saveKey: step == .apiKey && card?.isConcealed == false
    case .recheck: step == .configuration
    case .reveal: step == .configuration && configuration?.form.focusedField?.isSecret == true
    case .checkAgain: step == .check
    case .fixField: step == .check && check.failure != nil
    case .filter: step == .language || (step == .source && created == nil)
    case .save, .saveAndSync: step == .summary
    case .choose, .move: true
    }
  }

  /// Why an action does nothing now.
  private func disabledReason(_ action: WizardAction) -> String? {
    switch action {
    case .reveal, .leave, .copyKey, .copyID, .filter, .choose, .move: nil
    default: pending == nil ? nil : "One moment: the engine has not answered yet."
    }
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event):
      let effects = take(event, &context)
      refresh(context)
      return effects
    case .response(let tag, let result):
      let effects = take(tag, result, &context)
      refresh(context)
      return effects
    case .fileSaved(let tag, let problem):
      return card?.fileSaved(tag, problem, context) ?? []
    case .dialogAnswered(let id, let answer): return answered(id, answer, &context)
    case .connection: return []
    case .refreshed, .uncovered:
      refresh(context)
      return []
    }
  }

  /// Looks at the snapshot anew: the catalogue, taken names, the record's fields.
  mutating func refresh(_ context: ScreenContext) {
    sources.setItems(
      context.snapshot.catalog.map {
        OptionPicker.Item(
          $0.serviceType, $0.name, detail: $0.summary, unavailable: $0.unavailable)
      })
    identity.setProblems(SettingsForm.problems(identity))
    identity.setWarnings(
      SettingsForm.warnings(identity, of: created?.connectorID, context.snapshot))
    prepareConfiguration(context)
  }

  /// Makes the form of the chosen data source, or brings it up to date with the record.
  mutating func prepareConfiguration(_ context: ScreenContext) {
    guard let source = source(context) else { return }
    let record = created.flatMap { context.snapshot.connector($0.connectorID)?.record }
    var configuration = record?.configuration ?? .init()
    if configuration.schema.fields.isEmpty {
      configuration.schema = source.schema
      for field in source.schema.fields where configuration.values[field.key] == .null {
        configuration.values[field.key] = field.initialValue
      }
    }
    if self.configuration == nil {
      self.configuration = ConfigurationForm(configuration)
    } else {
      self.configuration?.rebase(configuration)
    }
  }

  // MARK: - Events

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let places = places(in: context.area)
    if isSavingKey, case .key(let key) = event, key != .escape { return [] }
    if let effects = pressButton(event, places.buttons, &context) { return effects }
    if let target = railStep(event, places) { return travel(to: target, &context) }
    if buttons.focus == nil, let effects = updateBody(event, places.body, &context) {
      return effects
    }
    if case .mouse = event { return clickBody(event, places.body, &context) }
    guard case .key(let key) = event else { return [] }
    // Enter and Tab are for what has the focus; they are declared for the help.
    if ![.enter, .tab, .backTab].contains(key),
      let action = WizardAction.map.action(for: key)
    {
      guard applies(action, context), disabledReason(action) == nil else { return [] }
      return perform(action, &context)
    }
    return moveBetween(key)
  }

  /// Takes a click into the body while a button has the focus.
  private mutating func clickBody(
    _ event: InputEvent, _ place: Rect, _ context: inout ScreenContext
  ) -> [Effect] {
    guard case .mouse(let mouse) = event, place.contains(mouse.point), hasBodyFocus else {
      return []
    }
    buttons.focus = nil
    return updateBody(event, place, &context) ?? []
  }

  /// Goes from the buttons back into the body, or to the buttons where the body has no focus.
  private mutating func moveBetween(_ key: Key) -> [Effect] {
    if step == .summary, buttons.focus != nil, key == .down || key == .character("j") {
      // Rows and buttons are one ring.
      buttons.focus = nil
      summary = ListState()
      return []
    }
    if step == .check, hasBodyFocus, buttons.focus != nil, [.down, .character("j")].contains(key) {
      buttons.focus = nil
      return []
    }
    guard buttons.focus == nil, [.tab, .backTab, .down, .enter].contains(key) else { return [] }
    buttons.focus = step == .summary && key == .tab ? "save" : stepButtons.last?.id
    return []
  }

  private mutating func pressButton(
    _ event: InputEvent, _ place: Rect, _ context: inout ScreenContext
  ) -> [Effect]? {
    var row = buttons
    let outcome = row.update(event, stepButtons, in: place)
    guard outcome != .ignored else { return nil }
    buttons = row
    switch outcome {
    case .ignored, .handled: return []
    case .left:
      if hasBodyFocus {
        enterBody(atEnd: event != .key(.tab), context)
      } else {
        buttons.focus = event == .key(.tab) ? stepButtons.first?.id : stepButtons.last?.id
      }
      return []
    case .pressed(let id):
      guard pending == nil, let action = Self.actions[id] else { return [] }
      return perform(action, &context)
    }
  }

  private static let actions: [String: WizardAction] = [
    "back": .previous, "next": .next, "generate": .generate, "recheck": .recheck,
    "again": .checkAgain, "save": .save, "sync": .saveAndSync,
  ]

  /// The buttons under the step.
  var stepButtons: [ButtonRow.Button] {
    let back = ButtonRow.Button("back", "Back")
    let next = ButtonRow.Button("next", "Next")
    switch step {
    case .name: return [next]
    case .apiKey where created == nil:
      return [back, ButtonRow.Button("generate", "Generate")]
    case .configuration: return [back, ButtonRow.Button("recheck", "Recheck now"), next]
    case .check: return [back, ButtonRow.Button("again", "Check again"), next]
    case .summary:
      return [
        back, ButtonRow.Button("save", "Save"), ButtonRow.Button("sync", "Save and sync"),
      ]
    default: return [back, next]
    }
  }

  /// Whether the step has something beside its buttons that can have the focus.
  var hasBodyFocus: Bool {
    switch step {
    case .name, .source: created == nil
    case .apiKey: false
    case .check: check.hasPassed
    case .configuration: configuration?.form.stops.isEmpty == false
    case .language, .identity, .schedule, .summary: true
    }
  }

  private mutating func enterBody(atEnd: Bool, _ context: ScreenContext) {
    switch step {
    case .summary:
      let count = summaryLines(context).count
      summary.select(atEnd ? count - 1 : 0, count: count, height: count)
    case .name: nameForm.enter(atEnd: atEnd)
    case .identity: identity.enter(atEnd: atEnd)
    case .configuration: configuration?.form.enter(atEnd: atEnd)
    case .schedule: schedule.form.enter(atEnd: atEnd)
    case .language, .source, .apiKey, .check: break
    }
  }

  // MARK: - Actions

  private mutating func perform(
    _ action: WizardAction, _ context: inout ScreenContext
  ) -> [Effect] {
    switch action {
    case .next: return next(&context)
    case .previous: return step.previous.map { travel(to: $0, &context) } ?? []
    case .leave: return askToLeave()
    case .openExisting: return owner(context).map { [askToOpen($0)] } ?? []
    case .generate: return create(&context)
    case .copyKey: return card?.copyKey() ?? []
    case .copyID: return card?.copyID() ?? []
    case .saveKey: return card?.askForPath(context) ?? []
    case .recheck: return startRecheck(&context)
    case .checkAgain:
      guard let created, let values = configuration?.values else { return [] }
      return check.start(connectorID: created.connectorID, values, &context)
    case .fixField:
      guard let problem = check.failure else { return [] }
      let effects = travel(to: .configuration, &context)
      // What an earlier recheck said stands at the field now.
      recheck.dismiss()
      if let field = problem.field {
        configuration?.form.report(FormProblem(field, problem.message))
      } else {
        failure = Failure(step: .configuration, message: problem.message)
      }
      return effects
    case .save: return finish(sync: false, &context)
    case .saveAndSync: return finish(sync: true, &context)
    case .reveal, .filter, .choose, .move: return []
    }
  }

  private mutating func next(_ context: inout ScreenContext) -> [Effect] {
    switch step {
    case .language:
      switch languages.update(.key(.enter), in: context.area) {
      case .chosen(let id): language = Language(rawValue: id) ?? .universal
      case .refused(let reason):
        failure = Failure(step: step, message: reason)
        return []
      case .ignored, .handled: break
      }
    case .source where created == nil:
      switch sources.update(.key(.enter), in: context.area) {
      case .chosen(let id): choose(id, context)
      case .refused(let reason):
        failure = Failure(step: step, message: reason)
        return []
      case .ignored, .handled: break
      }
    default: break
    }
    return step.next.map { travel(to: $0, &context) } ?? []
  }

  private mutating func choose(_ serviceType: String, _ context: ScreenContext) {
    sourceType = serviceType
    prepareConfiguration(context)
  }
}
