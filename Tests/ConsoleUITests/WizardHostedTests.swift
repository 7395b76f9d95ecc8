import ConsoleUI
import EngineAPI
import TerminalKit
import Testing

@Suite struct HostedPageTests {
  @Test(arguments: Fixtures.sizes)
  func `the pages work behind the tabs of a connector`(_ size: Size) {
    for tab in [ConnectorScreen.Tab.configuration, .schedule, .settings] {
      var snapshot = WizardFixtures.snapshot
      snapshot.connectors.append(Fixtures.state(WizardFixtures.database1, documents: 12_345))
      var driver = ConsoleDriver(
        size: size, snapshot: snapshot,
        opening: .connector(ConnectorScreen(connectorID: "database-1", tab: tab)))
      driver.press(.enter)
      #expect(driver.app.topScreen.model.isEditingText)
      // Tab and digits belong to the form now.
      driver.press(.tab, .character("1"))
      guard case .connector(let screen) = driver.app.topScreen else {
        Issue.record("the connector was left")
        return
      }
      #expect(screen.tab == tab)
    }
  }
}
