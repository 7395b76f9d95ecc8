package import TerminalKit

/// When the syncs of a connector run.
package struct SchedulePage: ScreenModel {
  package let connectorID: String

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Schedule"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
