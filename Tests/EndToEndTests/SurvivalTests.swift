import Foundation
import Glibc
import TerminalTesting
import Testing

/// Nothing is lost, whatever ends the program.
@Suite(.serialized) struct SurvivalTests {
  @Test func `a hang-up during a sync suspends it, and the next start takes it up`() throws {
    let program = try ProgramUnderTest()
    try program.writeMany(3000)
    let session = try program.console()
    try program.buildConnector(in: session, thenSync: true)
    try session.wait(for: "full sync")
    session.hangUp()
    _ = try session.waitForEnd()

    let again = try program.console()
    try again.wait(for: "docs")
    again.send(.enter)
    try again.wait(for: "3,000 documents", timeout: .seconds(120))
    try again.wait("the sync to end", timeout: .seconds(120)) { $0.contains("✓ completed") }
    again.type("q")
    #expect(try again.waitForEnd() == .exited(0))
    #expect(try program.indexedPaths() == program.expectedPaths())
  }

  @Test func `after kill -9 at random times the next sync makes the index equal to the folder`()
    throws
  {
    let program = try ProgramUnderTest()
    try program.writeMany(2000)
    let session = try program.console()
    try program.buildConnector(in: session)
    try session.wait(for: "is saved")
    session.type("q")
    _ = try session.waitForEnd()

    for round in 0..<8 {
      try program.write("changed in round \(round)", to: "folder-\(round)/changed.txt")
      let sync = try program.start(["sync", "docs", "--wait"])
      usleep(UInt32(40_000 + 90_000 * round))
      kill(sync.process.processIdentifier, SIGKILL)
      sync.process.waitUntilExit()
    }
    let outcome = try program.run(["sync", "docs", "--wait"])
    #expect(outcome.code == 0, "\(outcome.errors)\(outcome.output)")
    #expect(try program.indexedPaths() == program.expectedPaths())
  }

  @Test func `a sync from the shell and a console at once run the job once`() throws {
    let program = try ProgramUnderTest()
    try program.writeMany(500)
    let session = try program.console()
    try program.buildConnector(in: session)
    try session.wait(for: "is saved")
    let outcome = try program.run(["sync", "docs", "--wait"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let jobs = try program.run(["jobs", "docs", "--output", "json"])
    let list = try #require(try program.json(jobs.output)["jobs"] as? [[String: Any]])
    #expect(list.count == 1)
    #expect(list.first?["status"] as? String == "completed")
    session.type("q")
    #expect(try session.waitForEnd() == .exited(0))
  }

  @Test func `a folder that is gone deletes nothing and says so`() throws {
    let program = try ProgramUnderTest()
    try program.writeMany(50)
    let session = try program.console()
    try program.buildConnector(in: session, thenSync: true)
    try session.wait(for: "Sync completed")
    session.type("q")
    _ = try session.waitForEnd()
    let aside = program.home.appendingPathComponent("aside")
    try FileManager.default.moveItem(at: program.documents, to: aside)
    let outcome = try program.run(["sync", "docs", "--wait"])
    #expect(outcome.code != 0)
    #expect((outcome.output + outcome.errors).contains(program.documents.path))
    #expect(try program.indexedPaths().count == 50)
  }
}

extension ProgramUnderTest {
  /// Writes so many small files, some hundred a folder.
  func writeMany(_ count: Int) throws {
    for number in 0..<count {
      let text = "File \(number) speaks of topic \(number % 17) in a few plain words."
      try write(text, to: "folder-\(number / 200)/file-\(number).txt")
    }
  }

  /// The ids in the index, as the search without words lists them.
  func indexedPaths() throws -> Set<String> {
    var paths: Set<String> = []
    while true {
      let outcome = try run([
        "search", "docs", "", "--from", "\(paths.count)", "--size", "1000", "--output", "json",
      ])
      let found = try json(outcome.output)["hits"] as? [String: Any]
      let hits = found?["hits"] as? [[String: Any]] ?? []
      paths.formUnion(hits.compactMap { $0["_id"] as? String })
      if hits.isEmpty { return paths }
    }
  }

  /// The ids that the folder's files must have: their paths from the folder.
  func expectedPaths() -> Set<String> {
    var paths: Set<String> = []
    let walk = FileManager.default.enumerator(atPath: documents.path)
    while let path = walk?.nextObject() as? String {
      if walk?.fileAttributes?[.type] as? FileAttributeType == .typeRegular { paths.insert(path) }
    }
    return paths
  }

  /// Reads one JSON object.
  func json(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }
}
