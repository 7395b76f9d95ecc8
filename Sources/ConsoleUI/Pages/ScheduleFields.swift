internal import ConnectorProtocol

/// The fields of a schedule's form, and the way between them and a Quartz expression.
enum ScheduleFields {
  static let custom = "custom"

  private static let frequencies = [
    FormField.Option("minutes", "Minutes", detail: "every so many minutes"),
    FormField.Option("hour", "Hourly", detail: "at a minute of every hour"),
    FormField.Option("day", "Daily", detail: "at a time of every day"),
    FormField.Option("week", "Weekly", detail: "on a day of every week"),
    FormField.Option("month", "Monthly", detail: "on a day of every month"),
    FormField.Option("year", "Yearly", detail: "on a day of every year"),
    FormField.Option("custom", "Custom", detail: "a Quartz expression"),
  ]

  /// Every field that holds a detail.
  static let allKeys = ["every", "minute", "weekday", "month", "date", "time", "expression"]

  /// The fields of a frequency.
  static func keys(for frequency: String) -> [String] {
    switch frequency {
    case "minutes": ["every"]
    case "hour": ["minute"]
    case "day": ["time"]
    case "week": ["weekday", "time"]
    case "month": ["date", "time"]
    case "year": ["month", "date", "time"]
    default: ["expression"]
    }
  }

  /// The fields that exist while the form says what it says.
  static func fields(_ form: FormModel, _ type: JobType) -> [FormField] {
    let enabled = FormField("enabled", "Run by itself", .toggle).with {
      $0.help = help(for: type)
    }
    guard form.flag("enabled") else { return [enabled] }
    let frequency = FormField("frequency", "Frequency", .choice(frequencies)).with {
      $0.help = "Space opens the list; arrows left and right go through it."
    }
    return [enabled, frequency] + keys(for: form.text("frequency")).map { field($0, form) }
  }

  private static func help(for type: JobType) -> String {
    switch type {
    case .full: "A full sync reads everything and removes what is gone. Space turns it on and off."
    case .incremental:
      "An incremental sync reads only what changed since the last sync. Space turns it on and off."
    case .accessControl:
      "An access control sync reads who may see what. Space turns it on and off."
    }
  }

  private static func field(_ key: String, _ form: FormModel) -> FormField {
    switch key {
    case "every":
      let steps = ScheduleForm.minuteSteps.map {
        FormField.Option(String($0), $0 == 1 ? "every minute" : "every \($0) minutes")
      }
      return FormField(key, "How often", .choice(steps))
    case "minute":
      return FormField(key, "At minute", .number).with { $0.unit = "0 to 59" }
    case "weekday":
      let days = ScheduleForm.dayNames.enumerated().map {
        FormField.Option(String($0.offset + 1), $0.element)
      }
      return FormField(key, "On", .choice(days))
    case "month":
      let months = ScheduleForm.monthNames.enumerated().map {
        FormField.Option(String($0.offset + 1), $0.element)
      }
      return FormField(key, "In", .choice(months))
    case "date":
      return FormField(key, "On day", .number).with {
        $0.unit = "1 to 31"
        if let day = Int(form.text(key)), day > 28 {
          $0.help = "Where there is no day \(day), nothing runs."
        }
      }
    case "time":
      return FormField(key, "At", .number).with {
        $0.unit = "UTC"
        $0.help = "Hours and minutes, such as 3:00 or 23:45, in UTC: see the local time below."
      }
    default:
      return FormField(key, "Expression").with {
        $0.isRequired = true
        $0.placeholder = "0 0 3 * * ?"
        $0.help =
          "Quartz, in UTC: second minute hour day-of-month month day-of-week, and perhaps a year. "
          + "For example 0 0 6-20/2 ? * MON-FRI."
      }
    }
  }

  // MARK: - Expressions

  /// Fills the fields from an expression; details that it does not have get a usual value.
  static func fill(_ form: inout FormModel, from expression: String) {
    let usual = ["every": "15", "minute": "0", "weekday": "1", "month": "1", "date": "1"]
    for (key, value) in usual { form.set(key, value, as: control(key)) }
    form.set("time", "0:00", as: .number)
    form.set("expression", expression, as: .text)
    let frequency: String
    switch ScheduleForm(expression: expression) {
    case .everyMinutes(let step):
      frequency = "minutes"
      form.set("every", String(step), as: control("every"))
    case .hourly(let minute):
      frequency = "hour"
      form.set("minute", String(minute), as: .number)
    case .daily(let hour, let minute):
      frequency = "day"
      form.set("time", clock(hour, minute), as: .number)
    case .weekly(let day, let hour, let minute):
      frequency = "week"
      form.set("weekday", String(day), as: control("weekday"))
      form.set("time", clock(hour, minute), as: .number)
    case .monthly(let day, let hour, let minute):
      frequency = "month"
      form.set("date", String(day), as: .number)
      form.set("time", clock(hour, minute), as: .number)
    case .yearly(let month, let day, let hour, let minute):
      frequency = "year"
      form.set("month", String(month), as: control("month"))
      form.set("date", String(day), as: .number)
      form.set("time", clock(hour, minute), as: .number)
    case .custom: frequency = custom
    }
    form.set("frequency", frequency, as: .choice(frequencies))
  }

  private static func control(_ key: String) -> FormField.Control {
    ["every", "weekday", "month"].contains(key) ? .choice([]) : .number
  }

  /// The expression of what the fields say; what can't be read counts as 0 or 1.
  static func expression(_ form: FormModel) -> String {
    let time = self.time(form.text("time")) ?? (0, 0)
    func number(_ key: String) -> Int? { Int(trimmed(form.text(key))) }
    let result: ScheduleForm =
      switch form.text("frequency") {
      case "minutes": .everyMinutes(number("every") ?? 15)
      case "hour": .hourly(minute: number("minute") ?? 0)
      case "day": .daily(hour: time.hour, minute: time.minute)
      case "week": .weekly(day: number("weekday") ?? 1, hour: time.hour, minute: time.minute)
      case "month": .monthly(day: number("date") ?? 1, hour: time.hour, minute: time.minute)
      case "year":
        .yearly(
          month: number("month") ?? 1, day: number("date") ?? 1, hour: time.hour,
          minute: time.minute)
      default: .custom(trimmed(form.text("expression")))
      }
    return result.expression
  }

  /// What is wrong with the fields in sight.
  static func problems(_ form: FormModel) -> [FormProblem] {
    keys(for: form.text("frequency")).compactMap { key in
      problem(key, form).map { FormProblem(key, $0) }
    }
  }

  private static func problem(_ key: String, _ form: FormModel) -> String? {
    let text = trimmed(form.text(key))
    switch key {
    case "minute":
      return isNumber(text, in: 0...59) ? nil : "The minute is a whole number from 0 to 59."
    case "date":
      guard isNumber(text, in: 1...31) else { return "The day is a whole number from 1 to 31." }
      return impossibleDay(form)
    case "time":
      return time(text) == nil
        ? "The time is hours and minutes from 0:00 to 23:59, such as 3:00." : nil
    case "expression":
      guard !text.isEmpty else { return "The expression is empty. Type one, such as 0 0 3 * * ?." }
      do throws(QuartzError) { _ = try QuartzExpression(parsing: text) } catch {
        return error.message
      }
      return nil
    default: return nil
    }
  }

  /// Why a day of a yearly schedule does not exist in any year.
  private static func impossibleDay(_ form: FormModel) -> String? {
    guard form.text("frequency") == "year", let month = Int(form.text("month")),
      let day = Int(trimmed(form.text("date"))), (1...12).contains(month)
    else { return nil }
    let longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    guard day > longest else { return nil }
    let name = ScheduleForm.monthNames[month - 1]
    return "\(name) has at most \(longest) days. Choose a day up to \(longest), or another month."
  }

  /// Hours and minutes of `3:00`, `03:00`, `3.00`, `3` or `0300`.
  static func time(_ text: String) -> (hour: Int, minute: Int)? {
    let bare = trimmed(text)
    var parts = bare.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
    if parts.count == 1, bare.count == 4 { parts = [bare.prefix(2), bare.suffix(2)] }
    if parts.count == 1 { parts.append("00") }
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return (hour, minute)
  }

  private static func isNumber(_ text: String, in range: ClosedRange<Int>) -> Bool {
    Int(text).map(range.contains) ?? false
  }

  private static func clock(_ hour: Int, _ minute: Int) -> String {
    "\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }

  private static func trimmed(_ text: String) -> String {
    let body = text.drop { $0.isWhitespace }
    let end = body.lastIndex { !$0.isWhitespace }
    return end.map { String(body[...$0]) } ?? ""
  }
}
