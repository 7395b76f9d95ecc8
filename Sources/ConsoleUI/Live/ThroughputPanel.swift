internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// How fast a sync is: documents and bytes a second, requests in flight, the item in hand.
struct ThroughputPanel {
  private let progress: JobProgress
  private let isOver: Bool

  init(_ progress: JobProgress, isOver: Bool) {
    self.progress = progress
    self.isOver = isOver
  }

  /// Over the whole run once it has ended, of this moment before.
  private var documentsPerSecond: Double {
    guard isOver else { return progress.documentsPerSecond }
    let seconds = progress.elapsed / .seconds(1)
    return seconds > 0 ? Double(progress.counters.extracted) / seconds : 0
  }

  private var bytesPerSecond: Double {
    guard isOver else { return progress.bytesPerSecond }
    let seconds = progress.elapsed / .seconds(1)
    return seconds > 0 ? Double(progress.counters.bytesWritten) / seconds : 0
  }

  private func inFlight(_ symbols: Symbols) -> StyledText {
    let maximum = max(0, min(16, progress.maximumInFlight))
    let busy = max(0, min(maximum, progress.requestsInFlight))
    var text = StyledText(symbols.checkOn.repeated(busy), Style(.running))
    text.append(symbols.checkOff.repeated(maximum - busy), .border)
    text.append(
      SafeText(" \(progress.requestsInFlight)/\(progress.maximumInFlight)"), .muted)
    return text
  }

  /// Draws two or three rows: rates with their history, requests, the item in hand.
  func drawLines(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    guard area.height >= 1 else { return }
    let label = isOver ? "mean" : "now"
    var rate = StyledText(SafeText(Format.rate(documentsPerSecond)), Style(.text, isBold: true))
    rate.append(SafeText(" \(label)  "), .muted)
    rate.append(SafeText(Format.byteRate(bytesPerSecond)))
    let requests =
      progress.maximumInFlight > 0 && !isOver
      ? StyledText("requests ", .muted) + inFlight(symbols) : StyledText()
    if area.height <= 2 {
      // No room for the requests' row: the rates take the first, the item the second.
      let end = frame.write(rate, in: area.row(0), symbols: symbols)
      let spark = area.row(0).inset(left: end - area.x + 2)
      frame.sparkline(progress.rateHistory, in: spark, symbols: symbols)
      drawItem(in: area.row(1), on: &frame, symbols: symbols)
      return
    }
    let end = frame.write(rate, in: area.row(0), symbols: symbols)
    let column = max(34, end - area.x + 2)
    frame.sparkline(
      progress.rateHistory, in: area.row(0).inset(left: column), symbols: symbols)
    frame.write(requests, in: area.row(1), symbols: symbols)
    let seconds = progress.rateHistory.count
    guard seconds > 1 else { return drawItem(in: area.row(2), on: &frame, symbols: symbols) }
    frame.write(
      SafeText("documents/s in the last \(seconds) s"),
      in: area.row(1).inset(left: column), alignment: .trailing, style: .muted,
      symbols: symbols)
    drawItem(in: area.row(2), on: &frame, symbols: symbols)
  }

  private func drawItem(in row: Rect, on frame: inout Frame, symbols: Symbols) {
    guard !isOver, !progress.isReadWhole, !progress.currentItem.isEmpty else { return }
    let end = frame.write("reading ", at: row.origin, style: .muted, clip: row)
    let room = row.inset(left: end - row.x)
    frame.write(
      SafeText(progress.currentItem).middleTruncated(
        to: room.width, ellipsis: symbols.ellipsis), in: room, symbols: symbols)
  }

  /// Draws a box with the history as a chart.
  func drawBox(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    let inside = frame.box(
      area, title: "Throughput",
      note: StyledText(SafeText("last \(progress.rateHistory.count) s"), .muted),
      symbols: symbols
    ).inset(left: 1, right: 1)
    guard inside.height >= 5 else { return }
    let label = isOver ? " mean" : " now"
    var rates = StyledText(
      SafeText(Format.rate(documentsPerSecond)), Style(.running, isBold: true))
    rates.append(SafeText(" documents" + label), .muted)
    rates.append("   ")
    rates.append(SafeText(Format.byteRate(bytesPerSecond)), Style(.text, isBold: true))
    frame.write(rates, in: inside.row(0), symbols: symbols)
    if progress.maximumInFlight > 0, !isOver {
      frame.write(
        StyledText("requests ", .muted) + inFlight(symbols), in: inside.row(0),
        alignment: .trailing, symbols: symbols)
    }
    drawChart(in: inside.inset(top: 1, bottom: 1), on: &frame, symbols: symbols)
    drawItem(in: inside.row(inside.height - 1), on: &frame, symbols: symbols)
  }

  private func drawChart(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    let maximum = progress.rateHistory.max() ?? 0
    guard maximum > 0, area.height >= 2 else { return }
    let axis = 9
    frame.write(
      SafeText(Format.rate(maximum)), in: area.row(0).splitLeft(axis - 1).left,
      alignment: .trailing, style: .muted, symbols: symbols)
    frame.write(
      "0/s", in: area.row(area.height - 1).splitLeft(axis - 1).left, alignment: .trailing,
      style: .muted, symbols: symbols)
    let chart = area.inset(left: axis)
    // A whole minute fills the chart, however wide it is.
    let history = progress.rateHistory
    let columns = min(chart.width, max(1, chart.width * history.count / 60))
    let values = (0..<columns).map { history[$0 * history.count / columns] }
    frame.sparkline(values, in: chart, maximum: maximum, symbols: symbols)
  }
}
