/// SipHash with one round a word and three at the end: a keyed digest that nobody can craft
/// collisions for without the key.
///
/// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its reference code for
/// the 128-bit output.
struct SipHash {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  private let isWide: Bool

  /// Starts a digest.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - isWide: whether 128 bits are wanted; the two widths are different functions.
  init(key: DigestKey, isWide: Bool) {
    v0 = 0x736f_6d65_7073_6575 ^ key.low
    v1 = 0x646f_7261_6e64_6f6d ^ key.high
    v2 = 0x6c79_6765_6e65_7261 ^ key.low
    v3 = 0x7465_6462_7974_6573 ^ key.high
    self.isWide = isWide
    if isWide { v1 ^= 0xee }
  }

  /// The digest of bytes; the high half is 0 unless 128 bits were asked for.
  @inline(__always)
  consuming func digest(of bytes: Span<UInt8>) -> (low: UInt64, high: UInt64) {
    let count = bytes.count
    let wholeWords = count & ~7
    let raw = unsafe bytes.bytes
    var offset = 0
    while offset < wholeWords {
      // Within bounds: `offset + 8 <= wholeWords <= count`.
      let word = unsafe raw.unsafeLoadUnaligned(
        fromUncheckedByteOffset: offset, as: UInt64.self)
      absorb(UInt64(littleEndian: word))
      offset += 8
    }
    var last = UInt64(truncatingIfNeeded: count) << 56
    var shift: UInt64 = 0
    while offset < count {
      last |= UInt64(bytes[offset]) << shift
      shift += 8
      offset += 1
    }
    absorb(last)
    return finish()
  }

  @inline(__always)
  private mutating func absorb(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  @inline(__always)
  private mutating func finish() -> (low: UInt64, high: UInt64) {
    v2 ^= isWide ? 0xee : 0xff
    round()
    round()
    round()
    let low = v0 ^ v1 ^ v2 ^ v3
    guard isWide else { return (low, 0) }
    v1 ^= 0xdd
    round()
    round()
    round()
    return (low, v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always)
  private mutating func round() {
    v0 &+= v1
    v1 = Self.rotated(v1, by: 13) ^ v0
    v0 = Self.rotated(v0, by: 32)
    v2 &+= v3
    v3 = Self.rotated(v3, by: 16) ^ v2
    v0 &+= v3
    v3 = Self.rotated(v3, by: 21) ^ v0
    v2 &+= v1
    v1 = Self.rotated(v1, by: 17) ^ v2
    v2 = Self.rotated(v2, by: 32)
  }

  @inline(__always)
  private static func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
    (value &<< bits) | (value &>> (64 &- bits))
  }
}
