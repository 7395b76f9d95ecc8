/// Cuts text into the clusters that a terminal draws, and replaces what must not reach it.
struct ClusterSegmenter {
  /// Marks that one character may carry; curses takes four, and more only serve to deface.
  static let markLimit = 4
  /// Emoji joined into one.
  static let emojiLimit = 8

  private(set) var clusters: [SafeText.Cluster] = []

  private var text = ""
  private var width = 0
  private var marks = 0
  private var emoji = 0
  /// The character that marks and selectors would go onto; `nil` if there is none.
  private var base: Unicode.Scalar?
  private var hasSelector = false

  /// Reads all of a text.
  mutating func read(_ scalars: some BidirectionalCollection<Unicode.Scalar>) {
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      scalars.formIndex(after: &index)
      let next = index < scalars.endIndex ? scalars[index] : nil
      if scalar.value == 0x1F3F4, let end = Self.endOfTags(scalars, from: index) {
        begin(scalar, width: 2)
        text.unicodeScalars.append(contentsOf: scalars[index..<end])
        index = end
      } else {
        read(scalar, next: next)
      }
    }
    finish()
  }

  private mutating func read(_ scalar: Unicode.Scalar, next: Unicode.Scalar?) {
    switch CharacterWidth.kind(of: scalar) {
    case .spacing(let width):
      readSpacing(scalar, width: width)
    case .mark:
      readMark(scalar)
    case .variationSelector:
      if base != nil, !hasSelector { hasSelector = true } else { standIn("·") }
    case .zeroWidthJoiner:
      if isEmoji(base), isEmoji(next), emoji < Self.emojiLimit {
        text.unicodeScalars.append(scalar)
        joinsNext = true
      } else {
        readJoiner(scalar)
      }
    case .zeroWidthNonJoiner: readJoiner(scalar)
    case .control: standIn(Self.picture(of: scalar))
    case .format: standIn("·")
    case .unknown: standIn("\u{FFFD}")
    }
  }

  private var joinsNext = false

  private mutating func readSpacing(_ scalar: Unicode.Scalar, width: Int) {
    if joinsNext || (isModifier(scalar) && isEmoji(base) && emoji == 1 && marks == 0) {
      joinsNext = false
      text.unicodeScalars.append(scalar)
      emoji += isModifier(scalar) ? 0 : 1
      base = scalar
      hasSelector = false
    } else if isRegional(scalar), isRegional(base), emoji == 0, self.width == 1 {
      text.unicodeScalars.append(scalar)
      self.width = 2
    } else {
      begin(scalar, width: width)
    }
  }

  private mutating func readMark(_ scalar: Unicode.Scalar) {
    if base == nil {
      begin("\u{25CC}", width: 1)
    }
    guard marks < Self.markLimit else { return }
    marks += 1
    text.unicodeScalars.append(scalar)
  }

  /// Joiners belong into scripts whose letters join; elsewhere they only hide something.
  private mutating func readJoiner(_ scalar: Unicode.Scalar) {
    guard let base, (0x0600...0x109F).contains(base.value), marks < Self.markLimit else {
      standIn("·")
      return
    }
    marks += 1
    text.unicodeScalars.append(scalar)
  }

  private mutating func begin(_ scalar: Unicode.Scalar, width: Int) {
    finish()
    base = scalar
    text = String(Character(scalar))
    self.width = width
    emoji = isEmoji(scalar) ? 1 : 0
  }

  private mutating func standIn(_ replacement: String) {
    finish()
    clusters.append(SafeText.Cluster(text: replacement, width: 1))
  }

  private mutating func finish() {
    if base != nil { clusters.append(SafeText.Cluster(text: text, width: width)) }
    base = nil
    marks = 0
    emoji = 0
    hasSelector = false
    joinsNext = false
  }

  private static func picture(of control: Unicode.Scalar) -> String {
    let code = control.value == 0x7F ? 0x2421 : 0x2400 + control.value
    return Unicode.Scalar(code).map { String(Character($0)) } ?? "\u{FFFD}"
  }

  private func isEmoji(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar, scalar.value > 0xFF, !isRegional(scalar) else { return false }
    return scalar.properties.isEmoji
  }

  private func isModifier(_ scalar: Unicode.Scalar) -> Bool {
    (0x1F3FB...0x1F3FF).contains(scalar.value)
  }

  private func isRegional(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return (0x1F1E6...0x1F1FF).contains(scalar.value)
  }

  /// Where the tags of a subdivision's flag end; `nil` if they are none.
  private static func endOfTags<Scalars: BidirectionalCollection<Unicode.Scalar>>(
    _ scalars: Scalars, from start: Scalars.Index
  ) -> Scalars.Index? {
    var index = start
    for count in 0..<8 where index < scalars.endIndex {
      let value = scalars[index].value
      scalars.formIndex(after: &index)
      if value == 0xE007F { return count > 0 ? index : nil }
      guard (0xE0030...0xE007A).contains(value) else { return nil }
    }
    return nil
  }
}
