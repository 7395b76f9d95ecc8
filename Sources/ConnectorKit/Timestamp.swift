/// A moment in UTC, to the millisecond.
///
/// Written and read as ISO 8601 with milliseconds and `Z`, the form of every time in Elastic's
/// connector protocol.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
  public var millisecondsSince1970: Int64

  /// Makes a moment from milliseconds since 1970-01-01T00:00:00Z.
  public init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  /// Makes a moment from whole seconds since 1970-01-01T00:00:00Z.
  public init(secondsSince1970: Int64) {
    self.init(millisecondsSince1970: secondsSince1970 * 1000)
  }

  /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
  public var secondsSince1970: Int64 {
    let (quotient, remainder) = millisecondsSince1970.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// Whether the left moment is earlier.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.millisecondsSince1970 < right.millisecondsSince1970
  }

  /// The moment so much later.
  public static func + (left: Timestamp, right: Duration) -> Timestamp {
    let (seconds, attoseconds) = right.components
    return Timestamp(
      millisecondsSince1970: left.millisecondsSince1970 + seconds * 1000
        + attoseconds / 1_000_000_000_000_000)
  }

  /// The time from the right moment to the left one.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .milliseconds(left.millisecondsSince1970 - right.millisecondsSince1970)
  }
}

extension Timestamp: CustomStringConvertible {
  /// ISO 8601 in UTC, for example `2026-11-24T03:00:00.000Z`.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    appendText(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text of ``description``; times stand in every document.
  func appendText(to bytes: inout [UInt8]) {
    let date = CivilDate(self)
    let milliseconds = Int(millisecondsSince1970 - secondsSince1970 * 1000)
    if date.year < 0 { bytes.append(UInt8(ascii: "-")) }
    Self.append(Int(date.year.magnitude), width: 4, to: &bytes)
    Self.append(date.month, after: "-", to: &bytes)
    Self.append(date.day, after: "-", to: &bytes)
    Self.append(date.hour, after: "T", to: &bytes)
    Self.append(date.minute, after: ":", to: &bytes)
    Self.append(date.second, after: ":", to: &bytes)
    Self.append(milliseconds, width: 3, after: ".", to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  /// Appends a number in decimal with leading zeros up to a width.
  private static func append(
    _ number: Int, width: Int = 2, after separator: Unicode.Scalar? = nil,
    to bytes: inout [UInt8]
  ) {
    if let separator { bytes.append(UInt8(ascii: separator)) }
    var power = 1
    for _ in 1..<width { power *= 10 }
    while number / power >= 10 { power *= 10 }
    while power > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(number / power % 10))
      power /= 10
    }
  }
}
