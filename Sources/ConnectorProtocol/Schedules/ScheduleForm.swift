/// A schedule as people choose it; the frequencies are Kibana's.
///
/// It recognises exactly the expressions that it would write itself; any other is ``custom(_:)``
/// and stays untouched. All times are UTC.
package enum ScheduleForm: Hashable, Sendable {
  /// Every so many minutes; one of ``minuteSteps``.
  case everyMinutes(Int)
  case hourly(minute: Int)
  case daily(hour: Int, minute: Int)
  /// The day is 1 for Sunday to 7 for Saturday.
  case weekly(day: Int, hour: Int, minute: Int)
  case monthly(day: Int, hour: Int, minute: Int)
  case yearly(month: Int, day: Int, hour: Int, minute: Int)
  /// A Quartz expression as it was written.
  case custom(String)

  /// The steps that divide an hour evenly.
  package static let minuteSteps = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]
  /// The days of the week in Quartz's order.
  package static let dayNames = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  /// The months in their order.
  package static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// Recognises an expression.
  package init(expression: String) {
    let form = Self.candidate(expression.split(separator: " ").map(String.init))
    self = form?.expression == expression ? form ?? .custom(expression) : .custom(expression)
  }

  /// The only form that can have written such fields.
  private static func candidate(_ fields: [String]) -> ScheduleForm? {
    guard fields.count == 6 else { return nil }
    if fields[1] == "*" { return .everyMinutes(1) }
    let listed = fields[1].split(separator: ",")
    if listed.count > 1 { return .everyMinutes(60 / listed.count) }
    guard let minute = Int(fields[1]), (0...59).contains(minute) else { return nil }
    if fields[2] == "*" { return .hourly(minute: minute) }
    guard let hour = Int(fields[2]), (0...23).contains(hour) else { return nil }
    if fields[3] == "*" { return .daily(hour: hour, minute: minute) }
    if fields[3] == "?" {
      guard let day = Int(fields[5]), (1...7).contains(day) else { return nil }
      return .weekly(day: day, hour: hour, minute: minute)
    }
    guard let day = Int(fields[3]), (1...31).contains(day) else { return nil }
    if fields[4] == "*" { return .monthly(day: day, hour: hour, minute: minute) }
    guard let month = Int(fields[4]), (1...12).contains(month) else { return nil }
    return .yearly(month: month, day: day, hour: hour, minute: minute)
  }

  /// The Quartz expression, as Kibana writes it.
  package var expression: String {
    switch self {
    case .everyMinutes(1): return "0 * * * * ?"
    case .everyMinutes(let step):
      let minutes = stride(from: 0, to: 60, by: max(1, step)).map { String($0) }
      return "0 \(minutes.joined(separator: ",")) * * * ?"
    case .hourly(let minute): return "0 \(minute) * * * ?"
    case .daily(let hour, let minute): return "0 \(minute) \(hour) * * ?"
    case .weekly(let day, let hour, let minute): return "0 \(minute) \(hour) ? * \(day)"
    case .monthly(let day, let hour, let minute): return "0 \(minute) \(hour) \(day) * ?"
    case .yearly(let month, let day, let hour, let minute):
      return "0 \(minute) \(hour) \(day) \(month) ?"
    case .custom(let expression): return expression
    }
  }

  /// The schedule in words, for example `Every day at 03:00 UTC`.
  package var summary: String {
    switch self {
    case .everyMinutes(1): "Every minute"
    case .everyMinutes(let step): "Every \(step) minutes"
    case .hourly(0): "Every hour, on the hour"
    case .hourly(let minute): "Every hour, \(minute) minute\(minute == 1 ? "" : "s") past"
    case .daily(let hour, let minute): "Every day at \(Self.clock(hour, minute))"
    case .weekly(let day, let hour, let minute):
      "Every \(Self.name(day, of: Self.dayNames)) at \(Self.clock(hour, minute))"
    case .monthly(let day, let hour, let minute):
      "On day \(day) of every month\(day > 28 ? " that has it" : "") "
        + "at \(Self.clock(hour, minute))"
    case .yearly(let month, let day, let hour, let minute):
      "Every year on \(day) \(Self.name(month, of: Self.monthNames)) "
        + "at \(Self.clock(hour, minute))"
    case .custom(let expression): "Custom: \(expression)"
    }
  }

  private static func clock(_ hour: Int, _ minute: Int) -> String {
    "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute) UTC"
  }

  private static func name(_ number: Int, of names: [String]) -> String {
    names.indices.contains(number - 1) ? names[number - 1] : String(number)
  }
}
