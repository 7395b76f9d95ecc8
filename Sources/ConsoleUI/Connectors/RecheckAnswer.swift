package import EngineAPI

/// What a recheck found, told to a person.
package enum RecheckAnswer {
  /// Shows the finding and the reasons for it.
  package static func effects(
    of result: Result<EngineResponse, EngineFailure>, _ context: ScreenContext
  ) -> [Effect] {
    switch result {
    case .failure(let failure): return [.flash(Flash(.failure, failure.message))]
    case .success(.rechecked(let report)):
      return [
        .ask(
          Dialog(
            id: "recheck-report", title: title(report.finding),
            body: [sentence(report.finding)] + report.explanation, kind: .message))
      ]
    case .success: return []
    }
  }

  /// The finding in a few words.
  package static func title(_ finding: RecheckReport.Finding) -> String {
    switch finding {
    case .notYetSeen: "Not yet seen"
    case .waitingForService: "Waiting for the service"
    case .needsConfiguration: "Needs configuration"
    case .connected: "Connected"
    case .failed: "Failed"
    }
  }

  /// The finding as a sentence.
  package static func sentence(_ finding: RecheckReport.Finding) -> String {
    switch finding {
    case .notYetSeen: "No connector service has contacted this connector yet."
    case .waitingForService:
      "The connector is known; the service has not declared its fields yet."
    case .needsConfiguration(let missing):
      "These fields need a value: \(missing.joined(separator: ", "))."
    case .connected: "The service reached the data source."
    case .failed(let error): "The service failed: \(error)"
    }
  }
}
