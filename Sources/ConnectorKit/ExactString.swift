/// A string that equals another only if their bytes are equal.
///
/// `String` itself takes canonically equivalent texts for equal; for names of files, of JSON
/// members and of documents they are different.
package struct ExactString: Hashable, Sendable {
  /// The text.
  package var text: String

  /// Makes an exact string.
  package init(_ text: String) { self.text = text }

  package static func == (left: ExactString, right: ExactString) -> Bool {
    guard left.text.utf8.count == right.text.utf8.count else { return false }
    return left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// Feeds the bytes.
  package func hash(into hasher: inout Hasher) {
    let bytes = unsafe text.utf8.span.bytes
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe hasher.combine(bytes: buffer)
    }
    hasher.combine(0xFF as UInt8)
  }
}
