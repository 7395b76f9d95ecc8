import ConnectorKit
import Testing

@Suite struct TimestampTests {
  private static let moments: [(String, Int64)] = [
    ("1970-01-01T00:00:00.000Z", 0), ("1970-01-01", 0), ("1969-12-31T23:59:59.999Z", -1),
    ("2026-11-24T03:00:00Z", 1_795_489_200_000), ("2026-11-24T03:00Z", 1_795_489_200_000),
    ("2026-11-24 03:00", 1_795_489_200_000), ("2026-11-24T04:00:00+01:00", 1_795_489_200_000),
    ("2026-11-23t21:30:00-0530", 1_795_489_200_000), ("2026-11-24T05:00:00+02", 1_795_489_200_000),
    ("2026-11-24T03:00:00.1z", 1_795_489_200_100),
    ("2026-11-24T03:00:00,123456789+00:00", 1_795_489_200_123),
    ("999999-12-31T23:59:59Z", 31_494_784_780_799_000), ("-999999-01-01", -31_619_087_596_800_000),
    ("2000-02-29T00:00:00Z", 951_782_400_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
  ]

  @Test(arguments: moments)
  func `reads ISO 8601`(_ text: String, _ milliseconds: Int64) {
    #expect(Timestamp(text)?.millisecondsSince1970 == milliseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-11-31",
    "2026-1-1", "2026-11-24T", "2026-11-24T24:00", "2026-11-24T03", "2026-11-24T03:60",
    "2026-11-24T03:00:61", "2026-11-24T03:00:00.", "2026-11-24T03:00:00+", "2026-11-24T03:00:00+1",
    "2026-11-24T03:00:00+01:", "2026-11-24T03:00:00ZZ", "24.11.2026", "tomorrow", "999999999-01-01",
    "9223372036854775807-01-01", "２026-11-24",
  ])
  func `refuses what is no moment`(_ text: String) { #expect(Timestamp(text) == nil) }

  @Test func `every moment is read back as it was written`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed)
    for _ in 0..<5_000 {
      let moment = Timestamp(
        millisecondsSince1970: .random(
          in: -200_000_000_000_000...400_000_000_000_000, using: &random))
      #expect(Timestamp(moment.description) == moment, "seed \(seed)")
    }
  }

  @Test func `days of the calendar follow each other for eight hundred years`() {
    var previous = CivilDate(year: 1599, month: 12, day: 31)
    for day in previous.daysSince1970 + 1...previous.daysSince1970 + 800 * 365 {
      let date = CivilDate(Timestamp(secondsSince1970: Int64(day) * 86_400))
      var expected = previous
      expected.day += 1
      if expected.day > CivilDate.days(inMonth: expected.month, of: expected.year) {
        expected.day = 1
        expected.month += 1
      }
      if expected.month > 12 {
        expected.month = 1
        expected.year += 1
      }
      guard date == expected, date.daysSince1970 == day else {
        Issue.record("\(date) after \(previous)")
        return
      }
      previous = date
    }
    #expect(CivilDate(year: 2026, month: 11, day: 24).dayOfWeek == 3)
  }
}
