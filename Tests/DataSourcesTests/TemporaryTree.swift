import ConnectorKit
import Glibc
import Synchronization

@testable import DataSources

/// A folder for one test, removed with all that is in it.
final class TemporaryTree: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/directory-source-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // So that the tests can drop their privileges and still get in.
    chmod(path, 0o755)
  }

  deinit {
    let process = ["rm", "-rf", path]
    _ = Command.run(process)
  }

  /// Makes a file with its folders.
  @discardableResult
  func file(_ name: String, _ text: String = "text") throws -> String {
    try file(name, bytes: Array(text.utf8))
  }

  @discardableResult
  func file(_ name: String, bytes: [UInt8]) throws -> String {
    if let slash = name.lastIndex(of: "/") { try folder(String(name[..<slash])) }
    return try file(rawName: Array(name.utf8), bytes: bytes)
  }

  /// Makes a file whose name need not be UTF-8.
  @discardableResult
  func file(rawName: [UInt8], bytes: [UInt8]) throws -> String {
    let full = (Array(path.utf8) + [0x2F] + rawName + [0]).map { CChar(bitPattern: $0) }
    let descriptor = open(full, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw SystemError("open") }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemError("write") }
      done += count
    }
    return String(decoding: rawName, as: UTF8.self)
  }

  @discardableResult
  func folder(_ name: String) throws -> String {
    var current = path
    for part in name.split(separator: "/") {
      current += "/" + part
      guard mkdir(current, 0o755) == 0 || errno == EEXIST else { throw SystemError("mkdir") }
    }
    return current
  }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, path + "/" + name) == 0 else { throw SystemError("symlink") }
  }

  func remove(_ name: String) {
    _ = Command.run(["rm", "-rf", path + "/" + name])
  }

  func settings(_ values: [String: ConfigurationValue] = [:]) throws -> DirectorySettings {
    var values = values
    values["directory"] = values["directory"] ?? .string(path)
    return try DirectorySettings(ConfigurationValues(values), home: "/root")
  }

  func source(
    _ values: [String: ConfigurationValue] = [:], fileSystem: FileSystem = .forTests
  ) throws -> DirectorySource {
    DirectorySource(try settings(values), fileSystem: fileSystem)
  }

  /// Lists everything.
  func sync(
    _ values: [String: ConfigurationValue] = [:], fileSystem: FileSystem = .forTests,
    after cursor: SyncCursor? = nil
  ) async throws -> Listing {
    let source = try source(values, fileSystem: fileSystem)
    do {
      let listing = try await Listing(source, ExtractionRequest(lastCursor: cursor))
      await source.close()
      return listing
    } catch {
      await source.close()
      throw error
    }
  }
}

extension FileSystem {
  /// Thinks that every file was changed long ago, so that no test waits.
  static let forTests = FileSystem(now: { 0 }, pause: { _ in })
}

struct SystemError: Error {
  var description: String
  init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}

/// Runs a program and waits for it.
enum Command {
  @discardableResult
  static func run(_ arguments: [String]) -> Bool {
    var child = pid_t()
    let pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    guard let program = arguments.first,
      posix_spawnp(&child, program, &actions, nil, pointers, environ) == 0
    else { return false }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status == 0
  }
}

/// What a data source wrote.
final class Listing: Sendable {
  struct State {
    var documents: [String: Document] = [:]
    var scopeOf: [String: String] = [:]
    var ends: [String: ScopeEnd] = [:]
    var begun: [String] = []
    var openScopes: Set<String> = []
    var mistakes: [String] = []
    var warnings: [String] = []
    var cursor: SyncCursor?
    var estimates: [Int] = []
    var items: [String] = []
    var batches: [Int] = []
  }

  private let recorder = RecordingWriter()

  init(_ source: any DataSource, _ request: ExtractionRequest = ExtractionRequest()) async throws {
    try await source.extract(request, into: recorder)
  }

  var state: State { recorder.state.withLock { $0 } }
  var ids: [String] { state.documents.keys.sorted() }
  var cursor: SyncCursor? { state.cursor }
  var warnings: [String] { state.warnings }
  func document(_ id: String) -> Document? { state.documents[id] }
  func end(_ scope: String) -> ScopeEnd? { state.ends[scope] }

  func body(_ id: String) -> String {
    state.documents[id].map { String(decoding: $0.body, as: UTF8.self) } ?? ""
  }

  /// The reason of a scope that ended partial.
  func reason(_ scope: String) -> String? {
    guard case .partial(let reason) = state.ends[scope] else { return nil }
    return reason
  }
}

/// Takes documents and notes when the order of calls is wrong.
final class RecordingWriter: DocumentWriter {
  let state = Mutex(Listing.State())

  func begin(_ scope: Scope) async throws {
    state.withLock { state in
      if !state.openScopes.insert(scope.id).inserted { state.mistakes.append("begun twice") }
      if state.ends[scope.id] != nil { state.mistakes.append("begun after its end") }
      state.begun.append(scope.id)
    }
  }

  func write(_ documents: [Document], in scope: Scope) async throws {
    state.withLock { state in
      if !state.openScopes.contains(scope.id) { state.mistakes.append("written outside") }
      state.batches.append(documents.count)
      for document in documents {
        let former = state.documents.updateValue(document, forKey: document.id.text)
        if former != nil { state.mistakes.append("\(document.id) written twice") }
        state.scopeOf[document.id.text] = scope.id
      }
    }
  }

  func end(_ scope: Scope, _ end: ScopeEnd) async throws {
    state.withLock { state in
      if state.openScopes.remove(scope.id) == nil { state.mistakes.append("ended without begin") }
      state.ends[scope.id] = end
    }
  }

  func mark(_ cursor: SyncCursor) async throws { state.withLock { $0.cursor = cursor } }
  func estimate(total: Int) { state.withLock { $0.estimates.append(total) } }
  func working(on item: String) { state.withLock { $0.items.append(item) } }
  func warn(_ message: String) { state.withLock { $0.warnings.append(message) } }
}
