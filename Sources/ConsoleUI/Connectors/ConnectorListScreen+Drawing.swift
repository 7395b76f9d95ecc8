internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// Where the parts of the list of connectors are.
struct ConnectorListLayout {
  var heading: Rect
  var table: Rect
  /// `nil` where there is no room for details.
  var details: Rect?
  /// Whether the details stand beside the table, not below it.
  var isBeside = false
  /// What is wrong with the selected connector where there is no room for details; else empty.
  var note = Rect(x: 0, y: 0, width: 0, height: 0)

  /// Rows that the table shows.
  var tableRows: Int { max(0, table.height - 1) }

  init(_ context: ScreenContext) { self.init(in: context.area) }

  init(in area: Rect) {
    let split = area.splitTop(1)
    heading = split.top
    table = split.rest
    if area.width >= 100 {
      let parts = split.rest.splitLeft(area.width - min(56, max(40, area.width / 3)))
      table = parts.left
      details = parts.rest
      isBeside = true
    } else if area.height >= 20 {
      let parts = split.rest.splitBottom(9)
      table = parts.rest
      details = parts.bottom
    } else {
      let parts = split.rest.splitBottom(1)
      table = parts.rest
      note = parts.bottom
    }
  }

  enum Column: Int { case status, name, index, documents, source, lastSync, nextRun }

  /// The columns; names have more room where their indexes stand behind them.
  static func table(
    order: ConnectorListScreen.Order, hasEqualNames: Bool = false, symbols: Symbols
  ) -> Table {
    func title(_ text: SafeText, _ its: ConnectorListScreen.Order) -> SafeText {
      its == order ? text + " " + symbols.dropdown : text
    }
    return Table([
      Table.Column(title("Status", .status), minimum: 14, priority: 9),
      Table.Column(
        title("Name", .name), minimum: hasEqualNames ? 28 : 12, ideal: hasEqualNames ? 36 : 20,
        flex: 2, priority: 9),
      Table.Column("Index", minimum: 14, ideal: 22, flex: 2, priority: 1, cut: .middle),
      Table.Column(
        title("Documents", .documents), minimum: 10, priority: 5, alignment: .trailing),
      Table.Column("Source", minimum: 9, ideal: 12, flex: 1, priority: 2),
      Table.Column(title("Last sync", .lastSync), minimum: 12, ideal: 16, priority: 4),
      Table.Column("Next run", minimum: 10, ideal: 10, priority: 3),
    ])
  }
}

extension ConnectorListScreen {
  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    guard !context.snapshot.connectors.isEmpty else {
      drawEmpty(in: area, on: &frame, context)
      return
    }
    let layout = ConnectorListLayout(in: area)
    let rows = rows(context)
    drawHeading(rows.count, in: layout.heading, on: &frame, context)
    guard !rows.isEmpty else {
      var text = StyledText("No connector matches ")
      text.append(SafeText(filter.text), Style(.text, isBold: true))
      text.append(". Esc shows all.")
      frame.write(text, in: layout.table.row(1).inset(left: 2), symbols: context.symbols)
      return
    }
    drawTable(rows, in: layout.table, on: &frame, context)
    guard let state = selected(context) else { return }
    guard var details = layout.details else {
      drawProblem(of: state, in: layout.note, on: &frame, context)
      return
    }
    let texts = ConnectorSummary.details(state, width: details.width - 4, context)
    // Beside the table the box is as high as what it says.
    if layout.isBeside { details.height = min(details.height, texts.count + 2) }
    let inside = frame.box(
      details, title: SafeText(state.record.name), symbols: context.symbols
    ).inset(left: 1, right: 1)
    frame.writeRows(Array(texts.prefix(inside.height)), in: inside, symbols: context.symbols)
  }

  /// What is wrong with the selected connector, where its details have no room.
  private func drawProblem(
    of state: ConnectorState, in row: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    guard let problem = state.problems.first(where: { !$0.isHint }) else { return }
    let text = ConnectorSummary.problemTitle(problem, context.symbols)
    frame.write(text, in: row.inset(left: 2, right: 1), symbols: context.symbols)
  }

  private func drawHeading(
    _ shown: Int, in row: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let symbols = context.symbols
    let row = row.inset(left: 2, right: 1)
    if isFiltering || !filter.isEmpty {
      let end = frame.write(
        "/", at: row.origin, style: Style(.accent, isBold: true), clip: row)
      let field = Rect(x: end + 1, y: row.y, width: min(40, row.width - 22), height: 1)
      let cursor = filter.draw(in: field, on: &frame, isFocused: isFiltering, symbols: symbols)
      if isFiltering { frame.cursor = cursor }
      let total = context.snapshot.connectors.count
      frame.write(
        SafeText("\(shown) of \(total)"), in: row, alignment: .trailing, style: .muted,
        symbols: symbols)
      return
    }
    let order = SafeText("ordered by \(order.title)")
    // What is left out first on a narrow row: the order, which the columns show, then the sum.
    let whole = heading(withDocuments: true, context)
    let short = heading(withDocuments: false, context)
    let room = row.width - order.width - 2
    let text = whole.width <= row.width ? whole : short
    frame.write(text, in: row, symbols: symbols)
    guard text.width <= room else { return }
    frame.write(order, in: row, alignment: .trailing, style: .muted, symbols: symbols)
  }

  private func heading(withDocuments: Bool, _ context: ScreenContext) -> StyledText {
    let all = context.snapshot.connectors
    let gap = " " + context.symbols.separator + " "
    var text = StyledText(SafeText(Format.count(all.count, "connector")), .title)
    if withDocuments {
      let documents = all.reduce(0) { $0 + $1.documentCount }
      text.append(gap + SafeText(Format.count(documents, "document")), .muted)
    }
    let troubled = all.count { $0.problems.contains { !$0.isHint } }
    if troubled > 0 {
      text.append(gap, .muted)
      text.append(SafeText("\(troubled) with problems"), Style(.warning))
    }
    return text
  }

  private func drawTable(
    _ rows: [ConnectorState], in area: Rect, on frame: inout Frame, _ context: ScreenContext
  ) {
    let table = ConnectorListLayout.table(
      order: order, hasEqualNames: ConnectorSummary.hasEqualNames(context),
      symbols: context.symbols)
    var state = list
    if let index = rows.firstIndex(where: { $0.id == selected(context)?.id }) {
      state.select(index, count: rows.count, height: table.bodyHeight(area.height))
    }
    table.draw(
      in: area, on: &frame, count: rows.count, state: state, symbols: context.symbols
    ) { cells(rows[$0], context) }
    let body = table.body(of: area)
    for (line, index) in state.visible(count: rows.count, height: body.height).enumerated() {
      guard let job = rows[index].activeJob, job.job.status != .suspended else { continue }
      let isScrolled = rows.count > body.height
      let inner = body.row(line).inset(left: 2, right: isScrolled ? 2 : 1)
      let places = table.layout(width: inner.width)
      drawProgress(
        job, places, in: inner, isSelected: state.selected(count: rows.count) == index,
        on: &frame, context)
    }
  }

  private func cells(_ state: ConnectorState, _ context: ScreenContext) -> [StyledText] {
    let symbols = context.symbols
    var look = state.ingestionStatus.look(symbols)
    if look.role == .success, state.problems.contains(where: { !$0.isHint }) {
      look = StatusLook(symbols.warning, look.word, .warning)
    }
    var status = look.text
    if let job = state.activeJob, job.job.status == .suspended {
      status = job.job.look(symbols).text
    } else if let job = state.activeJob {
      let spinner = symbols.spinnerFrame(context.animationStep)
      let word: SafeText = job.phase == .queued ? "waiting" : "syncing"
      status = StyledText(spinner + " " + word, Style(.running))
    }
    let none = StyledText("none", .muted)
    return [
      status, ConnectorSummary.nameCell(state, context),
      state.record.indexName.map { StyledText(SafeText($0)) } ?? none,
      StyledText(SafeText(Format.count(state.documentCount, fitting: 10))),
      StyledText(SafeText(ConnectorSummary.sourceName(state, context))),
      ConnectorSummary.lastSync(state, context), ConnectorSummary.nextRun(state, context),
    ]
  }

  /// Draws a running sync over the cells of the last sync and the next run.
  private func drawProgress(
    _ job: JobProgress, _ places: [Table.Place], in row: Rect, isSelected: Bool,
    on frame: inout Frame, _ context: ScreenContext
  ) {
    let first = ConnectorListLayout.Column.lastSync.rawValue
    let covered = places.filter { $0.index >= first }
    guard let start = covered.first?.x, let last = covered.last else { return }
    let area = Rect(x: row.x + start, y: row.y, width: last.x + last.width - start, height: 1)
    frame.fill(area)
    let symbols = context.symbols
    guard job.phase != .queued else {
      frame.write(
        job.phase.title, in: area, style: Style(.running, isOnSelection: isSelected),
        symbols: symbols)
      return
    }
    let rate = SafeText(Format.rate(job.documentsPerSecond))
    var text = StyledText()
    guard let fraction = job.fractionDone else {
      let read = SafeText(Format.count(job.counters.extracted, fitting: area.width - 5) + " read")
      text = StyledText(read, Style(.running))
      if text.width + rate.width + 3 <= area.width {
        text.append(" " + symbols.separator + " " + rate, .muted)
      }
      frame.write(text, in: area, symbols: symbols)
      if isSelected { frame.restyle(area) { $0.isOnSelection = true } }
      return
    }
    let percent = SafeText(Format.percent(fraction)).padded(to: 6, alignment: .trailing)
    let barWidth = area.width - percent.width - rate.width - 1
    if barWidth >= 4 {
      text = Meter.bar(fraction, width: barWidth, symbols: symbols)
    }
    text.append(percent, Style(.running, isBold: true))
    text.append(" ")
    text.append(rate.padded(to: area.width - text.width, alignment: .trailing), .muted)
    frame.write(text, in: area, symbols: symbols)
    if isSelected { frame.restyle(area) { $0.isOnSelection = true } }
  }

  private func drawEmpty(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    var press = StyledText("Press ")
    press.append("n", Style(.accent, isBold: true))
    press.append(" to build the first one.")
    let rows = [
      StyledText("No connectors yet", .title), StyledText(),
      StyledText("A connector reads a data source, such as a folder of files,"),
      StyledText("into a search index, and keeps it up to date."), StyledText(), press,
    ]
    let top = area.y + max(0, (area.height - rows.count) / 2 - 1)
    for (index, row) in rows.enumerated() {
      frame.write(
        row, in: Rect(x: area.x, y: top + index, width: area.width, height: 1),
        alignment: .center, symbols: symbols)
    }
  }
}
