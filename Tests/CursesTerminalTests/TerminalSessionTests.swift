import TerminalTesting
import Testing

@Suite(.serialized) struct TerminalSessionTests {
  private let fixture = TerminalSession.builtProgram("TerminalFixture")

  private func start(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:]
  ) throws -> TerminalSession {
    let session = try TerminalSession(
      fixture, arguments, columns: columns, rows: rows, environment: environment)
    try session.wait(for: "Fixture")
    try session.wait(for: "╯")
    return session
  }

  @Test func `keys arrive as what they are`() throws {
    let session = try start()
    session.send(.text("é"), .up, .control("r"), .alt("x"), .function(5), .backTab, .escape)
    let screen = try session.wait(for: "event 7")
    for line in ["1: key <é>", "2: key <↑>", "3: key <^R>", "4: key <Alt-x>", "5: key <F5>"] {
      #expect(screen.contains("event \(line)"))
    }
    #expect(screen.contains("event 6: key <Shift-Tab>"))
    #expect(screen.contains("event 7: key <Esc>"))
  }

  @Test func `quitting restores the terminal`() throws {
    let session = try start()
    #expect(session.screen.isAlternate)
    #expect(!session.hasOrdinaryModes)
    #expect(!session.screen.isCursorVisible)
    session.type("q")
    #expect(try session.waitForEnd() == .exited(0))
    let screen = session.screen
    #expect(!screen.isAlternate)
    #expect(!screen.isMouseReported)
    #expect(screen.isCursorVisible)
    #expect(screen.text == "closed: restored")
  }

  @Test(arguments: ["vt100", "vt220", "linux", "xterm"])
  func `quitting takes the frame away on a terminal without an alternate screen`(
    _ type: String
  ) throws {
    let session = try TerminalSession(fixture, environment: ["TERM": type])
    try session.wait(for: "Fixture")
    session.type("q")
    #expect(try session.waitForEnd() == .exited(0))
    #expect(session.screen.text == "closed: restored")
  }

  @Test func `wide and combining characters keep their places`() throws {
    let screen = try start().screen
    let cells = screen.cells[2]
    #expect(cells[1].text == "日" && cells[1].width == 2)
    #expect(cells[8].text == "e\u{301}")
    #expect(cells[11].text == "👩" && cells[11].width == 2)
    #expect(cells[18].text == "|")
    #expect(cells[79].text == "│")
    #expect(screen.rows[3].hasPrefix("│bad ␛[31m·text␊"))
  }

  @Test(arguments: [
    ("xterm-256color", [:], "indexed256", 114), ("tmux-256color", [:], "indexed256", 114),
    ("xterm", [:], "eight", 2), ("xterm", ["COLORTERM": "truecolor"], "indexed256", 114),
    ("xterm-256color", ["NO_COLOR": "1"], "monochrome", -1), ("vt220", [:], "monochrome", -1),
  ])
  func `colours follow the terminal`(
    _ type: String, _ environment: [String: String], _ depth: String, _ color: Int
  ) throws {
    let session = try start(environment: ["TERM": type].merging(environment) { $1 })
    let screen = try session.wait(for: depth)
    #expect(screen.cell(of: "success")?.foreground == color)
    // The selection is seen in every one of them.
    let selection = screen.cell(of: "selection")
    #expect(selection?.isReversed == true || selection?.background != -1)
    #expect(screen.cell(of: "match")?.isUnderlined == true)
  }

  @Test func `a light ground has its own colours`() throws {
    let session = try start(environment: ["COLORFGBG": "0;15"])
    let screen = try session.wait(for: "light")
    #expect(screen.cell(of: "success")?.foreground == 28)
  }

  @Test func `the ground that a terminal tells is taken`() throws {
    let session = try start()
    session.send(.raw(Array("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\".utf8)))
    let screen = try session.wait("the light palette") {
      $0.cell(of: "success")?.foreground == 28
    }
    #expect(!screen.contains("event"))
  }

  @Test func `ASCII mode writes nothing else`() throws {
    for (arguments, environment) in [(["--ascii"], [:]), ([], ["LANG": "C"])] {
      let session = try TerminalSession(
        fixture, arguments, environment: environment)
      let screen = try session.wait(for: "indexed256")
      #expect(screen.rows[0].hasPrefix("+- Fixture ---"))
      #expect(screen.rows[2].hasPrefix("|?????? ex ?? ?? ?|"))
      #expect(session.output.allSatisfy { $0 < 0x80 })
    }
  }

  @Test func `a new size is taken at once`() throws {
    let session = try start()
    for (columns, rows) in [(120, 40), (60, 16), (200, 50), (20, 5), (80, 24)] {
      session.resize(columns: columns, rows: rows)
      let screen = try session.wait("a box of \(columns) by \(rows)") { screen in
        screen.cells[rows - 1][columns - 1].text == "╯"
          && screen.cells[0][columns - 1].text == "╮"
      }
      #expect(screen.contains(" \(columns) ─╮"))
    }
  }

  @Test func `a paste is no typing`() throws {
    let session = try start()
    session.send(.paste("qqq\nq"), .text("j"))
    let screen = try session.wait(for: "event 2: key <j>")
    #expect(screen.contains("event 1: paste 5 <qqq␊q>"))
  }

  @Test func `the mouse is reported`() throws {
    let session = try start()
    #expect(session.screen.isMouseReported)
    session.send(.click(column: 4, row: 6), .click(column: 4, row: 6))
    let screen = try session.wait(for: "event 2")
    #expect(screen.contains("event 1: mouse press 4,6"))
    #expect(screen.contains("event 2: mouse doublePress 4,6"))
  }

  @Test func `another thread wakes the program`() throws {
    let session = try start()
    session.type("w")
    try session.wait(for: "event 2: wakeUp")
  }

  @Test func `the cursor is shown where the frame wants it`() throws {
    let session = try start()
    session.type("C")
    let screen = try session.wait("a cursor") { $0.isCursorVisible }
    #expect(screen.cursor == (row: 2, column: 5))
  }

  @Test func `the shell gets the terminal and gives it back`() throws {
    let session = try TerminalSession(
      "/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["PS1": "shell> "])
    try session.wait(for: "shell>")
    session.type("\(fixture)\r")
    try session.wait(for: "╯")
    session.send(.control("z"))
    try session.wait(for: "Stopped")
    #expect(!session.screen.isAlternate)
    // The shell reads lines again, whatever modes it uses itself.
    session.type("echo back-$((20 + 2))\r")
    try session.wait(for: "back-22")
    session.type("fg\r")
    let screen = try session.wait(for: "event 1: key <^Z>")
    #expect(screen.isAlternate)
    #expect(screen.contains("success"))
    session.type("j")
    try session.wait(for: "event 2: key <j>")
    session.type("q")
    try session.wait(for: "closed: restored")
    session.type("exit\r")
    #expect(try session.waitForEnd() == .exited(0))
  }

  @Test func `a size changed while stopped is taken on return`() throws {
    let session = try TerminalSession(
      "/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["PS1": "shell> "])
    try session.wait(for: "shell>")
    session.type("\(fixture)\r")
    try session.wait(for: "╯")
    session.send(.control("z"))
    try session.wait(for: "Stopped")
    session.resize(columns: 100, rows: 30)
    session.type("fg\r")
    try session.wait("a box of 100 by 30") { $0.cells[29][99].text == "╯" }
  }

  @Test func `in the background the terminal is left alone`() throws {
    let session = try TerminalSession(
      "/bin/bash", ["--norc", "--noprofile", "-i"], environment: ["PS1": "shell> "])
    try session.wait(for: "shell>")
    session.type("\(fixture) & fixture=$!; fg\r")
    try session.wait(for: "╯")
    session.send(.control("z"))
    try session.wait(for: "Stopped")
    session.type("kill -CONT $fixture; kill -TERM $fixture\r")
    try session.wait(for: "closed: restored")
    #expect(!session.screen.isAlternate)
    session.type("echo back-$((20 + 2))\r")
    try session.wait(for: "back-22")
  }

  @Test func `a signal to stop that nobody could undo does not stop`() throws {
    let session = try start()
    session.signal(20)
    let screen = try session.wait(for: "event 1: resumed")
    #expect(screen.isAlternate)
    #expect(screen.contains("success"))
  }

  @Test(arguments: [15, 2]) func `a request to end is an event`(_ signal: Int32) throws {
    let session = try start()
    session.signal(signal)
    #expect(try session.waitForEnd() == .exited(0))
    #expect(session.screen.contains("closed: restored"))
  }

  @Test func `a lost line ends the program at once`() throws {
    let session = try start()
    session.hangUp()
    #expect(try session.waitForEnd(timeout: .seconds(5)) == .exited(0))
  }

  @Test func `a program that goes on after its line is lost does not spin`() throws {
    let session = try start(["--stubborn"])
    session.hangUp()
    #expect(throws: TerminalTimeout.self) {
      try session.waitForEnd(timeout: .milliseconds(500))
    }
    #expect(session.processorTime < .milliseconds(400))
  }

  @Test func `a crash restores the terminal and tells its reason`() throws {
    let session = try start()
    session.type("c")
    let end = try session.waitForEnd()
    #expect(end == .killed(signal: 4) || end == .killed(signal: 5))
    #expect(!session.screen.isAlternate)
    #expect(session.screen.isCursorVisible)
    #expect(!session.screen.isMouseReported)
    #expect(session.wrote("Fatal error"))
  }

  @Test(arguments: [6, 11, 3]) func `fatal signals restore the terminal`(_ signal: Int32) throws {
    let session = try start()
    session.signal(signal)
    #expect(try session.waitForEnd() == .killed(signal: Int(signal)))
    #expect(!session.screen.isAlternate)
    #expect(session.screen.isCursorVisible)
  }

  @Test func `exit restores the terminal`() throws {
    let session = try start()
    session.type("x")
    #expect(try session.waitForEnd() == .exited(7))
    #expect(!session.screen.isAlternate)
  }

  @Test func `what libraries complain about is shown after the end`() throws {
    let session = try start()
    session.type("e")
    let screen = try session.wait(for: "event 1: key <e>")
    #expect(!screen.contains("complains"))
    session.type("q")
    _ = try session.waitForEnd()
    #expect(session.screen.contains("a library complains"))
  }

  @Test func `a copy is sent to the terminal`() throws {
    let session = try start()
    session.type("y")
    try session.wait(for: "copy: sent")
    #expect(session.wrote("\u{1B}]52;c;Y29waWVkIHRleHQ=\u{07}"))
  }

  @Test(arguments: [
    ("no-such-terminal", "is not known here"), ("dumb", "can't show a console"),
    ("", "does not say which terminal"),
  ])
  func `a terminal that can't be used is refused in words`(
    _ type: String, _ words: String
  ) throws {
    let session = try TerminalSession(fixture, columns: 200, environment: ["TERM": type])
    #expect(try session.waitForEnd() == .exited(2))
    #expect(session.screen.contains(words))
    #expect(session.screen.contains("TERM=xterm-256color"))
  }

  @Test func `output that is no terminal is refused in words`() throws {
    let session = try TerminalSession("/bin/sh", ["-c", "\(fixture) | cat"])
    _ = try session.waitForEnd()
    #expect(session.screen.contains("Standard output is not a terminal"))
  }

  @Test func `a line that takes nothing holds nothing up`() throws {
    let session = try start()
    session.type("f")
    // Nothing is read meanwhile: the line fills up, and the program draws on all the same.
    try session.waitUntilIdle()
    let screen = try session.wait(for: "flooded in")
    #expect(screen.contains("event 1: key <f>"))
    #expect(screen.contains("success"))
    // Frames that the line could not take were left out.
    #expect(session.outputCount < 1_000_000)
  }

  @Test func `a line that takes nothing does not hold up the end`() throws {
    let session = try start()
    session.type("f")
    try session.waitUntilIdle()
    session.signal(15)
    #expect(try session.waitForEnd(timeout: .seconds(5), isReading: false) == .exited(0))
    #expect(session.hasOrdinaryModes)
  }
}
