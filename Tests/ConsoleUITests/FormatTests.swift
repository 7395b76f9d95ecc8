import ConnectorKit
import ConsoleUI
import TerminalKit
import Testing

@Suite struct FormatTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "-12,345"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `counts have their thousands set apart`(_ example: (Int, String)) {
    #expect(Format.count(example.0) == example.1)
  }

  @Test(arguments: 3...12, [0, 7, 999, 1_000, 12_345, 999_999, 1_234_567_890, 99_999_999_999])
  func `a count never takes more room than there is`(_ width: Int, _ number: Int) {
    let text = Format.count(number, fitting: width)
    #expect(text.count <= width)
    #expect(width < 4 || !text.contains("#"))
  }

  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1.0 KB"), (48_213, "48.2 KB"),
    (999_960, "1.0 MB"), (3_200_000, "3.2 MB"), (1_234_567_890_123, "1.2 TB"),
  ])
  func `sizes have a unit`(_ example: (Int, String)) {
    #expect(Format.bytes(example.0) == example.1)
  }

  @Test(arguments: [
    (Duration.zero, "under 1 ms"), (.microseconds(400), "under 1 ms"), (.milliseconds(7), "7 ms"),
    (.milliseconds(1_250), "1.3 s"), (.milliseconds(17_449), "17.4 s"),
    (.milliseconds(59_960), "1 min 00 s"), (.seconds(97_977_600), "3.1 years"),
    (.seconds(83), "1 min 23 s"), (.seconds(7_500), "2 h 05 min"), (.seconds(183_600), "2 d 3 h"),
  ])
  func `durations have at most two units`(_ example: (Duration, String)) {
    #expect(Format.duration(example.0) == example.1)
  }

  @Test(arguments: [
    (0, "just now"), (12, "12 s ago"), (60, "1 min ago"), (3_599, "59 min ago"),
    (7_200, "2 h ago"), (200_000, "2 d ago"), (-30, "just now"),
  ])
  func `ages are told in one unit`(_ example: (Int, String)) {
    let moment = Fixtures.now + .seconds(-example.0)
    #expect(Format.age(of: moment, at: Fixtures.now) == example.1)
  }

  @Test(arguments: [
    (59, "in 59 s"), (7_200, "in 2 h"), (201_600, "in 2 d 8 h"), (172_800, "in 2 d"),
    (1_036_900, "in 12 d"), (97_977_600, "in 3.1 years"),
  ])
  func `the next run is told in days and hours while hours matter`(_ example: (Int, String)) {
    let moment = Fixtures.now + .seconds(example.0)
    #expect(Format.time(until: moment, from: Fixtures.now) == example.1)
  }

  @Test func `a part is 100 percent only when nothing is missing`() {
    #expect(Format.percent(0.9999) == "99 %")
    #expect(Format.percent(1) == "100 %")
    #expect(Format.percent(.nan) == "0 %")
  }

  @Test func `rates that are no numbers are none`() {
    #expect(Format.rate(.infinity) == "0/s")
    #expect(Format.rate(0.44) == "0.4/s")
    #expect(Format.rate(8_123.4) == "8,123/s")
    #expect(Format.byteRate(.nan) == "0 bytes/s")
  }

  @Test func `local time and UTC stand side by side, with dates if they differ`() {
    let evening = CivilDate(year: 2026, month: 11, day: 24, hour: 23, minute: 30).timestamp
    #expect(
      Format.localAndUTC(evening, Fixtures.zone)
        == "2026-11-25 00:30:00 CET (2026-11-24 23:30:00 UTC)")
    #expect(Format.localAndUTC(evening, .utc) == "2026-11-24 23:30:00 UTC")
  }
}
