internal import ConnectorProtocol
package import EngineAPI
internal import TerminalKit

/// The two questions before a connector is deleted: with its index or without, and its name.
package struct ConnectorDeletion: Hashable, Sendable {
  private static let scopeID = "delete-scope"
  private static let nameID = "delete-name"

  private var connectorID: String?
  private var name = ""
  /// The name as the questions show it, told apart from equal ones.
  private var title = ""
  private var index: String?
  private var documents = ""
  private var deletesIndex = false
  private var tag: RequestTag?

  /// Makes the questions.
  package init() {}

  /// Asks what is to go.
  package mutating func ask(
    _ state: ConnectorState, _ context: ScreenContext? = nil
  ) -> [Effect] {
    connectorID = state.id
    name = state.record.name
    title = context.map { ConnectorSummary.name(state, $0) } ?? name
    index = state.record.indexName
    documents = Format.count(state.documentCount, "document")
    var body: [String] = []
    if state.activeJob != nil { body.append("Its sync is active and is canceled first.") }
    body.append("Its settings, job history and API key go in any case.")
    if let index = state.record.indexName {
      body.append(
        "The index \(index) holds \(documents). "
          + "Does it go as well?")
    }
    var buttons = [Dialog.Button("keep", "Keep all", key: "n")]
    buttons.append(Dialog.Button("connector", "Connector only", key: "c", isDangerous: true))
    if state.record.indexName != nil {
      buttons.append(Dialog.Button("index", "With index", key: "i", isDangerous: true))
    }
    return [
      .ask(
        Dialog(
          id: Self.scopeID, title: "Delete \(title)?", body: body, kind: .choice(buttons)))
    ]
  }

  /// Takes an answer to one of the questions; does nothing with others.
  package mutating func take(
    _ id: String, _ answer: DialogAnswer, _ context: inout ScreenContext
  ) -> [Effect] {
    switch (id, answer) {
    case (Self.scopeID, .chosen("connector")): return askName(deletingIndex: false)
    case (Self.scopeID, .chosen("index")): return askName(deletingIndex: true)
    case (Self.nameID, .confirmed):
      guard let connectorID else { return [] }
      let tag = context.makeTag()
      self.tag = tag
      let request = EngineRequest.deleteConnector(
        connectorID: connectorID, deleteIndex: deletesIndex)
      return [.request(tag, request), .flash(Flash(.info, "Deleting \(name) ..."))]
    default: return []
    }
  }

  private mutating func askName(deletingIndex: Bool) -> [Effect] {
    deletesIndex = deletingIndex
    let label = deletingIndex ? "with index" : "connector only"
    var choice = "You chose “\(label)”: the connector is gone for good after this"
    if let index {
      choice +=
        deletingIndex
        ? ", and so is the index \(index) with \(documents)."
        : "; the index \(index) stays with \(documents)."
    } else {
      choice += "."
    }
    return [
      .ask(
        Dialog(
          id: Self.nameID, title: "Delete \(title)", body: [choice],
          kind: .typed(expected: Self.word(for: name), confirm: "Delete")))
    ]
  }

  private var deletedSentence: String {
    guard let index else { return "\(name) is deleted." }
    return deletesIndex
      ? "\(name) is deleted, and the index \(index) with \(documents)."
      : "\(name) is deleted; the index \(index) stays with \(documents)."
  }

  /// What to type: the name, unless no keyboard has its characters or it is too long.
  static func word(for name: String) -> String {
    let isTypeable = !name.isEmpty && name.count <= 40 && SafeText(name).string == name
    return isTypeable ? name : "delete"
  }

  /// Tells how the deletion went; does nothing with other answers.
  package mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>
  ) -> [Effect] {
    guard tag == self.tag else { return [] }
    self.tag = nil
    switch result {
    case .success: return [.flash(Flash(.success, deletedSentence))]
    case .failure(let failure): return [.flash(Flash(.failure, failure.message))]
    }
  }
}
