package import TerminalKit

/// All connectors with their status; the page that the console opens with.
package struct ConnectorListScreen: ScreenModel {
  /// Makes the page.
  package init() {}

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Connectors"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
