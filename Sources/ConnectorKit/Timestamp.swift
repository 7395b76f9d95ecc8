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
    let date = CivilDate(self)
    let milliseconds = millisecondsSince1970 - secondsSince1970 * 1000
    return "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))"
      + "T\(date.hour.padded(2)):\(date.minute.padded(2)):\(date.second.padded(2))"
      + ".\(Int(milliseconds).padded(3))Z"
  }
}

extension Int {
  /// The number in decimal with leading zeros up to a width.
  fileprivate func padded(_ width: Int) -> String {
    let digits = String(magnitude)
    let zeros = String(repeating: "0", count: Swift.max(0, width - digits.utf8.count))
    return (self < 0 ? "-" : "") + zeros + digits
  }
}
