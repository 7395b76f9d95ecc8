internal import ConnectorKit
internal import ConnectorProtocol
internal import TerminalKit

/// The expression of a schedule and its next five runs, in local time and UTC.
struct SchedulePreview: Hashable, Sendable {
  let entry: Scheduling.Entry
  /// Why what is typed can't be read; `nil` if it can.
  let problem: String?

  /// The next runs; empty if the expression can't be read or never fires again.
  func runs(from now: Timestamp) -> [Timestamp] {
    (try? QuartzExpression(parsing: entry.interval))?.nextRuns(5, after: now) ?? []
  }

  /// Draws them with a heading.
  func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let inner = area.inset(left: 2, right: 1)
    guard !inner.isEmpty else { return }
    var head = StyledText("Next runs", .title)
    if entry.isEnabled, problem == nil {
      head.append("   Quartz  ", .muted)
      head.append(SafeText(entry.interval), Style(.accent))
    }
    frame.write(head, in: inner.row(0), symbols: symbols)
    let rows = inner.splitTop(1).rest
    guard entry.isEnabled else {
      frame.writeParagraphs(
        "None: it is off. Start a sync by hand at any time.", in: rows, style: .muted,
        symbols: symbols)
      return
    }
    if let problem {
      frame.writeParagraphs(problem, in: rows, style: Style(.warning), symbols: symbols)
      return
    }
    let runs = runs(from: context.now)
    if runs.isEmpty {
      let text: SafeText = " It never fires: no such day comes any more. Change day, month or year."
      let lines = StyledText(symbols.warning + text, Style(.warning)).wrapped(rows.width)
      frame.writeRows(lines, in: rows, symbols: symbols)
    }
    for (index, run) in runs.prefix(rows.height).enumerated() {
      frame.write(Self.row(run, context, width: rows.width), in: rows.row(index), symbols: symbols)
    }
  }

  private static func row(
    _ run: Timestamp, _ context: ScreenContext, width: Int
  ) -> StyledText {
    let local = context.zone.local(run)
    let change = context.zone.change(at: run)
    let utc = CivilDate(run)
    var text = StyledText(SafeText(day(local) + " " + clock(local)), .text)
    text.append(" " + SafeText(change.abbreviation), .muted)
    if change.offsetSeconds != 0 {
      let isSameDay = local.day == utc.day
      let other = isSameDay ? clock(utc) : day(utc) + " " + clock(utc)
      text.append("  " + SafeText(other) + " UTC", .muted)
    }
    let ahead = "  " + SafeText(Format.time(until: run, from: context.now))
    if text.width + ahead.width <= width { text.append(ahead, .muted) }
    return text
  }

  private static func day(_ date: CivilDate) -> String {
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let name = names[date.dayOfWeek - 1]
    return "\(name) \(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day))"
  }

  private static func clock(_ date: CivilDate) -> String {
    let minutes = "\(twoDigits(date.hour)):\(twoDigits(date.minute))"
    return date.second == 0 ? minutes : minutes + ":\(twoDigits(date.second))"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}
