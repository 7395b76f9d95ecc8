/// Turns counts into rates: over the last seconds, and one a second over the last minute.
struct RateMeter: Sendable {
  private struct Sample {
    var at: Duration
    var documents: Int
    var bytes: Int
  }

  /// The time over which the current rate is taken.
  private let window: Duration
  private var samples: [Sample] = []
  private var lastSecond: Sample?
  /// Documents a second, oldest first, one a second, at most sixty.
  private(set) var history: [Double] = []

  /// Makes a meter.
  init(window: Duration = .seconds(5)) { self.window = window }

  /// Takes the counts of a moment.
  mutating func sample(documents: Int, bytes: Int, at moment: Duration) {
    let sample = Sample(at: moment, documents: documents, bytes: bytes)
    samples.append(sample)
    // One sample older than the window stays: the rate is measured from it.
    while samples.count > 2, moment - samples[1].at >= window { samples.removeFirst() }
    guard let last = lastSecond else {
      lastSecond = sample
      return
    }
    let elapsed = moment - last.at
    guard elapsed >= .seconds(1) else { return }
    history.append(Double(documents - last.documents) / elapsed.seconds)
    if history.count > 60 { history.removeFirst(history.count - 60) }
    lastSecond = sample
  }

  /// Documents a second, now.
  var documentsPerSecond: Double { rate(\.documents) }

  /// Bytes a second, now.
  var bytesPerSecond: Double { rate(\.bytes) }

  private func rate(_ count: (Sample) -> Int) -> Double {
    guard let first = samples.first, let last = samples.last, last.at > first.at else { return 0 }
    return Double(count(last) - count(first)) / (last.at - first.at).seconds
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// The duration in whole milliseconds.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
