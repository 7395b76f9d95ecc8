/// What became of words, in a table of 2 MB where each word has two places.
///
/// A stem is kept as how much of the word stays and what comes behind it; a word is known by its
/// digest of 64 bits, so that four entries fit into a line of the processor's cache.
final class StemCache {
  /// One place of the table.
  struct Entry {
    var digest: UInt64
    var outcome: Outcome
  }

  /// What becomes of a word, packed into 64 bits.
  struct Outcome {
    private let packed: UInt64

    /// The longest suffix that fits, in bytes.
    static let suffixCapacity = 6

    /// The word is left out.
    static let stopWord = Outcome(kept: 0, suffixCount: 0xFF, suffix: 0)
    /// The stem is too unlike the word to be kept: it must be found each time.
    static let unkept = Outcome(kept: 0, suffixCount: 0xFE, suffix: 0)

    /// Makes an outcome.
    ///
    /// - Parameters:
    ///   - kept: how many bytes of the word stay.
    ///   - suffixCount: how many bytes follow them.
    ///   - suffix: the bytes that follow, the first one lowest.
    init(kept: Int, suffixCount: Int, suffix: UInt64) {
      packed = suffix | UInt64(kept) << 48 | UInt64(suffixCount) << 56
    }

    /// Whether it is ``stopWord`` or ``unkept``.
    @inline(__always)
    var isSpecial: Bool { packed >> 56 >= 0xFE }

    @inline(__always)
    var isStopWord: Bool { packed >> 56 == 0xFF }

    /// How many bytes of the word stay.
    @inline(__always)
    var kept: Int { Int(truncatingIfNeeded: packed >> 48 & 0xFF) }

    /// How many bytes the stem has.
    @inline(__always)
    var length: Int { kept + Int(truncatingIfNeeded: packed >> 56) }

    /// The bytes that follow the kept ones, and two that mean nothing.
    @inline(__always)
    var suffix: UInt64 { packed }
  }

  /// The places.
  let entries: UnsafeMutablePointer<Entry>
  private static let bits = 17

  init() {
    entries = .allocate(capacity: 1 << Self.bits)
    // A digest never stands where it does not belong: so nothing is found in an empty place.
    entries.initialize(
      repeating: Entry(digest: 0, outcome: .stopWord), count: 1 << Self.bits)
    entries[0].digest = .max
    entries[1].digest = .max
  }

  deinit { entries.deallocate() }

  /// The first of the two places where a word can be.
  @inline(__always)
  static func index(of digest: UInt64) -> Int {
    Int(truncatingIfNeeded: digest >> UInt64(64 - bits)) & ~1
  }
}
