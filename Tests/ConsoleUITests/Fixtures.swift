import ConnectorKit
import ConnectorProtocol
import ConsoleUI
import EngineAPI
import TerminalKit

/// A small world to draw: connectors in all states at one moment.
enum Fixtures {
  static let now = Timestamp(secondsSince1970: 1_795_525_205)
  static let zone = TimeZoneTable([
    TimeZoneTable.Change(
      from: Timestamp(secondsSince1970: 0), offsetSeconds: 3600, abbreviation: "CET")
  ])
  static let small = Size(width: 60, height: 16)
  static let usual = Size(width: 80, height: 24)
  static let wide = Size(width: 132, height: 40)
  static let sizes = [small, usual, wide]

  static let hostileName = "evil\u{1B}[31m\u{202E}gnp.exe\nsecond line"
  static let longName = String(repeating: "Very long name of a connector ", count: 8)
  static let wideName = "日本語のドキュメント 📚 e\u{301}te\u{301}"

  static let catalog = [
    CatalogEntry(
      serviceType: "directory", name: "Directory",
      summary: "Files in a folder of this machine, with their text.",
      schema: ConfigurationSchema([
        ConfigurationField("path", label: "Folder", order: 1),
        ConfigurationField(
          "include", label: "Include", kind: .list, order: 2, isRequired: false),
      ])),
    CatalogEntry(
      serviceType: "generated", name: "Generated documents",
      summary: "Documents made up from a seed, to try things out.",
      schema: ConfigurationSchema([])),
  ]

  static func context(
    size: Size = usual, snapshot: EngineSnapshot = snapshot, isASCII: Bool = false
  ) -> ScreenContext {
    ScreenContext(
      snapshot: snapshot, now: now, zone: zone,
      options: ConsoleOptions(
        isASCII: isASCII, homeDirectory: "/home/ada", clipboardNote: "", isStill: true),
      size: size)
  }

  static let store = "embedded index at ~/.local/state/connector-console"

  static var snapshot: EngineSnapshot { snapshot(of: connectors) }

  static func snapshot(of connectors: [ConnectorState]) -> EngineSnapshot {
    EngineSnapshot(
      at: now, service: ServiceState(phase: .running, store: store), connectors: connectors,
      indexNames: connectors.compactMap(\.record.indexName), catalog: catalog)
  }

  static func seconds(_ seconds: Int) -> Timestamp { now + .seconds(seconds) }

  // MARK: - Connectors

  static func connector(
    _ id: String, name: String, index: String?, status: ConnectorStatus = .connected,
    lastSync: JobStatus? = .completed
  ) -> Connector {
    var connector = Connector(
      id: id, name: name, indexName: index, serviceType: "directory",
      createdAt: seconds(-900_000))
    connector.status = status
    connector.lastSeen = seconds(-4)
    connector.lastSyncStatus = lastSync
    connector.configuration.schema = catalog[0].schema
    connector.configuration.values["path"] = .string("/srv/\(id)")
    connector.features = ConnectorFeatures(
      basicRules: true, advancedRules: false, incrementalSync: false)
    return connector
  }

  static func state(
    _ connector: Connector, documents: Int = 0, bytes: Int = 0
  ) -> ConnectorState {
    ConnectorState(
      record: connector, ingestionStatus: IngestionStatus(connector, at: now),
      documentCount: documents, indexBytes: bytes)
  }

  static var handbook: ConnectorState {
    var record = connector("handbook", name: "Handbook", index: "search-handbook")
    record.description = "What every new colleague reads first."
    record.scheduling.full = Scheduling.Entry(isEnabled: true, interval: "0 0 * * * ?")
    var state = state(record, documents: 12_345, bytes: 48_200_000)
    state.lastJob = completedJob
    state.nextRun = seconds(2 * 3600 - 905)
    return state
  }

  static var archive: ConnectorState {
    let record = connector("archive", name: "Archive", index: "search-archive")
    var state = state(record, documents: 104_210, bytes: 912_000_000)
    state.lastJob = job("archive-0", record, .completed, endedAt: -86_400)
    state.activeJob = runningJob
    return state
  }

  static var wiki: ConnectorState {
    var record = connector(
      "wiki", name: "Wiki export", index: "search-wiki", lastSync: .error)
    record.lastSyncError = "The folder /srv/wiki can't be read: permission denied."
    var state = state(record, documents: 4_021, bytes: 9_400_000)
    state.lastJob = failedJob
    state.problems = [
      Problem(
        severity: .error,
        title: "The last sync failed: the folder /srv/wiki can't be read (permission denied).",
        remedy: "Give the user of this program the right to read it, or choose another folder.",
        action: .editConfiguration)
    ]
    return state
  }

  static var invoices: ConnectorState {
    var record = connector(
      "invoices", name: "Invoices", index: "search-invoices", status: .needsConfiguration,
      lastSync: nil)
    record.configuration.values = ConfigurationValues()
    var state = state(record)
    state.problems = [
      Problem(
        severity: .warning, title: "The field Folder is empty.",
        remedy: "Fill in the configuration, then sync.", action: .editConfiguration)
    ]
    return state
  }

  static var legal: ConnectorState {
    var record = connector("legal", name: "Legal", index: "search-legal")
    record.lastSeen = seconds(-7_500)
    var state = state(record, documents: 311, bytes: 1_250_000)
    state.lastJob = job("legal-1", record, .canceled, endedAt: -180_000)
    state.problems = [
      Problem(
        severity: .error, title: "The connector service was last seen 2 h ago.",
        remedy: "Recheck the connector; if it stays silent, generate a new API key.",
        action: .recheck)
    ]
    return state
  }

  static var press: ConnectorState {
    let record = connector("press", name: "Press", index: "search-press")
    var state = state(record, documents: 8_000, bytes: 21_000_000)
    state.lastJob = heldJob
    state.problems = [
      Problem(
        severity: .warning, title: "1,234 deletions are held.",
        remedy: "Look at them in the job, and release them if they are meant.",
        action: .releaseDeletions)
    ]
    return state
  }

  static var mail: ConnectorState {
    var record = connector("mail", name: "Mail", index: nil, status: .configured, lastSync: nil)
    record.serviceType = "imap"
    return state(record)
  }

  static var queued: ConnectorState {
    let record = connector("notes", name: "Notes", index: "search-notes", lastSync: nil)
    var state = state(record)
    let job = SyncJob(
      id: "notes-1", connector: record, type: .full, trigger: .scheduled,
      createdAt: seconds(-3))
    state.activeJob = JobProgress(job: job)
    return state
  }

  static var hostile: ConnectorState {
    state(
      connector("hostile", name: hostileName, index: "search-evil\u{202E}\u{7}", lastSync: nil),
      documents: 1, bytes: 66)
  }

  static var long: ConnectorState {
    state(connector("long", name: longName, index: "search-" + longName, lastSync: nil))
  }

  static var eastern: ConnectorState {
    var state = state(
      connector("eastern", name: wideName, index: "search-日本語", lastSync: .suspended),
      documents: 1_234_567_890, bytes: 1_234_567_890_123)
    state.lastJob = job("eastern-1", state.record, .suspended, endedAt: nil)
    return state
  }

  /// In the order in which the engine has them: by name.
  static var connectors: [ConnectorState] {
    [
      archive, handbook, invoices, legal, mail, queued, press, wiki, long, hostile, eastern,
    ]
  }
}
