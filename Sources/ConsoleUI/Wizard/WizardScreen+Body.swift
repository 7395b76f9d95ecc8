internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// What events do within a step, and how one leaves the wizard.
extension WizardScreen {
  /// Hands an event to the step; `nil` if it has no use for it.
  mutating func updateBody(
    _ event: InputEvent, _ place: Rect, _ context: inout ScreenContext
  ) -> [Effect]? {
    if pending != nil || isSavingKey, event.isKeyOrPaste { return updateWhileWaiting(event) }
    switch step {
    case .name:
      guard created == nil else { return nil }
      return follow(nameForm.update(event, in: namePlaces(place).form, context), &context)
    case .language: return pick(languages.update(event, in: place), &context)
    case .source:
      guard created == nil else { return nil }
      return pick(sources.update(event, in: sourcePlace(place)), &context)
    case .apiKey: return nil
    case .identity:
      let outcome = identity.update(event, in: place, context)
      return follow(outcome, &context)
    case .configuration: return updateConfiguration(event, place, &context)
    case .check: return check.update(event, in: place) ? [] : nil
    case .schedule: return follow(schedule.update(event, in: place, context), &context)
    case .summary: return updateSummary(event, place, &context)
    }
  }

  /// Whether the key is on its way into a file: what is typed meanwhile is for nobody.
  var isSavingKey: Bool { step == .apiKey && card?.isSaving == true }

  /// While the engine works, nothing can be typed or sent again.
  private func updateWhileWaiting(_ event: InputEvent) -> [Effect]? {
    event == .key(.escape) ? nil : []
  }

  private mutating func updateConfiguration(
    _ event: InputEvent, _ place: Rect, _ context: inout ScreenContext
  ) -> [Effect]? {
    guard var form = configuration else { return nil }
    let area = configurationPlaces(place, context).form
    let outcome = form.form.update(event, in: area, context)
    if outcome == .changed {
      form.refresh()
      recheck.dismiss()
    }
    configuration = form
    return follow(outcome, &context)
  }

  /// Turns what came of an event in a form into a move between form and buttons.
  private mutating func follow(
    _ outcome: FormModel.Outcome, _ context: inout ScreenContext
  ) -> [Effect]? {
    switch outcome {
    case .ignored: return nil
    case .handled: return []
    case .changed:
      failure = nil
      return []
    case .leftAtTop, .leftAtEnd:
      buttons.focus = stepButtons.last?.id
      return []
    case .submitted: return step.next.map { travel(to: $0, &context) } ?? []
    }
  }

  private mutating func pick(
    _ outcome: OptionPicker.Outcome, _ context: inout ScreenContext
  ) -> [Effect]? {
    switch outcome {
    case .ignored: return nil
    case .handled:
      failure = nil
      return []
    case .refused(let reason):
      failure = Failure(step: step, message: reason)
      return []
    case .chosen(let id):
      if step == .language {
        language = Language(rawValue: id) ?? .universal
      } else {
        sourceType = id
        prepareConfiguration(context)
      }
      return step.next.map { travel(to: $0, &context) } ?? []
    }
  }

  private mutating func updateSummary(
    _ event: InputEvent, _ place: Rect, _ context: inout ScreenContext
  ) -> [Effect]? {
    let lines = summaryLines(context)
    let area = summaryPlace(place)
    switch event {
    case .key(.enter), .key(.character(" ")):
      guard let index = summary.selected(count: lines.count) else { return nil }
      return go(to: lines[index], &context)
    case .key(.up), .key(.character("k")):
      guard summary.selection > 0 else {
        buttons.focus = "save"
        return []
      }
    case .mouse(let mouse) where mouse.kind == .press || mouse.kind == .doublePress:
      guard let row = summary.row(at: mouse.point, in: area, count: lines.count) else {
        return nil
      }
      summary.select(row, count: lines.count, height: area.height)
      return mouse.kind == .doublePress ? go(to: lines[row], &context) : []
    case .key(.down), .key(.character("j")):
      guard summary.selection < lines.count - 1 else {
        buttons.focus = "save"
        return []
      }
    default: break
    }
    return summary.handle(event, count: lines.count, height: area.height) ? [] : nil
  }

  /// Goes to the step of a line, and there to the very field.
  private mutating func go(
    to line: SummaryLine, _ context: inout ScreenContext
  ) -> [Effect] {
    let effects = travel(to: line.step, &context)
    guard step == line.step, let field = line.field else { return effects }
    if step == .configuration { configuration?.form.goTo(field) }
    if step == .identity { identity.goTo(field) }
    return effects
  }

  // MARK: - Leaving

  /// Asks before anything would be dropped; leaves at once if there is nothing.
  mutating func askToLeave() -> [Effect] {
    if pending?.purpose == .create || pending?.purpose == .delete {
      return [.flash(Flash(.info, "One moment: the engine has not answered yet."))]
    }
    guard let created else {
      guard hasInput else { return [.pop] }
      return [
        .ask(
          Dialog(
            id: "drop", title: "Drop the new connector?",
            body: ["Nothing was made yet. What you typed is lost if you leave."],
            kind: .choice([
              Dialog.Button("stay", "Stay", key: "n"),
              Dialog.Button("drop", "Drop it", key: "y", isDangerous: true),
            ])))
      ]
    }
    return [.ask(leaveDialog(created))]
  }

  private func leaveDialog(_ created: Created) -> Dialog {
    var body = [
      "“\(created.name)” was made in step 4, with the index \(created.indexName) and its API key. "
        + "You can keep it and go on later on its pages, or delete it with its index."
    ]
    if hasInput {
      body.append("What you typed since the last step that you went on from is not saved.")
    }
    if card?.isUnkept == true {
      body.append("The API key was neither copied nor saved; it is not shown again.")
    }
    return Dialog(
      id: "exists", title: "The connector exists already", body: body,
      kind: .choice([
        Dialog.Button("stay", "Stay", key: "n"),
        Dialog.Button("keep", "Keep it", key: "y"),
        Dialog.Button("delete", "Delete it", key: "d", isDangerous: true),
      ]))
  }

  /// Takes the answer to one of the wizard's questions.
  mutating func answered(
    _ id: String, _ answer: DialogAnswer, _ context: inout ScreenContext
  ) -> [Effect] {
    switch (id, answer) {
    case (KeyCard.pathDialog, .confirmed(let path)):
      return card?.save(to: path, &context) ?? []
    case ("drop", .chosen("drop")): return [.pop]
    case ("exists", .chosen("keep")):
      guard let created else { return [.pop] }
      return [.replace(.connector(ConnectorScreen(connectorID: created.connectorID)))]
    case ("exists", .chosen("delete")):
      guard let created else { return [.pop] }
      return request(
        .delete, to: step,
        .deleteConnector(connectorID: created.connectorID, deleteIndex: true), &context)
    case ("unkept", .chosen(let choice)):
      guard choice.hasPrefix("go:"), let number = Int(choice.dropFirst(3)),
        let target = WizardStep(rawValue: number)
      else { return [] }
      goesOnWithoutKey = true
      return travel(to: target, &context)
    case ("open", .chosen(let choice)) where choice.hasPrefix("open:"):
      let owner = String(choice.dropFirst(5))
      return [.replace(.connector(ConnectorScreen(connectorID: owner)))]
    default: return []
    }
  }
}

extension InputEvent {
  /// Whether it is typed, not pointed.
  fileprivate var isKeyOrPaste: Bool {
    switch self {
    case .key, .paste: true
    case .mouse, .resize: false
    }
  }
}
