extension HTTPResponse {
  /// How long the server asks to be left alone; `nil` if it asks for nothing that makes sense.
  ///
  /// A date is compared with the date of the answer, so that the clocks of the two machines need
  /// not agree.
  package var retryAfter: Duration? {
    guard let text = header("Retry-After")?.drop(while: { $0 == " " }) else { return nil }
    if let seconds = Int64(text), (0...31_536_000).contains(seconds) { return .seconds(seconds) }
    guard let moment = Self.secondsSince1970(text),
      let now = header("Date").flatMap({ Self.secondsSince1970($0.drop { $0 == " " }) })
    else { return nil }
    return .seconds(max(0, moment - now))
  }

  /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func secondsSince1970(_ text: Substring) -> Int64? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]),
      let month = months.firstIndex(of: String(parts[2])), let year = Int64(parts[3]),
      (1970...9999).contains(year), (1...31).contains(day)
    else { return nil }
    let clock = parts[4].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] < 61 else { return nil }
    // Days from a March-based year, so that the leap day comes last.
    let shifted = Int64(month + 10) % 12
    let base = month < 2 ? year - 1 : year
    let leapDays = base / 4 - base / 100 + base / 400
    let days = base * 365 + leapDays + (shifted * 306 + 5) / 10 + day - 1 - 719_468
    return days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
  }
}
