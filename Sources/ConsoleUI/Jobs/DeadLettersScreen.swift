package import TerminalKit

/// The documents of a job that could not be indexed.
package struct DeadLettersScreen: ScreenModel {
  package let connectorID: String
  package let jobID: String

  /// Makes the page.
  package init(connectorID: String, jobID: String) {
    self.connectorID = connectorID
    self.jobID = jobID
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Dead letters"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
