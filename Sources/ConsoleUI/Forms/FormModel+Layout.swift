internal import TerminalKit

/// What stands on one row of a form.
enum FormRow: Hashable, Sendable {
  /// A field's label and the given row of its control, or of its control alone.
  case control(FormField, row: Int, hasLabel: Bool)
  /// A field's label on a row of its own.
  case label(FormField)
  case problem(FormField, SafeText, isFirst: Bool)
  case warning(FormField, SafeText, isFirst: Bool)
  case note(FormField, SafeText)
  case advanced
  case blank
}

/// What a click hit.
enum FormHit: Hashable, Sendable {
  case label(FormField)
  /// The control, and which of its choices stands there.
  case control(FormField, option: Int?)
  case advanced
}

/// Where everything of a form stands at a width; drawing and clicking both go by it.
struct FormLayout: Hashable, Sendable {
  /// Columns before the labels: the pointer and a blank.
  static let gutter = 2
  /// Rows of a field for several lines of text.
  static let areaRows = 3
  /// Columns of a box for a number.
  static let numberWidth = 16
  /// Columns of a box at most: what is longer scrolls.
  static let maximumBox = 64

  let rows: [FormRow]
  /// Columns of the labels; 0 if each stands on a row of its own.
  let labelWidth: Int
  let width: Int

  /// Where the boxes start.
  func boxColumn(_ field: FormField) -> Int {
    labelWidth > 0 ? Self.gutter + labelWidth + 2 : Self.gutter + field.depth * 2
  }

  /// Columns of a field's box.
  func boxWidth(_ field: FormField) -> Int {
    let room = max(1, width - boxColumn(field) - 1 - (field.unit.map { $0.count + 1 } ?? 0))
    switch field.control {
    case .number: return min(Self.numberWidth, room)
    case .choice(let options) where !field.isInline:
      let longest = options.map { SafeText($0.label).width }.max() ?? 0
      return min(max(longest + 4, 16), room)
    default: return min(Self.maximumBox, room)
    }
  }

  /// Where what is said about a field starts: under its box, or near the left edge where that
  /// would leave a narrow column.
  func noteColumn(_ field: FormField) -> Int {
    let column = boxColumn(field) + 1
    return width - column >= 56 ? column : min(column, Self.gutter + 2)
  }

  /// Columns of what is said about a field.
  func noteWidth(_ field: FormField) -> Int { max(8, min(width - noteColumn(field) - 2, 88)) }

  /// Rows that are drawn in a height, so that the focus is among them.
  func visibleRows(height: Int, focus: FormModel.Focus?) -> Range<Int> {
    guard rows.count > height else { return 0..<rows.count }
    let indices = rows.indices.filter { holds(focus, at: $0) }
    let first = indices.first ?? 0
    let last = indices.last ?? 0
    // The focus stands in the lower half, so that what comes before it stays in sight.
    let wanted = max(last + 2 - height, last - height * 2 / 3)
    let start = min(max(0, min(first, wanted)), rows.count - height)
    return start..<(start + height)
  }

  private func holds(_ focus: FormModel.Focus?, at index: Int) -> Bool {
    switch (focus, rows[index]) {
    case (.advanced?, .advanced): true
    case (.field(let key)?, .control(let field, _, _)), (.field(let key)?, .label(let field)),
      (.field(let key)?, .problem(let field, _, _)), (.field(let key)?, .note(let field, _)),
      (.field(let key)?, .warning(let field, _, _)):
      field.key == key
    default: false
    }
  }

  /// Columns of the choices of a field that stand side by side, from the box's start.
  static func inlineOptions(_ field: FormField) -> [Range<Int>] {
    var column = 1
    return field.options.map { option in
      let width = SafeText(option.label).width + 2
      defer { column += width + 3 }
      return column..<(column + width)
    }
  }
}

extension FormModel {
  /// Where everything stands.
  func layout(in area: Rect) -> FormLayout {
    let loose = layout(width: area.width, isLoose: true)
    return loose.rows.count <= area.height
      ? loose : layout(width: area.width, isLoose: false)
  }

  private func layout(width: Int, isLoose: Bool) -> FormLayout {
    let shown = stops
    let labels = shown.compactMap { stop -> Int? in
      guard case .field(let key) = stop, let field = field(key) else { return nil }
      return SafeText(field.label).width + field.depth * 2 + (field.isRequired ? 2 : 0)
    }
    let longest = labels.max() ?? 0
    let isBeside = longest <= width * 2 / 5 && width >= 40
    let labelWidth = isBeside ? longest : 0
    let plan = FormLayout(rows: [], labelWidth: labelWidth, width: width)
    var rows: [FormRow] = []
    for stop in shown {
      if !rows.isEmpty, isLoose || stop == .advanced { rows.append(.blank) }
      switch stop {
      case .advanced: rows.append(.advanced)
      case .field(let key):
        if let field = field(key) { rows += fieldRows(field, plan) }
      }
    }
    return FormLayout(rows: rows, labelWidth: labelWidth, width: width)
  }

  private func fieldRows(_ field: FormField, _ plan: FormLayout) -> [FormRow] {
    var rows: [FormRow] = plan.labelWidth > 0 ? [] : [.label(field)]
    let height = field.control == .area ? FormLayout.areaRows : 1
    for row in 0..<height {
      rows.append(.control(field, row: row, hasLabel: plan.labelWidth > 0 && row == 0))
    }
    let room = plan.noteWidth(field)
    if let problem = shownProblem(field.key) {
      for (index, line) in SafeText(problem).wrapped(room - 2).enumerated() {
        rows.append(.problem(field, line, isFirst: index == 0))
      }
    } else if let warning = warnings.first(where: { $0.key == field.key }) {
      for (index, line) in SafeText(warning.message).wrapped(room - 2).enumerated() {
        rows.append(.warning(field, line, isFirst: index == 0))
      }
    }
    if focus == .field(field.key) {
      rows += notes(field).flatMap { SafeText($0).wrapped(room - 2) }.map { .note(field, $0) }
    }
    return rows
  }

  private func notes(_ field: FormField) -> [String] {
    var notes: [String] = []
    if let help = field.help { notes.append(help) }
    if let meaning = field.emptyMeaning { notes.append("Empty means \(meaning).") }
    return notes
  }

  /// What stands at a point.
  func hit(_ point: Point, in area: Rect) -> FormHit? {
    guard area.contains(point) else { return nil }
    let layout = layout(in: area)
    let visible = layout.visibleRows(height: area.height, focus: focus)
    let index = visible.lowerBound + point.y - area.y
    guard visible.contains(index) else { return nil }
    switch layout.rows[index] {
    case .label(let field): return .label(field)
    case .advanced: return .advanced
    case .control(let field, _, _):
      let column = point.x - area.x - layout.boxColumn(field)
      guard column >= 0 else { return .label(field) }
      let option =
        field.isInline
        ? FormLayout.inlineOptions(field).firstIndex { $0.contains(column) } : nil
      return .control(field, option: option)
    case .problem(let field, _, _), .warning(let field, _, _), .note(let field, _):
      return .label(field)
    case .blank: return nil
    }
  }

  /// Where the list of choices stands: below its field, or above it where there is more room.
  func popupPlace(in area: Rect, _ context: ScreenContext) -> Rect {
    guard let popup, let field = field(popup.key) else { return area.row(0) }
    let layout = layout(in: area)
    let visible = layout.visibleRows(height: area.height, focus: focus)
    let index =
      layout.rows.firstIndex {
        if case .control(let owner, 0, _) = $0 { owner.key == popup.key } else { false }
      } ?? 0
    let row = area.y + index - visible.lowerBound
    let size = popup.size
    let width = min(size.width, area.width)
    // The list may cover whatever stands around the form on the page.
    let page = context.area.intersection(area) == area ? context.area : area
    let below = page.bottom - row - 1
    let above = row - page.y
    let isBelow = size.height <= below || below >= above
    let height = min(size.height, isBelow ? below : above)
    let x = min(area.x + layout.boxColumn(field), area.right - width)
    return Rect(
      x: max(area.x, x), y: isBelow ? row + 1 : row - height, width: width, height: height)
  }
}
