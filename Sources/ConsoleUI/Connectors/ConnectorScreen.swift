package import TerminalKit

/// One connector with its pages behind tabs.
package struct ConnectorScreen: ScreenModel {
  package let connectorID: String

  /// Makes the page.
  package init(connectorID: String) {
    self.connectorID = connectorID
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Connector"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
