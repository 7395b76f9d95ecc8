/// What a piece of text means; a theme turns it into colours.
///
/// Meaning is never carried by colour alone: a word or a symbol says it as well.
package enum Role: Hashable, Sendable, CaseIterable {
  /// Ordinary text.
  case text
  /// Text of less weight: units, hints, ages.
  case muted
  /// Titles and headings.
  case title
  /// Frames and rules.
  case border
  /// The frame of what has the focus, and the selected tab.
  case focus
  /// The selected row or button.
  case selection
  /// Keys in hints, identifiers, links.
  case accent
  /// What went well.
  case success
  /// What asks for attention.
  case warning
  /// What failed or destroys.
  case danger
  /// What works now: running syncs, progress.
  case running
  /// Words that match a search.
  case match
  /// A field that can be edited.
  case field
  /// What stands in an empty field, and marks at its ends.
  case placeholder
  /// The top and bottom bars.
  case bar
}

/// How a cell looks.
package struct Style: Hashable, Sendable {
  package var role: Role
  package var isBold: Bool
  package var isUnderlined: Bool
  package var isReversed: Bool
  /// Whether it stands on the selected row: its own colour on the selection's ground.
  package var isOnSelection: Bool
  /// Whether it stands on a bar: its own colour on the bar's ground.
  ///
  /// Drawing on a bar sets it.
  package internal(set) var isOnBar = false

  /// Makes a style.
  package init(
    _ role: Role = .text, isBold: Bool = false, isUnderlined: Bool = false,
    isReversed: Bool = false, isOnSelection: Bool = false
  ) {
    self.role = role
    self.isBold = isBold
    self.isUnderlined = isUnderlined
    self.isReversed = isReversed
    self.isOnSelection = isOnSelection
  }

  /// Whether it brings a ground of its own.
  var hasGround: Bool {
    switch role {
    case .selection, .field, .placeholder, .bar: true
    default: isReversed || isOnSelection
    }
  }

  package static let text = Style(.text)
  package static let muted = Style(.muted)
  package static let title = Style(.title, isBold: true)
  package static let border = Style(.border)
  package static let selection = Style(.selection)
  package static let bar = Style(.bar)
}
