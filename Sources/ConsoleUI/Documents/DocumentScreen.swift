package import TerminalKit

/// One whole document as it is in the index.
package struct DocumentScreen: ScreenModel {
  package let title: String

  /// Makes the page.
  package init(title: String) {
    self.title = title
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["Document"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
