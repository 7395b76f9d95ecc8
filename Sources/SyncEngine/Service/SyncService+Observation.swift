internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// What the store says of one connector.
struct Observation: Sendable {
  var record: Versioned<Connector>
  /// The newest job that has ended.
  var lastJob: SyncJob?
  /// The jobs that have not ended, oldest first.
  var openJobs: [SyncJob] = []
  var statistics: IndexStatistics?
  /// Why the index can't be read; `nil` if it can.
  var indexError: String?
  var hasKey = false
  var nextRun: Timestamp?
}

extension SyncService {
  /// Reads the store again and again while somebody looks at snapshots.
  func keepObserving() async {
    while !isStopping, !Task.isCancelled {
      do { try await board.interest.wait() } catch { return }
      await observe()
      await pause(.seconds(1))
    }
  }

  /// Reads the store for the snapshot.
  ///
  /// - Parameter connectorID: what certainly changed; the rest is read only if its record did.
  func observe(connectorID: String? = nil) async {
    guard let stores = openedStores else { return }
    do {
      let connectors = try await stores.connectors.connectors()
      let open = try await openJobs(stores)
      let names = try await stores.indices.indexNames()
      var next: [String: Observation] = [:]
      for stored in connectors {
        var connector = stored
        let descriptor = descriptor(stored.record.serviceType)
        connector.record = ConnectorPreparation.completed(stored.record, descriptor)
        let id = connector.record.id
        next[id] = try await observation(
          of: connector, openJobs: open[id] ?? [], isForced: id == connectorID, stores)
      }
      observations = next
      board.update(observations: next, indexNames: names)
      troubles["observation"] = nil
    } catch {
      board.noteObservationFailure(Wording.message(of: error))
      report("The store can't be read now: \(Wording.message(of: error))", of: "observation")
    }
  }

  private func openJobs(_ stores: EngineStores) async throws -> [String: [SyncJob]] {
    let query = JobQuery(
      statuses: [.pending, .inProgress, .canceling, .suspended], oldestFirst: true, size: 1000)
    let jobs = try await stores.connectors.jobs(query).jobs.map(\.record)
    return Dictionary(grouping: jobs, by: \.connectorID)
  }

  private func observation(
    of connector: Versioned<Connector>, openJobs: [SyncJob], isForced: Bool, _ stores: EngineStores
  ) async throws -> Observation {
    let id = connector.record.id
    let nextRun = Self.nextRun(of: connector.record, after: environment.now())
    if var known = observations[id], !isForced, known.record.version == connector.version,
      known.openJobs.isEmpty, openJobs.isEmpty
    {
      known.nextRun = nextRun
      return known
    }
    let ended = JobQuery(
      connectorID: id, statuses: [.completed, .error, .canceled], size: 1)
    var observation = Observation(record: connector)
    observation.lastJob = try await stores.connectors.jobs(ended).jobs.first?.record
    observation.openJobs = openJobs
    if let index = connector.record.indexName {
      do {
        observation.statistics = try await stores.indices.statistics(of: index)
      } catch {
        observation.indexError = Wording.message(of: error)
      }
    }
    observation.hasKey = try await stores.credentials.apiKey(connectorID: id) != nil
    observation.nextRun = nextRun
    return observation
  }
}
