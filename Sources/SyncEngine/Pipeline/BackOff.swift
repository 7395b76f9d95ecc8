/// How long to wait before something is tried again: exponential with full jitter, within a budget.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
struct BackOff: Hashable, Sendable {
  var first = Duration.milliseconds(500)
  var longest = Duration.seconds(30)
  /// How long after the first failure the last try may begin.
  var budget = Duration.seconds(30 * 60)
  /// Tries in all, the first included.
  var attempts = 200

  /// The wait after a failed try.
  ///
  /// - Parameters:
  ///   - attempt: the number of the try that failed, counted from 1.
  ///   - elapsed: the time since the first try failed.
  ///   - retryAfter: what the other side asked for; the wait is never shorter.
  ///   - random: where the jitter comes from.
  /// - Returns: `nil` if there must be no further try.
  func delay(
    afterAttempt attempt: Int, elapsed: Duration, retryAfter: Duration? = nil, random: UInt64
  ) -> Duration? {
    guard attempt < attempts else { return nil }
    let step = min(longest, first * (1 << min(attempt - 1, 16)))
    let jitter = step * (Double(random >> 11) / Double(1 << 53))
    let delay = max(.zero, retryAfter ?? .zero) + (retryAfter == nil ? jitter : min(jitter, first))
    return elapsed + delay <= budget ? delay : nil
  }
}

/// One thing's failures in a row, up to their budget.
struct RetryState: Sendable {
  private let backOff: BackOff
  private var since: Duration?
  private(set) var attempts = 0

  /// Makes the state of a thing that has not failed.
  init(_ backOff: BackOff) { self.backOff = backOff }

  /// Notes a failure.
  ///
  /// - Parameters:
  ///   - now: the moment, on a clock that never goes back.
  ///   - retryAfter: what the other side asked for.
  ///   - random: where the jitter comes from.
  /// - Returns: how long to wait before the next try; `nil` if there must be none.
  mutating func failed(
    at now: Duration, retryAfter: Duration? = nil, random: UInt64
  ) -> Duration? {
    let start = since ?? now
    since = start
    attempts += 1
    return backOff.delay(
      afterAttempt: attempts, elapsed: now - start, retryAfter: retryAfter, random: random)
  }

  /// Notes progress: the budget is whole again.
  mutating func succeeded() {
    since = nil
    attempts = 0
  }
}
