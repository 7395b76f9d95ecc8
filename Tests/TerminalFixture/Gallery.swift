import TerminalKit

/// Every widget on one screen, to look at in all palettes.
struct Gallery {
  let symbols: Symbols

  func draw(on frame: inout Frame) {
    frame.fill(frame.rect.row(0), style: .bar)
    frame.write(
      StyledText(" connector-console ", Style(.bar, isBold: true))
        + StyledText(symbols.breadcrumb, .bar) + StyledText(" Gallery", .bar),
      in: frame.rect.row(0), symbols: symbols)
    frame.tabs(
      ["Overview", "Configuration", "Schedule", "Jobs", "Log"], selected: 1,
      in: frame.rect.row(1).inset(left: 1), symbols: symbols)
    let body = frame.rect.inset(top: 2, bottom: 1)
    let parts = body.splitTop(8)
    drawTable(in: parts.top, on: &frame)
    let columns = parts.rest.splitLeft(parts.rest.width / 2)
    drawForm(in: columns.left, on: &frame)
    drawMeters(in: columns.rest, on: &frame)
    let hints = frame.rect.row(frame.size.height - 1)
    var text = StyledText(" ")
    for (key, label) in [("Enter", "Open"), ("n", "New"), ("/", "Filter"), ("?", "Help")] {
      text += StyledText(SafeText(key), Style(.accent, isBold: true))
      text += StyledText(" " + SafeText(label) + "  ", .muted)
    }
    frame.write(text, in: hints, symbols: symbols)
  }

  private func drawTable(in area: Rect, on frame: inout Frame) {
    let inner = frame.box(
      area, title: "Connectors", note: StyledText("5 of 5", .muted), style: Style(.focus),
      symbols: symbols)
    let table = Table([
      Table.Column("Name", minimum: 10, ideal: 22, flex: 1, priority: 9),
      Table.Column("Status", minimum: 12, ideal: 16, priority: 8),
      Table.Column("Documents", minimum: 9, priority: 5, alignment: .trailing),
      Table.Column("Last sync", minimum: 10, ideal: 12, priority: 3, alignment: .trailing),
    ])
    let rows: [(SafeText, SafeText, Role)] = [
      ("search-docs", symbols.bulletFull + " Connected", .success),
      ("search-handbook", symbols.spinnerFrame(3) + " Syncing 42%", .running),
      ("search-wiki", symbols.warning + " Configure", .warning),
      ("search-mail", symbols.failure + " Error", .danger),
      ("search-日本語", symbols.bulletEmpty + " Created", .muted),
    ]
    table.draw(
      in: inner, on: &frame, count: rows.count, state: ListState(selection: 1),
      symbols: symbols
    ) { row in
      [
        StyledText(rows[row].0), StyledText(rows[row].1, Style(rows[row].2)),
        StyledText(SafeText("\(row * 12_345)")), StyledText("3 min ago", .muted),
      ]
    }
  }

  private func drawForm(in area: Rect, on frame: inout Frame) {
    let inner = frame.box(area, title: "Configuration", symbols: symbols).inset(left: 1, right: 1)
    frame.write("Folder", in: inner.row(0), style: Style(.text, isBold: true), symbols: symbols)
    TextInput("/usr/share/doc").draw(
      in: inner.row(1), on: &frame, isFocused: true, symbols: symbols)
    frame.write("Which folder to read", in: inner.row(2), style: .muted, symbols: symbols)
    TextInput(placeholder: "*.md, *.txt").draw(
      in: inner.row(4), on: &frame, isFocused: false, symbols: symbols)
    ChoiceState(["English", "German"], selected: 0).drawField(
      in: inner.row(6), on: &frame, isFocused: false, symbols: symbols)
    frame.toggle(
      true, at: Point(x: inner.x, y: inner.y + 8), isFocused: false, clip: inner,
      symbols: symbols)
    frame.write(
      symbols.failure + " The folder does not exist; choose another.", in: inner.row(9),
      style: Style(.danger), symbols: symbols)
    frame.buttons(
      [(label: "Save", isDangerous: false), (label: "Delete", isDangerous: true)],
      in: inner.row(inner.height - 1), focus: 0)
  }

  private func drawMeters(in area: Rect, on frame: inout Frame) {
    let inner = frame.box(area, title: "Live sync", symbols: symbols).inset(left: 1, right: 1)
    frame.gauge(0.427, in: inner.row(0), symbols: symbols)
    frame.busyBar(7, in: inner.row(1), symbols: symbols)
    let values = (0..<60).map { Double(($0 * 37) % 23 + $0 / 3) }
    frame.sparkline(
      values, in: Rect(x: inner.x, y: inner.y + 3, width: inner.width, height: 3),
      symbols: symbols)
    let match = FuzzyMatcher("elastic").match("What Elasticsearch is")
    frame.write(
      FuzzyMatcher.highlighted("What Elasticsearch is", match), in: inner.row(7),
      symbols: symbols)
    frame.badge("RUNNING", at: Point(x: inner.x, y: inner.y + 8), role: .running, clip: inner)
    frame.badge("FAILED", at: Point(x: inner.x + 10, y: inner.y + 8), role: .danger, clip: inner)
    frame.heading("Roles", in: inner.row(9), symbols: symbols)
    var text = StyledText()
    for role in Role.allCases { text += StyledText(SafeText("\(role)"), Style(role)) + " " }
    frame.writeWrapped(
      text, in: inner.inset(top: 10), symbols: symbols)
  }
}
