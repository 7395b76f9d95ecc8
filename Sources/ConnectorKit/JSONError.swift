/// Why bytes are not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// How many bytes into the text the fault lies, from 0.
  public var offset: Int
  /// What is wrong, without a full stop: `a comma or "]" is missing`.
  public var reason: String

  /// Makes an error.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// A full sentence.
  public var description: String { "This is not valid JSON: at byte \(offset), \(reason)." }
}
