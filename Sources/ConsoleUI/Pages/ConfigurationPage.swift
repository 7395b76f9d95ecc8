package import TerminalKit

/// The configuration fields of a connector, its check and its recheck.
package struct ConfigurationPage: ScreenModel {
  package let connectorID: String

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Configuration"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
