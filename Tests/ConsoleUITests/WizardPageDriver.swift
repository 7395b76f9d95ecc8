import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit

/// A page on its own, drawn where a host would draw it, with hands and ears.
struct PageDriver<Page: ScreenModel> {
  var page: Page
  var context: ScreenContext
  /// Everything that the page wanted done, oldest first.
  var effects: [Effect] = []

  init(_ page: Page, _ record: Connector, size: Size = Fixtures.usual, isASCII: Bool = false) {
    self.page = page
    var snapshot = WizardFixtures.snapshot
    snapshot.connectors.append(Fixtures.state(record, documents: 12_345, bytes: 48_200_000))
    context = Fixtures.context(size: size, snapshot: snapshot, isASCII: isASCII)
    context.area = Rect(size).inset(top: 2, bottom: 2)
    effects = self.page.appear(&context)
  }

  mutating func send(_ message: ScreenMessage) {
    effects += page.update(message, &context)
  }

  mutating func press(_ keys: Key...) { for key in keys { send(.input(.key(key))) } }

  mutating func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  mutating func answer(_ response: EngineResponse) {
    if let tag = requests.last?.tag { send(.response(tag, .success(response))) }
  }

  mutating func refuse(_ failure: EngineFailure) {
    if let tag = requests.last?.tag { send(.response(tag, .failure(failure))) }
  }

  mutating func choose(_ button: String) {
    guard let dialog else { return }
    send(.dialogAnswered(id: dialog.id, .chosen(button)))
  }

  /// Changes the record in the snapshot, as if somebody else had.
  mutating func changeRecord(_ id: String, _ change: (inout Connector) -> Void) {
    guard let index = context.snapshot.connectors.firstIndex(where: { $0.id == id }) else {
      return
    }
    change(&context.snapshot.connectors[index].record)
    send(.refreshed)
  }

  var requests: [(tag: RequestTag, request: EngineRequest)] {
    effects.compactMap { effect in
      if case .request(let tag, let request) = effect { (tag, request) } else { nil }
    }
  }

  /// The question that was asked last.
  var dialog: Dialog? {
    effects.reversed().lazy.compactMap { effect -> Dialog? in
      if case .ask(let dialog) = effect { dialog } else { nil }
    }.first
  }

  var frame: Frame {
    var frame = Frame(size: context.size)
    page.draw(in: context.area, on: &frame, context)
    return frame
  }

  var text: String {
    let frame = frame
    return (0..<frame.size.height).map { y in
      (0..<frame.size.width).map { frame[$0, y].text }.joined()
    }
    .joined(separator: "\n")
  }
}

extension WizardFixtures {
  /// A connector of the database, configured and with a schedule of its own.
  static var database1: Connector {
    var record = Connector(
      id: "database-1", name: "Orders", description: "Orders since 2019.\nAsk Ada first.",
      indexName: "search-orders", serviceType: "database", language: .german,
      createdAt: Fixtures.seconds(-900_000))
    record.apiKeyID = "pX9aPpMB2Qx1fT0cVhJd"
    record.status = .connected
    record.lastSeen = Fixtures.seconds(-4)
    var values = database.schema.initialValues
    values["host"] = .string("db.example.org")
    values["user"] = .string("reader")
    values["password"] = .string("correct horse")
    values["mode"] = .string("some")
    values["tables"] = .list(["orders", "customers"])
    record.configuration = ConnectorConfiguration(schema: database.schema, values: values)
    record.features = ConnectorFeatures(
      basicRules: true, advancedRules: false, incrementalSync: true)
    record.scheduling.full = Scheduling.Entry(isEnabled: true, interval: "0 30 2 ? * 1")
    record.scheduling.incremental = Scheduling.Entry(
      isEnabled: true, interval: "0 0 6-20/2 ? * MON-FRI")
    return record
  }
}
