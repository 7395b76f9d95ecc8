package import ConnectorKit

/// Turns numbers, sizes and times into the words of the screen.
package enum Format {
  /// A number with its thousands set apart, for example `12,345`.
  package static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// A number and the word for what it counts, for example `1 document`, `12 documents`.
  package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// A number in at most so many columns: whole if it fits, else as `1.2M`.
  package static func count(_ number: Int, fitting width: Int) -> String {
    let whole = count(number)
    if whole.count <= width { return whole }
    let units: [(Double, String)] = [(1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T")]
    for (size, unit) in units where Double(number) / size < 999.5 {
      let value = Double(number) / size
      for places in [2, 1, 0] {
        let text = decimal(value, places: places) + unit
        if text.count <= width { return text }
      }
    }
    return String(repeating: "#", count: max(0, width))
  }

  /// A size with a unit, for example `3.2 MB`; units are powers of 1000.
  package static func bytes(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["bytes", "KB", "MB", "GB", "TB"] {
      if value < 999.5 || unit == "TB" {
        if unit == "bytes" { return count(bytes, "byte") }
        return decimal(value, places: value < 99.95 ? 1 : 0) + " " + unit
      }
      value /= 1000
    }
    return "\(bytes) bytes"
  }

  /// Documents a second, for example `8,123/s`, `0.4/s`.
  package static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond >= 0 else { return "0/s" }
    if perSecond > 0, perSecond < 9.95 { return decimal(perSecond, places: 1) + "/s" }
    return count(Int(perSecond.rounded())) + "/s"
  }

  /// Bytes a second, for example `4.1 MB/s`.
  package static func byteRate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond >= 0 else { return "0 bytes/s" }
    return bytes(Int(perSecond.rounded())) + "/s"
  }

  /// Two digits after the point at most, without an exponent.
  package static func decimal(_ value: Double, places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return value < 0 ? "-∞" : "∞" }
    let number = Int(scaled)
    let sign = value < 0 && number > 0 ? "-" : ""
    guard places > 0 else { return sign + String(number) }
    let whole = number / Int(scale)
    let rest = String(number % Int(scale))
    return sign + "\(whole)." + String(repeating: "0", count: places - rest.count) + rest
  }

  /// A part of a whole in percent, for example `42 %`; 100 only when nothing is missing.
  package static func percent(_ part: Double) -> String {
    let bounded = max(0, min(1, part.isFinite ? part : 0))
    let percent = bounded < 1 ? min(99, Int((bounded * 100).rounded())) : 100
    return "\(percent) %"
  }

  /// How long something took: `under 1 ms`, `378 ms`, `17.4 s`, `1 min 23 s`, `2 h 05 min`.
  package static func duration(_ duration: Duration) -> String {
    let milliseconds = max(0, self.milliseconds(duration))
    if milliseconds == 0 { return "under 1 ms" }
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    if milliseconds < 59_950 { return decimal(Double(milliseconds) / 1000, places: 1) + " s" }
    return coarse((milliseconds + 500) / 1000)
  }

  /// How long something has been going on, as a clock: `1:23`, `1:02:03`.
  package static func clock(_ duration: Duration) -> String {
    let seconds = max(0, milliseconds(duration) / 1000)
    let tail = "\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    return seconds < 3600
      ? "\(seconds / 60):\(twoDigits(seconds % 60))" : "\(seconds / 3600):\(tail)"
  }

  /// How long ago a moment was, for example `3 min ago`.
  package static func age(of moment: Timestamp, at now: Timestamp) -> String {
    let seconds = milliseconds(now - moment) / 1000
    if seconds < 3 { return "just now" }
    if seconds < 60 { return "\(seconds) s ago" }
    return single(seconds) + " ago"
  }

  /// How far ahead a moment is, for example `in 2 h`, `in 2 d 8 h`, `in 12 d`.
  package static func time(until moment: Timestamp, from now: Timestamp) -> String {
    let seconds = (milliseconds(moment - now) + 999) / 1000
    if seconds <= 0 { return "now" }
    if seconds < 60 { return "in \(seconds) s" }
    let hasHours = seconds >= 86_400 && seconds < 7 * 86_400
    return "in " + (hasHours ? coarse(seconds) : single(seconds))
  }

  /// Date and time in the local zone, for example `2026-11-24 13:40:05 CET`.
  package static func local(_ moment: Timestamp, _ zone: TimeZoneTable) -> String {
    dateAndTime(zone.local(moment)) + " " + zone.change(at: moment).abbreviation
  }

  /// Date and time in UTC, for example `2026-11-24 12:40:05 UTC`.
  package static func utc(_ moment: Timestamp) -> String {
    dateAndTime(CivilDate(moment)) + " UTC"
  }

  /// Local and UTC beside each other; once only where they are the same.
  package static func localAndUTC(_ moment: Timestamp, _ zone: TimeZoneTable) -> String {
    let change = zone.change(at: moment)
    if change.offsetSeconds == 0 { return utc(moment) }
    let local = zone.local(moment)
    let other = CivilDate(moment)
    let isSameDay = local.day == other.day
    let short = isSameDay ? timeOfDay(other) : dateAndTime(other)
    return "\(dateAndTime(local)) \(change.abbreviation) (\(short) UTC)"
  }

  /// The time of day in the local zone, for example `13:40:05`.
  package static func timeOfDay(_ moment: Timestamp, _ zone: TimeZoneTable) -> String {
    timeOfDay(zone.local(moment))
  }

  /// Date and minute in the local zone, for example `11-24 13:40`.
  package static func shortLocal(_ moment: Timestamp, _ zone: TimeZoneTable) -> String {
    let date = zone.local(moment)
    return "\(twoDigits(date.month))-\(twoDigits(date.day)) "
      + "\(twoDigits(date.hour)):\(twoDigits(date.minute))"
  }

  static func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  private static func dateAndTime(_ date: CivilDate) -> String {
    let day = "\(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day))"
    return day + " " + timeOfDay(date)
  }

  private static func timeOfDay(_ date: CivilDate) -> String {
    "\(twoDigits(date.hour)):\(twoDigits(date.minute)):\(twoDigits(date.second))"
  }

  /// Two units from a minute on.
  private static func coarse(_ seconds: Int) -> String {
    if seconds < 3600 { return "\(seconds / 60) min \(twoDigits(seconds % 60)) s" }
    if seconds < 86_400 { return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) min" }
    let hours = seconds / 3600 % 24
    if hours == 0 || seconds >= 100 * 86_400 { return days(seconds) }
    return days(seconds) + " \(hours) h"
  }

  /// One unit from a minute on.
  private static func single(_ seconds: Int) -> String {
    if seconds < 3600 { return "\(seconds / 60) min" }
    if seconds < 172_800 { return "\(seconds / 3600) h" }
    return days(seconds)
  }

  /// Whole days, and years from the second one on.
  private static func days(_ seconds: Int) -> String {
    let days = seconds / 86_400
    if days < 730 { return count(days) + " d" }
    return decimal(Double(days) / 365.25, places: 1) + " years"
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}
