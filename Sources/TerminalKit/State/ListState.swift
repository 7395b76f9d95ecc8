/// Which row of a list is selected, and from which row on it is shown.
package struct ListState: Hashable, Sendable {
  /// The selected row; meaningless while there is none.
  package private(set) var selection: Int
  /// The first row shown, as of the last message; drawing corrects it with ``visible(count:height:)``.
  package private(set) var offset = 0

  /// Selects a row.
  package init(selection: Int = 0) { self.selection = max(0, selection) }

  /// Moves by arrows, paging keys, vim's keys and the wheel.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - count: rows of the list.
  ///   - height: rows that are shown at once.
  ///   - hasVimKeys: whether `j`, `k`, `g`, `G`, `^D`, `^U`, `^F` and `^B` move as well.
  /// - Returns: whether the event was one of these.
  package mutating func handle(
    _ event: InputEvent, count: Int, height: Int, hasVimKeys: Bool = true
  ) -> Bool {
    guard let motion = ListMotion(event, hasVimKeys: hasVimKeys) else { return false }
    switch motion {
    case .up: select(selection - 1, count: count, height: height)
    case .down: select(selection + 1, count: count, height: height)
    case .pageUp: select(selection - max(1, height - 1), count: count, height: height)
    case .pageDown: select(selection + max(1, height - 1), count: count, height: height)
    case .halfPageUp: select(selection - max(1, height / 2), count: count, height: height)
    case .halfPageDown: select(selection + max(1, height / 2), count: count, height: height)
    case .first: select(0, count: count, height: height)
    case .last: select(count - 1, count: count, height: height)
    case .wheelUp: select(selection - 3, count: count, height: height)
    case .wheelDown: select(selection + 3, count: count, height: height)
    }
    return true
  }

  /// What an event did to a list.
  package enum Response: Hashable, Sendable {
    /// It was not for the list.
    case ignored
    case moved
    /// A row was clicked twice.
    case opened(Int)
  }

  /// Handles keys and the wheel, and clicks on rows.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - count: rows of the list.
  ///   - body: where the rows are drawn.
  /// - Returns: what the event did.
  package mutating func respond(to event: InputEvent, count: Int, in body: Rect) -> Response {
    if case .mouse(let mouse) = event, mouse.kind == .press || mouse.kind == .doublePress,
      let row = row(at: mouse.point, in: body, count: count)
    {
      select(row, count: count, height: body.height)
      return mouse.kind == .doublePress ? .opened(row) : .moved
    }
    return handle(event, count: count, height: body.height) ? .moved : .ignored
  }

  /// Selects a row, or the nearest that there is, and brings it into view.
  package mutating func select(_ row: Int, count: Int, height: Int) {
    selection = min(max(0, row), max(0, count - 1))
    offset = visible(count: count, height: height).lowerBound
  }

  /// The rows to draw: around the selection, whatever the size has become.
  package func visible(count: Int, height: Int) -> Range<Int> {
    guard count > 0, height > 0 else { return 0..<0 }
    let selection = min(selection, count - 1)
    var first = min(offset, max(0, count - height))
    if selection < first { first = selection }
    if selection >= first + height { first = selection - height + 1 }
    return first..<min(count, first + height)
  }

  /// The selected row, or `nil` if the list is empty.
  package func selected(count: Int) -> Int? {
    count > 0 ? min(selection, count - 1) : nil
  }

  /// The row under the mouse, if the list is drawn into a rectangle.
  package func row(at point: Point, in area: Rect, count: Int) -> Int? {
    guard area.contains(point) else { return nil }
    let visible = visible(count: count, height: area.height)
    let row = visible.lowerBound + point.y - area.y
    return visible.contains(row) ? row : nil
  }
}

/// A way to move in something longer than the screen.
package enum ListMotion: Hashable, Sendable {
  case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last, wheelUp, wheelDown

  /// Reads a motion from an event; `nil` if it is none.
  package init?(_ event: InputEvent, hasVimKeys: Bool) {
    switch event {
    case .key(let key):
      if let motion = Self.plain(key) {
        self = motion
      } else if hasVimKeys, let motion = Self.vim(key) {
        self = motion
      } else {
        return nil
      }
    case .mouse(let mouse) where mouse.kind == .wheelUp: self = .wheelUp
    case .mouse(let mouse) where mouse.kind == .wheelDown: self = .wheelDown
    default: return nil
    }
  }

  private static func plain(_ key: Key) -> ListMotion? {
    switch key {
    case .up: .up
    case .down: .down
    case .pageUp: .pageUp
    case .pageDown: .pageDown
    case .home: .first
    case .end: .last
    default: nil
    }
  }

  private static func vim(_ key: Key) -> ListMotion? {
    switch key {
    case .character("k"): .up
    case .character("j"): .down
    case .character("g"): .first
    case .character("G"): .last
    case .control("u"): .halfPageUp
    case .control("d"): .halfPageDown
    case .control("b"): .pageUp
    case .control("f"): .pageDown
    default: nil
    }
  }
}
