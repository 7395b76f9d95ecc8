package import ConnectorKit

/// When a schedule fires: six or seven fields of Quartz, evaluated in UTC.
///
/// Seconds, minutes, hours, day of month, month, day of week and, if wanted, year. Lists, ranges
/// (`FRI-MON` wraps around), steps, names, `L`, `L-3`, `15W`, `LW`, `6L` and `6#3` mean what they
/// mean in Quartz 2. Beyond Quartz, day of month and day of week may both be given, because Kibana
/// and others have written such expressions: then a day needs to match one of them, and `*` leaves
/// the decision to the other.
/// Source: the documentation of `org.quartz.CronExpression`.
package struct QuartzExpression: Hashable, Sendable {
  /// The years that can be named; the search for the next run ends with them.
  package static let years = 1970...2099

  /// The expression as it was written.
  package let text: String

  let seconds: UInt64
  let minutes: UInt64
  let hours: UInt64
  let daysOfMonth: QuartzDaysOfMonth
  let months: UInt64
  let daysOfWeek: QuartzDaysOfWeek
  /// `nil` if every year will do.
  let namedYears: Set<Int>?

  /// Reads an expression.
  ///
  /// - Throws: ``QuartzError``, which names the field.
  package init(parsing text: String) throws(QuartzError) {
    self.text = text
    let parts = text.uppercased().split { $0.isWhitespace }.map(String.init)
    guard (6...7).contains(parts.count) else {
      throw QuartzError(
        field: nil,
        message: "A schedule has six fields (second, minute, hour, day of month, month, day of "
          + "week) and perhaps a year, but this one has \(parts.count).")
    }
    seconds = try QuartzField.seconds.mask(parts[0])
    minutes = try QuartzField.minutes.mask(parts[1])
    hours = try QuartzField.hours.mask(parts[2])
    daysOfMonth = try QuartzDaysOfMonth(parsing: parts[3])
    months = try QuartzField.month.mask(parts[4])
    daysOfWeek = try QuartzDaysOfWeek(parsing: parts[5])
    namedYears = parts.count == 7 ? try QuartzField.year.yearSet(parts[6]) : nil
    guard daysOfMonth != .unspecified || daysOfWeek != .unspecified else {
      throw QuartzError(
        field: .dayOfWeek,
        message: "The day of month and the day of week are both “?”, so give one of them a value.")
    }
  }

  /// The first moment after another at which the schedule fires; `nil` if it never fires again.
  package func next(after moment: Timestamp) -> Timestamp? {
    let start = Timestamp(secondsSince1970: moment.secondsSince1970 + 1)
    var date = CivilDate(start)
    if date.year < Self.years.lowerBound {
      date = CivilDate(year: Self.years.lowerBound, month: 1, day: 1)
    }
    while date.year <= Self.years.upperBound {
      if namedYears?.contains(date.year) == false {
        date = CivilDate(year: date.year + 1, month: 1, day: 1)
        continue
      }
      if months & 1 << UInt64(date.month) == 0 {
        date = Self.firstOfMonth(after: date)
        continue
      }
      if let found = next(inMonthOf: date) { return found.timestamp }
      date = Self.firstOfMonth(after: date)
    }
    return nil
  }

  /// The next moments at which the schedule fires, ascending; fewer if there are no more.
  package func nextRuns(_ count: Int, after moment: Timestamp) -> [Timestamp] {
    var runs: [Timestamp] = []
    var last = moment
    while runs.count < count, let run = next(after: last) {
      runs.append(run)
      last = run
    }
    return runs
  }

  /// The first match in the month of a date, at that date or later.
  private func next(inMonthOf start: CivilDate) -> CivilDate? {
    let days = matchingDays(year: start.year, month: start.month)
    let rest = days & (UInt64.max << UInt64(start.day))
    var candidates = rest
    while candidates != 0 {
      let day = candidates.trailingZeroBitCount
      candidates &= candidates - 1
      var date = CivilDate(year: start.year, month: start.month, day: day)
      if day == start.day {
        date.hour = start.hour
        date.minute = start.minute
        date.second = start.second
      }
      if let found = next(inDayOf: date) { return found }
    }
    return nil
  }

  /// The first match in the day of a date, at that time or later.
  private func next(inDayOf start: CivilDate) -> CivilDate? {
    var date = start
    guard let hour = hours.firstBit(from: date.hour) else { return nil }
    if hour != date.hour { (date.hour, date.minute, date.second) = (hour, 0, 0) }
    if let minute = minutes.firstBit(from: date.minute) {
      if minute != date.minute { (date.minute, date.second) = (minute, 0) }
      if let second = seconds.firstBit(from: date.second) {
        date.second = second
        return date
      }
      if let later = minutes.firstBit(from: date.minute + 1) {
        (date.minute, date.second) = (later, seconds.trailingZeroBitCount)
        return date
      }
    }
    guard let later = hours.firstBit(from: date.hour + 1) else { return nil }
    date.hour = later
    date.minute = minutes.trailingZeroBitCount
    date.second = seconds.trailingZeroBitCount
    return date
  }

  /// The days of a month on which the schedule fires, bit 1 for the first.
  private func matchingDays(year: Int, month: Int) -> UInt64 {
    let shape = MonthShape(year: year, month: month)
    let byMonth = daysOfMonth.days(in: shape)
    let byWeek = daysOfWeek.days(in: shape)
    if daysOfMonth == .unspecified || daysOfMonth == .any { return byWeek ?? shape.allDays }
    if daysOfWeek == .unspecified || daysOfWeek == .any { return byMonth ?? shape.allDays }
    return (byMonth ?? 0) | (byWeek ?? 0)
  }

  private static func firstOfMonth(after date: CivilDate) -> CivilDate {
    date.month == 12
      ? CivilDate(year: date.year + 1, month: 1, day: 1)
      : CivilDate(year: date.year, month: date.month + 1, day: 1)
  }
}

extension UInt64 {
  /// The lowest bit that is set at a position or above.
  fileprivate func firstBit(from position: Int) -> Int? {
    guard position < 64 else { return nil }
    let rest = self & (UInt64.max << UInt64(position))
    return rest == 0 ? nil : rest.trailingZeroBitCount
  }
}

/// Why a text is not a Quartz expression.
package struct QuartzError: Error, Hashable, Sendable {
  /// The field that is wrong; `nil` if their number is.
  package var field: QuartzField?
  /// One full sentence that names the field.
  package var message: String

  /// Makes an error.
  package init(field: QuartzField?, message: String) {
    self.field = field
    self.message = message
  }
}
