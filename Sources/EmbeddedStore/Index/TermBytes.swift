internal import Glibc

/// What a hash table of terms needs of their bytes, eight at a time.
enum TermBytes {
  /// Compares eight bytes at a time: nearly always the terms are equal and short.
  @inline(__always)
  static func isEqual(
    _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int
  ) -> Bool {
    guard length >= 8 else {
      var index = 0
      while index < length {
        if left[index] != right[index] { return false }
        index &+= 1
      }
      return true
    }
    let left = UnsafeRawPointer(left)
    let right = UnsafeRawPointer(right)
    var offset = 0
    while offset &+ 8 < length {
      if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset &+= 8
    }
    offset = length &- 8
    return left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  /// A hash of a term; nobody gains from crafting collisions, they cost a few more looks.
  @inline(__always)
  static func hash(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
    let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = UInt64(truncatingIfNeeded: length) &* multiplier
    var offset = 0
    let raw = UnsafeRawPointer(text)
    while offset + 8 <= length {
      hash = (hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* multiplier
      hash ^= hash &>> 29
      offset &+= 8
    }
    if offset < length {
      var tail: UInt64 = 0
      memcpy(&tail, text + offset, length - offset)
      hash = (hash ^ tail) &* multiplier
      hash ^= hash &>> 29
    }
    hash = hash &* multiplier
    return UInt32(truncatingIfNeeded: hash &>> 32)
  }
}
