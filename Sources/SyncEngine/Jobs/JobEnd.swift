internal import ConnectorKit
internal import ConnectorProtocol

/// How an attempt of a job ended.
enum JobEnd: Sendable {
  case completed(DeletionReport)
  case canceled
  /// To be taken up again.
  ///
  /// - Parameters:
  ///   - reason: why, if something is wrong.
  ///   - waits: whether to wait for a while, because trying at once would fail again.
  case suspended(reason: String?, waits: Bool)
  /// It failed; a full sentence with the remedy.
  case failed(String)
  /// Another process or nobody runs the job now; its record is not ours to write.
  case lost(String)

  /// Whether it is to be taken up again once there is space.
  var isShortage: Bool {
    if case .suspended(let reason?, _) = self { SpaceShortage(text: reason) != nil } else { false }
  }

  /// A source that can't be reached is tried so often before a scheduled job fails.
  private static let attempts = 3

  /// Judges an error that ended an attempt of a job.
  ///
  /// A failure that may pass is told at once to a person who started the job; a scheduled job, which
  /// nobody watches, is tried again.
  init(_ error: any Error, of job: SyncJob) {
    switch error {
    case let reason as StopReason: self.init(reason)
    case let error as SyncError: self.init(error, job)
    case let error as StoreError: self.init(error)
    case let error as SyncRuleError:
      self = .failed("\(error.message) Mend the sync rules, then sync again.")
    case is CancellationError: self = .suspended(reason: nil, waits: false)
    default:
      self = .failed("\(Wording.message(of: error)) Look at the log, then sync again.")
    }
  }

  private init(_ reason: StopReason) {
    switch reason {
    case .cancel: self = .canceled
    case .suspend: self = .suspended(reason: nil, waits: false)
    case .lost(let why): self = .lost(why)
    }
  }

  private init(_ error: SyncError, _ job: SyncJob) {
    switch error.kind {
    case .transient where job.trigger == .scheduled && job.metadata.attempts < Self.attempts:
      self = .suspended(
        reason: "\(error.message) The sync is suspended and goes on by itself.", waits: true)
    case .noSpace(let needed):
      let shortage = SpaceShortage(message: error.message, needed: needed)
      self = .suspended(reason: shortage.text, waits: true)
    case .cancelled: self = .suspended(reason: nil, waits: false)
    default: self = .failed(error.message)
    }
  }

  private init(_ error: StoreError) {
    switch error.kind {
    case .noSpace(let needed):
      let shortage = SpaceShortage(message: error.message, needed: needed)
      self = .suspended(reason: shortage.text, waits: true)
    case .unavailable:
      self = .suspended(
        reason: "\(error.message) The sync is suspended and goes on by itself.", waits: true)
    case .unauthorized: self = .failed(Self.keyRefused)
    default: self = .failed(error.message)
    }
  }

  /// What to say when the index refuses the API key.
  static let keyRefused =
    "The index refuses the connector's API key; regenerate the API key in the connector's "
    + "settings, then sync again."

  /// What to say when the service has no API key.
  static let keyMissing =
    "This service has no API key for the connector; regenerate the API key in the connector's "
    + "settings, then sync again."
}
