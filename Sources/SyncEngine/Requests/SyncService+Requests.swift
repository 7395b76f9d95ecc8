internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
package import EngineAPI
internal import Synchronization

extension SyncService {
  /// Carries out a request; see ``EngineRequest``.
  package func perform(_ request: EngineRequest) async -> Result<EngineResponse, EngineFailure> {
    do {
      let stores = try await stores()
      let response = try await answer(request, stores)
      return .success(response)
    } catch {
      return .failure(Self.failure(of: error))
    }
  }

  private func answer(
    _ request: EngineRequest, _ stores: EngineStores
  ) async throws -> EngineResponse {
    switch request {
    case .createConnector(let draft): try await createConnector(draft, stores)
    case .regenerateAPIKey(let id): try await regenerateAPIKey(id, stores)
    case .rename(let id, let name, let description):
      try await rename(id, name, description, stores)
    case .changeLanguage(let id, let language): try await changeLanguage(id, language, stores)
    case .saveConfiguration(let id, let values): try await saveConfiguration(id, values, stores)
    case .recheck(let id): try await recheck(id, stores)
    case .check(let id, let values): try await check(id, values, stores)
    case .saveSchedule(let id, let type, let entry):
      try await saveSchedule(id, type, entry, stores)
    case .saveRules(let id, let rules): try await saveRules(id, rules, stores)
    case .startSync(let id, let type, let allowed): try await startSync(id, type, allowed, stores)
    case .cancelSync(let jobID): try await cancelSync(jobID, stores)
    case .retryDeadLetters(let jobID, let ids): try await retryDeadLetters(jobID, ids, stores)
    case .deleteConnector(let id, let deleteIndex):
      try await deleteConnector(id, deleteIndex: deleteIndex, stores)
    case .jobs, .job, .deadLetters, .search, .document, .log:
      try await lookUp(request, stores)
    }
  }

  private func lookUp(
    _ request: EngineRequest, _ stores: EngineStores
  ) async throws -> EngineResponse {
    switch request {
    case .jobs(let connectorID, let from, let size):
      let page = try await stores.connectors.jobs(
        JobQuery(connectorID: connectorID, from: max(0, from), size: max(0, size)))
      return .jobs(page.jobs.map { live($0.record) }, total: page.total)
    case .job(let jobID):
      return .job(live(try await job(jobID, stores).record))
    case .deadLetters(let jobID, let from, let size):
      let (letters, total) = try await stores.connectors.deadLetters(
        jobID: jobID, from: max(0, from), size: max(0, size))
      return .deadLetters(letters, total: total)
    case .search(let index, let request):
      return .search(try await stores.indices.search(request, in: index))
    case .document(let index, let id):
      guard let body = try await stores.indices.document(id, in: index) else {
        throw EngineFailure(
          .notFound, "The document \"\(id)\" is not in the index \(index) any more; search again.")
      }
      return .document(body)
    case .log(let connectorID, let limit):
      return .log(log.lines(connectorID: connectorID, limit: limit))
    default:
      throw EngineFailure(.invalid, "This request is not a look-up.")
    }
  }

  /// A job with the counters as they are now, if it runs here.
  private func live(_ job: SyncJob) -> SyncJob {
    guard let runner = running[job.id] else { return job }
    var job = job
    job.counters = runner.monitor.total
    return job
  }

  /// A connector's record.
  ///
  /// - Throws: ``EngineFailure`` if there is none.
  func connector(_ id: String, _ stores: EngineStores) async throws -> Connector {
    guard let connector = try await stores.connectors.connector(id) else {
      throw EngineFailure(
        .notFound, "The connector \(id) does not exist any more; go back to the list.")
    }
    return connector.record
  }

  /// A job's record.
  ///
  /// - Throws: ``EngineFailure`` if there is none.
  func job(_ id: String, _ stores: EngineStores) async throws -> Versioned<SyncJob> {
    guard let job = try await stores.connectors.job(id) else {
      throw EngineFailure(.notFound, "The job \(id) does not exist any more; go back to the list.")
    }
    return job
  }

  /// What to tell about an error.
  nonisolated static func failure(of error: any Error) -> EngineFailure {
    switch error {
    case let failure as EngineFailure: failure
    case let error as StoreError: EngineFailure(kind(of: error), error.message)
    case let error as SyncError:
      EngineFailure(
        error.kind == .configuration ? .invalid : .source, error.message, field: error.field)
    case let error as ConfigurationProblem:
      EngineFailure(.invalid, error.message, field: error.field)
    case let error as SyncRuleError: EngineFailure(.invalid, error.message, field: error.ruleID)
    case is CancellationError: EngineFailure(.conflict, "The request was cancelled.")
    default: EngineFailure(.store, "The request failed: \(Wording.message(of: error))")
    }
  }

  private nonisolated static func kind(of error: StoreError) -> EngineFailure.Kind {
    switch error.kind {
    case .conflict: .conflict
    case .notFound: .notFound
    case .alreadyExists: .alreadyExists
    case .unauthorized: .unauthorized
    case .noSpace: .noSpace
    case .invalid: .invalid
    case .unavailable, .newerVersion, .corrupt: .store
    }
  }
}
