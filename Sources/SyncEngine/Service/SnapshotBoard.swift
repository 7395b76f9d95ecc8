internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// Holds what snapshots are made of, and makes one when somebody asks.
///
/// A snapshot is made at most ten times a second, on the thread that asks, from values that are in
/// memory already. Nobody asks, nothing is done.
final class SnapshotBoard: Sendable {
  private struct RunningJob {
    var connectorID: String
    var monitor: JobMonitor
  }

  /// A job that has ended here.
  private struct FinishedJob {
    var progress: JobProgress
    /// It is not shown as active any longer, even if nobody has looked.
    var until: Duration
    /// Whether a snapshot with it was asked for.
    var isShown = false
  }

  private struct State {
    /// By connector: the job that ended last.
    var finished: [String: FinishedJob] = [:]
    /// Rates of the jobs that other processes run.
    var meters: [String: RecordMeter] = [:]
    var phase = ServiceState.Phase.opening
    var observations: [String: Observation] = [:]
    var indexNames: [String] = []
    var running: [String: RunningJob] = [:]
    /// Counts changes of the above.
    var changes = 1
    /// The connectors without their jobs' progress, as long as nothing changes.
    var built: [ConnectorState] = []
    var builtChanges = 0
    var builtAt = Duration.zero
    var latest: EngineSnapshot?
    var latestChanges = 0
    var madeAt = Duration.zero
    var observedAt: Duration?
    var outage: ServiceState.Outage?
  }

  private static let shortest = Duration.milliseconds(100)
  /// After so long a snapshot is made again even if nothing changed: times went on.
  private static let longest = Duration.seconds(10)
  private static let observationAge = Duration.seconds(1)
  /// So long a job that has ended is shown as active, with its final numbers.
  private static let farewell = Duration.seconds(1)
  /// And so long after its end at most, if nobody looked before.
  private static let longestFarewell = Duration.seconds(10)

  /// Raised when somebody asks for a snapshot and what is known is old.
  let interest = Signal()
  private let storeName: String
  private let isUnverified: Bool
  private let catalog: [CatalogEntry]
  private let now: @Sendable () -> Timestamp
  private let monotonic: @Sendable () -> Duration
  private let state = Mutex(State())

  /// Makes a board that knows nothing of the store yet.
  init(
    storeName: String, isUnverified: Bool, catalog: [DataSourceDescriptor],
    now: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> Duration
  ) {
    self.storeName = storeName
    self.isUnverified = isUnverified
    self.catalog = catalog.map {
      CatalogEntry(
        serviceType: $0.serviceType, name: $0.name, summary: $0.summary, schema: $0.schema)
    }
    self.now = now
    self.monotonic = monotonic
  }

  /// The newest snapshot.
  func snapshot() -> EngineSnapshot {
    let moment = monotonic()
    return state.withLock { state in
      if state.observedAt.map({ moment - $0 >= Self.observationAge }) ?? true { interest.raise() }
      settleFarewells(&state, moment)
      if let latest = state.latest {
        let age = moment - state.madeAt
        let isChanged = state.changes != state.latestChanges || !state.running.isEmpty
        if age < Self.shortest && !isNews(state) || !isChanged && age < Self.longest {
          return latest
        }
      }
      if state.builtChanges != state.changes || moment - state.builtAt >= Self.longest {
        state.built = connectorStates(state)
        state.builtChanges = state.changes
        state.builtAt = moment
      }
      let snapshot = make(state)
      state.latest = snapshot
      state.latestChanges = state.changes
      state.madeAt = moment
      return snapshot
    }
  }

  /// The engine reached another phase.
  func enter(_ phase: ServiceState.Phase) {
    state.withLock { state in
      state.phase = phase
      state.changes += 1
    }
  }

  /// Takes what was read from the store.
  ///
  /// - Parameters:
  ///   - observations: what was read of each connector.
  ///   - indexNames: the names of all indices.
  ///   - isChanged: whether any observation is another one than before.
  func update(observations: [String: Observation], indexNames: [String], isChanged: Bool) {
    let moment = monotonic()
    state.withLock { state in
      state.observedAt = moment
      guard isChanged || state.outage != nil || state.indexNames != indexNames else { return }
      state.observations = observations
      state.indexNames = indexNames
      state.outage = nil
      measureOthers(&state)
      state.changes += 1
    }
  }

  /// The store could not be read: not asked again before a second is over.
  ///
  /// - Parameter reason: a full sentence.
  func noteObservationFailure(_ reason: String) {
    let (moment, now) = (monotonic(), now())
    state.withLock { state in
      state.observedAt = moment
      let outage = ServiceState.Outage(since: state.outage?.since ?? now, reason: reason)
      guard outage != state.outage else { return }
      state.outage = outage
      state.changes += 1
    }
  }

  /// A job begins to run here.
  func add(_ monitor: JobMonitor, jobID: String, connectorID: String) {
    state.withLock { state in
      state.running[jobID] = RunningJob(connectorID: connectorID, monitor: monitor)
      state.changes += 1
    }
  }

  /// A job runs here no more; its last progress is kept.
  func remove(jobID: String) {
    let moment = monotonic()
    state.withLock { state in
      if let job = state.running.removeValue(forKey: jobID) {
        state.finished[job.connectorID] = FinishedJob(
          progress: job.monitor.progress(), until: moment + Self.longestFarewell)
      }
      state.changes += 1
    }
  }

  /// What a running job shows has changed beyond its numbers.
  func noteChange() { state.withLock { $0.changes += 1 } }

  /// Lets go of jobs that have ended and were shown long enough.
  private func settleFarewells(_ state: inout State, _ moment: Duration) {
    for (id, job) in state.finished where job.until > .zero {
      if moment >= job.until {
        state.finished[id]?.until = .zero
        state.changes += 1
      } else if !job.isShown {
        state.finished[id]?.isShown = true
        state.finished[id]?.until = min(job.until, moment + Self.farewell)
      }
    }
  }

  private func measureOthers(_ state: inout State) {
    var meters: [String: RecordMeter] = [:]
    for job in state.observations.values.flatMap(\.openJobs)
    where job.status == .inProgress || job.status == .canceling {
      var meter = state.meters[job.id] ?? RecordMeter()
      meter.take(job)
      meters[job.id] = meter
    }
    state.meters = meters
  }

  /// Whether more changed than running jobs' progress; that is shown at once.
  private func isNews(_ state: State) -> Bool { state.changes != state.latestChanges }

  private func make(_ state: State) -> EngineSnapshot {
    let moment = now()
    var snapshot = EngineSnapshot(
      at: moment, service: ServiceState(phase: state.phase, store: storeName))
    snapshot.service.isUnverified = isUnverified
    snapshot.service.outage = state.outage
    snapshot.catalog = catalog
    snapshot.indexNames = state.indexNames
    snapshot.connectors = state.built
    guard !state.running.isEmpty else { return snapshot }
    for index in snapshot.connectors.indices {
      let id = snapshot.connectors[index].id
      if let running = state.running.values.first(where: { $0.connectorID == id }) {
        snapshot.connectors[index].activeJob = running.monitor.progress()
      }
    }
    return snapshot
  }

  private func connectorStates(_ state: State) -> [ConnectorState] {
    let moment = now()
    return state.observations.values.map { connectorState($0, state, moment) }
      .sorted { ($0.record.name, $0.id) < ($1.record.name, $1.id) }
  }

  private func connectorState(
    _ observation: Observation, _ state: State, _ moment: Timestamp
  ) -> ConnectorState {
    var record = observation.record.record
    let active = activeJob(observation, state, moment)
    if let job = active?.job, job.status == .suspended {
      // A store that is full can't take this; where it could, it is the same.
      record.lastSyncStatus = .suspended
      record.lastSyncError = job.error
    }
    let diagnosis = Diagnosis(
      connector: record, lastJob: observation.lastJob, activeJob: active?.job,
      hasKey: observation.hasKey, keyError: observation.keyError,
      indexError: observation.indexError,
      isKnownSource: isKnown(record.serviceType), now: moment)
    return ConnectorState(
      record: record, ingestionStatus: IngestionStatus(record, at: moment),
      problems: observation.damage.map { [Self.problem($0)] } ?? diagnosis.problems,
      documentCount: observation.statistics?.documentCount ?? 0,
      indexBytes: observation.statistics?.bytes ?? 0, lastJob: observation.lastJob,
      activeJob: active, lastProgress: state.finished[record.id]?.progress,
      nextRun: observation.nextRun)
  }

  private static func problem(_ damage: String) -> Problem {
    Problem(
      severity: .error, title: "The record of the connector is damaged.", remedy: damage)
  }

  private func activeJob(
    _ observation: Observation, _ state: State, _ moment: Timestamp
  ) -> JobProgress? {
    let id = observation.record.record.id
    if let running = state.running.values.first(where: { $0.connectorID == id }) {
      return running.monitor.progress()
    }
    let finished = state.finished[id]
    if let finished, finished.until > .zero, finished.progress.job.status.isTerminal,
      !observation.openJobs.contains(where: { $0.id != finished.progress.job.id })
    {
      return finished.progress
    }
    let jobs = observation.openJobs
    let job =
      jobs.first { $0.status == .inProgress || $0.status == .canceling }
      ?? jobs.first { $0.status == .suspended } ?? jobs.first
    guard let job else { return nil }
    guard job.status == .inProgress || job.status == .canceling else {
      return JobProgress(job: job)
    }
    return (state.meters[job.id] ?? RecordMeter()).progress(of: job, at: moment)
  }

  private func isKnown(_ serviceType: String?) -> Bool {
    serviceType == nil || catalog.contains { $0.serviceType == serviceType }
  }
}
