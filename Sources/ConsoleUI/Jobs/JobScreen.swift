internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// One job: its counters, durations, warnings and held deletions.
package struct JobScreen: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case deadLetters, release, watch, copyID }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding(
      [.character("e"), .enter], .deadLetters, hint: "dead letters",
      help: "Show the documents that could not be indexed, with the reasons"),
    KeyBinding(
      [.character("R")], .release, hint: "release",
      help: "Sync again and let the held deletions happen", isDangerous: true),
    KeyBinding([.character("w")], .watch, hint: "watch", help: "Watch the job while it runs"),
    KeyBinding([.character("y")], .copyID, hint: "copy id", help: "Copy the job’s id"),
  ])

  private static let releaseID = "release-deletions"

  package let connectorID: String
  package let jobID: String
  private var job: SyncJob?
  private var failure: String?
  private var tag: RequestTag?
  private var scroll = ScrollState()

  /// Makes the page of a job.
  package init(connectorID: String, jobID: String) {
    self.connectorID = connectorID
    self.jobID = jobID
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    [context.snapshot.connector(connectorID)?.record.name ?? "Connector", "Jobs", jobID]
  }

  /// The newest that is known of the job.
  private func current(_ context: ScreenContext) -> SyncJob? { newest(context)?.shown }

  private func newest(_ context: ScreenContext) -> SyncJob? {
    let state = context.snapshot.connector(connectorID)
    if let active = state?.activeJob, active.job.id == jobID { return active.current }
    if let last = state?.lastJob, last.id == jobID { return last }
    return job
  }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    let job = current(context)
    let state = context.snapshot.connector(connectorID)
    return Self.keys.help { action in
      switch action {
      case .deadLetters:
        (job?.counters.failed ?? 0) > 0 ? nil : "Every document of this job was indexed."
      case .release:
        (job?.counters.heldDeletions ?? 0) > 0
          ? state?.syncObstacle : "This job holds no deletions."
      case .watch: state?.activeJob?.job.id == jobID ? nil : "This job is over."
      case .copyID: nil
      }
    }
  }

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    let tag = context.makeTag()
    self.tag = tag
    return [.request(tag, .job(jobID: jobID))]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result):
      guard tag == self.tag else { return [] }
      self.tag = nil
      switch result {
      case .success(.job(let job)): self.job = job
      case .success: break
      case .failure(let failure): self.failure = failure.message
      }
      return []
    case .refreshed:
      // Keeps the last state of a job that leaves the snapshot.
      if let newest = newest(context), newest != job { job = newest }
      return []
    case .dialogAnswered(Self.releaseID, .confirmed):
      guard let held = current(context)?.counters.heldDeletions, held > 0 else { return [] }
      let start = LiveSyncScreen.Subject.start(.full, allowedDeletions: held)
      return [.push(.live(LiveSyncScreen(connectorID: connectorID, start)))]
    case .dialogAnswered, .fileSaved, .connection, .uncovered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    switch Self.keys.action(for: event) {
    case .deadLetters:
      return [.push(.deadLetters(DeadLettersScreen(connectorID: connectorID, jobID: jobID)))]
    case .release: return current(context).map { [.ask(releaseQuestion($0))] } ?? []
    case .watch:
      return [.push(.live(LiveSyncScreen(connectorID: connectorID, .job(id: jobID))))]
    case .copyID:
      return [
        .copy(jobID), .flash(context.copied("the id")),
      ]
    case nil:
      let count = rows(in: context.area, context).count
      _ = scroll.handle(event, count: count, height: context.area.height)
      return []
    }
  }

  private func releaseQuestion(_ job: SyncJob) -> Dialog {
    let held = job.counters.heldDeletions
    var body: [String] = []
    if let reason = job.metadata.heldDeletionsReason { body.append(reason) }
    body.append(
      "A new sync reads the source again and deletes what is still gone, "
        + "at most \(Format.count(held, "document")). Type the number to release them.")
    return Dialog(
      id: Self.releaseID, title: "Release \(Format.count(held, "deletion"))?", body: body,
      kind: .typed(expected: String(held), confirm: "Release"))
  }

  private func rows(in area: Rect, _ context: ScreenContext) -> [StyledText] {
    current(context).map { JobReport.rows($0, width: area.width - 4, context) } ?? []
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    guard current(context) != nil else {
      let note: StyledText =
        failure.map { StyledText(symbols.failure + " " + SafeText($0), Style(.danger)) }
        ?? StyledText("Reading the job ...", .muted)
      frame.writeWrapped(note, in: area.inset(left: 2, top: 1, right: 2), symbols: symbols)
      return
    }
    let rows = rows(in: area, context)
    let visible = scroll.visible(count: rows.count, height: area.height)
    frame.writeRows(
      Array(rows[visible]), in: area.inset(left: 2, right: 2), symbols: symbols)
    frame.scrollbar(
      Rect(x: area.right - 1, y: area.y, width: 1, height: area.height),
      offset: visible.lowerBound, visible: area.height, total: rows.count, symbols: symbols)
  }
}
