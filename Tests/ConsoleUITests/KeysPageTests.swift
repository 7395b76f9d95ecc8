import ConsoleUI
import Foundation
import TerminalKit
import Testing

/// The documentation's page of keys comes from the keys' declarations.
@Suite struct KeysPageTests {
  private var page: String {
    var page = Page()
    page.section("Everywhere", GlobalAction.bindings)
    page.section("The list of connectors", ConnectorListScreen.keys.bindings)
    page.section("Building a connector", WizardAction.bindings)
    page.section("A connector: all tabs", ConnectorScreen.keys.bindings)
    page.section("Overview", OverviewPage.keys.bindings)
    page.section("Configuration", ConfigurationAction.bindings)
    page.section("Schedule", ScheduleAction.bindings)
    page.section("Jobs", JobsPage.keys.bindings)
    page.section("Documents", DocumentsPage.keys.bindings)
    page.section("Log", LogPage.keys.bindings)
    page.section("Settings", SettingsAction.bindings)
    page.section("A running sync", LiveSyncScreen.keys.bindings)
    page.section("A job", JobScreen.keys.bindings)
    page.section("Dead letters", DeadLettersScreen.keys.bindings)
    page.section("Dead letters of one reason", DeadLetterGroupScreen.keys.bindings)
    page.section("A document", DocumentScreen.keys.bindings)
    page.section("Connections", ConnectionsScreen.keys.bindings)
    page.section("A connection’s fields", ConnectionFormScreen.keys.bindings)
    page.section("A check of a connection", PreflightScreen.keys.bindings)
    page.section("Without a store", ServicePage.keys.bindings)
    return page.text
  }

  @Test func `the page of keys is what the keys declare`() throws {
    let file = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/connector-console/connector-console.docc/Keys.md")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(page.utf8).write(to: file)
      Issue.record("Keys.md was written; look at it and run without UPDATE_GOLDEN.")
      return
    }
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(written == page, "Keys.md is not what the keys declare; UPDATE_GOLDEN=1 writes it.")
  }

  /// A page of tables in Markdown.
  private struct Page {
    var text = """
      # Keys

      Every key of the console, page by page, as it declares them; `?` shows those that work where you are.

      Lists move with the arrows, `j` and `k`, `PgUp` and `PgDn`, `g` and `G`. While text is typed, letters are text:
      `F1` then shows the help and `^C` leaves.

      """

    mutating func section<Action>(_ title: String, _ bindings: [KeyBinding<Action>]) {
      text += "\n## \(title)\n\n| key | what it does |\n|---|---|\n"
      for binding in bindings {
        let keys = binding.keys.map { "`\($0.description)`" }.joined(separator: " ")
        text += "| \(keys.replacing("|", with: "\\|")) | \(binding.help) |\n"
      }
    }
  }
}
