internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

extension LiveSyncScreen {
  var isOver: Bool { ended != nil || failure != nil }

  /// Rows for what is going on; more when there is an outcome to tell.
  func headlineRows(width: Int, isCompact: Bool) -> Int {
    guard let ended else { return 1 }
    let rows = outcomeRows(ended, .unicode).reduce(0) { $0 + $1.wrapped(width).count }
    return min(isCompact ? 4 : 6, rows + 2)
  }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let layout = LiveSyncLayout(area, self, context)
    let symbols = context.symbols
    if let failure {
      drawRefusal(failure, in: area, on: &frame, context)
      return
    }
    guard let progress else {
      drawWaiting(in: area, on: &frame, context)
      return
    }
    if let ended {
      drawOutcome(ended, in: layout.headline, on: &frame, context)
    } else {
      drawHeadline(progress, in: layout.headline, on: &frame, context)
      drawBar(progress, in: layout.bar, on: &frame, context)
    }
    let step = isOver ? nil : context.animationStep
    PipelineDiagram(progress, step: step).draw(
      in: layout.pipeline, on: &frame, symbols: symbols)
    let isAtWork = ended.map { !$0.status.isTerminal } ?? (failure == nil)
    CounterLedger(progress.counters, isRunning: isAtWork, keepsColumns: true).draw(
      in: layout.ledger, on: &frame, symbols: symbols)
    let throughput = ThroughputPanel(progress, isOver: isOver)
    if layout.isLarge {
      throughput.drawBox(in: layout.throughput, on: &frame, symbols: symbols)
      drawErrorBox(progress, in: layout.errors, on: &frame, context)
    } else {
      throughput.drawLines(in: layout.throughput, on: &frame, symbols: symbols)
      drawErrorLines(progress, in: layout.errors, on: &frame, context)
    }
    drawLog(progress, layout, on: &frame, context)
  }

  // MARK: - Before and while it runs

  private func drawWaiting(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let middle = area.y + area.height / 2 - 1
    let row = Rect(x: area.x, y: middle, width: area.width, height: 1)
    var text = StyledText(symbols.spinnerFrame(context.animationStep) + " ", Style(.running))
    text.append(jobID == nil ? "Asking for a sync" : "Waiting for the sync to start", .title)
    frame.write(text, in: row, alignment: .center, symbols: symbols)
  }

  private func drawRefusal(
    _ failure: EngineFailure, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let width = min(72, area.width - 4)
    let rows = SafeText.paragraphs(failure.message, width: width - 4)
    let height = min(area.height, rows.count + 6)
    let box = Rect(
      x: area.x + (area.width - width) / 2, y: area.y + max(0, (area.height - height) / 2 - 1),
      width: width, height: height)
    let inside = frame.box(
      box, title: symbols.failure + " The sync could not start", style: Style(.danger),
      titleStyle: Style(.danger, isBold: true), symbols: symbols
    ).inset(left: 1, top: 1, right: 1)
    frame.writeRows(rows.map { StyledText($0) }, in: inside.inset(bottom: 2), symbols: symbols)
    var hint = Meter.hint("s", "try again")
    hint.append("   ")
    hint += Meter.hint("Esc", "go back")
    frame.write(hint, in: inside.row(inside.height - 2), symbols: symbols)
  }

  private func drawHeadline(
    _ progress: JobProgress, in row: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let isStopping = progress.phase == .stopping || progress.job.status == .canceling
    var text = StyledText(
      symbols.spinnerFrame(context.animationStep) + " ",
      Style(isStopping ? .warning : .running, isBold: true))
    text.append(progress.phase.title, Style(isStopping ? .warning : .running, isBold: true))
    text.append(" " + symbols.separator + " " + progress.job.type.title + " sync", .muted)
    text.append(" " + symbols.separator + " " + progress.job.trigger.title, .muted)
    if progress.isElsewhere { text.append(", by another process", Style(.warning)) }
    if progress.isElsewhere, let silence = progress.job.silence(at: context.now) {
      text.append(SafeText(", not heard of for " + Format.duration(silence)), Style(.warning))
    }
    var clock = StyledText("elapsed ", .muted)
    clock.append(SafeText(Format.clock(progress.elapsed)), Style(.text, isBold: true))
    frame.write(clock, in: row, alignment: .trailing, symbols: symbols)
    frame.write(text, in: row.inset(right: clock.width + 2), symbols: symbols)
  }

  private func drawBar(
    _ progress: JobProgress, in row: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    guard !row.isEmpty else { return }
    let symbols = context.symbols
    var text = StyledText()
    if let fraction = progress.fractionDone {
      text.append(
        SafeText(Format.percent(fraction)).padded(to: 5, alignment: .trailing),
        Style(.running, isBold: true))
    }
    if let total = progress.expectedTotal {
      text.append("  " + SafeText(Format.count(progress.counters.settled)), .text)
      text.append(progress.isReadWhole ? " of " : " of about ", .muted)
      text.append(SafeText(Format.count(total)), .muted)
    } else {
      text.append("  " + SafeText(Format.count(progress.counters.extracted)), .text)
      text.append(" so far", .muted)
    }
    if let remaining = progress.remaining, row.width >= 70 {
      text.append("  " + SafeText(Format.clock(remaining)), .text)
      text.append(" left", .muted)
    }
    frame.write(text, in: row, alignment: .trailing, symbols: symbols)
    let bar = row.inset(right: text.width + 1)
    if let fraction = progress.fractionDone {
      frame.progressBar(fraction, in: bar, symbols: symbols)
    } else {
      frame.busyBar(context.animationStep, in: bar, symbols: symbols)
    }
  }

  // MARK: - The outcome

  private func drawOutcome(
    _ job: SyncJob, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let look = job.look(symbols)
    var title = StyledText(
      look.symbol + " Sync " + (job.status == .error ? "failed" : look.word),
      Style(look.role, isBold: true))
    if let start = job.startedAt, let end = job.completedAt {
      let comma = JobOutcome(job).isInPart ? "," : ""
      title.append(SafeText(comma + " after " + Format.duration(end - start)), Style(look.role))
    }
    if let end = job.completedAt {
      title.append(SafeText("  " + Format.local(end, context.zone)), .muted)
    }
    var rows = [title]
    rows += outcomeRows(job, symbols).flatMap { $0.wrapped(area.width) }
    let next = nextSteps(job, context)
    let room = max(1, area.height - 1)
    frame.writeRows(Array(rows.prefix(room)), in: area, symbols: symbols)
    frame.write(next, in: area.row(area.height - 1), symbols: symbols)
  }

  private func outcomeRows(_ job: SyncJob, _ symbols: Symbols) -> [StyledText] {
    var rows: [StyledText] = []
    if let error = job.error { rows.append(StyledText(SafeText(error), Style(.danger))) }
    if job.status == .suspended {
      // A reason tells by itself when the sync goes on.
      let outlook = job.error == nil ? "It is taken up again at the next start; " : ""
      let rest = outlook.isEmpty ? "Nothing is lost." : "nothing is lost."
      rows.append(StyledText(SafeText(outlook + rest), Style(.warning)))
    }
    if job.status == .canceled {
      rows.append(StyledText("What was indexed until then stays; nothing was deleted for it."))
    }
    let outcome = JobOutcome(job)
    if outcome.isInPart {
      rows.append(StyledText(SafeText("Missing: " + outcome.sentence), Style(.warning)))
    }
    if job.counters.heldDeletions > 0 {
      var text = job.metadata.heldDeletionsReason ?? "Nothing is deleted until a person decides."
      text += " Press i to look at the deletions; R there releases them."
      rows.append(StyledText(symbols.warning + " " + SafeText(text), Style(.warning)))
    }
    let ledger = CounterLedger(job.counters, isRunning: !job.status.isTerminal)
    if ledger.isOff {
      let text =
        "The outcomes add up to \(Format.count(job.counters.settled)) "
        + "of \(Format.count(job.counters.extracted)) extracted documents."
      rows.append(StyledText(symbols.warning + " " + SafeText(text), Style(.danger)))
    } else if job.status == .completed, job.counters.heldDeletions == 0 {
      let accounted = outcome.isInPart ? "." : "; all are accounted for."
      let written = job.counters.created + job.counters.updated
      let text =
        written == 0 && job.counters.deleted == 0
        ? outcome.isInPart
          ? "What could be read has not changed; nothing was written."
          : "Nothing has changed since the last sync; nothing was written."
        : "\(Format.count(written)) written, \(Format.count(job.counters.deleted)) deleted, "
          + "\(Format.count(job.counters.failed)) failed\(accounted)"
      rows.append(StyledText(SafeText(text)))
    }
    if job.status == .completed, job.counters.superseded > 0 {
      let text = "Superseded: " + CounterLedger.supersededMeaning + "."
      rows.append(StyledText(SafeText(text), .muted))
    }
    return rows
  }

  private func nextSteps(_ job: SyncJob, _ context: ScreenContext) -> StyledText {
    var text = StyledText("Next: ", .muted)
    func add(_ key: SafeText, _ word: SafeText) {
      text += Meter.hint(key, word)
      text.append("  ")
    }
    let isInPart = JobOutcome(job).isInPart
    if job.counters.heldDeletions > 0 {
      add("i", "look at the held deletions")
    } else if isInPart {
      add("i", "see what is missing")
    }
    if job.counters.failed > 0 { add("e", "what failed") }
    if job.status == .completed { add("d", isInPart ? "documents" : "search the documents") }
    if !isInPart { add("i", "job") }
    if job.status != .completed {
      add("s", job.status == .suspended ? "take it up now" : "sync again")
    }
    add("Esc", "back")
    return text
  }

  // MARK: - Errors and log

  private func drawErrorLines(
    _ progress: JobProgress, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    guard !area.isEmpty else { return }
    let symbols = context.symbols
    var lines = area
    if area.height > 1 {
      frame.heading(
        "Latest errors and warnings", in: area.row(0), titleStyle: Style(.warning, isBold: true),
        symbols: symbols)
      lines = area.inset(top: 1)
    }
    let wrapped = errorRows(width: lines.width, context)
    if wrapped.count <= lines.height {
      frame.writeRows(wrapped, in: lines, symbols: symbols)
      return
    }
    for (index, line) in progress.latestErrors.suffix(lines.height).reversed().enumerated() {
      frame.write(LogText.row(line, context), in: lines.row(index), symbols: symbols)
    }
  }

  /// The latest two errors or warnings, the newest first, broken into rows.
  func errorRows(width: Int, _ context: ScreenContext) -> [StyledText] {
    let latest = Array((progress?.latestErrors ?? []).suffix(2).reversed())
    return LogText.rows(latest, width: width, context)
  }

  /// How many rows the end of the log takes; at most as many as are worth keeping free for it.
  func logRowCount(width: Int, _ context: ScreenContext) -> Int {
    let lines = Array((progress?.log ?? []).suffix(6))
    return min(6, LogText.rows(lines, width: width, context).count)
  }

  private func drawErrorBox(
    _ progress: JobProgress, in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let count = progress.latestErrors.count
    let inside = frame.box(
      area, title: "Latest errors and warnings",
      note: StyledText(SafeText(count == 0 ? "none" : String(count)), .muted),
      style: Style(count == 0 ? .border : .warning), symbols: symbols
    ).inset(left: 1, right: 1)
    guard count > 0 else {
      frame.write(
        symbols.check + " Everything could be read and written so far.", in: inside.row(0),
        style: Style(.success), symbols: symbols)
      return
    }
    let newestFirst = Array(progress.latestErrors.reversed())
    let rows = LogText.rows(newestFirst, width: inside.width, context)
    frame.writeRows(Array(rows.prefix(inside.height)), in: inside, symbols: symbols)
  }

  /// The log's rows; where there is room for a few only and not for all, each line takes one.
  ///
  /// With `isTail` only as many as can be seen at the end, because this is drawn many times.
  func logRows(_ area: Rect, isTail: Bool = false, _ context: ScreenContext) -> [StyledText] {
    let all = progress?.log ?? []
    let lines = isTail ? Array(all.suffix(area.height)) : all
    guard area.height < 4 else { return LogText.rows(lines, width: area.width, context) }
    if lines.count <= area.height {
      let rows = LogText.rows(lines, width: area.width, context)
      if rows.count <= area.height { return rows }
    }
    return lines.map { LogText.row($0, context) }
  }

  private func drawLog(
    _ progress: JobProgress, _ layout: LiveSyncLayout, on frame: inout Frame,
    _ context: ScreenContext
  ) {
    let symbols = context.symbols
    if !layout.logHeading.isEmpty {
      frame.heading("Log", in: layout.logHeading, symbols: symbols)
      if !scroll.isFollowing {
        var hint = StyledText(" ")
        hint += Meter.hint("f", "follows again ")
        frame.write(hint, in: layout.logHeading, alignment: .trailing, symbols: symbols)
      }
    }
    guard !layout.log.isEmpty else { return }
    let rows = logRows(layout.log, isTail: scroll.isFollowing, context)
    let visible = scroll.visible(count: rows.count, height: layout.log.height)
    frame.writeRows(Array(rows[visible]), in: layout.log, symbols: symbols)
  }
}
