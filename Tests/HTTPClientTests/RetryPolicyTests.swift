import HTTPClient
import Testing

@Suite struct RetryPolicyTests {
  /// Gives always the greatest number, or always the least.
  private struct Constant: RandomNumberGenerator {
    var value: UInt64
    mutating func next() -> UInt64 { value }
  }

  private let policy = RetryPolicy(
    base: .milliseconds(100), maximumDelay: .seconds(2), budget: .seconds(10), attempts: 7)

  @Test func `steps double up to the greatest, and jitter goes down to nothing`() {
    var highest = Constant(value: .max)
    var lowest = Constant(value: 0)
    for (attempt, milliseconds) in [(1, 100), (2, 200), (3, 400), (5, 1600), (6, 2000)] {
      let top = policy.delay(afterAttempt: attempt, waited: .zero, using: &highest)
      #expect(top.map { abs(($0 - .milliseconds(milliseconds)) / .milliseconds(1)) } ?? 99 < 0.01)
      #expect(policy.delay(afterAttempt: attempt, waited: .zero, using: &lowest) == .zero)
    }
  }

  @Test func `attempts and budget end it`() {
    var random = Constant(value: .max)
    #expect(policy.delay(afterAttempt: 7, waited: .zero, using: &random) == nil)
    #expect(policy.delay(afterAttempt: 1, waited: .seconds(10), using: &random) == nil)
    #expect(policy.delay(afterAttempt: 1, waited: .milliseconds(9_950), using: &random) == nil)
  }

  @Test func `never waits longer than its budget, whatever the jitter`() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = Seeded(state: seed)
    for _ in 0..<500 {
      var waited = Duration.zero
      var attempt = 1
      while let delay = policy.delay(afterAttempt: attempt, waited: waited, using: &random) {
        waited += delay
        attempt += 1
        #expect(delay <= .seconds(2), "seed \(seed)")
      }
      #expect(waited <= .seconds(10) && attempt <= 7, "seed \(seed)")
    }
  }

  private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test func `what the server asks for is a floor; too much of it ends it`() {
    var lowest = Constant(value: 0)
    #expect(
      policy.delay(
        afterAttempt: 1, waited: .zero, retryAfter: .seconds(2), using: &lowest) == .seconds(2))
    #expect(
      policy.delay(
        afterAttempt: 1, waited: .zero, retryAfter: .seconds(3), using: &lowest) == nil)
  }

  @Test func `a Retry-After is seconds or a date`() {
    let now: Int64 = 784_111_777
    #expect(RetryPolicy.retryAfter("120", now: now) == .seconds(120))
    #expect(
      RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:47 GMT", now: now) == .seconds(10))
    #expect(
      RetryPolicy.retryAfter("Thu, 29 Feb 2024 00:00:00 GMT", now: 1_709_164_799) == .seconds(1))
    #expect(RetryPolicy.retryAfter("Sun, 06 Nov 1994 08:49:36 GMT", now: now) == .zero)
    for text in ["", "-1", "soon", "1.5", "99999999999999999999", "Sun, 06 Nov 1994"] {
      #expect(RetryPolicy.retryAfter(text, now: now) == nil, "\(text)")
    }
  }

  @Test func `only overload and gateways are worth another try`() {
    #expect((100..<600).filter { RetryPolicy.isTransient(status: $0) } == [429, 502, 503, 504])
  }
}
