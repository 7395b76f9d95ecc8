internal import ConnectorKit
internal import ConnectorProtocol

/// Words for numbers, times and states.
enum Wording {
  /// A number with commas between thousands.
  static func number(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A number of things, with the word in the singular for one.
  static func count(_ number: Int, _ one: String, _ many: String) -> String {
    "\(self.number(number)) \(number == 1 ? one : many)"
  }

  /// A rate; below ten with one digit behind the point.
  static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond > 0 else { return "0/s" }
    if perSecond < 10 {
      let tenths = Int((perSecond * 10).rounded())
      return "\(tenths / 10).\(tenths % 10)/s"
    }
    return number(Int(min(perSecond, 1e12).rounded())) + "/s"
  }

  /// A length of time, rounded, for example `378 ms`, `4.2 s`, `3 min 12 s`, `2 h 05 min`.
  static func duration(_ duration: Duration) -> String {
    let milliseconds = max(0, duration.roundedMilliseconds)
    if milliseconds == 0 { return "0 s" }
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    let tenths = (milliseconds + 50) / 100
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = (milliseconds + 500) / 1000
    if seconds < 3600 { return "\(seconds / 60) min \(twoDigits(seconds % 60)) s" }
    let minutes = (seconds + 30) / 60
    return "\(number(minutes / 60)) h \(twoDigits(minutes % 60)) min"
  }

  /// A length of time as a clock shows it, for example `0:42` or `1:02:03`.
  static func clock(_ duration: Duration) -> String {
    let seconds = max(0, duration.wholeMilliseconds / 1000)
    let tail = "\(twoDigits(seconds % 60))"
    if seconds < 3600 { return "\(seconds / 60):\(tail)" }
    return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(tail)"
  }

  /// A moment to the second, in UTC.
  static func moment(_ timestamp: Timestamp?) -> String {
    guard let timestamp else { return "-" }
    let text = timestamp.description
    return text.prefix(19).map { $0 == "T" ? " " : String($0) }.joined() + "Z"
  }

  static func status(_ status: JobStatus) -> (String, Tint) {
    switch status {
    case .pending: ("pending", .muted)
    case .inProgress: ("running", .plain)
    case .canceling: ("canceling", .warning)
    case .canceled: ("canceled", .warning)
    case .suspended: ("suspended", .warning)
    case .completed: ("completed", .good)
    case .error: ("failed", .bad)
    }
  }

  static func status(_ status: IngestionStatus) -> (String, Tint) {
    switch status {
    case .needsConfiguration: ("needs configuration", .warning)
    case .syncFailure: ("sync failed", .bad)
    case .connectorFailure: ("connector failed", .bad)
    case .incomplete: ("no index", .warning)
    case .configured: ("configured", .plain)
    case .connected: ("connected", .good)
    }
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}

extension Duration {
  /// Milliseconds, cut.
  var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  /// Milliseconds, rounded to the nearest.
  var roundedMilliseconds: Int { (self + .microseconds(500)).wholeMilliseconds }
}
