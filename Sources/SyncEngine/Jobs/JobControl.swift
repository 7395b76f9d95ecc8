internal import ConcurrencySupport
internal import Synchronization

/// Why a running job is told to stop.
enum StopReason: Error, Hashable, Sendable {
  /// Somebody asked for it; the job becomes canceled.
  case cancel
  /// The service shuts down; the job is suspended and taken up again later.
  case suspend
  /// The record says that this process must not run the job any more.
  case lost(String)
}

/// Lets others stop a running job.
final class JobControl: Sendable {
  private let reason = Promise<StopReason>()

  /// Makes a control of a job that is not stopped.
  init() {}

  /// Tells the job to stop; the first reason counts.
  func stop(_ reason: StopReason) { self.reason.fulfill(.success(reason)) }

  /// Waits until the job is told to stop, then throws the reason.
  func waitForStop() async throws { throw try await reason.value() }
}

/// The right of this process to write for a job, renewed with every heartbeat.
///
/// Another process takes a job over once its heartbeat is older than ``Self/staleAfter``. A process
/// that slept (suspended by the shell, say) must not write then: it finds its lease expired before
/// its next request, for it counts on a clock that ran on.
final class Lease: Sendable {
  /// A heartbeat older than that is a dead worker's.
  static let staleAfter = Duration.seconds(90)
  private static let length = Duration.seconds(60)

  private let renewed: Mutex<Duration>
  private let monotonic: @Sendable () -> Duration

  /// Makes a lease that begins now.
  init(monotonic: @escaping @Sendable () -> Duration) {
    self.monotonic = monotonic
    renewed = Mutex(monotonic())
  }

  /// Notes that the store took a heartbeat that was begun at a moment.
  func renew(at moment: Duration) { renewed.withLock { $0 = max($0, moment) } }

  /// Whether writing is allowed now.
  var isHeld: Bool { monotonic() - renewed.withLock { $0 } < Self.length }
}
