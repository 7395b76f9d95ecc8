/// One of some options, chosen from radio buttons or from a list that a field opens.
package struct ChoiceState: Hashable, Sendable {
  package private(set) var options: [String]
  /// The chosen option; `nil` before there is one.
  package private(set) var selected: Int?
  /// Whether the list is open.
  package private(set) var isOpen = false
  /// What was typed to narrow the open list.
  package private(set) var filter = TextInput()
  private var list = ListState()

  /// Offers options.
  package init(_ options: [String], selected: Int? = nil) {
    self.options = options
    self.selected = selected.flatMap { options.indices.contains($0) ? $0 : nil }
  }

  /// Chooses an option.
  package mutating func select(_ index: Int?) {
    selected = index.flatMap { options.indices.contains($0) ? $0 : nil }
  }

  /// The options that the filter leaves, best first.
  package var candidates: [(index: Int, match: FuzzyMatcher.Match)] {
    FuzzyMatcher(filter.text).filter(Array(options.indices)) { options[$0] }
      .map { (index: $0.element, match: $0.match) }
  }

  /// Opens the list at the chosen option.
  package mutating func open(height: Int = 8) {
    isOpen = true
    filter.text = ""
    list.select(selected ?? 0, count: options.count, height: height)
  }

  /// Closes the list and keeps the choice.
  package mutating func close() {
    isOpen = false
    filter.text = ""
  }

  /// Takes an event as a field with a list: Enter, Space or Down open it; typing narrows it,
  /// Enter chooses, Esc closes.
  ///
  /// - Returns: whether it was for the field.
  package mutating func handle(_ event: InputEvent, height: Int = 8) -> Bool {
    guard isOpen else { return handleClosed(event, height: height) }
    let candidates = candidates
    switch event {
    case .key(.escape): close()
    case .key(.enter), .key(.tab):
      if let row = list.selected(count: candidates.count) { selected = candidates[row].index }
      close()
      return event == .key(.enter)
    default:
      if list.handle(event, count: candidates.count, height: height, hasVimKeys: false) {
        return true
      }
      let before = filter.text
      guard filter.handle(event) else { return false }
      if filter.text != before { list.select(0, count: self.candidates.count, height: height) }
    }
    return true
  }

  private mutating func handleClosed(_ event: InputEvent, height: Int) -> Bool {
    switch event {
    case .key(.enter), .key(.character(" ")), .key(.down):
      open(height: height)
      return true
    default: return false
    }
  }

  /// Takes an event as radio buttons: arrows and vim's keys move the choice.
  ///
  /// - Returns: whether it moved; at the ends it does not, so that the focus can go on.
  package mutating func handleAsRadio(_ event: InputEvent) -> Bool {
    let step: Int
    switch event {
    case .key(.up), .key(.left), .key(.character("k")), .key(.character("h")): step = -1
    case .key(.down), .key(.right), .key(.character("j")), .key(.character("l")): step = 1
    default: return false
    }
    guard let selected else {
      select(0)
      return self.selected != nil
    }
    guard options.indices.contains(selected + step) else { return false }
    self.selected = selected + step
    return true
  }

  /// Draws the closed field: the chosen option and a mark that there is a list.
  package func drawField(
    in area: Rect, on frame: inout Frame, isFocused: Bool, placeholder: String = "Choose…",
    symbols: Symbols = .unicode
  ) {
    let row = area.row(0)
    guard row.width > 3 else { return }
    let style = isFocused ? Style(.selection) : Style(.field)
    frame.fill(row, style: style)
    let text = selected.map { options[$0] }
    frame.write(
      SafeText(text ?? placeholder), in: row.inset(left: 1, right: 2),
      style: text == nil && !isFocused ? Style(.placeholder) : style, symbols: symbols)
    frame.write(
      symbols.dropdown, at: Point(x: row.right - 2, y: row.y), style: style, clip: row)
  }

  /// Draws the open list into a box below or above its field, whichever has the room.
  ///
  /// Draw it after everything else, since it covers what is there.
  package func drawList(
    below field: Rect, within bounds: Rect, on frame: inout Frame, height: Int = 8,
    symbols: Symbols = .unicode
  ) {
    guard isOpen else { return }
    let candidates = candidates
    let wanted = min(height, max(1, candidates.count)) + 3
    let below = bounds.bottom - field.bottom
    let above = field.y - bounds.y
    let isBelow = below >= wanted || below >= above
    let rows = min(wanted, isBelow ? below : above)
    let area = Rect(
      x: field.x, y: isBelow ? field.bottom : field.y - rows,
      width: max(field.width, 24), height: rows
    ).intersection(bounds)
    guard area.height >= 4 else { return }
    frame.fill(area)
    let inner = frame.box(area, style: Style(.focus), symbols: symbols)
    let parts = inner.splitTop(1)
    frame.write("/ ", in: parts.top.inset(left: 1), style: Style(.accent))
    let cursor = TextInput(filter.text, placeholder: "type to filter").draw(
      in: parts.top.inset(left: 3, right: 1), on: &frame, isFocused: true, symbols: symbols)
    frame.cursor = cursor
    let table = Table([Table.Column("", minimum: 4, flex: 1)], hasHeader: false)
    guard !candidates.isEmpty else {
      frame.write("nothing matches", in: parts.rest.inset(left: 2), style: .muted)
      return
    }
    table.draw(
      in: parts.rest, on: &frame, count: candidates.count, state: list, symbols: symbols
    ) { row in
      let candidate = candidates[row]
      return [FuzzyMatcher.highlighted(options[candidate.index], candidate.match)]
    }
  }

  /// Draws the options as radio buttons, one a row.
  package func drawRadio(
    in area: Rect, on frame: inout Frame, isFocused: Bool, symbols: Symbols = .unicode
  ) {
    for (index, option) in options.enumerated() where index < area.height {
      let isOn = index == selected
      var text = StyledText(
        isOn ? symbols.radioOn : symbols.radioOff, Style(isOn ? .accent : .muted))
      text.append(" " + SafeText(option), isOn ? Style(.text, isBold: true) : .text)
      let row = area.row(index)
      frame.write(text, in: row.inset(left: 2), symbols: symbols)
      if isOn, isFocused {
        Table.drawSelection(row, on: &frame, isFocused: true, symbols: symbols)
      }
    }
  }
}
