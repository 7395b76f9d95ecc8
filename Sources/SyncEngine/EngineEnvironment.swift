package import ConnectorKit

/// What the engine asks of the machine: time, randomness and who it is.
package struct EngineEnvironment: Sendable {
  /// Wall-clock time, for records and schedules.
  package var now: @Sendable () -> Timestamp
  /// Time that never jumps, for deadlines and rates.
  package var monotonic: @Sendable () -> Duration
  /// Waits; throws `CancellationError` as soon as the task is cancelled.
  package var sleep: @Sendable (Duration) async throws -> Void
  package var random: @Sendable () -> UInt64
  package var hostName: String
  /// This process, as jobs name it in `metadata.worker`.
  package var process: ProcessIdentity
  /// Whether a process of this machine lives, given its id and start time.
  package var isProcessAlive: @Sendable (ProcessIdentity) -> Bool

  /// Makes an environment.
  package init(
    now: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> UInt64, hostName: String, process: ProcessIdentity,
    isProcessAlive: @escaping @Sendable (ProcessIdentity) -> Bool
  ) {
    self.now = now
    self.monotonic = monotonic
    self.sleep = sleep
    self.random = random
    self.hostName = hostName
    self.process = process
    self.isProcessAlive = isProcessAlive
  }
}

/// A process of one machine; the start time tells it from a later one with the same id.
package struct ProcessIdentity: Hashable, Sendable {
  package var id: Int32
  /// In the machine's own unit; only ever compared.
  package var start: String

  /// Makes an identity.
  package init(id: Int32, start: String) {
    self.id = id
    self.start = start
  }
}

extension EngineEnvironment {
  /// A short identifier that nobody else has: 20 characters, safe in URLs and file names.
  func newIdentifier() -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
    var text: [UInt8] = []
    for _ in 0..<2 {
      var bits = random()
      for _ in 0..<10 {
        text.append(alphabet[Int(bits & 63)])
        bits >>= 6
      }
    }
    // An identifier that starts with a dash looks like an option on a command line.
    if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "_") { text[0] = UInt8(ascii: "x") }
    return String(decoding: text, as: UTF8.self)
  }
}
