internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// The history of a connector's jobs, newest first.
package struct JobsPage: ScreenModel {
  /// What the keys do here.
  package enum Action: Hashable, Sendable { case open, filter, reload }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding(
      [.enter], .open, hint: "open", help: "Show the job, or watch it while it is active"),
    KeyBinding(
      [.character("/")], .filter, hint: "filter",
      help: "Show only jobs with the typed words in status, type, start or id"),
    KeyBinding([.control("r")], .reload, hint: "reload", help: "Read the history again"),
  ])

  /// Jobs in one request.
  static let pageSize = 50

  /// What is known of the history.
  enum Loading: Hashable, Sendable {
    case idle
    case waiting(RequestTag, from: Int)
    case failed(String)
  }

  /// What makes the history stale when it changes.
  private struct Mark: Hashable, Sendable {
    var lastJob: String?
    var lastStatus: JobStatus?
    var activeJob: String?
    var activeStatus: JobStatus?
  }

  package let connectorID: String
  private(set) var jobs: [SyncJob] = []
  private(set) var total = 0
  private(set) var loading = Loading.idle
  private var isLoaded = false
  private var mark = Mark()
  private var list = ListState()
  private var selectedID: String?
  private var filter = TextInput(placeholder: "completed, error, 11-24, ...")
  private var isFiltering = false

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package var isEditingText: Bool { isFiltering }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Jobs"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    let isEmpty = rows(context).isEmpty
    return Self.keys.help { action in
      switch action {
      case .open: isEmpty ? "There is no job to open." : nil
      case .filter: jobs.isEmpty ? "There is no job to filter." : nil
      case .reload: nil
      }
    }
  }

  // MARK: - Rows

  /// The jobs that the filter lets through, with the newest state of those that are active.
  func rows(_ context: ScreenContext) -> [SyncJob] {
    let state = context.snapshot.connector(connectorID)
    var known = jobs
    for fresh in [state?.lastJob, state?.activeJob.map(\.current)].compactMap({ $0 }) {
      if let index = known.firstIndex(where: { $0.id == fresh.id }) {
        known[index] = fresh
      } else if isLoaded {
        known.insert(fresh, at: 0)
      }
    }
    known.sort { $0.createdAt > $1.createdAt }
    known = known.map(\.shown)
    let words = WordFilter(filter.text)
    if words.isEmpty { return known }
    return known.filter { job in
      let texts = [
        job.look(.unicode).word.string, job.type.title.string, job.trigger.title.string,
        Format.shortLocal(job.startedAt ?? job.createdAt, context.zone), job.id,
      ]
      return words.matches(texts)
    }
  }

  private func selected(_ context: ScreenContext) -> SyncJob? {
    let rows = rows(context)
    if let job = rows.first(where: { $0.id == selectedID }) { return job }
    return list.selected(count: rows.count).map { rows[$0] }
  }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    mark = currentMark(context)
    return load(from: 0, &context)
  }

  private func currentMark(_ context: ScreenContext) -> Mark {
    let state = context.snapshot.connector(connectorID)
    return Mark(
      lastJob: state?.lastJob?.id, lastStatus: state?.lastJob?.status,
      activeJob: state?.activeJob?.job.id, activeStatus: state?.activeJob?.job.status)
  }

  private mutating func load(from: Int, _ context: inout ScreenContext) -> [Effect] {
    let tag = context.makeTag()
    loading = .waiting(tag, from: from)
    return [
      .request(tag, .jobs(connectorID: connectorID, from: from, size: Self.pageSize))
    ]
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .refreshed, .uncovered:
      followSelection(context)
      let new = currentMark(context)
      guard new != mark else { return [] }
      mark = new
      return load(from: 0, &context)
    case .response(let tag, let result): return take(tag, result, &context)
    case .fileSaved, .connection, .dialogAnswered: return []
    }
  }

  private mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>,
    _ context: inout ScreenContext
  ) -> [Effect] {
    guard case .waiting(tag, let from) = loading else { return [] }
    loading = .idle
    switch result {
    case .success(.jobs(let page, let total)):
      self.total = total
      let kept = from == 0 ? [] : jobs
      let known = Set(kept.map(\.id))
      jobs = kept + page.filter { !known.contains($0.id) }
      isLoaded = true
      followSelection(context)
      return loadMore(&context)
    case .success: return []
    case .failure(let failure):
      loading = .failed(failure.message)
      return []
    }
  }

  /// Reads on when the end comes into sight.
  private mutating func loadMore(_ context: inout ScreenContext) -> [Effect] {
    guard loading == .idle, isLoaded, jobs.count < total, !jobs.isEmpty else { return [] }
    let shown = rows(context).count
    let height = max(1, context.area.height)
    let isNear = list.selection + height >= shown
    return isNear ? load(from: jobs.count, &context) : []
  }

  /// The columns; the status is wider where a job was completed in part.
  private func table(_ symbols: Symbols) -> Table {
    let hasParts = jobs.contains { JobOutcome($0).isInPart }
    return Table([
      Table.Column("Started", minimum: 11, ideal: 12, priority: 9),
      Table.Column("Status", minimum: hasParts ? 20 : 13, priority: 9),
      Table.Column("Took", minimum: 11, priority: 3, alignment: .trailing),
      Table.Column("Extracted", minimum: 9, ideal: 10, priority: 7, alignment: .trailing),
      Table.Column("Written", minimum: 7, ideal: 9, priority: 8, alignment: .trailing),
      Table.Column("Deleted", minimum: 7, ideal: 9, priority: 4, alignment: .trailing),
      Table.Column("Failed", minimum: 6, ideal: 8, priority: 6, alignment: .trailing),
      Table.Column("Type", minimum: 8, ideal: 11, priority: 1),
      Table.Column("Trigger", minimum: 11, flex: 1, priority: 2),
    ])
  }

  private struct Layout {
    var heading: Rect
    var table: Rect
    /// The chosen job's report, on wide screens.
    var report: Rect?
  }

  private func layout(_ area: Rect) -> Layout {
    let wide = area.width >= 110
    let columns = wide ? area.splitLeft(area.width - min(76, area.width * 45 / 100)) : nil
    let parts = (columns?.left ?? area).splitTop(1)
    return Layout(heading: parts.top, table: parts.rest, report: columns?.rest)
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    if isFiltering {
      switch event {
      case .key(.enter): isFiltering = false
      case .key(.escape):
        isFiltering = false
        filter.text = ""
      default: _ = filter.handle(event)
      }
      followSelection(context)
      return loadMore(&context)
    }
    let rows = rows(context)
    let body = table(context.symbols).body(of: layout(context.area).table)
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress,
      let row = list.row(at: mouse.point, in: body, count: rows.count)
    {
      let wasSelected = rows[row].id == selectedID
      list.select(row, count: rows.count, height: body.height)
      selectedID = rows[row].id
      return mouse.kind == .doublePress && wasSelected ? open(context) : []
    }
    if list.handle(event, count: rows.count, height: body.height) {
      selectedID = list.selected(count: rows.count).map { rows[$0].id }
      return loadMore(&context)
    }
    switch Self.keys.action(for: event) {
    case .open: return open(context)
    case .filter:
      isFiltering = true
      return []
    case .reload: return load(from: 0, &context)
    case nil: return []
    }
  }

  private func open(_ context: ScreenContext) -> [Effect] {
    guard let job = selected(context) else { return [] }
    if context.snapshot.connector(connectorID)?.activeJob?.job.id == job.id {
      return [.push(.live(LiveSyncScreen(connectorID: connectorID, .job(id: job.id))))]
    }
    return [.push(.job(JobScreen(connectorID: connectorID, jobID: job.id)))]
  }

  private mutating func followSelection(_ context: ScreenContext) {
    let rows = rows(context)
    let height = table(context.symbols).body(of: layout(context.area).table).height
    let index = rows.firstIndex { $0.id == selectedID } ?? list.selection
    list.select(index, count: rows.count, height: height)
    selectedID = list.selected(count: rows.count).map { rows[$0].id }
  }

  // MARK: - Drawing

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let layout = layout(area)
    let symbols = context.symbols
    let rows = rows(context)
    drawHeading(rows.count, in: layout.heading.inset(left: 2, right: 1), on: &frame, context)
    guard !rows.isEmpty else {
      let note: SafeText =
        if case .waiting = loading { "Reading the history ..." } else if filter.isEmpty {
          "No job has run yet. Press s to sync now."
        } else {
          "No job matches. Esc shows all."
        }
      frame.write(
        note, in: layout.table.row(1).inset(left: 2), style: .muted, symbols: symbols)
      return
    }
    table(symbols).draw(
      in: layout.table, on: &frame, count: rows.count, state: list, symbols: symbols
    ) { cells(rows[$0], context) }
    guard let report = layout.report, let job = selected(context) else { return }
    let inside = frame.box(
      report, title: SafeText(Format.shortLocal(job.startedAt ?? job.createdAt, context.zone)),
      symbols: symbols
    ).inset(left: 1, right: 1)
    frame.writeRows(
      JobReport.rows(job, width: inside.width, context), in: inside, symbols: symbols)
  }

  private func drawHeading(
    _ shown: Int, in row: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    if case .failed(let message) = loading {
      let text = symbols.failure + " " + SafeText(message)
      frame.write(text, in: row, style: Style(.danger), symbols: symbols)
      return
    }
    if isFiltering || !filter.isEmpty {
      frame.write("/", at: row.origin, style: Style(.accent, isBold: true), clip: row)
      let field = Rect(x: row.x + 2, y: row.y, width: min(40, row.width - 20), height: 1)
      let cursor = filter.draw(in: field, on: &frame, isFocused: isFiltering, symbols: symbols)
      if isFiltering { frame.cursor = cursor }
      frame.write(
        SafeText("\(Format.count(shown)) of \(Format.count(total))"), in: row,
        alignment: .trailing, style: .muted, symbols: symbols)
      return
    }
    frame.write(
      SafeText(Format.count(max(total, shown), "job")), in: row, style: .title,
      symbols: symbols)
    frame.write("newest first", in: row, alignment: .trailing, style: .muted, symbols: symbols)
  }

  private func cells(_ job: SyncJob, _ context: ScreenContext) -> [StyledText] {
    let counters = job.counters
    func number(_ value: Int, _ role: Role = .text) -> StyledText {
      StyledText(
        SafeText(Format.count(value, fitting: 10)), value == 0 ? .muted : Style(role))
    }
    let start = job.startedAt ?? job.createdAt
    let isAtWork = job.status == .inProgress || job.status == .canceling
    let end = job.completedAt ?? (isAtWork ? context.now : nil)
    let took = job.startedAt.flatMap { start in end.map { Format.duration($0 - start) } }
    return [
      StyledText(SafeText(Format.shortLocal(start, context.zone))),
      job.look(context.symbols).text,
      StyledText(SafeText(took ?? ""), .muted),
      number(counters.extracted), number(counters.created + counters.updated, .success),
      number(counters.deleted), number(counters.failed, .danger),
      StyledText(job.type.title, .muted), StyledText(job.trigger.title, .muted),
    ]
  }
}

extension JobProgress {
  /// The job's record with the counters of now.
  var current: SyncJob {
    var job = job
    job.counters = counters
    return job
  }
}
