import Foundation
import Glibc
import TerminalTesting
import Testing

/// The terminal is shown and left as a person expects, whatever happens to it.
@Suite(.serialized) struct TerminalTests {
  @Test func `a terminal that is too small is told so, and works once it is large enough`() throws {
    let program = try ProgramUnderTest()
    let session = try program.console(columns: 50, rows: 12)
    try session.wait(for: "60x16")
    session.resize(columns: 60, rows: 16)
    try session.wait(for: "No connectors yet")
    session.resize(columns: 200, rows: 60)
    try session.wait("a wide screen") { $0.contains("No connectors yet") && $0.columns == 200 }
    session.resize(columns: 20, rows: 5)
    try session.wait(for: "60x16")
  }

  @Test func `an unknown terminal type is refused with a sentence`() throws {
    let program = try ProgramUnderTest()
    let session = try program.console(environment: ["TERM": "no-such-terminal"])
    guard case .exited(let code) = try session.waitForEnd() else {
      Issue.record("the program was killed")
      return
    }
    #expect(code != 0)
    #expect(session.screen.contains("no-such-terminal"))
    #expect(session.hasOrdinaryModes)
  }

  @Test func `without a terminal the console says what to use instead`() throws {
    let program = try ProgramUnderTest()
    let outcome = try program.run([])
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains("terminal"))
    #expect(outcome.output.isEmpty)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func `a signal to end restores the terminal`(_ number: Int32) throws {
    let program = try ProgramUnderTest()
    let session = try program.console()
    try session.wait(for: "No connectors yet")
    session.signal(number)
    #expect(try session.waitForEnd() == .exited(128 + Int(number)))
    #expect(session.hasOrdinaryModes)
    #expect(!session.screen.isAlternate)
  }

  @Test func `monochrome and plain characters show the same words`() throws {
    let program = try ProgramUnderTest()
    let session = try program.console(
      ["--ascii"], environment: ["NO_COLOR": "1", "TERM": "vt100", "LANG": "C"])
    let screen = try session.wait(for: "No connectors yet")
    #expect(screen.text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func `a hostile file name and title are shown harmlessly`() throws {
    let program = try ProgramUnderTest()
    try program.write("harmless words", to: "evil\u{1B}[31m\u{202E}gnp.txt")
    let session = try program.console()
    try program.buildConnector(in: session, thenSync: true)
    try session.wait(for: "Sync completed")
    session.type("d")
    try session.wait(for: "1 document in the index")
    #expect(!session.wrote("evil\u{1B}[31m"))
    #expect(!session.wrote("\u{202E}"))
  }

  @Test func `stopping and continuing draws the screen again`() throws {
    let program = try ProgramUnderTest()
    let session = try program.console()
    try session.wait(for: "No connectors yet")
    session.signal(SIGSTOP)
    session.signal(SIGCONT)
    session.type("?")
    try session.wait(for: "Keys:")
    session.send(.escape)
    try session.wait(for: "No connectors yet")
  }
}
