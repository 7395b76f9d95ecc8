/// A word of up to 32 bytes, padded with zeros.
struct WordKey: Hashable {
  var first: UInt64
  var second: UInt64
  var third: UInt64
  var fourth: UInt64

  static let capacity = 32

  /// Reads 32 bytes, of which those behind the word are zero.
  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>) {
    let raw = UnsafeRawPointer(bytes)
    first = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
    second = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    third = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    fourth = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
  }

  /// Makes a key from a string; `nil` if it is too long.
  init?(_ word: some StringProtocol) {
    guard word.utf8.count <= Self.capacity else { return nil }
    var words: [UInt64] = [0, 0, 0, 0]
    for (index, byte) in word.utf8.enumerated() {
      words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
    }
    (first, second, third, fourth) = (words[0], words[1], words[2], words[3])
  }

  /// The key of no word.
  static let empty = WordKey()

  private init() { (first, second, third, fourth) = (0, 0, 0, 0) }

  /// A well mixed number.
  @inline(__always)
  var mixed: UInt64 {
    var mixed = first &* 0x9E37_79B9_7F4A_7C15
    mixed ^= second &* 0xC2B2_AE3D_27D4_EB4F
    mixed ^= third &* 0x1656_67B1_9E37_79F9
    mixed ^= fourth &* 0x27D4_EB2F_1656_67C5
    mixed ^= mixed >> 29
    return mixed &* 0xBF58_476D_1CE4_E5B9
  }

  @inline(__always)
  static func == (left: WordKey, right: WordKey) -> Bool {
    let low = (left.first ^ right.first) | (left.second ^ right.second)
    let high = (left.third ^ right.third) | (left.fourth ^ right.fourth)
    return low | high == 0
  }
}

/// What became of words, in a direct-mapped table of fixed size.
///
/// A stem is kept as how much of the word stays and what comes behind it.
final class StemCache {
  /// What becomes of a word.
  struct Outcome {
    /// The word's first bytes that stay.
    var kept: UInt8
    /// How many bytes follow them; ``stopWord`` for a word that is left out.
    var suffixCount: UInt8
    /// The bytes that follow, the first one lowest.
    var suffix: UInt64

    static let stopWord: UInt8 = 0xFF
    /// The stem is too unlike the word to be kept: it must be found each time.
    static let unkept: UInt8 = 0xFE
  }

  /// One place of the table.
  struct Entry {
    var key: WordKey
    var outcome: Outcome
  }

  /// The places; an empty one has a key of zeros, which no word has.
  let entries: UnsafeMutablePointer<Entry>
  private static let bits = 14

  init() {
    let outcome = Outcome(kept: 0, suffixCount: Outcome.stopWord, suffix: 0)
    entries = .allocate(capacity: 1 << Self.bits)
    entries.initialize(repeating: Entry(key: .empty, outcome: outcome), count: 1 << Self.bits)
  }

  deinit { entries.deallocate() }

  /// The only place where a word can be.
  @inline(__always)
  static func index(of key: WordKey) -> Int {
    Int(truncatingIfNeeded: key.mixed >> UInt64(64 - bits))
  }
}
