import EngineAPI
import Testing

@testable import ConsoleConfiguration

/// Reads settings of a file's text and variables.
func settings(
  _ text: String = "", flags: [String: SettingsSources.FlagValue] = [:],
  environment: [String: String] = [:], files: [String: String] = [:]
) -> ConsoleSettings {
  settings(bytes: Array(text.utf8), flags: flags, environment: environment, files: files)
}

/// Reads settings of a file's bytes and variables.
func settings(
  bytes: [UInt8], flags: [String: SettingsSources.FlagValue] = [:],
  environment: [String: String] = [:], files: [String: String] = [:]
) -> ConsoleSettings {
  SettingsReader.read(
    SettingsSources(
      flags: flags, environment: environment,
      file: SettingsSources.File(path: "config.yml", bytes: bytes), standardDirectory: "/state",
      contents: { files[$0].map { Array($0.utf8) } }))
}

extension ConsoleSettings {
  /// The connection to a cluster, if there is one.
  var connection: ElasticsearchConnection? {
    if case .elasticsearch(let connection) = store { connection } else { nil }
  }

  /// The problems as lines of a report.
  var report: [String] { problems.map { "\($0.severity.rawValue) \($0.description)" } }

  /// Expects exactly one problem, which holds these words.
  func expectOnly(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isRight = report.count == 1 && report[0].contains(words)
    #expect(isRight, "\(report)", sourceLocation: sourceLocation)
  }
}
