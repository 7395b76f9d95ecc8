package import TerminalKit

/// One job: its counters, durations, warnings and held deletions.
package struct JobScreen: ScreenModel {
  package let connectorID: String
  package let jobID: String

  /// Makes the page.
  package init(connectorID: String, jobID: String) {
    self.connectorID = connectorID
    self.jobID = jobID
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Job"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
