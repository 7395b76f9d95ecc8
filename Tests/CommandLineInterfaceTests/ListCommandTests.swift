import ConnectorKit
import ConnectorProtocol
import EngineAPI
import Synchronization
import Testing

@testable import CommandLineInterface

@Suite struct ListCommandTests {
  private static let esc = "\u{1B}"

  private static var connectors: [ConnectorState] {
    var handbook = ConnectorState.make("id-1", name: "Handbook", index: "search-handbook")
    handbook.documentCount = 12_345
    handbook.record.lastSynced = .start
    handbook.record.lastSyncStatus = .completed
    handbook.nextRun = .start + .seconds(3600)
    handbook.record.configuration.values["password"] = .string("s3cret")
    var evil = ConnectorState.make(
      "id-2", name: "bad\u{1B}[31m\nname", index: "search-bad", status: .syncFailure)
    evil.problems = [
      Problem(severity: .error, title: "The last sync failed.", remedy: "Look at its job.")
    ]
    return [handbook, evil]
  }

  @Test func `connectors are a table without escape sequences where there is no terminal`()
    async throws
  {
    let output = CapturedOutput()
    let status = try await run("connectors", FakeEngine(Self.connectors), output)
    #expect(status == .done)
    #expect(!output.standard.contains(Self.esc))
    #expect(output.lines.count == 4)
    #expect(output.lines[0].split(separator: " ").first == "NAME")
    #expect(
      output.lines[1].split(separator: "  ", omittingEmptySubsequences: true).map(String.init)
        .map { $0.trimmingPrefix(" ") } == [
          "Handbook", "search-handbook", "Directory", "connected", "12,345",
          "2026-11-18 11:06:40Z", "2026-11-18 12:06:40Z",
        ])
    #expect(output.lines[3].hasSuffix("The last sync failed. Look at its job."))
  }

  @Test(arguments: [200, 80, 60, 40])
  func `on a terminal no line of the table is wider than it`(_ columns: Int) async throws {
    let output = CapturedOutput(columns: columns)
    _ = try await run("connectors --no-color", FakeEngine(Self.connectors), output)
    #expect(output.lines.prefix(3).allSatisfy { $0.count <= columns })
    #expect(!output.standard.contains(Self.esc))
  }

  @Test func `colours are used on a terminal only, and our own only`() async throws {
    let output = CapturedOutput(columns: 120)
    _ = try await run("connectors", FakeEngine(Self.connectors), output)
    #expect(output.standard.contains("\(Self.esc)[1mNAME"))
    #expect(!output.standard.contains("bad\(Self.esc)[31m"))
  }

  @Test func `with --ascii nothing but ASCII is printed`() async throws {
    let engine = FakeEngine([.make("1", name: "Größenlehre 日本", index: "search-größe")])
    let output = CapturedOutput(columns: 60)
    _ = try await run("connectors --ascii", engine, output)
    #expect(output.standard.utf8.allSatisfy { $0 < 0x80 })
    #expect(output.standard.contains("Grossenlehre") || output.standard.contains("Gro"))
  }

  @Test func `connectors as JSON are one document without settings`() async throws {
    let output = CapturedOutput()
    _ = try await run("connectors --output json", FakeEngine(Self.connectors), output)
    #expect(output.standard.hasSuffix("}\n") && output.lines.count == 1)
    let value = try JSONValue(parsing: output.standard)
    let first = value["connectors"]?.arrayValue?.first
    #expect(first?["id"] == "id-1")
    #expect(first?["index_name"] == "search-handbook")
    #expect(first?["ingestion_status"] == "connected")
    #expect(first?["document_count"] == 12345)
    #expect(first?["next_sync_at"] == "2026-11-18T12:06:40.000Z")
    #expect(!output.standard.contains("s3cret"))
    #expect(value["connectors"]?.arrayValue?.last?["ingestion_status"] == "sync_failure")
  }

  @Test func `without connectors it says how to build one`() async throws {
    let output = CapturedOutput()
    #expect(try await run("connectors", FakeEngine(), output) == .done)
    #expect(output.standard.contains("run connector-console without a command to build one"))
  }

  @Test(arguments: ["Handbook", "search-handbook", "handbook", "id-1", "HANDBOOK"])
  func `a connector is found by name, index and id`(_ name: String) async throws {
    let engine = FakeEngine(Self.connectors)
    engine.answer(.jobs(connectorID: "id-1", from: 0, size: 20), .jobs([], total: 0))
    let output = CapturedOutput()
    #expect(try await run("jobs \(name)", engine, output) == .done)
    #expect(output.standard == "There was no sync yet.\n")
  }

  @Test func `a name of two connectors is refused with both, an id is not`() async throws {
    let engine = FakeEngine([
      .make("id-1", name: "docs", index: "search-a"),
      .make("id-2", name: "b", index: "search-docs"),
    ])
    let output = CapturedOutput()
    #expect(try await run("sync docs", engine, output) == .failed)
    #expect(output.error.contains("“docs” may be one of 2 connectors; write its id instead:"))
    #expect(output.error.contains("  id-1  docs (search-a)\n  id-2  b (search-docs)\n"))
    #expect(engine.requests == [])
  }

  @Test func `an unknown name is refused with the nearest`() async throws {
    let output = CapturedOutput()
    #expect(try await run("sync hanbdook", FakeEngine(Self.connectors), output) == .failed)
    #expect(
      output.error.contains("There is no connector or index “hanbdook”. Did you mean Handbook?"))
    #expect(output.standard == "")
  }

  @Test func `jobs are a table with what is missing, and say that there are more`() async throws {
    let connector = Self.connectors[0]
    let engine = FakeEngine([connector])
    var counters = JobCounters()
    counters.created = 3
    counters.failed = 1
    let job = SyncJob.make("job-9", of: connector, .completed, counters: counters)
    engine.answer(.jobs(connectorID: nil, from: 0, size: 1), .jobs([job], total: 5))
    let output = CapturedOutput()
    #expect(try await run("jobs --size 1", engine, output) == .done)
    #expect(output.lines[1].contains("Handbook"))
    #expect(output.lines[1].contains("completed, in part"))
    #expect(output.lines[1].contains("4.2 s"))
    #expect(output.lines[1].hasSuffix("job-9"))
    #expect(output.lines[2] == "4 more; see them with --from 1.")
    let json = CapturedOutput()
    _ = try await run("jobs --size 1 --output=json", engine, json)
    let value = try JSONValue(parsing: json.standard)
    #expect(value["total"] == 5)
    let first = value["jobs"]?.arrayValue?.first
    #expect(first?["status"] == "completed")
    #expect(first?["connector"]?["index_name"] == "search-handbook")
    #expect(first?["connector"]?["configuration"] == nil)
    #expect(first?["metadata"]?["counters"]?["failed"] == 1)
  }

  @Test func `a running sync's row shows what is known of it, or that nothing is yet`() async throws
  {
    let connector = Self.connectors[0]
    let engine = FakeEngine([connector])
    let job = SyncJob.make("job-9", of: connector, .inProgress)
    engine.answer(.jobs(connectorID: nil, from: 0, size: 20), .jobs([job], total: 1))
    let blank = CapturedOutput()
    _ = try await run("jobs", engine, blank)
    #expect(blank.lines[0].contains("CREATED  UPDATED  DELETED  FAILED"))
    #expect(Self.cells(blank.lines[1]).suffix(5) == ["-", "-", "-", "-", "job-9"])
    engine.set(job) { progress in
      progress.counters.extracted = 1500
      progress.counters.created = 1200
      progress.counters.updated = 7
    }
    let live = CapturedOutput()
    _ = try await run("jobs", engine, live)
    #expect(Self.cells(live.lines[1]).suffix(5) == ["1,200", "7", "0", "0", "job-9"])
  }

  @Test func `a schedule that is off is no line at every call`() async throws {
    var connector = Self.connectors[0]
    connector.problems = [
      Problem(
        severity: .warning, title: "No schedule is set; syncs run only when they are started.",
        remedy: "Set a schedule if the index must follow the source by itself.",
        action: .setSchedule)
    ]
    let output = CapturedOutput()
    _ = try await run("connectors", FakeEngine([connector]), output)
    #expect(output.lines.count == 2)
  }

  @Test(arguments: [
    (0, "0 s"), (378_400, "378 ms"), (4_000, "4 ms"), (999_600, "1.0 s"), (1_950_000, "2.0 s"),
    (59_949_000, "59.9 s"), (59_950_000, "1 min 00 s"), (83_500_000, "1 min 24 s"),
    (3_599_600_000, "1 h 00 min"), (7_500_000_000, "2 h 05 min"),
  ])
  func `lengths of time are rounded, and in milliseconds below a second`(
    _ microseconds: Int, _ text: String
  ) {
    #expect(Wording.duration(.microseconds(microseconds)) == text)
  }

  private static func cells(_ line: String) -> [String] {
    line.split(separator: " ").map(String.init)
  }

  @Test func `a store that can't be opened ends the command with its reason`() async throws {
    let engine = FakeEngine()
    engine.state.withLock { $0.snapshot.service.phase = .failed("The disk is on fire.") }
    let output = CapturedOutput()
    #expect(try await run("connectors", engine, output) == .failed)
    #expect(output.error == "connector-console: The disk is on fire.\n")
  }

  @Test func `a store that never opens is given up after half a minute`() async throws {
    let engine = FakeEngine()
    engine.state.withLock { $0.snapshot.service.phase = .opening }
    let output = CapturedOutput()
    #expect(try await run("connectors", engine, output) == .failed)
    #expect(output.error.contains("did not open within 30.0 s"))
  }

  @Test func `a search prints titles, matches and how many there are`() async throws {
    let engine = FakeEngine(Self.connectors)
    let hit = SearchHit(
      id: DocumentID("a/b.md"), score: 2.5, title: "b\u{1B}]0;x\u{7}.md",
      highlights: [
        Highlight(
          field: "body",
          runs: [.init("the\nannual ", isMatch: false), .init("<report>", isMatch: true)])
      ])
    engine.answer(
      .search(index: "search-handbook", SearchRequest(query: "annual report", from: 10, size: 10)),
      .search(SearchResponse(total: 31, hits: [hit], took: .milliseconds(3))))
    let output = CapturedOutput()
    #expect(try await run("search handbook --from 10 annual report", engine, output) == .done)
    #expect(output.lines[0].hasPrefix("11. b"))
    #expect(!output.standard.contains(Self.esc))
    #expect(output.lines[1] == "    a/b.md")
    #expect(output.lines[2] == "    the annual *<report>*")
    #expect(output.lines[3] == "31 documents, 11 to 11 shown, in 3 ms.")
    let json = CapturedOutput()
    _ = try await run("search handbook --from 10 annual report --output json", engine, json)
    let value = try JSONValue(parsing: json.standard)
    #expect(value["took"] == 3)
    #expect(value["hits"]?["total"]?["value"] == 31)
    let first = value["hits"]?["hits"]?.arrayValue?.first
    #expect(first?["_id"] == "a/b.md")
    #expect(first?["_index"] == "search-handbook")
    #expect(
      first?["highlight"]?["body"]?.arrayValue
        == ["the\nannual <em>&lt;report&gt;</em>"])
  }

  @Test func `an index without a connector can be searched`() async throws {
    let engine = FakeEngine(Self.connectors, indexNames: ["search-old", "search-handbook"])
    engine.answer(
      .search(index: "search-old", SearchRequest(query: "x", from: 0, size: 10)),
      .search(SearchResponse(total: 0, hits: [], took: .zero)))
    let output = CapturedOutput()
    #expect(try await run("search old x", engine, output) == .done)
    #expect(output.standard == "Nothing in search-old matches “x”.\n")
  }
}
