/// How long to wait before something is tried again: exponential with full jitter.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog; half of each step is kept, so
/// that the waits of a test and of an outage have a lower bound.
struct BackOff: Hashable, Sendable {
  var first = Duration.milliseconds(500)
  var longest = Duration.seconds(30)
  /// After so many tries it is over.
  var attempts = 10

  /// The wait after a failed try, counted from 1; `nil` if it was the last one.
  func delay(afterAttempt attempt: Int, random: UInt64) -> Duration? {
    guard attempt < attempts else { return nil }
    let step = min(longest, first * (1 << min(attempt - 1, 16)))
    let half = step / 2
    let jitter = half * (Double(random >> 11) / Double(1 << 53))
    return half + jitter
  }
}
