internal import ConnectorProtocol

/// Says of most digests that are not in the index that they are not, without asking the database.
///
/// A Bloom filter with two bytes a digest, of which each sets four bits. Digests are random numbers
/// already, so their own bits say which.
struct DigestFilter {
  private var words: [UInt64] = []
  private(set) var count = 0

  /// Makes the filter of an empty index.
  init() {}

  /// Makes room for so many digests; what was in the filter is lost.
  init(capacity: Int) {
    var size = 1024
    while size * 4 < capacity { size *= 2 }
    words = [UInt64](repeating: 0, count: size)
  }

  /// How many digests it takes before it lets too many pass.
  var capacity: Int { words.count * 4 }

  /// Adds a digest.
  mutating func insert(_ digest: DocumentDigest) {
    words[word(digest)] |= Self.mask(digest)
    count += 1
  }

  /// Whether a digest may be among those added; `false` is certain.
  func mayContain(_ digest: DocumentDigest) -> Bool {
    guard !words.isEmpty else { return false }
    let mask = Self.mask(digest)
    return words[word(digest)] & mask == mask
  }

  private func word(_ digest: DocumentDigest) -> Int {
    Int(truncatingIfNeeded: digest.high) & (words.count - 1)
  }

  private static func mask(_ digest: DocumentDigest) -> UInt64 {
    1 << (digest.low & 63) | 1 << (digest.low >> 6 & 63) | 1 << (digest.low >> 12 & 63)
      | 1 << (digest.low >> 18 & 63)
  }
}
