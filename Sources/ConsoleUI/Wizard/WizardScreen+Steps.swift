internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// Going from step to step: what each step needs before one may go on.
extension WizardScreen {
  /// Whether a step may be left forwards.
  enum Commitment {
    case ready
    /// No: something has to be mended or answered first.
    case blocked([Effect])
    /// Once the engine has answered.
    case waiting([Effect])
  }

  /// Goes to a step, through every step between if it lies ahead.
  mutating func travel(to target: WizardStep, _ context: inout ScreenContext) -> [Effect] {
    guard pending == nil else { return [] }
    failure = nil
    var effects: [Effect] = []
    if target < step {
      leaveKey()
      step = target
      arrive(&context, &effects)
      return effects
    }
    while step < target, let next = step.next {
      switch commit(to: target, &context) {
      case .ready:
        leaveKey()
        step = next
        reached = max(reached, next)
        prepare(context)
      case .blocked(let more), .waiting(let more): return effects + more
      }
    }
    arrive(&context, &effects)
    return effects
  }

  /// Hides the key as its step is left, once it is kept or was given up.
  private mutating func leaveKey() {
    guard step == .apiKey, let card, !card.isUnkept || goesOnWithoutKey else { return }
    self.card?.conceal()
  }

  /// Fills in what a step takes from earlier ones.
  private mutating func prepare(_ context: ScreenContext) {
    switch step {
    case .source: refresh(context)
    case .configuration: prepareConfiguration(context)
    default: break
    }
  }

  /// Puts the focus where a step begins.
  private mutating func arrive(_ context: inout ScreenContext, _ effects: inout [Effect]) {
    buttons.focus = nil
    refresh(context)
    switch step {
    case .apiKey: buttons.focus = card == nil ? "generate" : "next"
    case .check:
      buttons.focus = "next"
      if let created, let values = configuration?.values, check.checkedValues != values {
        effects += check.start(connectorID: created.connectorID, values, &context)
      }
    case .summary: buttons.focus = "save"
    case .language: languages.select(language.rawValue)
    case .source: if let sourceType { sources.select(sourceType) }
    case .name where created != nil: buttons.focus = "next"
    case .name, .identity, .configuration, .schedule: break
    }
    if step == .source, created != nil { buttons.focus = "next" }
  }

  // MARK: - What each step needs

  private mutating func commit(
    to target: WizardStep, _ context: inout ScreenContext
  ) -> Commitment {
    switch step {
    case .name: return commitName(context)
    case .language: return commitLanguage(to: target, &context)
    case .source: return commitSource(context)
    case .apiKey: return commitKey(to: target, &context)
    case .identity: return commitIdentity(to: target, &context)
    case .configuration: return commitConfiguration(to: target, &context)
    case .schedule: return commitSchedule()
    case .check, .summary: return .ready
    }
  }

  private mutating func commitName(_ context: ScreenContext) -> Commitment {
    guard created == nil else { return .ready }
    if let owner = owner(context) { return .blocked([askToOpen(owner)]) }
    buttons.focus = nil
    showsEmptyName = typedName.isEmpty
    return nameProblems(context).isEmpty ? .ready : .blocked([])
  }

  /// Offers to go to the connector whose index has the name.
  func askToOpen(_ owner: ConnectorState) -> Effect {
    .ask(
      Dialog(
        id: "open", title: "The index exists already",
        body: [
          "\(indexName) is the index of the connector “\(owner.record.name)”. Open it, "
            + "or go back and choose another name?"
        ],
        kind: .choice([
          Dialog.Button("stay", "Choose another name", key: "n"),
          Dialog.Button("open:" + owner.id, "Open it", key: "o"),
        ])))
  }

  private mutating func commitLanguage(
    to target: WizardStep, _ context: inout ScreenContext
  ) -> Commitment {
    guard let created, created.language != language else { return .ready }
    return .waiting(
      request(
        .language(language), to: target,
        .changeLanguage(connectorID: created.connectorID, language), &context))
  }

  private mutating func commitSource(_ context: ScreenContext) -> Commitment {
    guard created == nil else { return .ready }
    guard sourceType != nil else {
      failure = Failure(step: .source, message: "Choose the data source first.")
      return .blocked([])
    }
    return .ready
  }

  private mutating func commitKey(
    to target: WizardStep, _ context: inout ScreenContext
  ) -> Commitment {
    guard created != nil else { return .waiting(create(&context)) }
    guard let card, card.isUnkept, !goesOnWithoutKey else { return .ready }
    return .blocked([
      .ask(
        Dialog(
          id: "unkept", title: "Go on without the key?",
          body: [
            "The API key was neither copied nor saved. It is not shown again; you can make a new "
              + "one later on the connector’s Settings page.",
            "Syncs of this console work without it.",
          ],
          kind: .choice([
            Dialog.Button("stay", "Stay here", key: "n"),
            Dialog.Button("go:\(target.rawValue)", "Go on", key: "y"),
          ])))
    ])
  }

  /// Makes the connector and its key.
  mutating func create(_ context: inout ScreenContext) -> [Effect] {
    guard created == nil, pending == nil, let sourceType else { return [] }
    let draft = ConnectorDraft(
      indexName: indexName, language: language, serviceType: sourceType,
      name: IndexName.unprefixed(indexName))
    return request(.create, to: .apiKey, .createConnector(draft), &context)
  }

  private mutating func commitIdentity(
    to target: WizardStep, _ context: inout ScreenContext
  ) -> Commitment {
    guard identity.validate() else {
      buttons.focus = nil
      return .blocked([])
    }
    guard let created, hasUnsavedIdentity else { return .ready }
    let name = identity.text("name")
    let description = identity.text("description")
    return .waiting(
      request(
        .identity(name: name, description: description), to: target,
        .rename(
          connectorID: created.connectorID, name: name,
          description: description.isEmpty ? nil : description), &context))
  }

  private mutating func commitConfiguration(
    to target: WizardStep, _ context: inout ScreenContext
  ) -> Commitment {
    guard let created, var form = configuration else {
      failure = Failure(
        step: .configuration,
        message: "The data source has not declared its fields yet. Recheck, then go on.")
      return .blocked([])
    }
    let isValid = form.form.validate()
    configuration = form
    guard isValid else {
      buttons.focus = nil
      return .blocked([])
    }
    guard form.isChanged || !created.hasSavedConfiguration else { return .ready }
    return .waiting(
      request(
        .configuration(form.values, thenRecheck: false), to: target,
        .saveConfiguration(connectorID: created.connectorID, form.values), &context))
  }

  private mutating func commitSchedule() -> Commitment {
    if schedule.form.validate() { return .ready }
    buttons.focus = nil
    return .blocked([])
  }

  // MARK: - Requests

  /// Asks the engine and remembers where to go on to.
  mutating func request(
    _ purpose: Pending.Purpose, to destination: WizardStep, _ request: EngineRequest,
    _ context: inout ScreenContext
  ) -> [Effect] {
    guard pending == nil else { return [] }
    failure = nil
    let tag = context.makeTag()
    pending = Pending(tag: tag, purpose: purpose, destination: destination)
    return [.request(tag, request)]
  }

  /// Saves what is typed if it is complete, then asks the service.
  mutating func startRecheck(_ context: inout ScreenContext) -> [Effect] {
    guard let created, pending == nil else { return [] }
    if configuration?.form.validate() == false {
      buttons.focus = nil
      if configuration?.isChanged == true {
        // An answer about the saved values would be taken for one about what is typed.
        recheck.dismiss()
        return []
      }
    }
    guard let form = configuration, form.isChanged else {
      return recheck.start(connectorID: created.connectorID, &context)
    }
    return request(
      .configuration(form.values, thenRecheck: true), to: .configuration,
      .saveConfiguration(connectorID: created.connectorID, form.values), &context)
  }

  /// Saves the schedule if it differs from the record, then finishes.
  mutating func finish(sync: Bool, _ context: inout ScreenContext) -> [Effect] {
    guard let created, pending == nil else { return [] }
    guard schedule.form.problems.isEmpty else { return travel(to: .schedule, &context) }
    guard schedule.isChanged else { return leave(sync: sync) }
    return request(
      .schedule(thenSync: sync), to: .summary,
      .saveSchedule(connectorID: created.connectorID, .full, schedule.entry), &context)
  }

  /// Shows the connector, and its sync on top if one was asked for.
  private func leave(sync: Bool) -> [Effect] {
    guard let created else { return [.pop] }
    let page = Effect.replace(.connector(ConnectorScreen(connectorID: created.connectorID)))
    if sync {
      return [page, .push(.live(LiveSyncScreen(connectorID: created.connectorID)))]
    }
    return [page, .flash(Flash(.success, "“\(created.name)” is saved."))]
  }

  // MARK: - Answers

  /// Takes an answer of the engine.
  mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>,
    _ context: inout ScreenContext
  ) -> [Effect] {
    if check.take(tag, result) {
      if step == .check, check.hasPassed { buttons.focus = "next" }
      return []
    }
    if recheck.take(tag, result) {
      refresh(context)
      return []
    }
    guard let pending, pending.tag == tag else { return [] }
    self.pending = nil
    switch result {
    case .success(let response): return succeed(pending, response, &context)
    case .failure(let problem):
      fail(pending, problem)
      return []
    }
  }

  private mutating func fail(_ pending: Pending, _ problem: EngineFailure) {
    if case .configuration = pending.purpose, let field = problem.field,
      var form = configuration, form.form.field(field) != nil
    {
      buttons.focus = nil
      form.form.report(FormProblem(field, problem.message))
      configuration = form
      return
    }
    failure = Failure(step: step, message: problem.message)
  }

  private mutating func succeed(
    _ pending: Pending, _ response: EngineResponse, _ context: inout ScreenContext
  ) -> [Effect] {
    switch pending.purpose {
    case .create:
      if case .connectorCreated(let result) = response { didCreate(result, context) }
      return []
    case .language(let language): created?.language = language
    case .identity(let name, let description):
      created?.name = name
      created?.description = description
    case .configuration(let values, let thenRecheck):
      created?.hasSavedConfiguration = true
      configuration?.didSave(values)
      if thenRecheck, let created {
        return recheck.start(connectorID: created.connectorID, &context)
      }
    case .schedule(let thenSync):
      created?.hasSavedSchedule = true
      schedule.didSave()
      return leave(sync: thenSync)
    case .delete:
      return [.pop, .flash(Flash(.success, "The connector and its index are deleted."))]
    }
    return travel(to: pending.destination, &context)
  }

  private mutating func didCreate(_ result: CreatedConnector, _ context: ScreenContext) {
    guard let sourceType else { return }
    let index = indexName
    let name = IndexName.unprefixed(index)
    created = Created(
      connectorID: result.connectorID, indexName: index, serviceType: sourceType,
      language: language, name: name, description: "")
    card = KeyCard(
      connectorID: result.connectorID, apiKey: result.apiKey, serviceType: sourceType,
      indexName: index)
    if identity.text("name").isEmpty { identity.set("name", name) }
    identity.setProblems(SettingsForm.problems(identity))
    buttons.focus = "next"
    prepareConfiguration(context)
  }
}
