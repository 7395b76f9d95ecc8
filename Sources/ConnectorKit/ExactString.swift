/// A string that equals another only if their bytes are equal.
///
/// `String` itself takes canonically equivalent texts for equal; for names of files, of JSON
/// members and of documents they are different.
package struct ExactString: Hashable, Sendable {
  /// The text.
  package var text: String

  /// Makes an exact string.
  package init(_ text: String) { self.text = text }

  /// Whether both are the same bytes.
  package static func == (left: ExactString, right: ExactString) -> Bool {
    let left = left.text.utf8.span
    let right = right.text.utf8.span
    let count = left.count
    guard count == right.count else { return false }
    let leftBytes = unsafe left.bytes
    let rightBytes = unsafe right.bytes
    var index = 0
    while index + 8 <= count {
      // Within bounds by the condition of the loop; both have the same length.
      let word = unsafe leftBytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self)
      let other = unsafe rightBytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index, as: UInt64.self)
      if word != other { return false }
      index += 8
    }
    while index < count {
      if left[index] != right[index] { return false }
      index += 1
    }
    return true
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
