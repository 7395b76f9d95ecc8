internal import Glibc

/// Bytes that grow, outside Swift's arrays: no bounds checks, no copies on write.
///
/// The innermost loops of indexing write here, byte by byte. Offsets stay valid when it grows.
final class ByteBuffer {
  private(set) var start: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
  /// Bytes in use.
  var count = 0

  /// Makes an empty buffer.
  init(capacity: Int) {
    self.capacity = max(64, capacity)
    guard let memory = malloc(self.capacity) else {
      preconditionFailure("the system is out of memory")
    }
    start = memory.assumingMemoryBound(to: UInt8.self)
  }

  deinit { free(start) }

  /// Makes room for so many more bytes.
  @inline(__always)
  func reserve(_ more: Int) {
    if count + more > capacity { grow(more) }
  }

  private func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    // Large blocks are moved by the kernel without a copy.
    guard let moved = realloc(start, larger) else {
      preconditionFailure("the system is out of memory")
    }
    start = moved.assumingMemoryBound(to: UInt8.self)
    capacity = larger
  }

  @inline(__always)
  func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count += 1
  }

  @inline(__always)
  func append(_ bytes: UnsafePointer<UInt8>, count more: Int) {
    reserve(more)
    memcpy(start + count, bytes, more)
    count += more
  }

  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let first = bytes.baseAddress else { return }
    append(first, count: bytes.count)
  }

  /// Appends an unsigned number, seven bits a byte, the lowest first.
  @inline(__always)
  func appendNumber(_ value: UInt64) {
    reserve(10)
    var value = value
    while value >= 0x80 {
      start[count] = UInt8(truncatingIfNeeded: value) | 0x80
      count += 1
      value >>= 7
    }
    start[count] = UInt8(truncatingIfNeeded: value)
    count += 1
  }

  /// The bytes in use; valid until the next change.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
}

/// Reads numbers and bytes one after another; it never reads past the end.
struct ByteCursor {
  private(set) var position: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  /// Makes a cursor over bytes that stay where they are.
  init(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int = 0) {
    if let base = bytes.baseAddress {
      position = base + offset
      end = base + bytes.count
    } else {
      position = UnsafePointer(bitPattern: 1).unsafelyUnwrapped
      end = position
    }
  }

  var isAtEnd: Bool { position >= end }
  var remaining: Int { end - position }

  /// The next number; 0 past the end.
  @inline(__always)
  mutating func number() -> UInt64 {
    guard position < end else { return 0 }
    let first = position.pointee
    position += 1
    if first < 0x80 { return UInt64(first) }
    return rest(of: UInt64(first & 0x7F))
  }

  private mutating func rest(of low: UInt64) -> UInt64 {
    var value = low
    var shift: UInt64 = 7
    while position < end {
      let byte = position.pointee
      position += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
      if shift > 63 { return value }
    }
    return value
  }

  /// Passes over so many numbers.
  @inline(__always)
  mutating func skipNumbers(_ count: Int) {
    var count = count
    while count > 0, position < end {
      if position.pointee < 0x80 { count -= 1 }
      position += 1
    }
  }

  /// The next bytes; fewer if there are no more.
  mutating func take(_ count: Int) -> UnsafeBufferPointer<UInt8> {
    let taken = max(0, min(count, remaining))
    defer { position += taken }
    return UnsafeBufferPointer(start: position, count: taken)
  }
}

/// Compares two terms byte by byte, as the segments are sorted.
@inline(__always)
func compareTerms(
  _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
) -> Int {
  let common = min(left.count, right.count)
  if common > 0, let first = left.baseAddress, let second = right.baseAddress {
    let order = memcmp(first, second, common)
    if order != 0 { return Int(order) }
  }
  return left.count - right.count
}
