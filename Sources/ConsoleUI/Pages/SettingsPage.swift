package import TerminalKit

/// Name, description, language, API key and removal of a connector.
package struct SettingsPage: ScreenModel {
  package let connectorID: String

  /// Makes the page of a connector.
  package init(connectorID: String) { self.connectorID = connectorID }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Settings"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
