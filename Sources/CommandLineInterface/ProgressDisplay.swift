internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// Shows a job's progress on standard error: a line that is rewritten on a terminal, a line now and
/// then elsewhere.
struct ProgressDisplay {
  private let runner: CommandRunner
  private let interval: Duration
  private var printedAt: Timestamp?
  private var printedPhase: JobProgress.Phase?
  /// Cells of the line that stands on the terminal.
  private var standing = 0

  init(_ runner: CommandRunner, interval: Duration) {
    self.runner = runner
    self.interval = interval
  }

  mutating func show(_ progress: JobProgress) {
    if let columns = runner.output.errorColumns {
      rewrite(ProgressLine(progress, isASCII: runner.options.isASCII).text(width: columns - 1))
      return
    }
    let now = runner.clock.now()
    let isDue = printedAt.map { now - $0 >= interval } ?? true
    guard isDue || progress.phase != printedPhase else { return }
    printedAt = now
    printedPhase = progress.phase
    let text = ProgressLine(progress, isASCII: runner.options.isASCII).plain
    runner.output.writeError("\(now) \(runner.errorPrinter.text(text))\n")
  }

  /// Prints a line of its own.
  mutating func note(_ message: String) {
    finish()
    runner.output.writeError(runner.errorPrinter.text(message) + "\n")
  }

  /// Takes the rewritten line away.
  mutating func finish() {
    guard standing > 0 else { return }
    runner.output.writeError("\r" + String(repeating: " ", count: standing) + "\r")
    standing = 0
  }

  /// Blanks instead of an escape sequence take away what stood longer, on every terminal.
  private mutating func rewrite(_ text: SafeText) {
    let rest = max(0, standing - text.width)
    runner.output.writeError(
      "\r" + runner.errorPrinter.text(text) + String(repeating: " ", count: rest))
    standing = max(text.width, 0)
  }
}

/// One line on a job's progress.
struct ProgressLine {
  private let progress: JobProgress
  private let isASCII: Bool

  init(_ progress: JobProgress, isASCII: Bool) {
    self.progress = progress
    self.isASCII = isASCII
  }

  /// What fits into a width, the most telling first.
  func text(width: Int) -> SafeText {
    var line = SafeText(phase)
    if let part, let bar = bar(part, width: min(24, width / 4)) { line += " " + bar }
    for piece in pieces {
      let next = line + "  " + SafeText(piece)
      if next.width > width { break }
      line = next
    }
    return line.truncated(to: width, ellipsis: isASCII ? "..." : "…")
  }

  /// All of it, for a log.
  var plain: String {
    let pieces = pieces
    return pieces.isEmpty ? phase : ([phase + ":"] + pieces).joined(separator: " ")
  }

  private var pieces: [String] {
    let counters = progress.counters
    // Of what has not begun there is nothing to count.
    if progress.phase == .queued, counters.extracted == 0 { return [] }
    var pieces: [String] = []
    let total = progress.estimatedTotal.map { " of about \(Wording.number($0))" } ?? ""
    pieces.append("\(Wording.number(counters.extracted))\(total) read")
    pieces.append(Wording.rate(progress.documentsPerSecond))
    if let remaining = progress.remaining { pieces.append("\(Wording.clock(remaining)) left") }
    pieces.append("\(Wording.number(counters.created)) created")
    pieces.append("\(Wording.number(counters.updated)) updated")
    pieces.append("\(Wording.number(counters.unchanged)) unchanged")
    for (number, word) in [
      (counters.deleted, "deleted"), (counters.failed, "failed"), (counters.filtered, "filtered"),
    ] where number > 0 {
      pieces.append("\(Wording.number(number)) \(word)")
    }
    pieces.append(Wording.clock(progress.elapsed))
    return pieces
  }

  private var phase: String {
    if progress.job.status == .suspended { return "suspended, waiting to go on" }
    switch progress.phase {
    case .queued: return progress.isElsewhere ? "elsewhere" : "queued"
    case .draining: return "indexing"
    default:
      return progress.isElsewhere ? "\(progress.phase.rawValue) elsewhere" : progress.phase.rawValue
    }
  }

  /// How much of the whole was read; `nil` if nobody knows how much there is.
  private var part: Double? {
    guard let total = progress.estimatedTotal, total > 0 else { return nil }
    return max(0, min(1, Double(progress.counters.settled) / Double(total)))
  }

  private func bar(_ part: Double, width: Int) -> SafeText? {
    guard width >= 8 else { return nil }
    let cells = width - 7
    let full = Int(Double(cells) * part)
    let percent = part < 1 ? min(99, Int(part * 100)) : 100
    let (on, off): (SafeText, SafeText) = isASCII ? ("#", ".") : ("█", "░")
    let meter = on.repeated(full) + off.repeated(cells - full)
    return "[" + meter + "] " + SafeText("\(percent)%").padded(to: 4, alignment: .trailing)
  }
}
