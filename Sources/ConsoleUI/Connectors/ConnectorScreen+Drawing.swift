internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// Where the parts of a connector's screen are.
struct ConnectorScreenLayout {
  var header: Rect
  var tabs: Rect
  /// Empty where rows are scarce.
  var rule: Rect
  var page: Rect

  init(in area: Rect) {
    let top = area.splitTop(1)
    let second = top.rest.splitTop(1)
    let third = second.rest.splitTop(area.height >= 16 ? 1 : 0)
    header = top.top
    tabs = second.top
    rule = third.top
    page = third.rest
  }

  /// The titles in the longest form that fits.
  func titles() -> [SafeText] {
    let forms = (0..<3).map { form in
      ConnectorScreen.Tab.allCases.map { tab in
        SafeText("\(tab.digit) ") + tab.titles[form]
      }
    }
    let fitting = forms.first { titles in
      titles.reduce(0) { $0 + $1.width + 2 } <= tabs.width
    }
    return fitting ?? forms[2]
  }

  func tab(
    at point: Point, selected: ConnectorScreen.Tab, _ context: ScreenContext
  ) -> ConnectorScreen.Tab? {
    var scratch = Frame(size: context.size)
    let places = scratch.tabs(
      titles(), selected: selected.rawValue - 1, in: tabs, symbols: context.symbols)
    return places.firstIndex { $0.contains(point) }
      .flatMap { ConnectorScreen.Tab(rawValue: $0 + 1) }
  }
}

extension ConnectorScreen {
  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    guard let state = context.snapshot.connector(connectorID) else {
      let middle = Rect(x: area.x, y: area.y + area.height / 2 - 1, width: area.width, height: 1)
      frame.write(
        "This connector does not exist any more; Esc goes back.", in: middle,
        alignment: .center, style: Style(.warning), symbols: symbols)
      return
    }
    let layout = ConnectorScreenLayout(in: area)
    drawHeader(state, in: layout.header, on: &frame, context)
    frame.tabs(layout.titles(), selected: tab.rawValue - 1, in: layout.tabs, symbols: symbols)
    if !layout.rule.isEmpty { frame.horizontalRule(layout.rule, symbols: symbols) }
    var inner = context
    inner.area = layout.page
    page(tab).draw(in: layout.page, on: &frame, inner)
  }

  private func drawHeader(
    _ state: ConnectorState, in row: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let row = row.inset(left: 1, right: 1)
    var right = StyledText()
    if let job = state.activeJob, job.job.status == .suspended {
      right = job.job.look(symbols).text
    } else if let job = state.activeJob {
      let spinner = symbols.spinnerFrame(context.animationStep)
      right.append(spinner + " ", Style(.running))
      if let fraction = job.fractionDone {
        right.append(SafeText(Format.percent(fraction) + " "), Style(.running, isBold: true))
      }
      right.append(job.phase == .queued ? "waiting" : "syncing", Style(.running))
    } else {
      let look = state.ingestionStatus.look(symbols)
      right.append(look.symbol + " " + state.ingestionStatus.title, Style(look.role))
    }
    var facts = StyledText(
      SafeText(Format.count(state.documentCount, "document")), .muted)
    facts.append(
      " " + symbols.separator + " " + SafeText(Format.bytes(state.indexBytes)), .muted)
    if row.width >= 76 {
      let source = SafeText(ConnectorSummary.sourceName(state, context))
      facts.append(" " + symbols.separator + " " + source.truncated(to: 20), .muted)
    }
    frame.write(right, in: row, alignment: .trailing, symbols: symbols)
    let room = row.inset(right: right.width + 2)
    let nameWidth = max(16, room.width - facts.width - 3)
    let name = SafeText(state.record.name).truncated(to: nameWidth, ellipsis: symbols.ellipsis)
    let end = frame.write(name, in: room, style: .title, symbols: symbols)
    frame.write(facts, in: room.inset(left: end - room.x + 3), symbols: symbols)
  }
}
