internal import ConnectorKit
package import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// All that is kept of a job, as rows.
package enum JobReport {
  /// The rows of a job's page.
  package static func rows(
    _ job: SyncJob, width: Int, _ context: ScreenContext
  ) -> [StyledText] {
    let job = job.shown
    var rows = FieldRows(width: width, column: 14, symbols: context.symbols)
    addOutcome(job, to: &rows, context)
    addCounters(job, to: &rows, context.symbols)
    addHeld(job, to: &rows)
    addDurations(job, to: &rows, width: width, context.symbols)
    addScopes(job, to: &rows)
    addWarnings(job, to: &rows, context.symbols)
    addTimes(job, to: &rows, context)
    return rows.rows
  }

  /// The counters and the durations of a job, for a column of another page.
  package static func numbers(_ job: SyncJob, width: Int, symbols: Symbols) -> [StyledText] {
    var rows = FieldRows(width: width, column: 14, symbols: symbols)
    addCounters(job, to: &rows, symbols)
    addDurations(job, to: &rows, width: width, symbols)
    return rows.rows
  }

  private static func addOutcome(
    _ job: SyncJob, to rows: inout FieldRows, _ context: ScreenContext
  ) {
    let look = job.look(context.symbols)
    var title = StyledText(look.symbol + " ", Style(look.role, isBold: true))
    title.append(look.word, Style(look.role, isBold: true))
    title.append(" " + context.symbols.separator + " " + job.type.title + " sync", .text)
    title.append(" " + context.symbols.separator + " " + job.trigger.title, .text)
    if let start = job.startedAt, let end = job.completedAt {
      title.append(" " + context.symbols.separator + " ", .text)
      title.append(SafeText(Format.duration(end - start)), .text)
    }
    rows.text(title)
    let outcome = JobOutcome(job)
    if outcome.isInPart {
      let text = StyledText(SafeText("Missing: " + outcome.sentence), Style(.warning))
      rows.text(text, indent: 2)
    }
    if let error = job.error { rows.text(StyledText(SafeText(error), Style(.danger)), indent: 2) }
  }

  private static func addCounters(
    _ job: SyncJob, to rows: inout FieldRows, _ symbols: Symbols
  ) {
    let counters = job.counters
    rows.heading("Documents")
    let ledger = CounterLedger(counters, isRunning: !job.status.isTerminal)
    let entries = ledger.entries.filter { $0.sign != " " }
    let width = max(
      9,
      ([counters.extracted, counters.deleted] + entries.map(\.value))
        .map { Format.count($0).count }.max() ?? 0)
    for (index, entry) in entries.enumerated() {
      let sign: SafeText = index == 0 ? "  " : "+ "
      rows.text(line(sign, entry.value, entry.name, entry.role, width: width))
      if entry.name == "superseded" {
        let meaning = StyledText(SafeText(CounterLedger.supersededMeaning), .muted)
        rows.text(meaning, indent: width + 3)
      }
    }
    rows.text(StyledText(symbols.horizontal.repeated(width + 2), .border))
    var sum = line("= ", counters.extracted, "extracted", .title, width: width)
    if ledger.isOff {
      let text = "  the outcomes add up to \(Format.count(counters.settled))"
      sum.append(SafeText(text), Style(.danger, isBold: true))
    } else if job.status.isTerminal {
      sum.append("  " + symbols.check + " adds up", Style(.success))
    }
    rows.text(sum)
    rows.blank()
    rows.text(line("  ", counters.deleted, "deleted from the index", .warning, width: width))
    if counters.withoutContent > 0 {
      rows.text(
        line("  ", counters.withoutContent, "indexed without content", .text, width: width))
    }
    var written = StyledText(
      SafeText(Format.bytes(counters.bytesWritten)).padded(to: width + 2, alignment: .trailing),
      .text)
    written.append(" written")
    rows.text(written)
    if let total = job.totalDocumentCount {
      rows.text(line("  ", total, "in the index at the end", .text, width: width))
    }
  }

  private static func line(
    _ sign: SafeText, _ value: Int, _ name: SafeText, _ role: Role, width: Int
  ) -> StyledText {
    var text = StyledText(sign, .muted)
    let number = SafeText(Format.count(value)).padded(to: width, alignment: .trailing)
    text.append(number, value == 0 ? .muted : Style(role, isBold: role != .text))
    text.append(" " + name, value == 0 ? .muted : .text)
    return text
  }

  private static func addHeld(_ job: SyncJob, to rows: inout FieldRows) {
    guard job.counters.heldDeletions > 0 || job.metadata.heldDeletionsReason != nil else {
      return
    }
    rows.heading("Held deletions", role: .warning)
    if let reason = job.metadata.heldDeletionsReason {
      rows.text(StyledText(SafeText(reason), Style(.warning)))
    }
    for id in job.metadata.heldDeletionsSample {
      rows.text(StyledText(SafeText(id), .muted), indent: 2)
    }
    let rest = job.counters.heldDeletions - job.metadata.heldDeletionsSample.count
    if rest > 0, !job.metadata.heldDeletionsSample.isEmpty {
      rows.text(StyledText(SafeText("and \(Format.count(rest)) more"), .muted), indent: 2)
    }
    var hint = StyledText("Nothing of this is deleted until you release it. ")
    hint += Meter.hint("R", "release")
    rows.text(hint)
  }

  /// Worker time by stage; workers run side by side, so a part may exceed the whole.
  private static func addDurations(
    _ job: SyncJob, to rows: inout FieldRows, width: Int, _ symbols: Symbols
  ) {
    let times = StageProgress.Stage.allCases.compactMap { stage in
      job.metadata.stageMilliseconds[stage.rawValue].map { (stage.rawValue, Int($0)) }
    }
    let longest = times.map(\.1).max() ?? 0
    guard longest > 0 else { return }
    rows.heading("Worker time by stage")
    let note = "Summed over all workers, so it can exceed the job’s."
    rows.text(StyledText(SafeText(note), .muted))
    for (name, milliseconds) in times {
      var text = StyledText(SafeText(name).padded(to: 9), .muted)
      let bar = Meter.bar(
        Double(milliseconds) / Double(longest), width: max(10, min(40, width - 26)),
        symbols: symbols)
      text += bar
      let duration = Format.duration(.milliseconds(milliseconds))
      text.append(SafeText(duration).padded(to: 13, alignment: .trailing))
      rows.text(text)
    }
  }

  private static func addScopes(_ job: SyncJob, to rows: inout FieldRows) {
    guard !job.metadata.partialScopes.isEmpty else { return }
    rows.heading("Not read whole, so nothing below was deleted", role: .warning)
    for scope in job.metadata.partialScopes {
      rows.text(StyledText(SafeText(scope.name), Style(.text, isBold: true)))
      rows.text(StyledText(SafeText(scope.reason), .muted), indent: 2)
    }
  }

  private static func addWarnings(
    _ job: SyncJob, to rows: inout FieldRows, _ symbols: Symbols
  ) {
    guard !job.metadata.warnings.isEmpty else { return }
    rows.heading("Warnings", role: .warning)
    for warning in job.metadata.warnings {
      var text = StyledText(symbols.warning + " ", Style(.warning))
      text.append(SafeText(warning))
      rows.text(text)
    }
  }

  private static func addTimes(
    _ job: SyncJob, to rows: inout FieldRows, _ context: ScreenContext
  ) {
    rows.heading("Times")
    let times: [(SafeText, Timestamp?)] = [
      ("Requested", job.createdAt), ("Started", job.startedAt),
      ("Cancel asked", job.cancelationRequestedAt), ("Canceled", job.canceledAt),
      ("Completed", job.completedAt),
      ("Last seen", job.status.isTerminal ? nil : job.lastSeen),
    ]
    for (name, time) in times {
      guard let time else { continue }
      rows.field(name, SafeText(Format.localAndUTC(time, context.zone)))
    }
    if job.metadata.attempts > 1 {
      rows.field("Attempts", SafeText("\(job.metadata.attempts), resumed in between"))
    }
    if let worker = job.workerHostname { rows.identifier("Worker", SafeText(worker)) }
    rows.identifier("Index", SafeText(job.indexName))
    rows.identifier("Id", SafeText(job.id), style: .muted)
  }
}
