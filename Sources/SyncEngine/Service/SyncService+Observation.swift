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
  /// Why the file of the key can't be read; `nil` if it can.
  var keyError: String?
  /// Why the record can't be read; then only name and index are known.
  var damage: String?
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
      try await look(connectorID: connectorID, stores)
      troubles["observation"] = nil
    } catch {
      board.noteObservationFailure(Wording.message(of: error))
      report("The store can't be read now: \(Wording.message(of: error))", of: "observation")
    }
  }

  /// Reads the store; only what changed since the last time costs more than a glance.
  ///
  /// - Parameters:
  ///   - connectorID: what certainly changed.
  ///   - stores: what is read.
  /// - Throws: `StoreError`; the snapshot stays as it is then.
  func look(connectorID: String? = nil, _ stores: EngineStores) async throws {
    let connectors = try await stores.connectors.connectors()
    let open = try await openJobs(stores)
    let names = try await stores.indices.indexNames()
    var next: [String: Observation] = [:]
    next.reserveCapacity(connectors.count)
    var isChanged = false
    for stored in connectors {
      let id = stored.record.id
      if id != connectorID, let known = unchanged(stored, hasOpenJobs: open[id] != nil) {
        next[id] = known
        continue
      }
      isChanged = true
      next[id] = try await observation(of: stored, openJobs: open[id] ?? [], stores)
    }
    for record in try await stores.connectors.damagedRecords() {
      let id = record.connectorID ?? record.id
      report(record.message, of: "\(record.table.rawValue) \(record.id)", connectorID: id)
      guard record.table == .connectors, next[id] == nil else { continue }
      var observation = Observation(record: Self.placeholder(record))
      observation.damage = record.message
      isChanged = isChanged || observations[id]?.damage != record.message
      next[id] = observation
    }
    isChanged = isChanged || next.count != observations.count
    observations = next
    board.update(observations: next, indexNames: names, isChanged: isChanged)
  }

  /// What is known of a connector, if nothing about it changed.
  private func unchanged(_ stored: Versioned<Connector>, hasOpenJobs: Bool) -> Observation? {
    guard !hasOpenJobs, let known = observations[stored.record.id], known.openJobs.isEmpty,
      known.damage == nil, known.indexError == nil, known.keyError == nil,
      known.record.version == stored.version,
      known.nextRun.map({ $0 > environment.now() }) ?? true
    else { return nil }
    return known
  }

  /// Stands for a connector whose record can't be read.
  private static func placeholder(_ damaged: DamagedRecord) -> Versioned<Connector> {
    var connector = Connector(
      id: damaged.id, name: damaged.name ?? damaged.id, indexName: damaged.indexName,
      serviceType: nil)
    connector.status = .error
    connector.error = damaged.message
    // No record has this version, so nothing can be written over the damaged one.
    return Versioned(connector, version: RecordVersion(sequenceNumber: -1))
  }

  private func openJobs(_ stores: EngineStores) async throws -> [String: [SyncJob]] {
    let query = JobQuery(
      statuses: [.pending, .inProgress, .canceling, .suspended], oldestFirst: true, size: 1000)
    let jobs = try await stores.connectors.jobs(query).jobs.map(\.record)
    return Dictionary(grouping: jobs, by: \.connectorID)
  }

  private func observation(
    of stored: Versioned<Connector>, openJobs: [SyncJob], _ stores: EngineStores
  ) async throws -> Observation {
    let id = stored.record.id
    let ended = JobQuery(
      connectorID: id, statuses: [.completed, .error, .canceled], size: 1)
    var observation = Observation(record: stored)
    observation.record.record = ConnectorPreparation.completed(
      stored.record, descriptor(stored.record.serviceType))
    observation.lastJob = try await stores.connectors.jobs(ended).jobs.first?.record
    observation.openJobs = openJobs
    if let index = stored.record.indexName {
      do {
        observation.statistics = try await stores.indices.statistics(of: index)
      } catch {
        observation.indexError = Wording.message(of: error)
      }
    }
    do {
      observation.hasKey = try await stores.credentials.apiKey(connectorID: id) != nil
    } catch {
      observation.keyError = Wording.message(of: error)
    }
    observation.nextRun = Self.nextRun(of: stored.record, after: environment.now())
    return observation
  }
}
