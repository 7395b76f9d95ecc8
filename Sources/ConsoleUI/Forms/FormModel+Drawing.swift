package import TerminalKit

extension FormModel {
  /// Draws the form.
  ///
  /// - Parameters:
  ///   - area: where; the rows around the focus are shown if not all fit.
  ///   - frame: what to draw on.
  ///   - context: the moment, and which characters to draw with.
  ///   - isFocused: whether the form, not something beside it, has the focus.
  package func draw(
    in area: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool = true
  ) {
    let symbols = Symbols.set(isASCII: context.options.isASCII)
    let layout = layout(in: area)
    let visible = layout.visibleRows(height: area.height, focus: focus)
    let pen = FormPen(form: self, layout: layout, symbols: symbols, context: context)
    for index in visible {
      let row = area.row(index - visible.lowerBound)
      pen.draw(
        layout.rows[index], in: row, on: &frame, isFocused: isFocused,
        isTop: index == visible.lowerBound, rowsLeft: visible.upperBound - index)
    }
    frame.scrollbar(
      area.inset(left: max(0, area.width - 1)), offset: visible.lowerBound,
      visible: visible.count, total: layout.rows.count, symbols: symbols)
    if isFocused { popup?.draw(in: popupPlace(in: area, context), on: &frame, symbols) }
  }
}

/// Draws the rows of one form.
private struct FormPen {
  let form: FormModel
  let layout: FormLayout
  let symbols: Symbols
  let context: ScreenContext

  func draw(
    _ row: FormRow, in line: Rect, on frame: inout Frame, isFocused: Bool, isTop: Bool,
    rowsLeft: Int
  ) {
    switch row {
    case .blank: break
    case .advanced: drawAdvanced(in: line, on: &frame, isFocused: isFocused)
    case .label(let field): drawLabel(field, in: line, on: &frame, isFocused: isFocused)
    case .control(let field, let index, let hasLabel):
      if hasLabel { drawLabel(field, in: line, on: &frame, isFocused: isFocused) }
      // What is drawn of a field for several lines is drawn with its first row in sight.
      guard index == 0 || isTop else { break }
      let rows = field.control == .area ? min(FormLayout.areaRows - index, rowsLeft) : 1
      drawControl(field, rows: rows, in: line, on: &frame, isFocused: isFocused)
    case .problem(let field, let text, let isFirst):
      let sign = isFirst ? symbols.failure : SafeText.empty
      drawRemark(sign, text, field, style: Style(.danger), in: line, on: &frame)
    case .warning(let field, let text, let isFirst):
      let sign = isFirst ? symbols.warning : SafeText.empty
      drawRemark(sign, text, field, style: Style(.warning), in: line, on: &frame)
    case .note(let field, let text):
      drawRemark(symbols.vertical, text, field, style: .muted, in: line, on: &frame)
    }
  }

  private func drawRemark(
    _ sign: SafeText, _ text: SafeText, _ field: FormField, style: Style, in line: Rect,
    on frame: inout Frame
  ) {
    let part = line.inset(left: layout.noteColumn(field))
    frame.write(sign, at: part.origin, style: style, clip: part)
    let rest = part.inset(left: 2)
    frame.write(text, at: rest.origin, style: style, clip: rest)
  }

  private func hasFocus(_ field: FormField) -> Bool { form.focus == .field(field.key) }

  private func drawLabel(
    _ field: FormField, in line: Rect, on frame: inout Frame, isFocused: Bool
  ) {
    let isHere = isFocused && hasFocus(field)
    if isHere {
      frame.write(symbols.pointer, at: line.origin, style: Style(.focus), clip: line)
    }
    let width = layout.labelWidth > 0 ? layout.labelWidth : line.width - FormLayout.gutter
    let part = line.inset(left: FormLayout.gutter).splitLeft(width).left
      .inset(left: field.depth * 2)
    let mark = field.isRequired ? 2 : 0
    let label = SafeText(field.label)
      .truncated(to: part.width - mark, ellipsis: symbols.ellipsis)
    let style = isHere ? Style(.focus, isBold: true) : .text
    let end = frame.write(label, at: part.origin, style: style, clip: part)
    if field.isRequired {
      frame.write("*", at: Point(x: end + 1, y: part.y), style: Style(.accent), clip: part)
    }
  }

  private func drawAdvanced(in line: Rect, on frame: inout Frame, isFocused: Bool) {
    let isHere = isFocused && form.focus == .advanced
    if isHere {
      frame.write(symbols.pointer, at: line.origin, style: Style(.focus), clip: line)
    }
    let count = form.fields.filter(\.isAdvanced).count
    let sign = form.isAdvancedOpen ? symbols.dropdown : symbols.moreRight
    let part = line.inset(left: FormLayout.gutter)
    let style = isHere ? Style(.focus, isBold: true) : .muted
    let end = frame.write(sign + " Advanced settings", at: part.origin, style: style, clip: part)
    let note: SafeText = form.isAdvancedOpen ? "" : "  \(count) more, Space unfolds"
    frame.write(note, at: Point(x: end, y: part.y), style: .muted, clip: part)
  }

  private func drawControl(
    _ field: FormField, rows: Int, in line: Rect, on frame: inout Frame, isFocused: Bool
  ) {
    let isHere = isFocused && hasFocus(field)
    let start = line.inset(left: layout.boxColumn(field))
    let box = Rect(x: start.x, y: start.y, width: layout.boxWidth(field), height: rows)
    switch field.control {
    case .text, .number, .area: drawText(field, in: box, on: &frame, isHere: isHere)
    case .toggle:
      frame.toggle(
        form.flag(field.key), at: start.origin, isFocused: isHere, clip: start, symbols: symbols)
    case .choice where field.isInline: drawInline(field, in: start, on: &frame, isHere: isHere)
    case .choice: drawDropdown(field, in: box, on: &frame, isHere: isHere)
    }
    if let unit = field.unit, field.control != .toggle, !field.isInline {
      let rest = start.inset(left: box.width + 1)
      frame.write(SafeText(unit), at: rest.origin, style: .muted, clip: rest)
    }
  }

  private func drawInline(
    _ field: FormField, in part: Rect, on frame: inout Frame, isHere: Bool
  ) {
    let chosen = form.text(field.key)
    for (option, columns) in zip(field.options, FormLayout.inlineOptions(field)) {
      let isChosen = option.value == chosen
      let mark = isChosen ? symbols.radioOn : symbols.radioOff
      let style = Style(isHere && isChosen ? .focus : .text, isBold: isChosen)
      frame.write(
        mark + " " + SafeText(option.label),
        at: Point(x: part.x + columns.lowerBound, y: part.y), style: style, clip: part)
    }
  }

  private func drawDropdown(
    _ field: FormField, in box: Rect, on frame: inout Frame, isHere: Bool
  ) {
    let style = Style(.field, isBold: isHere)
    frame.fill(box, style: style)
    let chosen = form.text(field.key)
    let label = field.options.first { $0.value == chosen }?.label
    let text = box.inset(left: 1, right: 3)
    let shown = SafeText(label ?? (chosen.isEmpty ? "choose one" : chosen))
      .truncated(to: text.width, ellipsis: symbols.ellipsis)
    frame.write(
      shown, at: text.origin, style: label == nil ? Style(.muted) : style, clip: text)
    let end = Point(x: box.right - 2, y: box.y)
    frame.write(symbols.dropdown, at: end, style: style, clip: box)
  }

  private func drawText(
    _ field: FormField, in box: Rect, on frame: inout Frame, isHere: Bool
  ) {
    let isMasked = field.isSecret && !form.isRevealed(field.key, at: context.now)
    let ghost = field.placeholder ?? (isHere ? nil : field.emptyMeaning.map { "empty: " + $0 })
    frame.fill(box, style: Style(.field))
    let inner = box.inset(left: 1, right: 1)
    let cursor = form.input(field).draw(
      in: inner, on: &frame, isFocused: isHere, isMasked: isMasked, placeholder: ghost ?? "",
      symbols: symbols)
    guard isHere else { return }
    frame.cursor = cursor
    guard field.isSecret, !form.text(field.key).isEmpty else { return }
    let note: SafeText =
      isMasked ? " ^R shows " : " hidden in \(form.secondsRevealed(at: context.now)) s "
    guard box.width >= note.width + 12 else { return }
    let place = box.row(0).inset(left: box.width - note.width)
    frame.write(note, at: place.origin, style: Style(.placeholder), clip: place)
  }
}
