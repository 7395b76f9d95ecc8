/// Where text stands in a space wider than itself.
package enum Alignment: Hashable, Sendable { case leading, center, trailing }

extension SafeText {
  /// The text cut to a width, with an ellipsis in place of what is missing.
  ///
  /// No cluster is cut in two, so the result may be a cell narrower.
  package func truncated(to width: Int, ellipsis: SafeText = "…") -> SafeText {
    if self.width <= width { return self }
    guard width > ellipsis.width else { return ellipsis.prefix(max(0, width)) }
    return prefix(width - ellipsis.width) + ellipsis
  }

  /// The text cut to a width in its middle, so that both ends of a path or an identifier stay.
  package func middleTruncated(to width: Int, ellipsis: SafeText = "…") -> SafeText {
    if self.width <= width { return self }
    let room = width - ellipsis.width
    guard room > 1 else { return truncated(to: width, ellipsis: ellipsis) }
    // The end tells more: it has the file's name.
    let head = prefix(room / 3)
    return head + ellipsis + suffix(room - head.width)
  }

  /// The text with blanks to fill a width; longer text stays as it is.
  package func padded(to width: Int, alignment: Alignment = .leading) -> SafeText {
    let missing = width - self.width
    guard missing > 0 else { return self }
    let blank: SafeText = " "
    switch alignment {
    case .leading: return self + blank.repeated(missing)
    case .trailing: return blank.repeated(missing) + self
    case .center:
      let left = missing / 2
      return blank.repeated(left) + self + blank.repeated(missing - left)
    }
  }

  /// The text cut or filled to exactly a width.
  package func fitted(
    to width: Int, alignment: Alignment = .leading, ellipsis: SafeText = "…"
  ) -> SafeText {
    truncated(to: width, ellipsis: ellipsis).padded(to: width, alignment: alignment)
  }

  /// The longest beginning that fits into a width.
  package func prefix(_ width: Int) -> SafeText {
    if self.width <= width { return self }
    var rest = max(0, width)
    return SafeText(
      clusters: clusters.prefix { cluster in
        rest -= cluster.width
        return rest >= 0
      })
  }

  /// The longest end that fits into a width.
  package func suffix(_ width: Int) -> SafeText {
    if self.width <= width { return self }
    var rest = max(0, width)
    let kept = clusters.reversed().prefix { cluster in
      rest -= cluster.width
      return rest >= 0
    }
    return SafeText(clusters: kept.reversed())
  }

  /// The text without its first cells.
  package func dropping(_ width: Int) -> SafeText {
    guard width > 0 else { return self }
    var passed = 0
    return SafeText(
      clusters: clusters.drop { cluster in
        passed += cluster.width
        return passed <= width
      })
  }

  /// The text broken into rows between words, or inside a word that is wider than a row.
  ///
  /// There is at least one row.
  package func wrapped(_ width: Int) -> [SafeText] {
    guard width > 0 else { return [] }
    if self.width <= width { return [self] }
    return StyledText(self, .text).wrapped(width).map(\.plain)
  }

  /// The lines of a text of several; tabs become blanks up to the next stop.
  package static func lines(_ text: some StringProtocol, tabWidth: Int = 4) -> [SafeText] {
    let lines = text.split(omittingEmptySubsequences: false) { character in
      character.isNewline
    }
    return lines.map { line in
      guard line.utf8.contains(0x09) else { return SafeText(line) }
      return line.split(separator: "\t", omittingEmptySubsequences: false).enumerated()
        .reduce(SafeText.empty) { expanded, piece in
          guard piece.offset > 0 else { return SafeText(piece.element) }
          let stop = (expanded.width / tabWidth + 1) * tabWidth
          return expanded.padded(to: stop) + SafeText(piece.element)
        }
    }
  }

  /// Paragraphs and lines broken into rows.
  package static func paragraphs(_ text: some StringProtocol, width: Int) -> [SafeText] {
    lines(text).flatMap { $0.wrapped(width) }
  }
}
