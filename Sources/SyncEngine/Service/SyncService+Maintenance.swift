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
        let all = try await stores.connectors.connectors().map(\.record)
        reportMissing(of: all)
        let connectors = all.filter { settings.served.contains($0) }
        for connector in connectors { try await maintain(connector, stores) }
        wait = min(wait, untilNextDue(connectors))
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
    let configured = settings.served.serviceType(of: connector.id)
    if let configured, let recorded = connector.serviceType, configured != recorded {
      try await refuse(connector, configured: configured, recorded: recorded, stores)
      return
    }
    guard let descriptor = descriptor(connector.serviceType ?? configured) else { return }
    do {
      if connector.status == .created || ConnectorPreparation.lacksFields(connector, descriptor) {
        try await prepare(connector.id, descriptor, stores)
      } else {
        try await beatHeart(of: connector, stores)
      }
      if connector.filtering.draft.validation == .edited {
        try await judgeDraft(of: connector.id, stores)
      }
      if connector.wantsSync { try await answerSyncNow(connector, stores) }
      for type in JobType.allCases { try await keepSchedule(type, of: connector, stores) }
      troubles[connector.id] = nil
    } catch let error as StoreError where error.kind != .unavailable {
      report(error.message, of: connector.id, connectorID: connector.id)
    }
  }

  /// Tells which connectors of the configuration have no record.
  private func reportMissing(of connectors: [Connector]) {
    guard case .ids(let ids) = settings.served else { return }
    let known = Set(connectors.map(\.id))
    for id in ids.keys.sorted() {
      if known.contains(id) {
        troubles["missing \(id)"] = nil
      } else {
        report(
          "There is no connector with the id \(id), which the configuration names: correct the id, "
            + "or create the connector.", of: "missing \(id)", connectorID: id)
      }
    }
  }

  /// Says on the record that configuration and record name different kinds of data sources.
  private func refuse(
    _ connector: Connector, configured: String, recorded: String, _ stores: EngineStores
  ) async throws {
    let message =
      "The service's configuration names the service type \(configured), but the connector is of "
      + "the type \(recorded): make them the same."
    report(message, of: connector.id, connectorID: connector.id)
    guard connector.error != message || connector.status != .error else { return }
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(connector.id) { record in
      record.status = .error
      record.error = message
      record.lastSeen = now
      return true
    }
  }

  /// Validates sync rules that somebody edited, and makes them the active ones if they are valid.
  private func judgeDraft(of id: String, _ stores: EngineStores) async throws {
    _ = try await stores.connectors.changeConnector(id) { record in
      guard record.filtering.draft.validation == .edited else { return false }
      record.filtering.draft = record.filtering.draft.validated()
      if record.filtering.draft.validation == .valid {
        record.filtering.active = record.filtering.draft
      }
      return true
    }
    await observe(connectorID: id)
  }

  /// Makes the job that Kibana before 8.8 asks for on the record.
  ///
  /// The job is made first, under an identifier that two services make alike.
  private func answerSyncNow(_ connector: Connector, _ stores: EngineStores) async throws {
    guard let fresh = try await stores.connectors.connector(connector.id), fresh.record.wantsSync
    else { return }
    let open = JobQuery(
      connectorID: connector.id, statuses: [.pending, .inProgress, .canceling, .suspended], size: 1)
    if fresh.record.indexName != nil, try await stores.connectors.jobs(open).total == 0 {
      let id = "\(connector.id)-now-\(fresh.version.sequenceNumber)"
      let job = SyncJob(
        id: id, connector: fresh.record, type: .full, trigger: .onDemand,
        createdAt: environment.now())
      do {
        _ = try await stores.connectors.createJob(job)
        log.write(.info, "A sync is queued.", connectorID: connector.id, jobID: id)
      } catch let error as StoreError where error.kind == .alreadyExists {
        // The other service was faster.
      }
    }
    _ = try await stores.connectors.changeConnector(connector.id) { record in
      guard record.wantsSync else { return false }
      record.wantsSync = false
      return true
    }
    jobsSignal.raise()
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
