/// Where the next incremental run starts; only the data source understands it.
public struct SyncCursor: Hashable, Sendable {
  /// The cursor as JSON, kept on the connector's record.
  public var value: JSONValue

  /// Makes a cursor.
  public init(_ value: JSONValue) { self.value = value }
}
