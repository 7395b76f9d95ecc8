package import ConnectorKit

/// Where moving pictures are at a moment.
package enum Animation {
  /// Counts the pictures since 1970, eight a second.
  package static func step(at now: Timestamp) -> Int {
    Int(now.millisecondsSince1970 / 125)
  }
}

extension ScreenContext {
  /// Which picture of a spinner to show; always the same for pictures and tests.
  package var animationStep: Int { options.isStill ? 0 : Animation.step(at: now) }
}
