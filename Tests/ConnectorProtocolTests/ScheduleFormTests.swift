import ConnectorKit
import ConnectorProtocol
import Testing

@Suite struct ScheduleFormTests {
  private static let forms: [(ScheduleForm, String, String)] = [
    (.everyMinutes(1), "0 * * * * ?", "Every minute"),
    (.everyMinutes(5), "0 0,5,10,15,20,25,30,35,40,45,50,55 * * * ?", "Every 5 minutes"),
    (.everyMinutes(30), "0 0,30 * * * ?", "Every 30 minutes"),
    (.hourly(minute: 0), "0 0 * * * ?", "Every hour, on the hour"),
    (.hourly(minute: 7), "0 7 * * * ?", "Every hour, 7 minutes past"),
    (.daily(hour: 3, minute: 0), "0 0 3 * * ?", "Every day at 03:00 UTC"),
    (.daily(hour: 0, minute: 0), "0 0 0 * * ?", "Every day at 00:00 UTC"),
    (.weekly(day: 7, hour: 0, minute: 5), "0 5 0 ? * 7", "Every Saturday at 00:05 UTC"),
    (
      .monthly(day: 1, hour: 12, minute: 30), "0 30 12 1 * ?",
      "On day 1 of every month at 12:30 UTC"
    ),
    (
      .monthly(day: 31, hour: 0, minute: 0), "0 0 0 31 * ?",
      "On day 31 of every month that has it at 00:00 UTC"
    ),
    (
      .yearly(month: 2, day: 29, hour: 23, minute: 59), "0 59 23 29 2 ?",
      "Every year on 29 February at 23:59 UTC"
    ),
  ]

  @Test(arguments: forms)
  func `writes what Kibana writes and recognises it`(
    _ form: ScheduleForm, _ expression: String, _ summary: String
  ) throws {
    #expect(form.expression == expression)
    #expect(form.summary == summary)
    #expect(ScheduleForm(expression: expression) == form)
    _ = try QuartzExpression(parsing: expression)
  }

  @Test func `every form is recognised from its own expression`() throws {
    var all: [ScheduleForm] = ScheduleForm.minuteSteps.map { .everyMinutes($0) }
    for minute in [0, 1, 30, 59] {
      all.append(.hourly(minute: minute))
      for hour in [0, 9, 23] {
        all.append(.daily(hour: hour, minute: minute))
        all += (1...7).map { .weekly(day: $0, hour: hour, minute: minute) }
        all += (1...31).map { .monthly(day: $0, hour: hour, minute: minute) }
        all += (1...12).map { .yearly(month: $0, day: 28, hour: hour, minute: minute) }
      }
    }
    for form in all {
      #expect(ScheduleForm(expression: form.expression) == form)
      _ = try QuartzExpression(parsing: form.expression)
    }
  }

  @Test(arguments: [
    "", "0 0 3 * *", "0 00 3 * * ?", "0 0  3 * * ?", " 0 0 3 * * ?", "0 0 3 * * ? *",
    "30 0 3 * * ?", "0 0 3 * * *", "0 0 3 ? * *", "0 0/5 * * * ?", "0 */5 * * * ?",
    "0 0,5 * * * ?", "0 0,10,20,30,40 * * * ?", "0 0 24 * * ?", "0 60 * * * ?", "0 0 3 32 * ?",
    "0 0 3 ? * 8", "0 0 3 ? * SAT", "0 0 3 ? * 2-6", "0 0 3 L * ?", "0 0 3 1 13 ?",
    "0 0 3 1 JAN ?", "0 0 3,4 * * ?", "0 0 3 ? 5 7", "0 0 3 * 5 ?", "0 +5 3 * * ?", "nonsense",
    "0 0,15,30,45,60 * * * ?", "0 0,1,2,3,4,5,6 * * * ?",
  ])
  func `leaves any other expression untouched`(_ expression: String) {
    let form = ScheduleForm(expression: expression)
    #expect(form == .custom(expression))
    #expect(form.expression == expression)
  }
}
