import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit

/// A catalogue with every kind of field, and a console that is walked through the wizard.
enum WizardFixtures {
  static let directory = CatalogEntry(
    serviceType: "dir", name: "Directory",
    summary: "Files and folders of this machine, text in any encoding, recursively.",
    schema: ConfigurationSchema([
      ConfigurationField(
        "directory", label: "Folder", order: 1, placeholder: "/srv/documents",
        tooltip: "The full path of the folder to index, for example /srv/documents or ~/notes. "
          + "Everything below it is read.",
        validations: [.regex("/.*|~|~/.*")]),
      ConfigurationField(
        "include", label: "Include only", kind: .list, display: .textarea, order: 2,
        isRequired: false, placeholder: "*.{md,txt,html}",
        tooltip: "One pattern a line; empty means all files."),
      ConfigurationField(
        "max_file_size", label: "Largest file to read (MiB)", kind: .integer, display: .numeric,
        order: 3, isRequired: false, defaultValue: .integer(10),
        validations: [.greaterThan(-1), .lessThan(101)]),
      ConfigurationField(
        "follow_symlinks", label: "Follow symbolic links", kind: .bool, display: .toggle,
        order: 4, isRequired: false, initialValue: .bool(false)),
      ConfigurationField(
        "same_file_system", label: "Expect the same file system", kind: .bool, display: .toggle,
        order: 5, isRequired: false, isAdvanced: true, initialValue: .bool(true)),
    ]))

  static let database = CatalogEntry(
    serviceType: "database", name: "Database",
    summary: "Rows of the tables of a relational database.",
    schema: ConfigurationSchema([
      ConfigurationField("host", label: "Host", order: 1, placeholder: "db.example.org"),
      ConfigurationField(
        "port", label: "Port", kind: .integer, display: .numeric, order: 2, isRequired: false,
        defaultValue: .integer(5432), validations: [.greaterThan(0), .lessThan(65_536)]),
      ConfigurationField("user", label: "User", order: 3, isRequired: false),
      ConfigurationField(
        "password", label: "Password", order: 4, isRequired: false, isSensitive: true,
        tooltip: "The password of the user."),
      ConfigurationField(
        "mode", label: "Read", display: .dropdown, order: 5, initialValue: .string("all"),
        options: [
          ConfigurationField.Option(label: "all tables", value: "all"),
          ConfigurationField.Option(label: "some tables", value: "some"),
        ]),
      ConfigurationField(
        "tables", label: "Tables", kind: .list, display: .textarea, order: 6,
        tooltip: "One name a line.",
        dependencies: [.init(field: "mode", value: .string("some"))]),
      ConfigurationField(
        "tls", label: "Encrypt the connection", kind: .bool, display: .toggle, order: 7,
        isRequired: false, initialValue: .bool(false)),
      ConfigurationField(
        "certificate", label: "Certificate", order: 8, isRequired: false,
        placeholder: "-----BEGIN CERTIFICATE-----",
        dependencies: [.init(field: "tls", value: .bool(true))]),
      ConfigurationField(
        "encoding", label: "Text encoding", display: .dropdown, order: 9, isRequired: false,
        isAdvanced: true, initialValue: .string("utf8"),
        options: ["utf8", "latin1", "latin9", "koi8", "sjis"].map {
          ConfigurationField.Option(label: $0.uppercased(), value: $0)
        }),
    ]))

  static let catalog = [
    directory, database,
    CatalogEntry(
      serviceType: "share", name: "Network share",
      summary: "Files of an SMB share, with their permissions.", schema: ConfigurationSchema([]),
      unavailable: "The program smbclient is not installed. Install the package smbclient."),
  ]

  static var snapshot: EngineSnapshot {
    var snapshot = Fixtures.snapshot(of: [Fixtures.handbook, Fixtures.wiki])
    snapshot.catalog = catalog
    snapshot.indexNames.append("search-old")
    return snapshot
  }

  static let key = GeneratedAPIKey(
    id: "nW7ZPpMB2Qx1fT0cVhJd", name: "search-docs-connector",
    encoded: "blc3WlBwTUIyUXgxZlQwY1ZoSmQ6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==")
  static let connectorID = "q07ZPpMB2Qx1fT0cKz5a"
  static let created = CreatedConnector(connectorID: connectorID, apiKey: key)

  static var record: Connector {
    var record = Connector(
      id: connectorID, name: "docs", indexName: "search-docs", serviceType: "dir",
      createdAt: Fixtures.now)
    record.apiKeyID = key.id
    record.configuration = ConnectorConfiguration(
      schema: directory.schema, values: directory.schema.initialValues)
    record.status = .needsConfiguration
    record.lastSeen = Fixtures.now
    return record
  }

  static let report = CheckReport(
    documents: (1...10).map { index in
      let name = index == 3 ? "évil\u{1B}[31m\u{202E}txt.exe" : "handbook/chapter-\(index).md"
      var writer = JSONWriter()
      writer.write([
        "path": .string("/srv/docs/" + name), "size": .integer(Int64(index * 1_234)),
        "_timestamp": "2026-11-20T09:12:44.000Z",
        "body": .string("Chapter \(index). " + String(repeating: "Words of a page. ", count: 30)),
      ])
      return CheckReport.PreviewDocument(id: name, body: writer.bytes)
    },
    warnings: ["2 files can't be read: permission denied. They are left out."],
    took: .milliseconds(212))
}

/// A console in the wizard.
struct WizardDriver {
  var console: ConsoleDriver

  init(size: Size = Fixtures.usual, isASCII: Bool = false) {
    console = ConsoleDriver(
      size: size, snapshot: WizardFixtures.snapshot, opening: .wizard(WizardScreen()),
      isASCII: isASCII)
  }

  var wizard: WizardScreen? {
    if case .wizard(let wizard) = console.app.topScreen { wizard } else { nil }
  }

  var step: WizardStep? { wizard?.step }
  var text: String { console.text }

  mutating func press(_ keys: Key...) { for key in keys { console.press(key) } }
  mutating func type(_ text: String) { console.type(text) }
  mutating func paste(_ text: String) { console.send(.input(.paste(text))) }

  /// Adds the record to the snapshot, as the engine does once it is made.
  mutating func addRecord(_ change: (inout Connector) -> Void = { _ in }) {
    var record = WizardFixtures.record
    change(&record)
    let state = Fixtures.state(record)
    console.change { snapshot in
      snapshot.connectors.removeAll { $0.id == record.id }
      snapshot.connectors.append(state)
      snapshot.indexNames.append("search-docs")
    }
  }

  /// Goes to a step by the shortest way, the usual things typed.
  mutating func go(to target: WizardStep) {
    for step in WizardStep.allCases where step < target { pass(step) }
  }

  private mutating func pass(_ step: WizardStep) {
    switch step {
    case .name:
      type("docs")
      press(.enter)
    case .language, .source: press(.enter)
    case .apiKey:
      press(.enter)
      console.answer(.connectorCreated(WizardFixtures.created))
      addRecord()
      press(.character("y"), .enter)
    case .identity: press(.control("n"))
    case .configuration:
      type("/srv/docs")
      press(.control("n"))
      console.answer(.done)
    case .check:
      console.answer(.checked(WizardFixtures.report))
      press(.enter)
    case .schedule: press(.control("n"))
    case .summary: break
    }
  }
}
