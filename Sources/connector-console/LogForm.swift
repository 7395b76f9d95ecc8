internal import CommandLineInterface
internal import ConnectorKit
internal import ConsoleConfiguration
internal import EngineAPI
internal import Glibc

/// What a line of the log looks like.
///
/// Control characters are always escaped, so that a hostile title cannot reach the terminal of
/// whoever reads the log, and that a line stays one line.
enum LogForm: Hashable, Sendable {
  /// The form `2026-11-24T03:00:00.000Z WARNING [connector] message`.
  case text
  /// For systemd's journal, which keeps the time itself: `<4>[connector] message`.
  case journal
  /// One JSON object in the Elastic Common Schema, as Elastic's service writes with `--filebeat`.
  case ecs

  /// The form of a format outside of the journal.
  init(_ format: LogSettings.Format) {
    switch format {
    case .text: self = .text
    case .ecs: self = .ecs
    }
  }

  /// The form for standard error.
  ///
  /// - Parameters:
  ///   - format: as it is set.
  ///   - environment: tells by `JOURNAL_STREAM` where standard error leads.
  init(standardError format: LogSettings.Format, environment: [String: String]) {
    self.init(format)
    if self == .text, Self.leadsToJournal(STDERR_FILENO, environment) { self = .journal }
  }

  /// A line with its line break.
  func text(of line: LogLine) -> String {
    let connector = line.connectorID.map { "[\(Self.escaped($0))] " } ?? ""
    let message = Self.escaped(line.message)
    switch self {
    case .text: return "\(line.at) \(line.level.rawValue.uppercased()) \(connector)\(message)\n"
    case .journal: return "<\(Self.priority(line.level))>\(connector)\(message)\n"
    case .ecs: return Self.ecs(line).text + "\n"
    }
  }

  /// A line that tells how many lines were lost.
  func text(ofDropped count: Int) -> String {
    self == .ecs
      ? JSONValue.object([
        "message": .string("\(count) lines were dropped."), "ecs.version": .string(Self.version),
      ]).text + "\n"
      : "(\(count) lines were dropped)\n"
  }

  private static let version = "1.6.0"

  private static func ecs(_ line: LogLine) -> JSONValue {
    var members: JSONObject = [
      "@timestamp": .string("\(line.at)"), "log.level": .string(line.level.rawValue),
      "message": .string(line.message), "ecs.version": .string(version),
      "service": [
        "name": "connector-console", "type": "connector-console",
        "version": .string(HelpText.programVersion),
      ],
      "event": ["dataset": "connector-console.log"],
      "process": ["pid": .integer(Int64(getpid()))],
    ]
    var labels = JSONObject()
    if let id = line.connectorID { labels["connector_id"] = .string(id) }
    if let id = line.jobID { labels["sync_job_id"] = .string(id) }
    if !labels.members.isEmpty { members["labels"] = .object(labels) }
    return .object(members)
  }

  /// Numbers of syslog(3).
  private static func priority(_ level: LogLine.Level) -> Int {
    switch level {
    case .debug: 7
    case .info: 6
    case .warning: 4
    case .error: 3
    }
  }

  /// Whether a descriptor is the one that systemd names: `device:inode`.
  private static func leadsToJournal(
    _ descriptor: Int32, _ environment: [String: String]
  ) -> Bool {
    var status = stat()
    guard let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &status) == 0 else {
      return false
    }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }

  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return text
    }
    return text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
    .joined()
  }
}
