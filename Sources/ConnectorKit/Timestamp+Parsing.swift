extension Timestamp {
  /// Reads ISO 8601: `2026-11-24`, `2026-11-24T03:00Z`, `2026-11-24T03:00:00.123+01:00` and alike.
  ///
  /// A missing time of day is midnight, a missing offset UTC; a space may stand for the `T`.
  /// Digits beyond the millisecond are dropped. `nil` for anything else and for days that do not
  /// exist.
  public init?(_ text: String) {
    var scanner = DigitScanner(text)
    guard let date = scanner.scanDate() else { return nil }
    var milliseconds: Int64 = 0
    var offset = 0
    if scanner.skip("T", "t", " ") {
      guard let time = scanner.scanTime(), let scanned = scanner.scanOffset() else { return nil }
      milliseconds = time
      offset = scanned
    }
    guard scanner.isAtEnd else { return nil }
    let seconds = Int64(date.daysSince1970) * 86_400 - Int64(offset)
    self.init(millisecondsSince1970: seconds * 1000 + milliseconds)
  }
}

extension CivilDate {
  /// How many days a month has.
  ///
  /// - Parameters:
  ///   - month: 1 to 12.
  ///   - year: the year, for February.
  /// - Returns: 28 to 31.
  package static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whether a year has a 29 February.
  package static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }
}

/// Reads numbers of fixed width from a text.
private struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ characters: Unicode.Scalar...) -> Bool {
    guard position < bytes.count,
      characters.contains(where: { $0.value == UInt32(bytes[position]) })
    else { return false }
    position += 1
    return true
  }

  mutating func scanDate() -> CivilDate? {
    let isNegative = skip("-")
    // Six digits: nine would not fit the milliseconds.
    guard let year = number(digits: 4...6), skip("-"),
      let month = number(digits: 2...2), (1...12).contains(month), skip("-"),
      let day = number(digits: 2...2)
    else { return nil }
    let signedYear = isNegative ? -year : year
    guard day >= 1, day <= CivilDate.days(inMonth: month, of: signedYear) else { return nil }
    return CivilDate(year: signedYear, month: month, day: day)
  }

  /// Milliseconds since midnight; a leap second counts as the first second of the next minute.
  mutating func scanTime() -> Int64? {
    guard let hour = number(digits: 2...2), hour < 24, skip(":"),
      let minute = number(digits: 2...2), minute < 60
    else { return nil }
    var milliseconds = Int64(hour * 3_600_000 + minute * 60_000)
    guard skip(":") else { return milliseconds }
    guard let second = number(digits: 2...2), second <= 60 else { return nil }
    milliseconds += Int64(second) * 1000
    if skip(".", ",") {
      guard let fraction = fraction() else { return nil }
      milliseconds += fraction
    }
    return milliseconds
  }

  /// Seconds east of UTC.
  mutating func scanOffset() -> Int? {
    if isAtEnd || skip("Z", "z") { return 0 }
    let isEast = skip("+")
    guard isEast || skip("-"), let hours = number(digits: 2...2), hours < 24 else { return nil }
    var minutes = 0
    let hasColon = skip(":")
    if hasColon || !isAtEnd {
      guard let scanned = number(digits: 2...2), scanned < 60 else { return nil }
      minutes = scanned
    }
    return (hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
  }

  private mutating func number(digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, let digit {
      value = value * 10 + digit
      count += 1
      position += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  private mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var weight: Int64 = 100
    guard digit != nil else { return nil }
    while let digit {
      value += Int64(digit) * weight
      weight /= 10
      position += 1
    }
    return value
  }

  private var digit: Int? {
    guard position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 else {
      return nil
    }
    return Int(bytes[position] - 0x30)
  }
}
