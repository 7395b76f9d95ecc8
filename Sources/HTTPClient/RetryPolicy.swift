/// When a request that failed is sent again: full jitter over exponential steps, within a budget.
///
/// A value: it neither waits nor reads a clock, so that a test can ask it everything.
package struct RetryPolicy: Hashable, Sendable {
  /// The first step.
  package var base: Duration
  /// No step is longer, and no `Retry-After` is waited for beyond it.
  package var maximumDelay: Duration
  /// All waiting together.
  package var budget: Duration
  /// Attempts in all, the first included.
  package var attempts: Int

  /// Makes a policy.
  package init(
    base: Duration = .milliseconds(200), maximumDelay: Duration = .seconds(30),
    budget: Duration = .seconds(120), attempts: Int = 8
  ) {
    self.base = base
    self.maximumDelay = maximumDelay
    self.budget = budget
    self.attempts = attempts
  }

  /// How long to wait before the next attempt.
  ///
  /// - Parameters:
  ///   - attempt: the number of the attempt that failed, 1 for the first.
  ///   - waited: how long was waited so far.
  ///   - retryAfter: what the server asked for; it is a floor, with jitter of a step above it.
  ///   - generator: where the jitter comes from.
  /// - Returns: `nil` once there must be no further attempt.
  package func delay(
    afterAttempt attempt: Int, waited: Duration, retryAfter: Duration? = nil,
    using generator: inout some RandomNumberGenerator
  ) -> Duration? {
    guard attempt < attempts, waited < budget else { return nil }
    let doublings = min(max(0, attempt - 1), 30)
    let ceiling = min(maximumDelay, base * (1 << doublings))
    let share = Double(generator.next() >> 11) / Double(1 << 53)
    let jitter = ceiling * share
    var delay = jitter
    if let retryAfter {
      guard retryAfter <= maximumDelay else { return nil }
      delay = retryAfter + min(jitter, base)
    }
    return waited + delay <= budget ? delay : nil
  }

  /// Whether an answer with this status may become another one later.
  package static func isTransient(status: Int) -> Bool {
    status == 429 || (502...504).contains(status)
  }

  /// Reads a `Retry-After`: seconds, or a date of RFC 9110's first form.
  ///
  /// - Parameters:
  ///   - text: the header's value.
  ///   - now: seconds since 1970, for dates.
  /// - Returns: `nil` for anything else; 0 for a date that has passed.
  package static func retryAfter(_ text: String, now: Int64) -> Duration? {
    let trimmed = text.drop { $0 == " " }
    if let seconds = Int64(trimmed), (0...31_536_000).contains(seconds) {
      return .seconds(seconds)
    }
    guard let moment = date(trimmed) else { return nil }
    return .seconds(max(0, moment - now))
  }

  /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func date(_ text: Substring) -> Int64? {
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
