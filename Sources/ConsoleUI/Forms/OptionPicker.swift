package import TerminalKit

/// A list to choose one of, with a filter; each choice has a line that explains it.
package struct OptionPicker: Hashable, Sendable {
  /// One choice.
  package struct Item: Hashable, Sendable {
    package var id: String
    package var title: String
    package var detail: String
    /// Why it can't be chosen; `nil` if it can.
    package var unavailable: String?

    /// Makes a choice.
    package init(_ id: String, _ title: String, detail: String, unavailable: String? = nil) {
      self.id = id
      self.title = title
      self.detail = detail
      self.unavailable = unavailable
    }
  }

  /// What came of an event.
  package enum Outcome: Hashable, Sendable {
    case ignored
    case handled
    /// Enter or a double click on a choice that is there to be chosen.
    case chosen(String)
    /// Enter on one that is not, and why.
    case refused(String)
  }

  package private(set) var items: [Item]
  private var list = ListState()
  private var filter = TextInput(placeholder: "type a part of the name", maximumLength: 60)
  package private(set) var isFiltering = false
  private let noun: String

  /// Makes a list of choices of a kind, such as `languages`.
  package init(_ items: [Item], noun: String, selected: String? = nil) {
    self.items = items
    self.noun = noun
    if let index = items.firstIndex(where: { $0.id == selected }) {
      list = ListState(selection: index)
    }
  }

  /// The choices that the filter lets through.
  package var matches: [Item] {
    let matcher = FuzzyMatcher(filter.text)
    guard !matcher.isEmpty else { return items }
    // Words that begin so come first; scattered letters count only where nothing else matches.
    let words = WordFilter(filter.text)
    let begun = items.filter { words.matchesWordStarts(of: $0.title) }
    let rest = items.filter { item in !begun.contains { $0.id == item.id } }
    let found = begun + rest.filter { words.matchesWordStarts(of: $0.detail) }
    return found.isEmpty ? matcher.filter(items) { $0.title }.map(\.element) : found
  }

  /// The choice with the pointer; `nil` if the filter lets none through.
  package var selected: Item? {
    let matches = matches
    return list.selected(count: matches.count).map { matches[$0] }
  }

  /// What is typed into the filter.
  package var filterText: String { filter.text }

  /// Replaces the choices, and keeps the selected one if it is still there.
  package mutating func setItems(_ new: [Item]) {
    guard new != items else { return }
    let id = selected?.id
    items = new
    if let id { select(id) }
  }

  /// Puts the pointer at a choice.
  package mutating func select(_ id: String) {
    let matches = matches
    guard let index = matches.firstIndex(where: { $0.id == id }) else { return }
    list.select(index, count: matches.count, height: matches.count)
  }

  /// Takes an event.
  package mutating func update(_ event: InputEvent, in area: Rect) -> Outcome {
    let place = listPlace(in: area)
    if isFiltering, let outcome = updateFilter(event) { return outcome }
    switch event {
    case .key(.character("/")) where !isFiltering:
      isFiltering = true
      return .handled
    case .key(.escape) where !filter.isEmpty:
      clearFilter()
      return .handled
    case .key(.enter): return choose()
    case .mouse(let mouse) where mouse.kind == .press || mouse.kind == .doublePress:
      return click(mouse, in: place)
    default:
      let isMoved = list.handle(
        event, count: matches.count, height: place.height, hasVimKeys: !isFiltering)
      return isMoved ? .handled : .ignored
    }
  }

  private mutating func updateFilter(_ event: InputEvent) -> Outcome? {
    switch event {
    case .key(.escape):
      clearFilter()
      return .handled
    case .key(.enter):
      isFiltering = false
      return choose()
    case .key(.tab):
      isFiltering = false
      return .handled
    case .key(.backspace) where filter.isEmpty:
      isFiltering = false
      return .handled
    case .key(.up), .key(.down), .key(.pageUp), .key(.pageDown): return nil
    case .key, .paste:
      let before = filter.text
      guard filter.handle(event) else { return nil }
      if filter.text != before { list = ListState() }
      return .handled
    case .mouse, .resize: return nil
    }
  }

  private mutating func clearFilter() {
    let id = selected?.id
    filter.text = ""
    isFiltering = false
    if let id { select(id) }
  }

  private func choose() -> Outcome {
    guard let selected else {
      return .refused("No \(noun) match “\(filter.text)”. Press Esc to see all of them.")
    }
    return selected.unavailable.map { .refused($0) } ?? .chosen(selected.id)
  }

  private mutating func click(_ mouse: MouseEvent, in place: Rect) -> Outcome {
    let count = matches.count
    guard let row = list.row(at: mouse.point, in: place, count: count) else { return .ignored }
    list.select(row, count: count, height: place.height)
    return mouse.kind == .doublePress ? choose() : .handled
  }

  private var hasFilterRow: Bool { isFiltering || !filter.isEmpty }

  private func listPlace(in area: Rect) -> Rect {
    let list = hasFilterRow ? area.splitTop(1).rest : area
    return list.splitBottom(detailRows(in: area)).rest
  }

  /// Rows under the list for the selected choice's line, where it does not fit beside its name.
  private func detailRows(in area: Rect) -> Int {
    let longest = items.map { SafeText($0.unavailable ?? $0.detail).width }.max() ?? 0
    let fits = titleWidth + 6 + longest <= area.width
    return fits || area.height < 6 ? 0 : 3
  }

  private var titleWidth: Int {
    min(28, items.map { SafeText($0.title).width }.max() ?? 0)
  }

  /// Draws the list.
  package func draw(
    in area: Rect, on frame: inout Frame, _ context: ScreenContext, isFocused: Bool = true
  ) {
    let symbols = Symbols.set(isASCII: context.options.isASCII)
    if hasFilterRow { drawFilter(in: area.row(0), on: &frame, symbols) }
    let place = listPlace(in: area)
    let matches = matches
    if matches.isEmpty {
      let text: SafeText = "  No \(noun) match."
      frame.write(text, in: place.row(0), style: .muted, symbols: symbols)
    }
    let visible = list.visible(count: matches.count, height: place.height)
    for index in visible {
      let line = place.row(index - visible.lowerBound).inset(right: 2)
      let isSelected = index == list.selected(count: matches.count)
      draw(
        matches[index], isSelected: isSelected && isFocused,
        hasDetail: !isSelected || detailRows(in: area) == 0, in: line, on: &frame, symbols)
      if isSelected, !isFocused {
        frame.write(symbols.pointer, at: line.origin, style: .muted, clip: line)
      }
    }
    frame.scrollbar(
      place.inset(left: max(0, place.width - 1)), offset: visible.lowerBound,
      visible: visible.count, total: matches.count, symbols: symbols)
    drawDetail(in: area.splitBottom(detailRows(in: area)).bottom, on: &frame, symbols)
  }

  private func drawFilter(in row: Rect, on frame: inout Frame, _ symbols: Symbols) {
    let end = frame.write("  / ", at: row.origin, style: Style(.accent), clip: row)
    let box = row.inset(left: end - row.x, right: 1)
    let field = Rect(x: box.x, y: box.y, width: min(40, box.width), height: 1)
    let cursor = filter.draw(in: field, on: &frame, isFocused: isFiltering, symbols: symbols)
    if isFiltering { frame.cursor = cursor }
  }

  private func draw(
    _ item: Item, isSelected: Bool, hasDetail: Bool, in line: Rect, on frame: inout Frame,
    _ symbols: Symbols
  ) {
    let isOff = item.unavailable != nil
    let style = isSelected ? Style.selection : isOff ? .muted : .text
    if isSelected {
      frame.fill(line, style: style)
      frame.write(symbols.pointer, at: line.origin, style: style, clip: line)
    }
    let title = line.inset(left: 2).splitLeft(titleWidth).left
    let matcher = FuzzyMatcher(filter.text)
    let match = matcher.isEmpty || isSelected ? nil : matcher.match(item.title)
    let text = FuzzyMatcher.highlighted(item.title, match, style: style)
    frame.write(text, in: title, symbols: symbols)
    // The selected one's line stands whole under the list where it does not fit here.
    guard hasDetail else { return }
    let rest = line.inset(left: 2 + titleWidth + 2)
    let quiet = isSelected ? style : .muted
    let detail = isOff ? "unavailable: " + (item.unavailable ?? "") : item.detail
    frame.write(SafeText(detail), in: rest, style: quiet, symbols: symbols)
  }

  private func drawDetail(in area: Rect, on frame: inout Frame, _ symbols: Symbols) {
    guard area.height > 0, let selected else { return }
    frame.horizontalRule(area.row(0), symbols: symbols)
    let text = selected.unavailable.map { "Unavailable: " + $0 } ?? selected.detail
    frame.writeParagraphs(
      text, in: area.splitTop(1).rest.inset(left: 2, right: 1),
      style: selected.unavailable == nil ? .text : Style(.warning), symbols: symbols)
  }
}
