internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// Sends dead letters again and tells what became of them; part of the pages of dead letters.
struct DeadLetterRetrying: Hashable, Sendable {
  private static let dialog = "retry-dead-letters"

  let connectorID: String
  let jobID: String
  private var tag: RequestTag?
  private var asked: [String]?
  /// What became of the last retry.
  private(set) var outcome: Flash?

  init(connectorID: String, jobID: String) {
    self.connectorID = connectorID
    self.jobID = jobID
  }

  var isRunning: Bool { tag != nil }

  /// Why nothing can be sent again now.
  func obstacle(_ context: ScreenContext) -> String? {
    if isRunning { return "Documents are being sent again." }
    let active = context.snapshot.connector(connectorID)?.activeJob
    return active?.job.status.isTerminal == false
      ? "A sync of this connector is under way; wait for its end." : nil
  }

  /// Sends documents again; `nil` sends all, after a question.
  mutating func start(_ ids: [String]?, _ context: inout ScreenContext) -> [Effect] {
    guard obstacle(context) == nil else { return [] }
    let tag = context.makeTag()
    self.tag = tag
    outcome = nil
    return [.request(tag, .retryDeadLetters(jobID: jobID, documentIDs: ids))]
  }

  /// Asks before many documents are sent.
  mutating func ask(_ ids: [String]?, count: Int) -> [Effect] {
    asked = ids
    return [
      .ask(
        Dialog(
          id: Self.dialog, title: "Send \(Format.count(count, "document")) again?",
          body: [
            "Each goes to the index as it was refused. Those that are not kept whole are left for "
              + "the next sync."
          ],
          kind: .choice([
            Dialog.Button("stay", "Not now", key: "n"),
            Dialog.Button("retry", "Send again", key: "y"),
          ])))
    ]
  }

  /// Takes the answer to the question; `nil` if it was not this one.
  mutating func answered(
    _ id: String, _ answer: DialogAnswer, _ context: inout ScreenContext
  ) -> [Effect]? {
    guard id == Self.dialog else { return nil }
    return answer == .chosen("retry") ? start(asked, &context) : []
  }

  /// Takes the engine's answer; says whether it was for this.
  mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>
  ) -> Bool {
    guard tag == self.tag else { return false }
    self.tag = nil
    switch result {
    case .success(.deadLettersRetried(let report)): outcome = Self.words(report)
    case .success: break
    case .failure(let failure): outcome = Flash(.failure, failure.message)
    }
    return true
  }

  private static func words(_ report: DeadLetterRetry) -> Flash {
    var parts: [String] = []
    if report.indexed > 0 { parts.append(Format.count(report.indexed, "document") + " indexed") }
    if report.refused > 0 { parts.append(Format.count(report.refused) + " refused again") }
    if report.left > 0 {
      parts.append(Format.count(report.left) + " left for the next sync, which reads them anew")
    }
    var text = parts.isEmpty ? "There was nothing to send." : parts.joined(separator: ", ") + "."
    if let reason = report.reason { text += " The index says: " + reason }
    return Flash(report.refused > 0 ? .warning : .success, text)
  }

  /// The outcome in rows, or that it is under way.
  func rows(width: Int, _ context: ScreenContext) -> [StyledText] {
    let symbols = context.symbols
    if isRunning {
      var line = StyledText(symbols.spinnerFrame(context.animationStep), Style(.running))
      line.append(" Sending again…", .text)
      return [line]
    }
    guard let outcome else { return [] }
    let (symbol, role) = outcome.kind.look(symbols)
    let text = StyledText(symbol + " " + SafeText(outcome.text), Style(role))
    return Array(text.wrapped(width).prefix(3))
  }
}
