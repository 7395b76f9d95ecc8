internal import TerminalKit

/// The open list of a field's choices; typing narrows it down.
struct FormPopup: Hashable, Sendable {
  /// What came of an event.
  enum Outcome: Hashable, Sendable {
    case open, closed
    case chosen(String)
  }

  let key: String
  private let options: [FormField.Option]
  private var typed = ""
  /// Counted in the matching options.
  private var selection: Int

  /// Opens the list of a field with a value selected.
  init(_ field: FormField, selected: String) {
    key = field.key
    options = field.options
    selection = options.firstIndex { $0.value == selected } ?? 0
  }

  /// The choices whose label has what was typed.
  var matches: [FormField.Option] {
    guard !typed.isEmpty else { return options }
    let wanted = typed.lowercased()
    let starting = options.filter { $0.label.lowercased().hasPrefix(wanted) }
    let holding = options.filter { option in
      let label = option.label.lowercased()
      return !label.hasPrefix(wanted) && label.contains(wanted)
    }
    return starting + holding
  }

  /// Columns and rows with the frame, all choices shown.
  var size: Size {
    let labels = options.map { SafeText($0.label).width }.max() ?? 0
    let details = options.map { option in
      option.detail.map { SafeText($0).width + 2 } ?? 0
    }
    return Size(width: max(16, labels + (details.max() ?? 0) + 6), height: options.count + 2)
  }

  /// Adds to what was typed.
  mutating func type(_ text: String) {
    let before = matches.indices.contains(selection) ? matches[selection].value : nil
    typed += text
    if matches.isEmpty { typed.removeLast(text.count) }
    selection = typed.isEmpty ? matches.firstIndex { $0.value == before } ?? 0 : 0
  }

  /// Takes an event while the list is open.
  mutating func update(_ event: InputEvent, in place: Rect) -> Outcome {
    switch event {
    case .key(let key): return press(key, rows: max(1, place.height - 2))
    case .mouse(let mouse): return updateMouse(mouse, in: place)
    case .paste(let text):
      type(String(text.prefix(40)))
      return .open
    case .resize: return .open
    }
  }

  private mutating func press(_ key: Key, rows: Int) -> Outcome {
    switch key {
    case .escape, .tab, .backTab: return .closed
    case .enter: return choose()
    case .character(" ") where typed.isEmpty: return choose()
    case .up: move(-1)
    case .down: move(1)
    case .pageUp: move(-rows)
    case .pageDown: move(rows)
    case .home: selection = 0
    case .end: selection = max(0, matches.count - 1)
    case .backspace:
      if !typed.isEmpty { typed.removeLast() }
      selection = 0
    case .control("u"):
      typed = ""
      selection = 0
    case .character(let character): type(String(character))
    default: break
    }
    return .open
  }

  private mutating func move(_ distance: Int) {
    selection = min(max(0, selection + distance), max(0, matches.count - 1))
  }

  private func choose() -> Outcome {
    matches.indices.contains(selection) ? .chosen(matches[selection].value) : .closed
  }

  private mutating func updateMouse(_ mouse: MouseEvent, in place: Rect) -> Outcome {
    switch mouse.kind {
    case .wheelUp:
      move(-1)
      return .open
    case .wheelDown:
      move(1)
      return .open
    case .press, .doublePress:
      let inside = place.inset(left: 1, top: 1, right: 1, bottom: 1)
      guard inside.contains(mouse.point) else { return .closed }
      let index = firstRow(height: inside.height) + mouse.point.y - inside.y
      guard matches.indices.contains(index) else { return .open }
      selection = index
      return choose()
    }
  }

  private func firstRow(height: Int) -> Int {
    let last = max(0, matches.count - height)
    return min(max(0, selection - height / 2), last)
  }

  /// Draws the list in its frame.
  func draw(in place: Rect, on frame: inout Frame, _ symbols: Symbols) {
    frame.fill(place, style: .text)
    let inside = frame.box(place, title: SafeText(typed), style: Style(.focus), symbols: symbols)
    let first = firstRow(height: inside.height)
    let labels = options.map { SafeText($0.label).width }.max() ?? 0
    for row in 0..<inside.height where matches.indices.contains(first + row) {
      let option = matches[first + row]
      let isSelected = first + row == selection
      let line = inside.row(row)
      let style = isSelected ? Style.selection : .text
      frame.fill(line, style: style)
      if isSelected { frame.write(symbols.pointer, at: line.origin, style: style, clip: line) }
      let text = line.inset(left: 2, right: 1)
      frame.write(
        SafeText(option.label).truncated(to: text.width, ellipsis: symbols.ellipsis),
        at: text.origin, style: style, clip: text)
      guard let detail = option.detail, text.width > labels + 6 else { continue }
      let rest = text.inset(left: labels + 2)
      frame.write(
        SafeText(detail).truncated(to: rest.width, ellipsis: symbols.ellipsis),
        at: rest.origin, style: isSelected ? style : .muted, clip: rest)
    }
  }
}
