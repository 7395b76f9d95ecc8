/// A word of up to 32 bytes, padded with zeros.
struct WordKey: Equatable {
  var first: UInt64
  var second: UInt64
  var third: UInt64
  var fourth: UInt64

  static let capacity = 32

  /// The key of no word.
  static let empty = WordKey()

  private init() { (first, second, third, fourth) = (0, 0, 0, 0) }

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

  /// A number of 64 bits that no other word of a text is likely to have.
  @inline(__always)
  var digest: UInt64 {
    let low = (first ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: second ^ 0xC2B2_AE3D_27D4_EB4F)
    let high = (third ^ 0x1656_67B1_9E37_79F9).multipliedFullWidth(
      by: fourth ^ 0xD6E8_FEB8_6659_FD93)
    let mixed = low.high ^ low.low ^ (high.high &+ high.low)
    return (mixed ^ mixed >> 32) &* 0xBF58_476D_1CE4_E5B9
  }
}

/// A few words to look up fast, fixed from the start.
final class WordSet {
  /// The words by digest, the next free place where one is taken; empty places have no word.
  private let places: UnsafeMutablePointer<WordKey>
  private let mask: Int
  let isEmpty: Bool

  init(_ words: [WordKey]) {
    var size = 16
    while size < words.count * 4 { size *= 2 }
    mask = size - 1
    isEmpty = words.isEmpty
    places = .allocate(capacity: size)
    places.initialize(repeating: .empty, count: size)
    for word in words where !contains(word) { places[place(of: word)] = word }
  }

  deinit { places.deallocate() }

  /// Whether a word is among them.
  func contains(_ word: WordKey) -> Bool { places[place(of: word)] != .empty }

  /// Where a word is, or would be.
  private func place(of word: WordKey) -> Int {
    var index = Int(truncatingIfNeeded: word.digest >> 8) & mask
    while places[index] != .empty, places[index] != word { index = (index + 1) & mask }
    return index
  }
}
