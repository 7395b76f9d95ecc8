internal import ConnectorProtocol
package import EngineAPI

/// The question before a sync is canceled.
package enum CancelQuestion {
  /// The question's name.
  package static let id = "cancel-sync"

  /// Asks about the sync of a connector.
  package static func dialog(_ name: String) -> Dialog {
    Dialog(
      id: id, title: "Cancel the sync of \(name)?",
      body: [
        "What is in the index by now stays there; nothing is deleted.",
        "The next sync reads the source from its start.",
      ],
      kind: .choice([
        Dialog.Button("keep", "Let it run", key: "n"),
        Dialog.Button("cancel", "Cancel the sync", key: "y", isDangerous: true),
      ]))
  }

  /// Whether the answer was yes.
  package static func isConfirmed(_ answer: DialogAnswer) -> Bool { answer == .chosen("cancel") }

  /// Tells how the request went.
  package static func effects(of result: Result<EngineResponse, EngineFailure>) -> [Effect] {
    switch result {
    case .success: [.flash(Flash(.info, "Canceling the sync ..."))]
    case .failure(let failure): [.flash(Flash(.failure, failure.message))]
    }
  }
}
