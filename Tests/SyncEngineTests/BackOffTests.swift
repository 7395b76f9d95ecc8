import Testing

@testable import SyncEngine

@Suite struct BackOffTests {
  private let backOff = BackOff()

  @Test func `a step doubles up to the longest, and the jitter goes down to nothing`() {
    for (attempt, milliseconds) in [(1, 500), (2, 1000), (4, 4000), (7, 30_000), (50, 30_000)] {
      let top = backOff.delay(afterAttempt: attempt, elapsed: .zero, random: .max) ?? .zero
      #expect(top <= .milliseconds(milliseconds))
      #expect(top > .milliseconds(milliseconds - 1))
      #expect(backOff.delay(afterAttempt: attempt, elapsed: .zero, random: 0) == .zero)
    }
  }

  @Test func `what the other side asks for is waited for, unless the budget ends before`() {
    let asked = Duration.seconds(120)
    let least = backOff.delay(afterAttempt: 1, elapsed: .zero, retryAfter: asked, random: 0)
    #expect(least == asked)
    let most = backOff.delay(afterAttempt: 9, elapsed: .zero, retryAfter: asked, random: .max)
    #expect(most.map { $0 > asked && $0 <= asked + backOff.first } == true)
    let late = backOff.budget - .seconds(60)
    #expect(backOff.delay(afterAttempt: 1, elapsed: late, retryAfter: asked, random: 0) == nil)
  }

  @Test(arguments: 51...60 as ClosedRange<UInt64>)
  func `no try begins after the budget, and the budget is used`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      var state = RetryState(backOff)
      let start = Duration.seconds(Int.random(in: 0...100_000, using: &random))
      var now = start
      while true {
        let asked: Duration? =
          Int.random(in: 0..<4, using: &random) == 0
          ? .seconds(Int.random(in: 0...90, using: &random)) : nil
        guard let delay = state.failed(at: now, retryAfter: asked, random: random.next()) else {
          break
        }
        #expect(delay >= asked ?? .zero)
        #expect(delay <= max(backOff.longest, (asked ?? .zero) + backOff.first))
        now += delay
        #expect(now - start <= backOff.budget)
        // The request takes its time too.
        now += .milliseconds(Int.random(in: 0...5000, using: &random))
      }
      #expect(state.attempts <= backOff.attempts)
      #expect(now - start > backOff.budget - .seconds(100) || state.attempts == backOff.attempts)
    }
  }

  @Test func `progress makes the budget whole again`() {
    var state = RetryState(backOff)
    #expect(state.failed(at: .zero, random: 0) != nil)
    #expect(state.failed(at: backOff.budget + .seconds(1), random: 0) == nil)
    state.succeeded()
    #expect(state.failed(at: backOff.budget + .seconds(1), random: 0) != nil)
    #expect(state.attempts == 1)
  }
}

@Suite struct InFlightLimitTests {
  @Test func `it falls by half, once for all requests of a round`() {
    var limit = InFlightLimit(maximum: 8)
    let round = limit.round
    for _ in 0..<8 { limit.note(.pushedBack, begunIn: round) }
    #expect(limit.allowed == 4)
    for _ in 0..<4 { limit.note(.pushedBack, begunIn: limit.round) }
    #expect(limit.allowed == 1)
  }

  @Test func `it grows by one for every round that is taken`() {
    var limit = InFlightLimit(maximum: 8)
    for _ in 0..<3 { limit.note(.pushedBack, begunIn: limit.round) }
    for expected in 2...8 {
      for _ in 0..<expected { limit.note(.accepted, begunIn: limit.round) }
      #expect(limit.allowed >= expected - 1)
    }
    for _ in 0..<8 { limit.note(.accepted, begunIn: limit.round) }
    #expect(limit.allowed == 8)
  }

  @Test(arguments: 61...80 as ClosedRange<UInt64>)
  func `it stays between one and the maximum, and each answer moves it its way`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var limit = InFlightLimit(maximum: Int.random(in: 0...16, using: &random))
    var rounds = [0]
    for _ in 0..<2000 {
      let before = limit
      let round = rounds.randomElement(using: &random) ?? 0
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        limit.note(.accepted, begunIn: round)
        #expect(limit.level >= before.level && limit.level <= before.level + 1)
      case 1:
        limit.note(.pushedBack, begunIn: round)
        let isNews = round == before.round
        #expect(limit.level == (isNews ? max(1, before.level / 2) : before.level))
        if isNews { rounds.append(limit.round) }
      default:
        limit.note(.neither, begunIn: round)
        #expect(limit == before)
      }
      #expect(limit.allowed >= 1 && limit.allowed <= limit.maximum)
    }
    for _ in 0..<(limit.maximum * limit.maximum) { limit.note(.accepted, begunIn: limit.round) }
    #expect(limit.allowed == limit.maximum)
  }
}
