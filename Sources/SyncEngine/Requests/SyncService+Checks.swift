internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

extension SyncService {
  /// How long a data source may take to answer a check.
  private static let checkTime = Duration.seconds(10)
  private static let previewCount = 10

  /// Connects to the source with these values and shows the first documents.
  func check(
    _ id: String, _ values: ConfigurationValues, _ stores: EngineStores
  ) async throws -> EngineResponse {
    let connector = try await connector(id, stores)
    let descriptor = try descriptor(of: connector)
    if let problem = descriptor.schema.problems(in: values).first { throw problem }
    let start = environment.monotonic()
    let preview = PreviewWriter(limit: Self.previewCount)
    let session = SourceSession(
      try descriptor.make(descriptor.schema.resolved(values)), host: host,
      sleep: environment.sleep)
    let outcome = await limited {
      try await session.call { try await $0.check() }
      return try await preview.documents(of: session)
    }
    await session.close()
    let took = environment.monotonic() - start
    switch outcome {
    case .success(let documents?):
      return .checked(CheckReport(documents: documents, warnings: preview.warnings, took: took))
    case .success(nil): throw Self.tooSlow(descriptor)
    case .failure(let error): throw error
    }
  }

  /// Does for a record what a connector service does, reaches the source and explains.
  func recheck(_ id: String, _ stores: EngineStores) async throws -> EngineResponse {
    let before = try await connector(id, stores)
    var lines: [String] = []
    guard let descriptor = descriptor(before.serviceType) else {
      lines.append(
        before.serviceType.map { "This program has no data source of the kind \"\($0)\"." }
          ?? "The record does not say which kind of data source it is for.")
      lines.append("A connector service that knows it must contact the record first.")
      let finding: RecheckReport.Finding =
        before.lastSeen == nil ? .notYetSeen : .waitingForService
      return report(finding, lines)
    }
    lines.append(
      before.lastSeen == nil
        ? "The connector service contacted the record now, for the first time."
        : "The connector service of this program answered now.")
    try await prepare(id, descriptor, stores)
    let record = try await connector(id, stores)
    if before.configuration.schema.fields.isEmpty {
      lines.append(
        "It declared the \(descriptor.schema.fields.count) fields of \(descriptor.name).")
    }
    let problems = descriptor.schema.problems(in: record.configuration.values)
    guard problems.isEmpty else {
      lines += problems.map(\.message)
      lines.append("Enter the values, then recheck or sync.")
      try await setStatus(.needsConfiguration, error: nil, of: id, stores)
      return report(.needsConfiguration(missing: ConnectorPreparation.missingLabels(record)), lines)
    }
    lines.append("All required values are there.")
    return try await reach(record, descriptor, lines, stores)
  }

  private func reach(
    _ record: Connector, _ descriptor: DataSourceDescriptor, _ lines: [String],
    _ stores: EngineStores
  ) async throws -> EngineResponse {
    let values = descriptor.schema.resolved(record.configuration.values)
    let outcome: Result<Void?, any Error>
    do {
      let session = SourceSession(
        try descriptor.make(values), host: host, sleep: environment.sleep)
      outcome = await limited { try await session.call { try await $0.check() } }
      await session.close()
    } catch {
      outcome = .failure(error)
    }
    var lines = lines
    switch outcome {
    case .success(.some):
      lines.append("The data source was reached; syncs can run.")
      try await setStatus(.connected, error: nil, of: record.id, stores)
      return report(.connected, lines)
    case .success(nil), .failure:
      let message = Self.sentence(outcome, descriptor)
      lines.append(
        Self.isSetting(outcome)
          ? "A setting is wrong; correct it, then recheck."
          : "The data source could not be reached.")
      try await setStatus(.error, error: message, of: record.id, stores)
      return report(.failed(error: message), lines)
    }
  }

  private static func sentence(
    _ outcome: Result<Void?, any Error>, _ descriptor: DataSourceDescriptor
  ) -> String {
    if case .failure(let error) = outcome { return failure(of: error).message }
    return tooSlow(descriptor).message
  }

  /// Whether a setting is to blame, and not the data source.
  private static func isSetting(_ outcome: Result<Void?, any Error>) -> Bool {
    guard case .failure(let error) = outcome else { return false }
    return error is ConfigurationProblem || (error as? SyncError)?.kind == .configuration
  }

  private func setStatus(
    _ status: ConnectorStatus, error: String?, of id: String, _ stores: EngineStores
  ) async throws {
    let now = environment.now()
    _ = try await stores.connectors.changeConnector(id) { record in
      record.status = status
      record.error = error
      record.lastSeen = now
      return true
    }
    await observe(connectorID: id)
  }

  private func report(_ finding: RecheckReport.Finding, _ lines: [String]) -> EngineResponse {
    .rechecked(RecheckReport(finding: finding, explanation: lines, at: environment.now()))
  }

  private func descriptor(of connector: Connector) throws -> DataSourceDescriptor {
    if let descriptor = descriptor(connector.serviceType) { return descriptor }
    throw EngineFailure(
      .invalid,
      "This program has no data source of the kind \"\(connector.serviceType ?? "")\"; run a "
        + "version that has it.")
  }

  /// Runs work within the time of a check; `nil` means that the time was over.
  private func limited<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async -> Result<Value?, any Error> {
    do {
      return .success(
        try await host.supervise(deadline: Self.checkTime, sleep: environment.sleep, work))
    } catch {
      return .failure(error)
    }
  }

  private static func tooSlow(_ descriptor: DataSourceDescriptor) -> EngineFailure {
    EngineFailure(
      .source,
      "\(descriptor.name) did not answer within \(Int(checkTime.seconds)) seconds; check the "
        + "address and the network, then try again.")
  }
}
