internal import ConnectorKit

/// What must be known of a month to say which of its days match.
struct MonthShape {
  /// How many days it has.
  let length: Int
  /// The day of the week of the first: 1 is Sunday.
  let firstDayOfWeek: Int

  init(year: Int, month: Int) {
    length = CivilDate.days(inMonth: month, of: year)
    firstDayOfWeek = CivilDate(year: year, month: month, day: 1).dayOfWeek
  }

  /// Bits 1 to the last day.
  var allDays: UInt64 { (1 << UInt64(length + 1)) - 2 }

  func dayOfWeek(_ day: Int) -> Int { (firstDayOfWeek + day - 2) % 7 + 1 }

  /// The first day of the month that is a given day of the week.
  func first(_ dayOfWeek: Int) -> Int { (dayOfWeek - firstDayOfWeek + 7) % 7 + 1 }

  /// The day from Monday to Friday that is nearest to a day, within the month.
  func nearestWeekday(_ day: Int) -> Int {
    switch dayOfWeek(day) {
    case 7: day == 1 ? day + 2 : day - 1
    case 1: day == length ? day - 2 : day + 1
    default: day
    }
  }
}

/// The day-of-month field.
enum QuartzDaysOfMonth: Hashable, Sendable {
  /// `*`
  case any
  /// `?`
  case unspecified
  /// Numbers as bits.
  case days(UInt64)
  /// `L`, `L-3`, `LW`, `L-3W`
  case last(offset: Int, weekday: Bool)
  /// `15W`
  case nearestWeekday(Int)

  init(parsing text: String) throws(QuartzError) {
    let field = QuartzField.dayOfMonth
    if text == "*" {
      self = .any
    } else if text == "?" {
      self = .unspecified
    } else if text.contains(","), text.contains(where: { $0 == "L" || $0 == "W" }) {
      throw field.error("“L” and “W” can't be combined with other days")
    } else if text.hasPrefix("L") {
      let isWeekday = text.hasSuffix("W")
      let rest = text.dropFirst().dropLast(isWeekday ? 1 : 0)
      if rest.isEmpty {
        self = .last(offset: 0, weekday: isWeekday)
        return
      }
      guard rest.hasPrefix("-"), let offset = Int(rest.dropFirst()), (0...30).contains(offset)
      else { throw field.error("“\(text)” is not the last day less 0 to 30, such as L-3") }
      self = .last(offset: offset, weekday: isWeekday)
    } else if text.hasSuffix("W") {
      let day = String(text.dropLast())
      guard !day.contains(where: { "-/*?".contains($0) }) else {
        throw field.error("“W” takes a single day, such as 15W")
      }
      self = .nearestWeekday(try field.number(day))
    } else {
      self = .days(try field.mask(text))
    }
  }

  /// The matching days of a month as bits; `nil` if the field does not decide.
  func days(in month: MonthShape) -> UInt64? {
    switch self {
    case .any, .unspecified: return nil
    case .days(let mask): return mask & month.allDays
    case .last(let offset, let weekday):
      let day = month.length - offset
      guard day >= 1 else { return 0 }
      return 1 << UInt64(weekday ? month.nearestWeekday(day) : day)
    case .nearestWeekday(let day):
      return day <= month.length ? 1 << UInt64(month.nearestWeekday(day)) : 0
    }
  }
}

/// The day-of-week field; 1 is Sunday.
enum QuartzDaysOfWeek: Hashable, Sendable {
  /// `*`
  case any
  /// `?`
  case unspecified
  /// Numbers as bits.
  case days(UInt64)
  /// `6L`: the last Friday.
  case last(Int)
  /// `6#3`: the third Friday.
  case nth(dayOfWeek: Int, number: Int)

  init(parsing text: String) throws(QuartzError) {
    let field = QuartzField.dayOfWeek
    if text == "*" {
      self = .any
    } else if text == "?" {
      self = .unspecified
    } else if text == "L" {
      self = .days(1 << 7)
    } else if text.contains("#") {
      let parts = text.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !text.contains(where: { ",-/".contains($0) }) else {
        throw field.error("“#” takes a single day, such as 6#3 for the third Friday")
      }
      guard let number = Int(parts[1]), (1...5).contains(number) else {
        throw field.error("“\(parts[1])” after “#” is not a number between 1 and 5")
      }
      self = .nth(dayOfWeek: try field.number(parts[0]), number: number)
    } else if text.hasSuffix("L") {
      let day = String(text.dropLast())
      guard !day.contains(where: { ",-/*?".contains($0) }) else {
        throw field.error("“L” can't be combined with other days")
      }
      self = .last(try field.number(day))
    } else {
      self = .days(try field.mask(text))
    }
  }

  /// The matching days of a month as bits; `nil` if the field does not decide.
  func days(in month: MonthShape) -> UInt64? {
    switch self {
    case .any, .unspecified: return nil
    case .days(let mask):
      var days: UInt64 = 0
      for day in 1...month.length where mask & 1 << UInt64(month.dayOfWeek(day)) != 0 {
        days |= 1 << UInt64(day)
      }
      return days
    case .last(let dayOfWeek):
      let first = month.first(dayOfWeek)
      return 1 << UInt64(first + (month.length - first) / 7 * 7)
    case .nth(let dayOfWeek, let number):
      let day = month.first(dayOfWeek) + (number - 1) * 7
      return day <= month.length ? 1 << UInt64(day) : 0
    }
  }
}
