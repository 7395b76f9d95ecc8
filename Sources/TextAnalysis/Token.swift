/// A token on its way out of an ``Analyzer``; its bytes are valid only during the call.
package struct AnalyzedToken {
  /// The analysed word in UTF-8: folded, lower-cased and stemmed.
  package var bytes: UnsafeBufferPointer<UInt8>
  /// Where the word begins in the text, in bytes.
  package var start: Int
  /// Where the word ends in the text, in bytes.
  package var end: Int
  /// How far the word lies behind the former one: 1, and 1 more for each stop word in between.
  package var positionIncrement: Int

  /// Makes a token.
  @inline(__always)
  package init(
    bytes: UnsafeBufferPointer<UInt8>, start: Int, end: Int, positionIncrement: Int
  ) {
    self.bytes = bytes
    self.start = start
    self.end = end
    self.positionIncrement = positionIncrement
  }
}

/// A token of a string.
package struct Token: Hashable, Sendable {
  /// The analysed word.
  package var text: String
  /// Where it stands in the text's UTF-8.
  package var range: Range<Int>
  /// The number of the word in the text, stop words counted, from 0.
  package var position: Int

  /// Makes a token.
  package init(_ text: String, range: Range<Int>, position: Int) {
    self.text = text
    self.range = range
    self.position = position
  }
}
