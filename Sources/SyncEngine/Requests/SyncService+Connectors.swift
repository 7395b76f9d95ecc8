internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// Makes index, record and key; what was made is removed again if a later step fails.
  func createConnector(
    _ draft: ConnectorDraft, _ stores: EngineStores
  ) async throws -> EngineResponse {
    try validate(draft)
    let id = environment.newIdentifier()
    var attached: Int?
    do {
      try await stores.indices.createIndex(draft.indexName, language: draft.language)
    } catch let error as StoreError where error.kind == .alreadyExists {
      attached = try await attach(draft, stores)
    }
    var isRecorded = false
    do {
      let record = Connector(
        id: id, name: draft.name, description: draft.description, indexName: draft.indexName,
        serviceType: draft.serviceType, language: draft.language, createdAt: environment.now())
      _ = try await stores.connectors.createConnector(record)
      isRecorded = true
      let key = try await newKey(connectorID: id, indexName: draft.indexName, stores)
      log.write(
        .info,
        attached.map {
          "The connector was created with the index \(draft.indexName), which existed and holds "
            + "\(Wording.count($0, "document"))."
        } ?? "The connector was created.", connectorID: id)
      maintenanceSignal.raise()
      await observe(connectorID: id)
      return .connectorCreated(
        CreatedConnector(connectorID: id, apiKey: key, attachedDocuments: attached))
    } catch {
      await rollBack(
        id, newIndex: attached == nil ? draft.indexName : nil, isRecorded: isRecorded, stores)
      throw error
    }
  }

  /// Makes a new API key, which invalidates the former one.
  func regenerateAPIKey(_ id: String, _ stores: EngineStores) async throws -> EngineResponse {
    let connector = try await connector(id, stores)
    guard let index = connector.indexName else { throw Self.noIndex }
    let key = try await newKey(connectorID: id, indexName: index, stores)
    log.write(.info, "The API key was regenerated; the former one is refused.", connectorID: id)
    await observe(connectorID: id)
    return .apiKey(key)
  }

  /// Changes name and description.
  func rename(
    _ id: String, _ name: String, _ description: String?, _ stores: EngineStores
  ) async throws -> EngineResponse {
    guard !Self.isBlank(name) else {
      throw EngineFailure(.invalid, "The connector needs a name; type one.", field: "name")
    }
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(id) { record in
      record.name = name
      record.description = description.flatMap { Self.isBlank($0) ? nil : $0 }
      record.updatedAt = now
      return true
    }
    await observe(connectorID: id)
    return .done
  }

  /// Analyses the index anew in another language.
  func changeLanguage(
    _ id: String, _ language: Language, _ stores: EngineStores
  ) async throws -> EngineResponse {
    let connector = try await connector(id, stores)
    guard let index = connector.indexName else { throw Self.noIndex }
    guard try await activeJobs(of: id, stores).isEmpty else {
      throw EngineFailure(
        .conflict,
        "A sync of this connector runs; cancel it or wait before you change the language."
      )
    }
    try await stores.indices.changeLanguage(of: index, to: language)
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(id) { record in
      record.language = language
      record.updatedAt = now
      return true
    }
    log.write(.info, "The language is \(language.name) now.", connectorID: id)
    await observe(connectorID: id)
    return .done
  }

  /// Saves the settings of the data source, checked by its schema.
  func saveConfiguration(
    _ id: String, _ values: ConfigurationValues, _ stores: EngineStores
  ) async throws -> EngineResponse {
    let connector = try await connector(id, stores)
    let schema = descriptor(connector.serviceType)?.schema ?? connector.configuration.schema
    guard !schema.fields.isEmpty || descriptor(connector.serviceType) != nil else {
      throw EngineFailure(
        .invalid, "The connector service has not declared the fields yet; recheck first.")
    }
    let descriptor = descriptor(connector.serviceType)
    let problems = descriptor?.problems(in: values) ?? schema.problems(in: values)
    if let problem = problems.first { throw problem }
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(id) { record in
      if let descriptor { ConnectorPreparation.prepare(&record, descriptor) }
      let isChanged = record.configuration.values != values
      record.configuration.values = values
      record.updatedAt = now
      if isChanged || record.status == .needsConfiguration || record.status == .error {
        record.status = .configured
        record.error = nil
      }
      return true
    }
    log.write(.info, "The configuration was saved.", connectorID: id)
    await observe(connectorID: id)
    return .done
  }

  /// Saves a schedule, checked as a Quartz expression.
  func saveSchedule(
    _ id: String, _ type: JobType, _ entry: Scheduling.Entry, _ stores: EngineStores
  ) async throws -> EngineResponse {
    if entry.isEnabled {
      do {
        _ = try QuartzExpression(parsing: entry.interval)
      } catch {
        throw EngineFailure(.invalid, error.message, field: "interval")
      }
      let connector = try await connector(id, stores)
      try checkSupport(of: type, connector)
    }
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(id) { record in
      let former = record.scheduling[type]
      record.scheduling[type] = entry
      record.updatedAt = now
      // The schedule begins now: times before it was set are not missed runs.
      if entry.isEnabled, !former.isEnabled || former.interval != entry.interval {
        record.setLastScheduled(type, now)
      }
      return true
    }
    log.write(
      .info, entry.isEnabled ? "The schedule was saved." : "The schedule is off.", connectorID: id)
    maintenanceSignal.raise()
    await observe(connectorID: id)
    return .done
  }

  /// Makes sync rules the active ones if they are valid; else keeps them as a draft with errors.
  func saveRules(
    _ id: String, _ rules: FilteringRules, _ stores: EngineStores
  ) async throws -> EngineResponse {
    var checked = rules
    let failure: EngineFailure?
    do {
      _ = try RuleFilter.keeping(rules)
      (checked.validation, checked.errors, failure) = (.valid, [], nil)
    } catch {
      checked.validation = .invalid
      checked.errors = [.init(ids: [error.ruleID], messages: [error.message])]
      failure = Self.failure(of: error)
    }
    let (draft, now) = (checked, environment.now())
    _ = try await stores.connectors.changeConnector(id) { record in
      record.filtering.draft = draft
      record.filtering.draft.createdAt = record.filtering.active.createdAt ?? now
      record.filtering.draft.updatedAt = now
      if draft.validation == .valid { record.filtering.active = record.filtering.draft }
      record.updatedAt = now
      return true
    }
    await observe(connectorID: id)
    if let failure { throw failure }
    log.write(.info, "The sync rules were saved; the next full sync follows them.", connectorID: id)
    return .done
  }

  /// Cancels the connector's jobs, waits for their end, then removes everything.
  func deleteConnector(
    _ id: String, deleteIndex: Bool, _ stores: EngineStores
  ) async throws -> EngineResponse {
    // A damaged record can be deleted, which may be all that is left to do.
    let damaged = observations[id].flatMap { $0.damage == nil ? nil : $0.record.record }
    let connector = if let damaged { damaged } else { try await connector(id, stores) }
    try await cancelAllJobs(of: id, stores)
    try await stores.connectors.deleteConnector(id)
    try await stores.credentials.setAPIKey(nil, connectorID: id)
    if deleteIndex, let index = connector.indexName {
      try await stores.indices.deleteIndex(index)
    }
    log.forget(id)
    heartbeats[id] = nil
    log.write(.info, "The connector \"\(connector.name)\" was deleted.")
    await observe(connectorID: id)
    return .done
  }

  private func cancelAllJobs(of id: String, _ stores: EngineStores) async throws {
    let deadline = environment.monotonic() + .seconds(10)
    while true {
      try await recoverOrphans(of: id, stores)
      let query = JobQuery(
        connectorID: id, statuses: [.pending, .inProgress, .canceling, .suspended], size: 1000)
      let open = try await stores.connectors.jobs(query).jobs
      guard !open.isEmpty else { return }
      for job in open where job.record.status != .canceling {
        _ = try? await cancelSync(job.record.id, stores)
      }
      guard environment.monotonic() < deadline else {
        throw EngineFailure(
          .conflict,
          "A sync of this connector does not stop; wait for its end or stop the process that runs "
            + "it (\(open[0].record.workerHostname ?? "unknown")), then delete again.")
      }
      if running.values.contains(where: { $0.job.connectorID == id })
        || open.contains(where: {
          $0.record.status == .inProgress || $0.record.status == .canceling
        })
      {
        try await environment.sleep(.milliseconds(50))
      }
    }
  }

  private func validate(_ draft: ConnectorDraft) throws {
    if let problem = IndexName.problems(in: draft.indexName).first {
      throw EngineFailure(.invalid, problem.message, field: "indexName")
    }
    guard !Self.isBlank(draft.name) else {
      throw EngineFailure(.invalid, "The connector needs a name; type one.", field: "name")
    }
    guard descriptor(draft.serviceType) != nil else {
      throw EngineFailure(
        .invalid, "There is no data source \"\(draft.serviceType)\"; choose one of the list.",
        field: "serviceType")
    }
  }

  /// Takes over an index that exists and belongs to no connector.
  ///
  /// - Returns: how many documents it holds.
  private func attach(_ draft: ConnectorDraft, _ stores: EngineStores) async throws -> Int {
    let owner = try await stores.connectors.connectors().first {
      $0.record.indexName == draft.indexName
    }
    if let owner {
      throw EngineFailure(
        .alreadyExists,
        "The index \(draft.indexName) belongs to the connector \"\(owner.record.name)\"; choose "
          + "another name or open that connector.", field: "indexName")
    }
    // Nothing is analysed again if the index has that language.
    try await stores.indices.changeLanguage(of: draft.indexName, to: draft.language)
    return try await stores.indices.statistics(of: draft.indexName).documentCount
  }

  private func newKey(
    connectorID: String, indexName: String, _ stores: EngineStores
  ) async throws -> GeneratedAPIKey {
    let key = try await stores.connectors.generateAPIKey(
      connectorID: connectorID, indexName: indexName)
    try await stores.credentials.setAPIKey(key.encoded, connectorID: connectorID)
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(connectorID) { record in
      record.apiKeyID = key.id
      record.updatedAt = now
      return true
    }
    return key
  }

  private func rollBack(
    _ id: String, newIndex: String?, isRecorded: Bool, _ stores: EngineStores
  ) async {
    do {
      try await stores.credentials.setAPIKey(nil, connectorID: id)
      if isRecorded { try await stores.connectors.deleteConnector(id) }
      if let newIndex { try await stores.indices.deleteIndex(newIndex) }
    } catch {
      log.write(
        .error,
        "A connector could not be created, and what was made of it could not be removed: "
          + Wording.message(of: error))
    }
    await observe(connectorID: id)
  }

  /// The failure of a request that needs an index.
  static var noIndex: EngineFailure {
    EngineFailure(
      .invalid, "No index is attached to the connector; delete it and make a new one with an index."
    )
  }

  /// Whether a text has nothing to see.
  nonisolated static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }
}
