/// A failure of a sync, told so that a person can act on it.
public struct SyncError: Error, Sendable {
  /// What can be done about it.
  public enum Kind: Equatable, Sendable {
    /// A setting is wrong.
    case configuration
    /// The data source or the index refuses the credentials.
    case authentication
    /// It may work later; after so long, if the other side said.
    case transient(retryAfter: Duration?)
    /// The other side will never accept this.
    case rejected
    /// Somebody asked to stop.
    case cancelled
    /// The disk is full; so many bytes are needed, if known.
    case noSpace(needed: Int?)
    /// A broken promise of our own.
    case bug
  }

  /// Where in the pipeline it happened.
  public enum Stage: String, Sendable {
    case connect, extract, filter, diff, content, encode, bulk, delete, commit
  }

  /// What can be done about it.
  public var kind: Kind
  /// Where it happened.
  public var stage: Stage
  /// What went wrong and what to do about it: full sentences, without secrets.
  public var message: String
  /// What caused it.
  public var cause: (any Error)?
  /// The key of the configuration field that is wrong, if one is known.
  public var field: String?

  /// Makes an error; `field` is the key of the configuration field that it is about.
  public init(
    _ kind: Kind, at stage: Stage, _ message: String, cause: (any Error)? = nil,
    field: String? = nil
  ) {
    self.kind = kind
    self.stage = stage
    self.message = message
    self.cause = cause
    self.field = field
  }
}
