package import TerminalKit

/// Builds a connector step by step.
package struct WizardScreen: ScreenModel {
  /// Makes the wizard at its first step.
  package init() {}

  package func breadcrumb(_ context: ScreenContext) -> [String] { ["New connector"] }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] { [] }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] { [] }

  package func draw(in area: Rect, on frame: inout Frame, _ context: ScreenContext) {}
}
