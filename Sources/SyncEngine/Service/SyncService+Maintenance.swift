internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// Sends heartbeats, fills in fresh records and keeps schedules until the task is cancelled.
  func keepMaintaining() async {
    while !isStopping, !Task.isCancelled, let stores = openedStores {
      var wait = settings.idling
      do {
        let connectors = try await stores.connectors.connectors()
        for connector in connectors {
          try await maintain(connector.record, stores)
        }
        wait = min(wait, untilNextDue(connectors.map(\.record)))
        troubles["maintenance"] = nil
      } catch is CancellationError {
        return
      } catch {
        report(
          "Maintenance failed and is tried again: \(Wording.message(of: error))",
          of: "maintenance")
      }
      try? await maintenanceSignal.wait(atMost: wait, sleep: environment.sleep)
    }
  }

  /// Does for one connector what is due; a failure concerns this connector alone.
  func maintain(_ connector: Connector, _ stores: EngineStores) async throws {
    guard let descriptor = descriptor(connector.serviceType) else { return }
    do {
      if connector.status == .created || connector.configuration.schema.fields.isEmpty {
        try await prepare(connector.id, descriptor, stores)
      } else {
        try await beatHeart(of: connector, stores)
      }
      for type in JobType.allCases { try await keepSchedule(type, of: connector, stores) }
      troubles[connector.id] = nil
    } catch let error as StoreError where error.kind != .unavailable {
      report(error.message, of: connector.id, connectorID: connector.id)
    }
  }

  /// Fills in the fields of a fresh record, as a connector service does.
  func prepare(
    _ id: String, _ descriptor: DataSourceDescriptor, _ stores: EngineStores
  ) async throws {
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(id) { record in
      ConnectorPreparation.prepare(&record, descriptor)
      record.lastSeen = now
      return true
    }
    heartbeats[id] = environment.monotonic()
    await observe(connectorID: id)
  }

  private func beatHeart(of connector: Connector, _ stores: EngineStores) async throws {
    let now = environment.monotonic()
    if let last = heartbeats[connector.id], now - last < settings.heartbeat { return }
    let moment = environment.now()
    _ = try await stores.connectors.changeConnector(connector.id) { record in
      record.lastSeen = moment
      return true
    }
    heartbeats[connector.id] = now
  }

  // MARK: - Schedules

  /// Makes the job of a schedule that is due.
  ///
  /// The job's identifier holds connector, type and due time, and is made before the record is
  /// stamped: so two services make one job, and a crash between the two writes loses none.
  private func keepSchedule(
    _ type: JobType, of connector: Connector, _ stores: EngineStores
  ) async throws {
    let entry = connector.scheduling[type]
    let key = ScheduleKey(connectorID: connector.id, type: type)
    guard entry.isEnabled, connector.indexName != nil, type != .accessControl,
      let times = Self.dueTimes(entry.interval)
    else {
      scheduleStarts[key] = nil
      return
    }
    let now = environment.now()
    let start = connector.lastScheduled(type) ?? scheduleStarts[key] ?? now
    scheduleStarts[key] = start
    guard let due = times.latest(after: start, upTo: now) else { return }
    try await makeScheduledJob(type, of: connector, due: due, stores)
    _ = try await stores.connectors.changeConnector(connector.id) { record in
      guard record.lastScheduled(type).map({ $0 < due }) ?? true else { return false }
      record.setLastScheduled(type, due)
      return true
    }
    jobsSignal.raise()
  }

  private func makeScheduledJob(
    _ type: JobType, of connector: Connector, due: Timestamp, _ stores: EngineStores
  ) async throws {
    // Read again: another service may have made and even finished the job since.
    guard let fresh = try await stores.connectors.connector(connector.id)?.record,
      fresh.lastScheduled(type).map({ $0 < due }) ?? true
    else { return }
    if let obstacle = try await obstacle(to: type, of: fresh, stores) {
      log.write(.warning, "A scheduled sync was left out: \(obstacle)", connectorID: fresh.id)
      return
    }
    let id = "\(fresh.id)-\(type.rawValue)-\(due.millisecondsSince1970)"
    let job = SyncJob(
      id: id, connector: fresh, type: type, trigger: .scheduled, createdAt: environment.now())
    do {
      _ = try await stores.connectors.createJob(job)
      log.write(
        .info, "The sync that the schedule asks for is queued.", connectorID: fresh.id, jobID: id)
    } catch let error as StoreError where error.kind == .alreadyExists {
      return
    }
  }

  /// Why a scheduled job makes no sense now; `nil` if it does.
  private func obstacle(
    to type: JobType, of connector: Connector, _ stores: EngineStores
  ) async throws -> String? {
    if connector.status == .created || connector.status == .needsConfiguration {
      return "the connector needs configuration."
    }
    if type == .incremental, connector.syncCursor == nil {
      return "an incremental sync needs a completed full sync before it."
    }
    let query = JobQuery(connectorID: connector.id, statuses: [.pending, .suspended])
    let isQueued = try await stores.connectors.jobs(query).jobs.contains { $0.record.type == type }
    return isQueued ? "the one before it has not started yet." : nil
  }

  /// How long until the next schedule is due.
  private func untilNextDue(_ connectors: [Connector]) -> Duration {
    let now = environment.now()
    var wait = settings.idling
    for connector in connectors {
      if let next = Self.nextRun(of: connector, after: now) { wait = min(wait, next - now) }
    }
    return max(wait, .milliseconds(100))
  }

  /// When a connector's schedules fire next; `nil` if they are off or never fire again.
  nonisolated static func nextRun(of connector: Connector, after now: Timestamp) -> Timestamp? {
    JobType.allCases.compactMap { type in
      let entry = connector.scheduling[type]
      return entry.isEnabled ? dueTimes(entry.interval)?.next(now) : nil
    }.min()
  }
}

extension Connector {
  /// When the last scheduled job of a type was due.
  func lastScheduled(_ type: JobType) -> Timestamp? {
    switch type {
    case .full: lastSyncScheduledAt
    case .incremental: lastIncrementalSyncScheduledAt
    case .accessControl: nil
    }
  }

  /// Notes when the last scheduled job of a type was due.
  mutating func setLastScheduled(_ type: JobType, _ due: Timestamp) {
    switch type {
    case .full: lastSyncScheduledAt = due
    case .incremental: lastIncrementalSyncScheduledAt = due
    case .accessControl: break
    }
  }
}
