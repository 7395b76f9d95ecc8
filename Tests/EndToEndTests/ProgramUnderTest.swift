import Foundation
import TerminalTesting

/// The built program over a store and a folder of files of its own.
final class ProgramUnderTest {
  let home: URL
  let documents: URL
  var store: String { home.appendingPathComponent("store").path }
  /// Where the indices are, if not in the folder.
  var cluster: ClusterUnderTest?
  static let path = TerminalSession.builtProgram("connector-console")

  /// Makes an empty store and a folder with some files.
  init() throws {
    home = FileManager.default.temporaryDirectory
      .appendingPathComponent("connector-console-\(UUID().uuidString)")
    documents = home.appendingPathComponent("documents")
    try FileManager.default.createDirectory(at: documents, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: home) }

  /// Writes a file below the documents' folder.
  func write(_ text: String, to path: String) throws {
    let file = documents.appendingPathComponent(path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// Opens the console on a terminal.
  func console(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:]
  ) throws -> TerminalSession {
    var variables = ["HOME": home.path, "TZ": "Europe/Berlin"]
    variables.merge(cluster?.variables ?? [:]) { _, new in new }
    variables.merge(environment) { _, new in new }
    return try TerminalSession(
      Self.path, ["--store", store] + (cluster?.arguments ?? []) + arguments, columns: columns,
      rows: rows, environment: variables)
  }

  /// What a command without the screen printed and how it ended.
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  /// Runs a command without the screen.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    let process = try start(arguments, environment: environment)
    let output = process.output.fileHandleForReading.readDataToEndOfFile()
    let errors = process.errors.fileHandleForReading.readDataToEndOfFile()
    process.process.waitUntilExit()
    return Outcome(
      code: process.process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }

  /// Starts a command without the screen and does not wait for it.
  func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (process: Process, output: Pipe, errors: Pipe) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.path)
    process.arguments = ["--store", store] + arguments
    process.environment = [
      "HOME": home.path, "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TERM": "xterm-256color",
      "SWIFT_BACKTRACE": "enable=no",
    ].merging(environment) { _, new in new }
    let output = Pipe()
    let errors = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output, errors)
  }

  /// Builds a connector named `docs` over the documents' folder, by keys, and leaves the console
  /// on its overview.
  func buildConnector(in session: TerminalSession, thenSync: Bool = false) throws {
    try ConsoleStory(session).buildConnector(over: documents.path, thenSync: thenSync)
  }
}
