import TestFiles
import ConnectorKit
import ConnectorProtocol
import Glibc
import Testing

@testable import EmbeddedStore
@testable import StoreWriter

/// Kills a writing process again and again and looks at what it left behind.
@Suite(.serialized) struct CrashTests {
  @Test func `whatever was acknowledged survives kill -9, whole batches only, words included`()
    async throws
  {
    let seed = UInt64.random(in: 0..<1_000_000)
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let fixture = try await StoreFixture(try TemporaryDirectory())
    var model: [String: [String]] = [:]
    var next = 0
    for life in 0..<6 {
      let acknowledged = try runAndKill(
        fixture, seed: seed, from: next, after: 1 + random.number(below: 30))
      for batch in next..<max(next, acknowledged + 1) { Self.apply(batch, seed, to: &model) }
      next = acknowledged + 1
      // The batch in hand when it was killed is there whole or not at all.
      var withNext = model
      Self.apply(next, seed, to: &withNext)
      let found = try await documents(fixture)
      if found == withNext, found != model {
        model = withNext
        next += 1
      }
      #expect(found == model, "life \(life), seed \(seed)")
      try await checkWords(fixture, model, "life \(life), seed \(seed)")
      try checkIntegrity(fixture)
    }
  }

  private static func apply(_ batch: Int, _ seed: UInt64, to model: inout [String: [String]]) {
    for change in RandomBatch(seed: seed, number: batch).changes {
      model[change.id] = change.words
    }
  }

  /// Runs the writer, kills it after some acknowledgements and returns the last of them.
  private func runAndKill(
    _ fixture: StoreFixture, seed: UInt64, from first: Int, after count: Int
  ) throws -> Int {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TestFailure("no pipe: error \(errno)") }
    defer { close(ends[0]) }
    let process = try spawn(
      [
        Self.tool, fixture.directory.path, StoreFixture.index, fixture.key, "\(seed)", "\(first)",
      ], output: ends[1])
    close(ends[1])
    var text: [UInt8] = []
    var isKilled = false
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let got = read(ends[0], &buffer, buffer.count)
      if got <= 0 { break }
      text += buffer[..<got]
      if !isKilled, text.count(where: { $0 == 0x0A }) >= count {
        kill(process, SIGKILL)
        isKilled = true
      }
    }
    var status: Int32 = 0
    waitpid(process, &status, 0)
    guard isKilled, status & 0x7F == SIGKILL else {
      throw TestFailure("the writer ended by itself with status \(status)")
    }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    return lines.last.flatMap { Int($0) } ?? first - 1
  }

  private func spawn(_ arguments: [String], output: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, arguments[0], &actions, nil, pointers, environ)
    guard result == 0 else { throw TestFailure("\(arguments[0]) does not start: \(result)") }
    return process
  }

  /// The writer's program, beside that of the tests.
  private static var tool: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(
      decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // The tests may be a bundle that a runner of the toolchain loads; then its path is an argument.
    let candidates = [path] + CommandLine.arguments
    for candidate in candidates {
      guard let slash = candidate.lastIndex(of: "/") else { continue }
      let tool = candidate[..<slash] + "/StoreWriter"
      if access(String(tool), X_OK) == 0 { return String(tool) }
    }
    return "StoreWriter"
  }

  // MARK: What is left

  private func documents(_ fixture: StoreFixture) async throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    let store = try await EmbeddedStore.open(directory: fixture.directory.path)
    for number in 0..<500 {
      let id = "document-\(number)"
      guard let body = try await store.document(DocumentID(id), in: StoreFixture.index) else {
        continue
      }
      let value = try JSONValue(parsing: body)
      found[id] = value["body"]?.stringValue?.split(separator: " ").map(String.init)
    }
    return found
  }

  private func checkWords(
    _ fixture: StoreFixture, _ model: [String: [String]], _ place: String
  ) async throws {
    // Opened afresh: what the crash left unindexed must be found without a refresh.
    let store = try await EmbeddedStore.open(directory: fixture.directory.path)
    for word in 0..<60 {
      let word = "w\(word)x"
      let found = try await store.search(
        SearchRequest(query: word, size: 1000), in: StoreFixture.index)
      let expected = model.filter { $0.value.contains(word) }.keys.sorted()
      #expect(found.hits.map(\.id.text).sorted() == expected, "\(place): \(word)")
    }
    let statistics = try await store.statistics(of: StoreFixture.index)
    #expect(statistics.documentCount == model.count, "\(place)")
  }

  private func checkIntegrity(_ fixture: StoreFixture) throws {
    let directory = StoreDirectory(path: fixture.directory.path)
    let files = StoreDirectory.names(in: directory.indices).filter { $0.hasSuffix(".db") }
    for path in files.map(directory.index) + [directory.control] {
      let connection = try Connection(path: path, mode: .read)
      let rows = try connection.statement("PRAGMA integrity_check")
      #expect(try rows.step() && rows.text(0) == "ok")
      rows.reset()
    }
  }
}
