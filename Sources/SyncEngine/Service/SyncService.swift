internal import ConcurrencySupport
package import ConnectorKit
internal import ConnectorProtocol
package import EngineAPI
internal import Synchronization

/// The sync engine: answers requests, keeps schedules and runs sync jobs.
///
/// ## How it is built
///
/// One task, ``run()``, is the parent of everything. It opens the stores, then keeps three loops:
///
/// - **jobs** (`SyncService+Jobs`) takes up jobs: recovers those of dead processes, claims pending
///   and suspended ones, and starts a ``JobRunner`` for each;
/// - **maintenance** (`SyncService+Maintenance`) sends heartbeats, fills in fresh records and makes
///   the jobs that schedules ask for;
/// - **observation** (`SyncService+Observation`) reads the store for the snapshot, but only while
///   somebody looks at one.
///
/// A ``JobRunner`` runs one attempt of a job: a ``SyncPipeline`` moves the documents, a watch beside
/// it renews the claim, writes counters and the checkpoint, and sees when the job is cancelled.
/// What the pipeline decides is in plain values that know neither tasks nor clocks: ``ScopeLedger``
/// (which listings are complete), ``DocumentDiffer`` over a ``DigestTable`` (what is new, changed,
/// unchanged), ``BulkBatcher`` and ``BulkOutcome`` (requests and their results),
/// ``AcknowledgementLedger`` (how far a cursor may move) and ``DeletionPlanner`` (what may go).
///
/// ## Several processes on one store
///
/// Nothing is kept in memory alone that another process must know. A job is claimed by
/// compare-and-set on the connector's record, then on the job's; after that the claimer looks once
/// more whether it is alone (`SyncService+Claims`). The claim is a lease: whoever has not renewed it
/// for a minute stops before its next request, and after ninety seconds, or at once if its process
/// is known to be dead, others take the job over. A schedule's job has an identifier made of
/// connector, type and due time, so two services can't make it twice.
///
/// ## Stopping
///
/// A job is stopped by its ``JobControl``: the pipeline's tasks are cancelled, a request that is on
/// its way to the index is waited for and counted, and a data source that does not come back is left
/// to the ``TaskHost``. ``shutdown(deadline:)`` suspends all jobs this way.
package actor SyncService: Engine {
  /// What a service does beside answering requests.
  package enum Mode: Hashable, Sendable {
    /// Everything: heartbeats, schedules, any pending job.
    case service
    /// Runs the jobs that were started by a request to it, and no others.
    case ownJobs
    /// Runs nothing.
    case requestsOnly
  }

  /// How far the service has come.
  enum Condition {
    case opening
    case failed(String)
    case open(EngineStores)
  }

  nonisolated let settings: Settings
  nonisolated let catalog: [DataSourceDescriptor]
  nonisolated let environment: EngineEnvironment
  nonisolated let log: EngineLog
  nonisolated let host = TaskHost()
  nonisolated let board: SnapshotBoard
  /// Wakes the jobs loop.
  nonisolated let jobsSignal = Signal()
  /// Wakes the maintenance loop.
  nonisolated let maintenanceSignal = Signal()
  nonisolated let stopping = Promise<Void>()
  private let openStores: @Sendable () async throws -> EngineStores
  /// Fulfilled once the stores were opened or could not be, the first time.
  private let firstOpening = Promise<Void>()
  private var condition = Condition.opening
  var isStopping = false
  /// The jobs that run in this process, by their ids.
  var running: [String: JobRunner] = [:]
  /// The jobs that are being claimed, which is before they run.
  var claiming: Set<String> = []
  /// Fulfilled once no job runs any more, after the service was told to stop.
  var idle = Promise<Void>()
  /// The jobs that this service was asked for.
  var ownJobs: Set<String> = []
  /// Jobs that failed for want of space or of an answer: when to try again, on the monotonic clock.
  var waiting: [String: (until: Duration, delay: Duration)] = [:]
  /// Jobs whose end the store could not take: raised to try again at once.
  var unrecorded: [String: Signal] = [:]
  /// Jobs that somebody asked for while their end could not be recorded.
  var wantedAtOnce: Set<String> = []
  /// What went wrong last, by what was tried; told once, not with every try.
  var troubles: [String: String] = [:]
  /// Connectors that got a heartbeat from this process, and when.
  var heartbeats: [String: Duration] = [:]
  /// Connectors whose records said that a sync was beginning: in which version, and since when.
  var claimsOfOthers: [String: (version: RecordVersion, since: Duration)] = [:]
  /// When jobs that belong to nobody were looked for.
  var cleanedUp: Duration?
  /// Where schedules begin that have never run, by connector and job type.
  var scheduleStarts: [ScheduleKey: Timestamp] = [:]
  /// What the last observation read.
  var observations: [String: Observation] = [:]

  /// Makes a service; nothing happens before ``run()``.
  ///
  /// - Parameters:
  ///   - settings: what it does.
  ///   - catalog: the data sources there are.
  ///   - environment: clocks, randomness and who this process is.
  ///   - logSink: gets every line of the log as well.
  ///   - openStores: opens the stores; throws ``StoreError``.
  package init(
    settings: Settings, catalog: [DataSourceDescriptor], environment: EngineEnvironment,
    logSink: (any LogSink)? = nil, openStores: @escaping @Sendable () async throws -> EngineStores
  ) {
    self.settings = settings
    self.catalog = catalog
    self.environment = environment
    self.openStores = openStores
    log = EngineLog(sink: logSink, now: environment.now)
    board = SnapshotBoard(
      storeName: settings.storeName, isUnverified: settings.isUnverified, catalog: catalog,
      now: environment.now, monotonic: environment.monotonic)
  }

  /// The newest state of everything, without waiting.
  package nonisolated func snapshot() -> EngineSnapshot { board.snapshot() }

  /// Runs the service until ``shutdown(deadline:)`` or until its task is cancelled.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.host.run() }
      group.addTask {
        await self.open()
        await self.runLoops()
        self.host.finish()
      }
    }
  }

  /// Suspends the running jobs and ends ``run()``.
  ///
  /// A data source that ignores its cancellation may keep ``run()`` from returning; don't wait for
  /// it longer than for this function.
  /// - Parameter deadline: returns after so long even if a job has not stopped.
  package func shutdown(deadline: Duration) async {
    isStopping = true
    for runner in running.values { runner.control.stop(.suspend) }
    for signal in unrecorded.values { signal.raise() }
    stopping.fulfill(.success(()))
    if running.isEmpty { idle.fulfill(.success(())) }
    let (idle, sleep) = (idle, environment.sleep)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await idle.value() }
      group.addTask { try? await sleep(deadline) }
      await group.next()
      group.cancelAll()
    }
    host.finish()
  }

  /// The stores, once they are open.
  ///
  /// - Throws: ``EngineFailure`` if they can't be opened.
  func stores() async throws -> EngineStores {
    if case .opening = condition { try? await firstOpening.value() }
    switch condition {
    case .open(let stores): return stores
    case .failed(let message): throw EngineFailure(.store, message)
    case .opening: throw EngineFailure(.store, "The engine has not been started.")
    }
  }

  /// The stores if they are open.
  var openedStores: EngineStores? {
    if case .open(let stores) = condition { stores } else { nil }
  }

  /// Waits, but not longer than until the service is told to stop.
  nonisolated func pause(_ duration: Duration) async {
    let (stopping, sleep) = (stopping, environment.sleep)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await stopping.value() }
      group.addTask { try? await sleep(duration) }
      await group.next()
      group.cancelAll()
    }
  }

  /// Tells a failure of something that is tried again and again, once until it works or fails in
  /// another way.
  func report(_ trouble: String, of attempt: String, connectorID: String? = nil) {
    guard troubles.updateValue(trouble, forKey: attempt) != trouble else { return }
    log.write(.warning, trouble, connectorID: connectorID)
  }

  /// The data source of a kind; `nil` if this program has none.
  nonisolated func descriptor(_ serviceType: String?) -> DataSourceDescriptor? {
    catalog.first { $0.serviceType == serviceType }
  }

  private func open() async {
    var attempts = 0
    while !isStopping, !Task.isCancelled {
      attempts += 1
      do {
        let stores = try await openStores()
        _ = try await stores.connectors.jobs(JobQuery(size: 1))
        // What can't be read must not look like an empty store.
        try await look(stores)
        condition = .open(stores)
        board.enter(.running)
        firstOpening.fulfill(.success(()))
        return
      } catch {
        let message =
          (error as? StoreError)?.message
          ?? "The store can't be opened: \(Wording.message(of: error))"
        condition = .failed(message)
        board.enter(.failed(message))
        log.write(.error, message)
        firstOpening.fulfill(.success(()))
        guard (error as? StoreError)?.kind == .unavailable else { return }
        if let limit = settings.preflightMaximumAttempts, attempts >= limit {
          log.write(.error, "The store did not answer \(attempts) times, so the service ends.")
          stopping.fulfill(.success(()))
          return
        }
        await pause(settings.preflightIdle)
      }
    }
    firstOpening.fulfill(.success(()))
  }

  private func runLoops() async {
    await withTaskGroup(of: Void.self) { group in
      if openedStores != nil {
        if settings.mode != .requestsOnly { group.addTask { await self.keepTakingUpJobs() } }
        if settings.mode == .service { group.addTask { await self.keepMaintaining() } }
        group.addTask { await self.keepObserving() }
      }
      try? await stopping.value()
      group.cancelAll()
    }
    if !isStopping { await shutdown(deadline: .seconds(2)) }
    try? await idle.value()
  }
}

/// A schedule of one connector.
struct ScheduleKey: Hashable, Sendable {
  var connectorID: String
  var type: JobType
}
