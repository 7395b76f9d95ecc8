internal import ConnectorKit
package import EngineAPI
package import TerminalKit

/// What the connector service said when it was last asked about a connector, and why.
package struct RecheckPanel: Hashable, Sendable {
  /// How far it has come.
  package enum State: Hashable, Sendable {
    case idle
    case asking(RequestTag)
    case failed(String)
    case done(RecheckReport)
  }

  package private(set) var state = State.idle

  /// Makes a panel that has asked nothing.
  package init() {}

  package var isAsking: Bool {
    if case .asking = state { true } else { false }
  }

  /// Asks, unless a question is under way.
  package mutating func start(
    connectorID: String, _ context: inout ScreenContext
  ) -> [Effect] {
    guard !isAsking else { return [] }
    let tag = context.makeTag()
    state = .asking(tag)
    return [.request(tag, .recheck(connectorID: connectorID))]
  }

  /// Takes the answer to its question; says whether it was this panel's.
  package mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>
  ) -> Bool {
    guard state == .asking(tag) else { return false }
    switch result {
    case .success(.rechecked(let report)): state = .done(report)
    case .success: state = .idle
    case .failure(let failure): state = .failed(failure.message)
    }
    return true
  }

  /// Clears what was found.
  package mutating func dismiss() {
    if !isAsking { state = .idle }
  }

  /// The rows that it takes in a width; none before it was asked.
  package func rows(width: Int, _ context: ScreenContext) -> [StyledText] {
    let symbols = context.symbols
    switch state {
    case .idle: return []
    case .asking:
      var text = StyledText(symbols.spinnerFrame(context.animationStep), Style(.running))
      text.append(" Asking the connector service…", .text)
      return [text]
    case .failed(let message):
      return StyledText(symbols.failure + " " + SafeText(message), Style(.danger)).wrapped(width)
    case .done(let report): return rows(report, width: width, context)
    }
  }

  private func rows(
    _ report: RecheckReport, width: Int, _ context: ScreenContext
  ) -> [StyledText] {
    let symbols = context.symbols
    let (symbol, role, text) = Self.headline(report.finding, symbols)
    var head = StyledText(symbol + " ", Style(role, isBold: true))
    head.append(SafeText(text), Style(role, isBold: true))
    head.append("  " + SafeText(Format.age(of: report.at, at: context.now)), .muted)
    let lines = report.explanation.flatMap { line in
      SafeText(line).wrapped(max(8, width - 2)).map { StyledText("  " + $0, .muted) }
    }
    return head.wrapped(width) + lines
  }

  private static func headline(
    _ finding: RecheckReport.Finding, _ symbols: Symbols
  ) -> (SafeText, Role, String) {
    switch finding {
    case .notYetSeen:
      (symbols.bulletEmpty, .warning, "Not yet seen by a connector service")
    case .waitingForService:
      (symbols.bulletHalf, .warning, "Waiting for the service to declare its fields")
    case .needsConfiguration(let missing):
      (
        symbols.warning, .warning,
        missing.isEmpty
          ? "Needs configuration" : "Needs configuration: " + missing.joined(separator: ", ")
      )
    case .connected: (symbols.check, .success, "Connected")
    case .failed(let error): (symbols.failure, .danger, "Failed: " + error)
    }
  }
}
