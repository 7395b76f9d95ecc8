internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// How a connector is doing, what is wrong with it and what to do about that.
package struct OverviewPage: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case remedy, recheck, lastJob, copyID }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.enter], .remedy, hint: "fix", help: "Do what the chosen problem asks for"),
    KeyBinding(
      [.character("r")], .recheck, hint: "recheck",
      help: "Ask the connector service again for its status, and say why it is so"),
    KeyBinding([.character("l")], .lastJob, hint: "last job", help: "Show the last job"),
    KeyBinding([.character("y")], .copyID, hint: "copy id", help: "Copy the connector’s id"),
  ])

  package let connectorID: String
  private var list = ListState()
  private var scroll = ScrollState()
  private var recheck: RequestTag?

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Overview"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    guard let state = context.snapshot.connector(connectorID) else { return [] }
    return Self.keys.help { action in
      switch action {
      case .remedy:
        chosenProblem(state)?.action == nil ? "There is no problem to fix here." : nil
      case .recheck: recheck == nil ? nil : "The recheck is running."
      case .lastJob: state.lastJob == nil ? "There was no job yet." : nil
      case .copyID: nil
      }
    }
  }

  private func chosenProblem(_ state: ConnectorState) -> Problem? {
    list.selected(count: state.problems.count).map { state.problems[$0] }
  }

  // MARK: - Update

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .response(let tag, let result):
      guard tag == recheck else { return [] }
      recheck = nil
      return RecheckAnswer.effects(of: result, context)
    case .refreshed, .fileSaved, .connection, .dialogAnswered, .uncovered: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    guard let state = context.snapshot.connector(connectorID) else { return [] }
    guard let action = Self.keys.action(for: event) else {
      let rows = rows(state, width: textWidth(context.area), context)
      if state.problems.count > 1, isStep(event) {
        _ = list.handle(event, count: state.problems.count, height: state.problems.count)
      }
      _ = scroll.handle(event, count: rows.count, height: context.area.height)
      return []
    }
    switch action {
    case .remedy: return chosenProblem(state)?.action.map { fix($0, state, &context) } ?? []
    case .recheck: return startRecheck(&context)
    case .lastJob:
      guard let job = state.lastJob else { return [] }
      return [.push(.job(JobScreen(connectorID: connectorID, jobID: job.id)))]
    case .copyID:
      return [
        .copy(connectorID), .flash(context.copied("the id")),
      ]
    }
  }

  private func isStep(_ event: InputEvent) -> Bool {
    switch event {
    case .key(.up), .key(.down), .key(.character("j")), .key(.character("k")): true
    default: false
    }
  }

  private mutating func fix(
    _ remedy: Problem.Remedy, _ state: ConnectorState, _ context: inout ScreenContext
  ) -> [Effect] {
    switch remedy {
    case .editConfiguration:
      return [.push(.connector(ConnectorScreen(connectorID: connectorID, tab: .configuration)))]
    case .regenerateAPIKey:
      return [.push(.connector(ConnectorScreen(connectorID: connectorID, tab: .settings)))]
    case .startSync:
      if let obstacle = state.syncObstacle, state.activeJob == nil {
        return [.flash(Flash(.warning, obstacle))]
      }
      return [.push(.live(LiveSyncScreen(of: state)))]
    case .releaseDeletions:
      guard let job = state.lastJob else { return [] }
      return [.push(.job(JobScreen(connectorID: connectorID, jobID: job.id)))]
    case .showDeadLetters(let jobID):
      return [.push(.deadLetters(DeadLettersScreen(connectorID: connectorID, jobID: jobID)))]
    case .showJob(let jobID):
      return [.push(.job(JobScreen(connectorID: connectorID, jobID: jobID)))]
    case .recheck: return startRecheck(&context)
    case .setSchedule:
      return [.push(.connector(ConnectorScreen(connectorID: connectorID, tab: .schedule)))]
    }
  }

  private mutating func startRecheck(_ context: inout ScreenContext) -> [Effect] {
    guard recheck == nil else { return [] }
    let tag = context.makeTag()
    recheck = tag
    return [
      .request(tag, .recheck(connectorID: connectorID)),
      .flash(Flash(.info, "Asking the connector service ...")),
    ]
  }

  // MARK: - Drawing

  private func textWidth(_ area: Rect) -> Int { max(20, area.width - 4) }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard let state = context.snapshot.connector(connectorID) else { return }
    let symbols = context.symbols
    let rows = rows(state, width: textWidth(area), context)
    let visible = scroll.visible(count: rows.count, height: area.height)
    let inside = area.inset(left: 2, right: 2)
    frame.writeRows(Array(rows[visible]), in: inside, symbols: symbols)
    frame.scrollbar(
      Rect(x: area.right - 1, y: area.y, width: 1, height: area.height),
      offset: visible.lowerBound, visible: area.height, total: rows.count, symbols: symbols)
  }

  private func rows(
    _ state: ConnectorState, width: Int, _ context: ScreenContext
  ) -> [StyledText] {
    let symbols = context.symbols
    var rows = FieldRows(width: width, column: 13, symbols: symbols)
    for row in problemRows(state, width: width, symbols) { rows.text(row) }
    if let job = state.activeJob { addActivity(job, to: &rows, width: width, context) }
    rows.blank()
    guard width >= 100 else {
      addStatus(state, to: &rows, context)
      addSyncs(state, to: &rows, context)
      return rows.rows
    }
    let half = (width - 4) / 2
    var left = FieldRows(width: half, column: 13, symbols: symbols)
    addStatus(state, to: &left, context)
    var right = FieldRows(width: width - 4 - half, column: 13, symbols: symbols)
    addSyncs(state, to: &right, isBrief: state.lastJob?.error == nil, context)
    if let job = state.lastJob, job.error == nil {
      right.blank()
      for row in JobReport.numbers(job, width: width - 4 - half, symbols: symbols) {
        right.append(row)
      }
    }
    return rows.rows + Self.sideBySide(left.rows, right.rows, width: half + 4)
  }

  /// Rows of one column beside those of another.
  static func sideBySide(
    _ left: [StyledText], _ right: [StyledText], width: Int
  ) -> [StyledText] {
    (0..<max(left.count, right.count)).map { index in
      let first = index < left.count ? left[index] : StyledText()
      let second = index < right.count ? right[index] : StyledText()
      let gap = SafeText(" ").repeated(max(0, width - first.width))
      return first + StyledText(gap) + second
    }
  }

  private func problemRows(
    _ state: ConnectorState, width: Int, _ symbols: Symbols
  ) -> [StyledText] {
    let chosen = list.selected(count: state.problems.count)
    return state.problems.enumerated().flatMap { index, problem -> [StyledText] in
      let isChosen = index == chosen
      let title = ConnectorSummary.problemTitle(problem, symbols)
      let mark = StyledText(
        isChosen ? symbols.pointer + " " : "  ", Style(.accent, isBold: true))
      let blank = StyledText("    ")
      let titles = title.wrapped(width - 4).enumerated().map { line in
        (line.offset == 0 ? mark : StyledText("    ")) + line.element
      }
      var remedies = StyledText(SafeText(problem.remedy), .muted).wrapped(width - 4)
      if isChosen, let action = problem.action, var last = remedies.popLast() {
        let hint = Meter.hint("Enter", SafeText(action.title))
        if last.width + 2 + hint.width <= width - 4 {
          last.append("  ")
          remedies.append(last + hint)
        } else {
          remedies += [last, hint]
        }
      }
      return titles + remedies.map { blank + $0 }
    }
  }

  private func addActivity(
    _ job: JobProgress, to rows: inout FieldRows, width: Int, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let isSuspended = job.job.status == .suspended
    rows.heading(
      isSuspended ? "Sync suspended" : "Sync in progress",
      role: isSuspended ? .warning : .running)
    let spinner = symbols.spinnerFrame(context.animationStep)
    var line =
      isSuspended
      ? StyledText(
        symbols.paused
          + (job.job.error == nil ? " goes on at the next start" : " goes on by itself"),
        Style(.warning))
      : StyledText(spinner + " " + job.phase.title, Style(.running))
    if job.isElsewhere { line.append(" by another process", .muted) }
    if job.isElsewhere, let silence = job.job.silence(at: context.now) {
      line.append(SafeText(", not heard of for " + Format.duration(silence)), Style(.warning))
    }
    line.append("  " + SafeText(Format.clock(job.elapsed)), .muted)
    line.append("   ")
    line += Meter.hint("s", "watch")
    rows.text(line)
    var numbers = StyledText()
    if let fraction = job.fractionDone {
      let text = " " + Format.percent(fraction)
      numbers = Meter.bar(fraction, width: max(8, width / 3), symbols: symbols)
      numbers.append(SafeText(text), Style(.running, isBold: true))
      numbers.append("  ")
    }
    numbers.append(SafeText(Format.count(job.counters.extracted) + " extracted"))
    numbers.append("  " + SafeText(Format.rate(job.documentsPerSecond)), .muted)
    if let remaining = job.remaining {
      numbers.append("  " + SafeText(Format.clock(remaining) + " left"), .muted)
    }
    rows.text(numbers)
  }

  private func addStatus(
    _ state: ConnectorState, to rows: inout FieldRows, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let record = state.record
    rows.heading("Connector")
    let look = state.ingestionStatus.look(symbols)
    rows.field(
      "Status", StyledText(look.symbol + " " + state.ingestionStatus.title, Style(look.role)))
    rows.field("Last seen", ConnectorSummary.lastSeen(state, context))
    rows.identifier("Source", SafeText(ConnectorSummary.sourceName(state, context)))
    rows.identifier("Index", SafeText(record.indexName ?? "none attached"))
    rows.field("Contents", ConnectorSummary.contents(state))
    rows.field("Language", SafeText(record.language.name))
    if let description = record.description, !description.isEmpty {
      rows.field("Description", SafeText(description))
    }
    rows.identifier("Id", SafeText(record.id), style: .muted)
  }

  /// Adds the last job and the next; `isBrief` leaves out numbers that stand elsewhere.
  private func addSyncs(
    _ state: ConnectorState, to rows: inout FieldRows, isBrief: Bool = false,
    _ context: ScreenContext
  ) {
    rows.heading("Syncs")
    rows.field("Last sync", ConnectorSummary.lastSyncInFull(state, context))
    if let job = state.lastJob {
      if let error = job.error {
        rows.field("", SafeText(error), style: Style(.danger))
      } else if !isBrief {
        rows.field(
          "", SafeText(CounterLedger(job.shown.counters, isRunning: false).sentence), style: .muted)
      }
    }
    rows.field("Next run", ConnectorSummary.nextRunInFull(state, context))
  }
}

extension Problem.Remedy {
  /// What the key does about it.
  var title: String {
    switch self {
    case .editConfiguration: "edit the configuration"
    case .regenerateAPIKey: "go to the API key"
    case .startSync: "sync now"
    case .releaseDeletions: "look at the deletions"
    case .showDeadLetters: "show the dead letters"
    case .showJob: "show the job"
    case .recheck: "recheck"
    case .setSchedule: "set a schedule"
    }
  }
}
