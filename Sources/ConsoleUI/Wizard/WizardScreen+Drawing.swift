internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

extension WizardScreen {
  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let places = places(in: area)
    drawRail(in: places.rail, on: &frame, context.symbols)
    drawHead(in: places.head, on: &frame, context.symbols, hasRail: !places.rail.isEmpty)
    drawStatus(in: places.status, on: &frame, context)
    buttons.draw(stepButtons, in: places.buttons, on: &frame)
    // Last, since an open list of choices covers what stands around the form.
    drawBody(in: places.body, on: &frame, context)
    if buttons.focus != nil || pending != nil { frame.cursor = nil }
  }

  // MARK: - Around the step

  private func mark(_ other: WizardStep, _ symbols: Symbols) -> (SafeText, Style) {
    if other == step { return (symbols.pointer, Style(.focus, isBold: true)) }
    if other == .check, check.failure != nil { return (symbols.warning, Style(.warning)) }
    if other < reached { return (symbols.check, Style(.success)) }
    if other == reached { return (symbols.bulletHalf, Style(.text)) }
    return (symbols.bulletEmpty, .muted)
  }

  private func drawRail(in rail: Rect, on frame: inout Frame, _ symbols: Symbols) {
    guard !rail.isEmpty else { return }
    frame.verticalRule(rail.inset(left: rail.width - 1), symbols: symbols)
    for (index, other) in WizardStep.allCases.enumerated() {
      let row = rail.row(index + 1).inset(left: 1, right: 1)
      let (symbol, style) = mark(other, symbols)
      frame.write(symbol, in: row, style: style, symbols: symbols)
      let isReached = other <= reached
      let text = Style(
        other == step ? .focus : isReached ? .text : .muted, isBold: other == step)
      frame.write(
        SafeText("\(other.number) \(other.shortTitle)"), in: row.inset(left: 2), style: text,
        symbols: symbols)
    }
  }

  private func drawHead(
    in head: Rect, on frame: inout Frame, _ symbols: Symbols, hasRail: Bool
  ) {
    let isLoose = head.height >= 4
    let rows = head.inset(left: 2, top: isLoose ? 1 : 0, right: 2)
    var title = StyledText(
      SafeText("Step \(step.number) of \(WizardStep.allCases.count)"), .muted)
    title.append(" " + symbols.separator + " ", .muted)
    title.append(SafeText(step.title), .title)
    frame.write(title, in: rows.row(0), symbols: symbols)
    if !hasRail {
      var dots = StyledText()
      for other in WizardStep.allCases {
        let (symbol, style) = mark(other, symbols)
        dots.append(symbol, style)
      }
      frame.write(dots, in: rows.row(0), alignment: .trailing, symbols: symbols)
    }
    frame.write(SafeText(step.help), in: rows.row(1), style: .muted, symbols: symbols)
    if !isLoose, head.height >= 3 {
      frame.horizontalRule(head.row(2), symbols: symbols)
    } else if isLoose {
      frame.horizontalRule(head.row(3), symbols: symbols)
    }
  }

  private func drawStatus(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let symbols = context.symbols
    let place = area.inset(left: 2, right: 2)
    if let pending {
      var text = StyledText(symbols.spinnerFrame(context.animationStep), Style(.running))
      text.append(" " + SafeText(Self.doing(pending.purpose)), .text)
      frame.write(text, in: place.row(0), symbols: symbols)
      return
    }
    for (index, line) in statusLines(width: area.width - 4).enumerated() {
      let sign: SafeText = index == 0 ? symbols.failure + " " : "  "
      frame.write(sign + line, in: place.row(index), style: Style(.danger), symbols: symbols)
    }
  }

  private static func doing(_ purpose: Pending.Purpose) -> String {
    switch purpose {
    case .create: "Making the index, the connector and its API key…"
    case .language: "Changing the language…"
    case .identity: "Saving name and description…"
    case .configuration: "Saving the configuration…"
    case .schedule: "Saving the schedule…"
    case .delete: "Deleting the connector and its index…"
    }
  }

  // MARK: - The step

  private func drawBody(in body: Rect, on frame: inout Frame, _ context: ScreenContext) {
    let isFocused = buttons.focus == nil && pending == nil
    switch step {
    case .name: drawName(in: body, on: &frame, context, isFocused: isFocused)
    case .language:
      languages.draw(in: body, on: &frame, context, isFocused: isFocused)
    case .source: drawSource(in: body, on: &frame, context, isFocused: isFocused)
    case .apiKey: drawKey(in: body.inset(left: 2, right: 2), on: &frame, context)
    case .identity: identity.draw(in: body, on: &frame, context, isFocused: isFocused)
    case .configuration: drawConfiguration(in: body, on: &frame, context, isFocused: isFocused)
    case .check: check.draw(in: body, on: &frame, context, isFocused: isFocused)
    case .schedule: schedule.draw(in: body, on: &frame, context, isFocused: isFocused)
    case .summary: drawSummary(in: summaryPlace(body), on: &frame, context)
    }
  }

  private func drawName(
    in body: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool
  ) {
    let symbols = context.symbols
    let places = namePlaces(body)
    if created == nil {
      nameForm.draw(in: places.form, on: &frame, context, isFocused: isFocused)
    }
    var rows: [StyledText] = []
    let width = max(8, body.width - 4)
    if created != nil {
      var name = StyledText("The index is ", .text)
      name.append(SafeText(indexName), Style(.accent, isBold: true))
      rows = [name, StyledText()]
      rows += StyledText(
        "It was made in step 4 and keeps its name. To take another one, press Esc, delete the "
          + "connector and start over.", .muted
      ).wrapped(width)
    } else {
      rows = nameRows(context, width: width)
    }
    frame.writeRows(
      rows, in: (created == nil ? places.notes : body).inset(left: 2, right: 2),
      symbols: symbols)
  }

  /// The name as it will be, then what is wrong with it or what is allowed.
  private func nameRows(_ context: ScreenContext, width: Int) -> [StyledText] {
    let symbols = context.symbols
    var name = StyledText("The index will be called  ", .muted)
    let shown = typedName.isEmpty ? IndexName.prefix + "…" : indexName
    name.append(SafeText(shown), Style(.accent, isBold: true))
    var rows = name.wrapped(width) + [StyledText()]
    guard !typedName.isEmpty || showsEmptyName else {
      return rows
        + StyledText(
          "Use small letters, digits and most other signs. Blanks and these signs can’t be used: "
            + "\\ / : * ? \" < > | , #. With its prefix the name takes 255 bytes at most.",
          .muted
        ).wrapped(width)
    }
    let problems = nameProblems(context)
    if problems.isEmpty, isTakingOver(context) {
      rows +=
        StyledText(
          symbols.bulletHalf + " An index " + SafeText(indexName)
            + " exists and has no connector; it will be used with the documents that it has.",
          Style(.text)
        ).wrapped(width)
    } else if problems.isEmpty {
      var fine = StyledText(symbols.check + " ", Style(.success, isBold: true))
      fine.append("The name is good and free.", Style(.success))
      rows.append(fine)
    }
    for problem in problems {
      let lines = SafeText(problem).wrapped(max(8, width - 2))
      for (index, line) in lines.enumerated() {
        let sign: SafeText = index == 0 ? symbols.failure + " " : "  "
        rows.append(StyledText(sign + line, Style(.danger)))
      }
    }
    return rows
  }

  private func drawSource(
    in body: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool
  ) {
    guard created != nil else {
      if context.snapshot.catalog.isEmpty {
        frame.write(
          "  No data source is built into this program.", in: body.row(0), style: .muted,
          symbols: context.symbols)
        return
      }
      sources.draw(in: body, on: &frame, context, isFocused: isFocused)
      return
    }
    let inner = body.inset(left: 2, right: 2)
    var name = StyledText("The data source is ", .text)
    name.append(SafeText(source(context)?.name ?? ""), Style(.accent, isBold: true))
    let note = StyledText(
      "Fixed since step 4, where the connector was made. To take another one, press Esc, delete the "
        + "connector and start over.", .muted)
    frame.writeRows(
      [name, StyledText()] + note.wrapped(inner.width), in: inner, symbols: context.symbols)
  }

  private func drawKey(in inner: Rect, on frame: inout Frame, _ context: ScreenContext) {
    if let card {
      card.draw(in: inner, on: &frame, context)
      return
    }
    let source = source(context)?.name ?? ""
    var lines = StyledText("Generate makes three things at once: the index ", .text)
    lines.append(SafeText(indexName), Style(.accent, isBold: true))
    lines.append(SafeText(" (\(language.name)), the connector for "), .text)
    lines.append(SafeText(source), Style(.accent, isBold: true))
    lines.append(", and an API key that may write this index only.", .text)
    let more = StyledText(
      "Index name and data source are fixed from then on. The key is shown once, with the "
        + "connector’s ID.", .muted)
    frame.writeRows(
      lines.wrapped(inner.width) + [StyledText()] + more.wrapped(inner.width), in: inner,
      symbols: context.symbols)
  }

  private func drawConfiguration(
    in body: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool
  ) {
    let places = configurationPlaces(body, context)
    let rows = recheck.rows(width: body.width - 4, context)
    if !rows.isEmpty {
      frame.horizontalRule(places.recheck.row(0), symbols: context.symbols)
      frame.writeRows(
        rows, in: places.recheck.inset(left: 2, top: 1, right: 2), symbols: context.symbols)
    }
    guard let configuration, !configuration.schema.fields.isEmpty else {
      frame.writeParagraphs(
        "The connector service has not declared the fields of this data source yet. Press F5 to "
          + "ask it again.", in: body.inset(left: 2, right: 2), style: .muted,
        symbols: context.symbols)
      return
    }
    configuration.form.draw(in: places.form, on: &frame, context, isFocused: isFocused)
  }
}
