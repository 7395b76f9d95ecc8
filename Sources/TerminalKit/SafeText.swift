/// Text that can be drawn without harm: no control character, escape sequence, line break, bidi
/// control or invisible character gets through; each is replaced by something visible.
///
/// Every string passes here, our own as well. Drawing functions take nothing else.
///
/// A cluster is what a terminal puts into one place: a character with the marks above and below
/// it, or an emoji sequence. Widths are those of `wcwidth`, which terminals, multiplexers and
/// curses share; variation selectors are left out, because terminals disagree about them.
package struct SafeText: Hashable, Sendable {
  /// A grapheme cluster and how many cells it takes.
  package struct Cluster: Hashable, Sendable {
    package var text: String
    /// 1 or 2.
    package var width: Int
  }

  /// Plain text is kept as it is; it is most of what is drawn.
  private enum Storage: Hashable, Sendable {
    /// Printable ASCII only.
    case ascii(String)
    case clusters([Cluster], width: Int)
  }

  private var storage: Storage

  /// Makes any text harmless.
  package init(_ text: some StringProtocol) {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
      storage = .ascii(String(text))
    } else {
      var segmenter = ClusterSegmenter()
      segmenter.read(text.unicodeScalars)
      storage = Self.store(segmenter.clusters)
    }
  }

  /// Makes text of clusters that were part of harmless text before.
  package init(clusters: some Collection<Cluster>) {
    storage = Self.store(Array(clusters))
  }

  /// Equal texts are stored alike, so that they compare and hash alike.
  private static func store(_ clusters: [Cluster]) -> Storage {
    if clusters.allSatisfy({ $0.text.utf8.count == 1 }) {
      return .ascii(clusters.reduce(into: "") { $0 += $1.text })
    }
    return .clusters(clusters, width: clusters.reduce(0) { $0 + $1.width })
  }

  package static let empty = SafeText("")

  package var clusters: [Cluster] {
    switch storage {
    case .ascii(let text): text.utf8.map { Cluster(text: ASCIICharacters.string($0), width: 1) }
    case .clusters(let clusters, _): clusters
    }
  }

  /// The text if it is printable ASCII, which takes one cell a byte.
  package var ascii: String? {
    if case .ascii(let text) = storage { text } else { nil }
  }

  /// Cells that the text takes on a row.
  package var width: Int {
    switch storage {
    case .ascii(let text): text.utf8.count
    case .clusters(_, let width): width
    }
  }

  /// The harmless text.
  package var string: String {
    switch storage {
    case .ascii(let text): text
    case .clusters(let clusters, _): clusters.reduce(into: "") { $0 += $1.text }
    }
  }

  package var isEmpty: Bool { width == 0 }

  /// One text behind another.
  package static func + (left: SafeText, right: SafeText) -> SafeText {
    if case .ascii(let first) = left.storage, case .ascii(let second) = right.storage {
      var sum = SafeText.empty
      sum.storage = .ascii(first + second)
      return sum
    }
    return SafeText(clusters: left.clusters + right.clusters)
  }

  /// Puts a text behind this one.
  package static func += (left: inout SafeText, right: SafeText) { left = left + right }

  /// The text again and again.
  package func repeated(_ count: Int) -> SafeText {
    guard count > 0 else { return .empty }
    if case .ascii(let text) = storage {
      var result = SafeText.empty
      result.storage = .ascii(String(repeating: text, count: count))
      return result
    }
    return SafeText(clusters: Array(repeatElement(clusters, count: count).joined()))
  }
}

extension SafeText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// Makes text from a literal.
  package init(stringLiteral value: String) { self.init(value) }
}

/// One string for each printable ASCII character, made once.
enum ASCIICharacters {
  private static let strings: [String] = (0..<128).map { code in
    String(Character(Unicode.Scalar(UInt8(code))))
  }

  static func string(_ byte: UInt8) -> String { strings[Int(byte & 0x7F)] }
}

extension SafeText: CustomStringConvertible {
  /// The harmless text, so that interpolating it into a string gives what one expects.
  package var description: String { string }
}
