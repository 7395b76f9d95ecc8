internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// One line of the summary: what was chosen in a step.
struct SummaryLine: Hashable, Sendable {
  var step: WizardStep
  /// The field of the step that the line shows; `nil` if it is none of a form.
  var field: String?
  var label: String
  var value: String
  /// What stands behind the value, such as that it is still missing.
  var note: String?
  var isWarning = false
}

extension WizardScreen {
  /// Everything that was chosen, in the order of the steps.
  func summaryLines(_ context: ScreenContext) -> [SummaryLine] {
    var lines = [
      SummaryLine(step: .name, label: "Index", value: indexName),
      SummaryLine(step: .language, label: "Language", value: language.name),
      SummaryLine(step: .source, label: "Data source", value: source(context)?.name ?? ""),
      keyLine(),
      SummaryLine(
        step: .identity, field: "name", label: "Name", value: identity.text("name")),
    ]
    let description = identity.text("description")
    lines.append(
      SummaryLine(
        step: .identity, field: "description", label: "Description",
        value: description.isEmpty ? "none" : Self.firstLine(description)))
    lines += configurationLines()
    lines.append(checkLine())
    lines.append(
      SummaryLine(
        step: .schedule, label: "Schedule", value: schedule.summary,
        note: schedule.isChanged ? "starts with Save" : nil))
    return lines
  }

  private func keyLine() -> SummaryLine {
    guard let card else { return SummaryLine(step: .apiKey, label: "API key", value: "none") }
    var line = SummaryLine(step: .apiKey, label: "API key", value: card.apiKey.id)
    if let path = card.savedPath {
      line.note = "saved to " + path
    } else if card.isCopied {
      line.note = "copied"
    } else {
      line.note = "neither copied nor saved"
      line.isWarning = true
    }
    return line
  }

  /// The fields in sight whose value is not empty.
  private func configurationLines() -> [SummaryLine] {
    guard let configuration else { return [] }
    return configuration.form.fields.compactMap { field in
      let value = configuration.display(field, isMasked: true)
      guard !value.isEmpty, !field.isAdvanced || configuration.isSet(field.key) else {
        return nil
      }
      return SummaryLine(
        step: .configuration, field: field.key, label: field.label, value: value)
    }
  }

  private func checkLine() -> SummaryLine {
    var line = SummaryLine(step: .check, label: "Check", value: "not done")
    switch check.state {
    case .idle: break
    case .running: line.value = "under way"
    case .failed(let failure):
      line.value = failure.message
      line.isWarning = true
    case .done(let report):
      line.value =
        report.documents.isEmpty
        ? "the source is empty"
        : "passed, " + Format.count(report.documents.count, "document") + " seen"
    }
    if check.checkedValues != nil, check.checkedValues != configuration?.values {
      line.note = "before the last changes"
      line.isWarning = true
    }
    return line
  }

  private static func firstLine(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline)
    return (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
  }

  /// Draws the summary.
  func drawSummary(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let lines = summaryLines(context)
    let symbols = context.symbols
    let labelWidth = lines.map { SafeText($0.label).width }.max() ?? 0
    let table = Table(
      [
        Table.Column("", minimum: 8, ideal: labelWidth, priority: 2),
        Table.Column("", minimum: 16, flex: 1, priority: 1),
      ], hasHeader: false)
    table.draw(
      in: area, on: &frame, count: lines.count, state: summary,
      isFocused: buttons.focus == nil, symbols: symbols
    ) { row in
      let line = lines[row]
      let quiet = Style(line.isWarning ? .warning : .muted)
      let mark = line.isWarning ? symbols.warning + " " : SafeText.empty
      var value = StyledText(
        SafeText(line.value), line.isWarning && line.note == nil ? quiet : .text)
      if let note = line.note { value.append("  " + mark + SafeText(note), quiet) }
      return [StyledText(SafeText(line.label), .muted), value]
    }
    // Only what has the focus is pointed at: here a button.
    guard buttons.focus != nil, let selected = summary.selected(count: lines.count) else { return }
    let visible = summary.visible(count: lines.count, height: area.height)
    let row = area.row(selected - visible.lowerBound)
    frame.write(" ", at: row.origin, style: .text, clip: row)
  }
}
