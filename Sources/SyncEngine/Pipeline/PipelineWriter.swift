internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// Where a data source puts what it reads: the head of the pipeline.
final class PipelineWriter: DocumentWriter {
  /// Documents that travel together; more are split, so that queues stay bounded.
  private static let groupDocuments = 512
  private static let groupBytes = 1 << 20

  private let intake: BoundedChannel<IntakeEvent>
  private let monitor: JobMonitor
  private let monotonic: @Sendable () -> Duration
  private let memory: LargeDocuments
  private let expect: @Sendable (Int) -> Void
  /// When the data source last got control back.
  private let resumed: Mutex<Duration>

  /// Makes the writer of a run that begins now; `expect` hears how many documents there will be.
  init(
    intake: BoundedChannel<IntakeEvent>, monitor: JobMonitor,
    memory: LargeDocuments, monotonic: @escaping @Sendable () -> Duration,
    expect: @escaping @Sendable (Int) -> Void
  ) {
    self.expect = expect
    self.memory = memory
    self.intake = intake
    self.monitor = monitor
    self.monotonic = monotonic
    resumed = Mutex(monotonic())
  }

  func begin(_ scope: Scope) async throws {
    try await intake.send(.begin(scope), bytes: scope.id.utf8.count)
  }

  func write(_ documents: [Document], in scope: Scope) async throws {
    let entered = monotonic()
    monitor.addBusy(.extract, entered - resumed.withLock { $0 })
    try await send(documents[...], scope)
    let left = monotonic()
    resumed.withLock { $0 = left }
  }

  func end(_ scope: Scope, _ end: ScopeEnd) async throws {
    try await intake.send(.end(scope, end), bytes: scope.id.utf8.count)
  }

  func mark(_ cursor: SyncCursor) async throws { try await intake.send(.mark(cursor)) }

  func estimate(total: Int) {
    monitor.estimate(total: total)
    expect(total)
  }

  func working(on item: String) { monitor.working(on: item) }

  func warn(_ message: String) { monitor.warn(message) }

  private func send(_ documents: ArraySlice<Document>, _ scope: Scope) async throws {
    var start = documents.startIndex
    var bytes = 0
    for index in documents.indices {
      bytes += documents[index].bytes
      let count = index + 1 - start
      let isLast = index + 1 == documents.endIndex
      guard isLast || count >= Self.groupDocuments || bytes >= Self.groupBytes else { continue }
      let group = Array(documents[start...index])
      monitor.extracted(count)
      let loan = try await memory.borrow(group.map(\.bytes))
      try await intake.send(.documents(group, scope: scope, loan), items: count, bytes: bytes)
      start = index + 1
      bytes = 0
    }
  }
}
