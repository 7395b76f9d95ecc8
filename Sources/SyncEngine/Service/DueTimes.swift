internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// Finds the times at which a schedule was due.
struct DueTimes: Sendable {
  /// The first time after a moment; `nil` if there is none.
  let next: @Sendable (Timestamp) -> Timestamp?

  /// Makes a finder over a schedule.
  init(next: @escaping @Sendable (Timestamp) -> Timestamp?) { self.next = next }

  /// The latest due time after one moment and up to another; `nil` if there is none.
  ///
  /// However long the program was off and however often the schedule fires, it takes a few hundred
  /// steps: windows that end now are made larger until one holds a due time.
  func latest(after start: Timestamp, upTo now: Timestamp) -> Timestamp? {
    guard let first = next(start), first <= now else { return nil }
    let lengths: [Duration] = [
      .seconds(1), .seconds(60), .seconds(3600), .seconds(86_400), .seconds(86_400 * 31),
      .seconds(86_400 * 366),
    ]
    for length in lengths {
      let from = now + (.zero - length)
      guard from > start else { break }
      if let due = next(from), due <= now { return last(from: due, upTo: now) }
    }
    return last(from: first, upTo: now)
  }

  private func last(from due: Timestamp, upTo now: Timestamp) -> Timestamp {
    var latest = due
    while let later = next(latest), later <= now { latest = later }
    return latest
  }
}

extension SyncService {
  /// The due times of a Quartz expression; `nil` if it is none.
  nonisolated static func dueTimes(_ interval: String) -> DueTimes? {
    guard let expression = try? QuartzExpression(parsing: interval) else { return nil }
    return DueTimes { expression.next(after: $0) }
  }
}
