internal import ConnectorKit
internal import ConsoleUI
internal import Glibc

/// Reads the machine's time zone (`TZ` or `/etc/localtime`) into a table.
enum LocalTimeZone {
  /// Looks every so often for a change of the offset; no zone has changed twice within a week.
  private static let step: Int64 = 7 * 86_400
  private static let year: Int64 = 366 * 86_400

  /// The zone's changes from ten years before a moment to ten years after it.
  static func table(around now: Timestamp) -> TimeZoneTable {
    tzset()
    let start = now.secondsSince1970 - 10 * year
    let end = now.secondsSince1970 + 10 * year
    var changes = [change(at: start)]
    var moment = start
    while moment < end {
      let next = change(at: moment + step)
      if next.offsetSeconds != changes[changes.count - 1].offsetSeconds {
        changes.append(firstChange(after: moment, to: next))
      }
      moment += step
    }
    return TimeZoneTable(changes)
  }

  /// Finds the second at which a new offset begins, by halving.
  private static func firstChange(
    after start: Int64, to next: TimeZoneTable.Change
  ) -> TimeZoneTable.Change {
    var before = start
    var after = start + step
    while after - before > 1 {
      let middle = before + (after - before) / 2
      if change(at: middle).offsetSeconds == next.offsetSeconds {
        after = middle
      } else {
        before = middle
      }
    }
    return change(at: after)
  }

  private static func change(at seconds: Int64) -> TimeZoneTable.Change {
    var moment = time_t(seconds)
    var parts = tm()
    localtime_r(&moment, &parts)
    let abbreviation = parts.tm_zone.map { String(cString: $0) } ?? ""
    return TimeZoneTable.Change(
      from: Timestamp(secondsSince1970: seconds), offsetSeconds: Int(parts.tm_gmtoff),
      abbreviation: abbreviation)
  }
}
