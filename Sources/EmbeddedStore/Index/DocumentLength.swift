internal import Glibc

/// A document's number of words in one byte, as ranking needs it; 0 means that it is gone.
///
/// Logarithmic: a code is at most 6 % off, which BM25 does not feel.
enum DocumentLength {
  /// Marks a document that was deleted or replaced, or never was.
  static let gone: UInt8 = 0

  /// The code of a length.
  static func code(_ length: Int) -> UInt8 {
    UInt8(max(1, min(255, 1 + (log2(Double(length) + 1) * 12).rounded())))
  }

  /// About the length behind a code.
  static func length(_ code: UInt8) -> Double {
    code <= 1 ? 0 : exp2(Double(code - 1) / 12) - 1
  }
}
