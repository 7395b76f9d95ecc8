internal import ConnectorProtocol

/// Groups operations into requests of a bounded size, in their order.
///
/// A batch closes at ``Limits/operations`` or ``Limits/bytes``, whichever comes first. One operation
/// over the byte limit travels alone: the index, not we, decides whether to reject it.
struct BulkBatcher: Sendable {
  /// When a batch closes.
  struct Limits: Hashable, Sendable {
    var operations = 1000
    /// Bytes of documents and ids.
    var bytes = 3 << 20
  }

  /// When batches close from now on.
  var limits: Limits
  private var entries: [BulkEntry] = []
  private var bytes = 0

  /// Makes an empty batcher.
  init(_ limits: Limits = Limits()) { self.limits = limits }

  /// Adds an operation.
  ///
  /// - Returns: the batches that are closed now: none, one, or two if the operation travels alone.
  mutating func add(_ entry: BulkEntry) -> [BulkBatch] {
    var closed: [BulkBatch] = []
    if !entries.isEmpty, bytes + entry.bytes > limits.bytes, let batch = flush() {
      closed.append(batch)
    }
    entries.append(entry)
    bytes += entry.bytes
    if entries.count >= limits.operations || bytes >= limits.bytes, let batch = flush() {
      closed.append(batch)
    }
    return closed
  }

  /// Closes the batch that is open; `nil` if it is empty.
  mutating func flush() -> BulkBatch? {
    guard !entries.isEmpty else { return nil }
    defer {
      entries = []
      bytes = 0
    }
    return BulkBatch(entries: entries, bytes: bytes)
  }
}

/// The operations of one request.
struct BulkBatch: Sendable {
  var entries: [BulkEntry]
  /// Bytes of documents and ids.
  var bytes: Int
}
