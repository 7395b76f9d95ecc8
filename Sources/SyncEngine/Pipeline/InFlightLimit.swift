/// How many requests may be under way at a time: falls by half when the index pushes back, and grows
/// by one for every round of requests that it takes.
///
/// A request belongs to the round in which it began. All requests of a round that are pushed back
/// are one event, for they were sent before anybody knew.
struct InFlightLimit: Hashable, Sendable {
  /// What an index did with a request.
  enum Answer: Sendable {
    case accepted, pushedBack
    /// It says nothing about how busy the index is.
    case neither
  }

  let maximum: Int
  /// Between 1 and ``maximum``; a request more is allowed once it reaches the next whole number.
  private(set) var level: Double
  /// The round to which requests that begin now belong.
  private(set) var round = 0

  /// Makes a limit that allows all; at least one.
  init(maximum: Int) {
    self.maximum = max(1, maximum)
    level = Double(self.maximum)
  }

  /// How many requests are allowed now.
  var allowed: Int { min(maximum, max(1, Int(level))) }

  /// Notes what became of a request that began in a round.
  mutating func note(_ answer: Answer, begunIn round: Int) {
    switch answer {
    case .accepted: level = min(Double(maximum), level + 1 / level)
    case .pushedBack where round == self.round:
      level = max(1, level / 2)
      self.round += 1
    case .pushedBack, .neither: break
    }
  }
}
