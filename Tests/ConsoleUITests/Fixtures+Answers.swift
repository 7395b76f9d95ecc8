import ConnectorKit
import ConnectorProtocol
import EngineAPI

extension Fixtures {
  /// What a healthy engine answers.
  static func response(to request: EngineRequest) -> EngineResponse {
    switch request {
    case .createConnector:
      .connectorCreated(CreatedConnector(connectorID: "handbook", apiKey: apiKey))
    case .regenerateAPIKey: .apiKey(apiKey)
    case .recheck:
      .rechecked(RecheckReport(finding: .connected, explanation: ["All is well."], at: now))
    case .check:
      .checked(CheckReport(documents: [], warnings: [], took: .milliseconds(40)))
    case .startSync: .syncStarted(jobID: "new-job")
    case .jobs(_, let from, _): .jobs(from == 0 ? [completedJob, failedJob] : [], total: 2)
    case .job: .job(completedJob)
    case .deadLetters: .deadLetters(deadLetters, total: deadLetters.count)
    case .retryDeadLetters: .deadLettersRetried(DeadLetterRetry())
    case .search: .search(searchResponse)
    case .document: .document(documentBody)
    case .log: .log(log)
    case .rename, .changeLanguage, .saveConfiguration, .saveSchedule, .saveRules, .cancelSync,
      .deleteConnector:
      .done
    }
  }

  static let apiKey = GeneratedAPIKey(
    id: "key-1", name: "handbook-connector", encoded: "a2V5LTE6c2VjcmV0")
}
