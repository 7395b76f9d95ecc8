/// Where a data source puts what it reads.
///
/// `write` suspends while the pipeline is full: that is the back-pressure. It throws
/// `CancellationError` soon after the job was cancelled; let it through.
/// All methods may be called from several tasks at once.
public protocol DocumentWriter: Sendable {
  /// Says that the listing of a scope begins.
  func begin(_ scope: Scope) async throws

  /// Hands over documents of a scope that has begun and not ended.
  func write(_ documents: [Document], in scope: Scope) async throws

  /// Says how the listing of a scope ended; a scope that is never ended counts as partial.
  func end(_ scope: Scope, _ end: ScopeEnd) async throws

  /// Offers a position from which a later incremental run can go on; it is kept once everything
  /// written before is acknowledged by the index.
  func mark(_ cursor: SyncCursor) async throws

  /// Tells how many documents there will be in all, as well as it is known now.
  func estimate(total: Int)

  /// Tells which item is being read now: a path, table or key.
  func working(on item: String)

  /// Reports something that a person should know, in a full sentence; the run goes on.
  func warn(_ message: String)
}

extension DocumentWriter {
  /// Hands over one document.
  public func write(_ document: Document, in scope: Scope) async throws {
    try await write([document], in: scope)
  }
}
