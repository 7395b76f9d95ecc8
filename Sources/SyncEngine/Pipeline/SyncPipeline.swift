internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// The way of the documents of one run: queues, and a task for every stage between them.
///
/// ```
/// source ─▶ intake ─▶ differ ─┬────────────────▶ bulk ─▶ batcher ─▶ batches ─▶ senders ─▶ index
///                             └▶ content ─▶ fetchers ─▲
/// ```
/// Documents move in groups of hundreds; what a stage decides is in plain values
/// (``DocumentDiffer``, ``BulkBatcher``, ``BulkOutcome``), what it waits for is here.
final class SyncPipeline: Sendable {
  /// What a pipeline works with.
  struct Context: Sendable {
    var job: SyncJob
    var apiKey: String
    /// Reads the API key again, when the index refuses the one in use.
    var newestAPIKey: @Sendable () async throws -> String?
    var index: any IndexStore
    var source: SourceSession
    var environment: EngineEnvironment
    var host: TaskHost
    var monitor: JobMonitor
    var lease: Lease
    var deadLetters: DeadLetterBox
    var limits = PipelineLimits()
    /// The ingest pipeline that documents pass.
    var ingest: IngestPipeline?
    var backOff = BackOff()
  }

  let context: Context
  /// The key of the index's digests.
  let key: DigestKey
  let intake: BoundedChannel<IntakeEvent>
  let content: BoundedChannel<[PendingDocument]>
  let bulk: BoundedChannel<[BulkEntry]>
  let batches: BoundedChannel<BulkBatch>
  let memory: LargeDocuments
  let gate: RequestGate
  let differ: Mutex<DocumentDiffer>
  /// How many documents the source says there are; the differ makes room for them at once.
  let expectedCount = Atomic<Int>(0)
  let acknowledgements = Mutex(AcknowledgementLedger())
  /// The connector's API key; another one once it was regenerated.
  let apiKey: Mutex<String>
  /// When the index last did not answer.
  let lastOutage = Mutex<Duration?>(nil)
  /// Documents that went away while they were read.
  let gone = Mutex<[DocumentDigest]>([])

  /// Makes the pipeline of a run over an index whose digests are made with a key.
  init(
    _ context: Context, key: DigestKey, isKept: (@Sendable (Document) -> Bool)?
  ) {
    let limits = context.limits
    self.context = context
    self.key = key
    apiKey = Mutex(context.apiKey)
    memory = LargeDocuments(limits)
    intake = BoundedChannel(
      .init(items: limits.intakeDocuments, bytes: limits.intakeBytes), wakeItems: 128)
    content = BoundedChannel(.init(items: limits.contentDocuments, bytes: limits.contentBytes * 2))
    bulk = BoundedChannel(
      .init(items: limits.bulkOperations, bytes: limits.bulkBytes), wakeItems: 128)
    batches = BoundedChannel(.init(items: limits.requestsInFlight, bytes: .max))
    gate = RequestGate(
      maximum: limits.requestsInFlight, monotonic: context.environment.monotonic,
      sleep: context.environment.sleep)
    differ = Mutex(DocumentDiffer(key: key, isKept: isKept))
    context.monitor.setGauges(
      [
        .diff: Self.gauge(intake), .content: Self.gauge(content), .bulk: Self.gauge(bulk),
      ], workers: [.content: limits.contentRequests, .bulk: limits.requestsInFlight],
      maximumInFlight: limits.requestsInFlight)
  }

  /// Runs an extraction through all stages; returns once every document has its outcome.
  ///
  /// - Parameters:
  ///   - request: what to read.
  ///   - load: fills the differ with what the index holds, while the source starts already.
  /// - Throws: ``SyncError``, ``StoreError`` or `CancellationError`, whichever came first.
  @concurrent
  func run(_ request: ExtractionRequest, load: @escaping @Sendable () async throws -> Void)
    async throws
  {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.extract(request) }
      group.addTask {
        try await load()
        try await self.diffAndFetch()
      }
      group.addTask { try await self.batch() }
      group.addTask { try await self.send() }
      do {
        for try await _ in group {}
      } catch {
        for fail in [intake.fail, content.fail, bulk.fail, batches.fail] {
          fail(CancellationError())
        }
        throw error
      }
    }
  }

  /// Wakes stages that wait for more than is coming.
  func flush() {
    intake.flush()
    bulk.flush()
  }

  private static func gauge<Element>(_ channel: BoundedChannel<Element>) -> JobMonitor.Gauge {
    { (channel.load.items, channel.limits.items) }
  }

  private func extract(_ request: ExtractionRequest) async throws {
    let writer = PipelineWriter(
      intake: intake, monitor: context.monitor, memory: memory,
      monotonic: context.environment.monotonic
    ) { [self] in expectedCount.store($0, ordering: .relaxed) }
    try await context.source.call { try await $0.extract(request, into: writer) }
    context.monitor.enter(.draining)
    intake.finish()
  }

  private func diffAndFetch() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await self.diff()
        self.content.finish()
      }
      for _ in 0..<context.limits.contentRequests {
        group.addTask { try await self.fetch() }
      }
      for try await _ in group {}
    }
    bulk.finish()
  }
}
