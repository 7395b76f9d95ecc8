/// From which row on a long text is shown.
package struct ScrollState: Hashable, Sendable {
  /// As of the last message; drawing corrects it with ``visible(count:height:)``.
  package private(set) var offset = 0
  /// Whether the end stays in view when rows are added.
  package private(set) var isFollowing: Bool
  private let canFollow: Bool

  /// Starts at the top, or at the end of a text that grows.
  package init(isFollowing: Bool = false) {
    self.isFollowing = isFollowing
    canFollow = isFollowing
  }

  /// Scrolls by arrows, paging keys, vim's keys, Space and the wheel.
  ///
  /// Going to the end of a text that was followed once follows it again.
  /// - Returns: whether the event was one of these.
  package mutating func handle(
    _ event: InputEvent, count: Int, height: Int, hasVimKeys: Bool = true
  ) -> Bool {
    if event == .key(.character(" ")), hasVimKeys {
      scroll(by: max(1, height - 1), count: count, height: height)
      return true
    }
    guard let motion = ListMotion(event, hasVimKeys: hasVimKeys) else { return false }
    let distance =
      switch motion {
      case .up: -1
      case .down: 1
      case .pageUp: -max(1, height - 1)
      case .pageDown: max(1, height - 1)
      case .halfPageUp: -max(1, height / 2)
      case .halfPageDown: max(1, height / 2)
      case .first: -count
      case .last: count
      case .wheelUp: -3
      case .wheelDown: 3
      }
    scroll(by: distance, count: count, height: height)
    return true
  }

  /// Moves by rows, as far as there are any.
  package mutating func scroll(by rows: Int, count: Int, height: Int) {
    let last = max(0, count - height)
    let start = visible(count: count, height: height).lowerBound
    offset = min(max(0, start + rows), last)
    if rows < 0 { isFollowing = false }
    if rows > 0, offset == last { isFollowing = canFollow }
  }

  /// Brings a row into view.
  package mutating func show(_ row: Int, count: Int, height: Int) {
    let shown = visible(count: count, height: height)
    if row < shown.lowerBound {
      scroll(by: row - shown.lowerBound, count: count, height: height)
    } else if row >= shown.upperBound {
      scroll(by: row - shown.upperBound + 1, count: count, height: height)
    }
  }

  /// The rows to draw.
  package func visible(count: Int, height: Int) -> Range<Int> {
    guard count > 0, height > 0 else { return 0..<0 }
    let last = max(0, count - height)
    let first = isFollowing ? last : min(offset, last)
    return first..<min(count, first + height)
  }
}
