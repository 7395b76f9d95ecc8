internal import EngineAPI
internal import TerminalKit

/// Where the parts of the live view are; parts without room are empty.
struct LiveSyncLayout {
  /// What is going on, or how it ended; one to six rows.
  var headline = Rect(x: 0, y: 0, width: 0, height: 0)
  var bar = Rect(x: 0, y: 0, width: 0, height: 0)
  var pipeline = Rect(x: 0, y: 0, width: 0, height: 0)
  var ledger = Rect(x: 0, y: 0, width: 0, height: 0)
  /// Rates, requests and the item in hand; in a box of its own on large screens.
  var throughput = Rect(x: 0, y: 0, width: 0, height: 0)
  var errors = Rect(x: 0, y: 0, width: 0, height: 0)
  var logHeading = Rect(x: 0, y: 0, width: 0, height: 0)
  var log = Rect(x: 0, y: 0, width: 0, height: 0)
  let isLarge: Bool

  init(_ area: Rect, _ screen: LiveSyncScreen, _ context: ScreenContext) {
    isLarge = area.width >= 110 && area.height >= 28
    let isCompact = area.height < 18
    var rest = area
    func take(_ rows: Int) -> Rect {
      let parts = rest.splitTop(rows)
      rest = parts.rest
      return parts.top
    }
    let margin = isCompact ? 0 : 1
    headline = take(screen.headlineRows(width: area.width - 2, isCompact: isCompact)).inset(
      left: 1, right: 1)
    if !screen.isOver { bar = take(1).inset(left: 1, right: 1) }
    if isLarge || (!isCompact && area.height >= 20) { _ = take(1) }
    pipeline = take(isLarge ? 6 : isCompact ? 4 : 5).inset(left: margin, right: margin)
    if isLarge { _ = take(1) }
    ledger = take(2).inset(left: 1, right: 1)
    let errorCount = screen.progress?.latestErrors.count ?? 0
    if isLarge {
      _ = take(1)
      let middle = take(max(8, min(14, rest.height / 2)))
      let halves = middle.splitLeft(middle.width / 2)
      throughput = halves.left
      errors = halves.rest
      logHeading = take(1)
      log = rest.inset(left: 1, right: 1)
      return
    }
    throughput = take(isCompact ? 2 : screen.isOver ? 1 : 3).inset(left: 1, right: 1)
    if errorCount > 0 {
      let least = isCompact ? 1 : rest.height >= 8 ? 3 : 2
      let wanted = isCompact ? 1 : 1 + screen.errorRows(width: area.width - 2, context).count
      // Beyond that they have what the log leaves free.
      let spare = rest.height - 1 - screen.logRowCount(width: area.width - 2, context)
      errors = take(max(least, min(wanted, spare))).inset(left: 1, right: 1)
    }
    if rest.height >= 3 { logHeading = take(1).inset(left: 1, right: 1) }
    log = rest.inset(left: 1, right: 1)
  }
}
