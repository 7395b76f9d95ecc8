package import TerminalKit

/// The keys of the moment along the bottom; what does not fit is left out from the end.
package struct HintBar: Hashable, Sendable {
  /// A key and its word, and the cells that they take.
  package struct Item: Hashable, Sendable {
    package var help: KeyHelp
    package var columns: Range<Int>
  }

  /// From left to right.
  package private(set) var items: [Item] = []

  /// Lays out the hints of a screen in front of those of every screen.
  ///
  /// The first hint of `global` is always there, at the right end; the others go by their order.
  package init(screen: [KeyHelp], global: [KeyHelp], width: Int) {
    let hinted = global.filter { $0.hint != nil }
    let pinned = hinted.first
    let pinnedWidth = pinned.map(Self.width) ?? 0
    let end = width - 1 - (pinned == nil ? 0 : pinnedWidth + 2)
    var x = 1
    for help in screen.filter({ $0.hint != nil }) + hinted.dropFirst() {
      let itemWidth = Self.width(help)
      guard x + itemWidth <= end else { break }
      items.append(Item(help: help, columns: x..<(x + itemWidth)))
      x += itemWidth + 2
    }
    guard let pinned, pinnedWidth + 2 <= width else { return }
    let start = max(x, width - 1 - pinnedWidth)
    items.append(Item(help: pinned, columns: start..<(start + pinnedWidth)))
  }

  /// The key that a click presses; `nil` beside the hints.
  package func key(at column: Int) -> Key? {
    items.first { $0.columns.contains(column) }?.help.keys.first
  }

  /// Draws the bar.
  package func draw(in area: Rect, on frame: inout Frame, symbols: Symbols) {
    frame.fill(area, style: .bar)
    for item in items {
      let isOff = item.help.disabledReason != nil
      var keyStyle = Style(.accent, isBold: true)
      if item.help.isDangerous { keyStyle = Style(.danger, isBold: true) }
      if isOff { keyStyle = .muted }
      var text = StyledText(item.help.keyText(symbols), keyStyle)
      text.append(" " + SafeText(item.help.hint ?? ""), isOff ? .muted : .bar)
      frame.write(text, at: Point(x: area.x + item.columns.lowerBound, y: area.y), clip: area)
    }
  }

  private static func width(_ help: KeyHelp) -> Int {
    help.keyText(.unicode).width + 1 + SafeText(help.hint ?? "").width
  }
}

extension KeyHelp {
  /// The first key as hints show it.
  func keyText(_ symbols: Symbols) -> SafeText {
    keys.first.map { $0.text(symbols) } ?? .empty
  }
}

extension Key {
  /// Whether it is typed as text.
  var isCharacter: Bool {
    if case .character = self { true } else { false }
  }

  /// The key's name in the characters of a set; every name has the same width in all sets.
  func text(_ symbols: Symbols) -> SafeText {
    switch self {
    case .up: symbols.arrowUp
    case .down: symbols.arrowDown
    case .left: symbols.arrowLeft
    case .right: symbols.arrowRight
    default: SafeText(description)
    }
  }
}
