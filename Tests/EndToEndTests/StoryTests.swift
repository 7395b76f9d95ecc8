import Foundation
import TerminalTesting
import Testing

/// The whole story on a real terminal: build, sync, search, change, sync again, quit, come back.
@Suite(.serialized) struct StoryTests {
  @Test func `a connector is built, synced, searched and changed by keyboard alone`() throws {
    try play(ProgramUnderTest())
  }

  @Test(
    .enabled(
      if: ClusterUnderTest.isThere,
      "CONNECTOR_CONSOLE_TEST_ELASTICSEARCH names no server: set it to URL, user and password"))
  func `the story plays over Elasticsearch as over the embedded index`() async throws {
    let program = try ProgramUnderTest()
    program.cluster = ClusterUnderTest()
    try await program.cluster?.empty()
    try play(program)
  }

  private func play(_ program: ProgramUnderTest) throws {
    try program.write("The quick brown fox was jumping.", to: "animals/fox.txt")
    try program.write("Lazy dogs sleep all day.", to: "animals/dog.txt")
    try program.write("Nothing about animals.", to: "other.md")
    let session = try program.console()
    try program.buildConnector(in: session, thenSync: true)
    try session.wait(for: "Sync completed")
    try session.wait(for: "3 written")

    session.type("d")
    try session.wait(for: "3 documents in the index")
    session.type("/")
    session.type("jump")
    session.send(.enter)
    try session.wait(for: "1 document matches")
    let screen = try session.wait(for: "was jumping")
    let match = try #require(screen.cell(of: "jumping"))
    let other = try #require(screen.cell(of: "was"))
    #expect(match != other, "the word that matches looks like the others")

    // A file changes, one goes, one comes; two stay as they are.
    try program.write("The quick brown fox is tired.", to: "animals/fox.txt")
    try FileManager.default.removeItem(at: program.documents.appendingPathComponent("other.md"))
    try program.write("Cats purr.", to: "animals/cat.txt")
    session.type("s")
    try session.wait("the second sync's figures") { screen in
      screen.contains("2 written, 1 deleted")
    }

    session.type("q")
    #expect(try session.waitForEnd() == .exited(0))
    #expect(session.hasOrdinaryModes)

    let again = try program.console()
    try again.wait(for: "docs")
    again.send(.enter)
    try again.wait(for: "3 documents")
    again.type("q")
    #expect(try again.waitForEnd() == .exited(0))
  }

  @Test func `a schedule that is set in the pages shows its next runs and stays`() throws {
    let program = try ProgramUnderTest()
    try program.write("text", to: "a.txt")
    let session = try program.console()
    try program.buildConnector(in: session)
    try session.wait(for: "is saved")
    session.type("3")
    try session.wait(for: "None: it is off")
    session.type("e")
    try session.wait(for: "Run by itself")
    session.type(" ")
    try session.wait(for: "Frequency")
    session.send(.control("s"))
    let screen = try session.wait("the schedule, no longer edited") { screen in
      screen.contains("● Every day at 00:00 UTC") && screen.contains("e edit")
    }
    #expect(screen.contains("CET") || screen.contains("CEST"))
    session.type("q")
    #expect(try session.waitForEnd() == .exited(0))
    let outcome = try program.run(["connectors", "--output", "json"])
    #expect(outcome.output.contains(#""enabled":true"#), "\(outcome.output)")
  }

  @Test func `leaving the wizard with something typed asks first`() throws {
    let program = try ProgramUnderTest()
    let session = try program.console()
    try session.wait(for: "No connectors yet")
    session.type("n")
    try session.wait(for: "Step 1 of 9")
    session.type("docs")
    try session.wait(for: "search-docs")
    session.send(.escape)
    try session.wait("a question") { $0.contains("Leave") || $0.contains("Drop") }
  }

  @Test func `a name that breaks the rules is refused with its reason`() throws {
    let program = try ProgramUnderTest()
    let session = try program.console()
    try session.wait(for: "No connectors yet")
    session.type("n")
    try session.wait(for: "Step 1 of 9")
    session.type("My Docs")
    session.send(.enter)
    let screen = try session.wait(for: "lower")
    #expect(screen.contains("Step 1 of 9"))
    #expect(screen.contains("My Docs"))
  }
}
