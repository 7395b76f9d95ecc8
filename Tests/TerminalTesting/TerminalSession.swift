internal import CTerminalSupport
internal import Glibc

/// A key or a piece of input as a terminal sends it.
package enum TerminalKey: Hashable, Sendable {
  case enter, escape, tab, backTab, backspace, delete, up, down, left, right
  case home, end, pageUp, pageDown
  case function(Int)
  /// Ctrl and a letter.
  case control(Character)
  /// Alt and a character.
  case alt(Character)
  case text(String)
  /// Text in one piece, bracketed.
  case paste(String)
  /// A press of the mouse's first button, counted from 0.
  case click(column: Int, row: Int)
  case raw([UInt8])

  /// What the terminal sends.
  package var bytes: [UInt8] {
    switch self {
    case .enter: [0x0D]
    case .escape: [0x1B]
    case .tab: [0x09]
    case .backspace: [0x7F]
    case .control(let letter): [(letter.asciiValue ?? 0) & 0x1F]
    case .alt(let character): [0x1B] + Array(String(character).utf8)
    case .text(let text): Array(text.utf8)
    case .paste(let text): Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
    case .click(let column, let row):
      Array("\u{1B}[<0;\(column + 1);\(row + 1)M\u{1B}[<0;\(column + 1);\(row + 1)m".utf8)
    case .raw(let bytes): bytes
    default: Array("\u{1B}\(sequence)".utf8)
    }
  }

  /// Keys in application mode, as after `smkx`.
  private var sequence: String {
    switch self {
    case .up: "OA"
    case .down: "OB"
    case .right: "OC"
    case .left: "OD"
    case .home: "OH"
    case .end: "OF"
    case .backTab: "[Z"
    case .delete: "[3~"
    case .pageUp: "[5~"
    case .pageDown: "[6~"
    case .function(let number) where number <= 4: "O" + ["P", "Q", "R", "S"][max(0, number - 1)]
    case .function(let number):
      "[\([15, 17, 18, 19, 20, 21, 23, 24][min(7, max(0, number - 5))])~"
    default: ""
    }
  }
}

/// A wait that was in vain, with what the screen showed.
package struct TerminalTimeout: Error, CustomStringConvertible {
  package let description: String
}

/// How a program ended.
package enum ProgramEnd: Hashable, Sendable {
  case exited(Int)
  case killed(signal: Int)
}

/// A program on a pseudo-terminal, whose screen can be read and waited for.
///
/// Every wait is for a state and has a deadline. The program is killed when the session goes.
package final class TerminalSession {
  package let process: Int32
  private var master: Int32
  private let terminal: VirtualTerminal
  private var end: ProgramEnd?
  /// Whether the program's side of the line is closed.
  package private(set) var isClosed = false
  /// The last megabyte that the program wrote.
  package private(set) var output: [UInt8] = []
  /// All bytes that the program wrote.
  package private(set) var outputCount = 0
  /// When the program wrote last.
  package private(set) var lastOutput = ContinuousClock.now

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: its path.
  ///   - arguments: without the program's name.
  ///   - columns: of the terminal.
  ///   - rows: of the terminal.
  ///   - environment: added to a bare one with `TERM`, `LANG`, `PATH` and `HOME`.
  /// - Throws: ``TerminalTimeout`` if the system has no terminal left.
  package init(
    _ program: String, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:]
  ) throws {
    var variables = [
      "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": "/tmp",
      "PATH": "/usr/local/bin:/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no",
    ]
    variables.merge(environment) { _, new in new }
    var process: pid_t = 0
    master = try Self.withCStrings([program] + arguments) { argv in
      try Self.withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
        let master = connector_forkpty(program, argv, envp, Int32(rows), Int32(columns), &process)
        guard master >= 0 else { throw TerminalTimeout(description: "forkpty failed: \(errno)") }
        return master
      }
    }
    self.process = process
    terminal = VirtualTerminal(rows: rows, columns: columns)
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
  }

  deinit {
    if end == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    if master >= 0 { close(master) }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> Result
  ) rethrows -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return try body(pointers)
  }

  /// The path of a program that was built along with the tests.
  package static func builtProgram(_ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    return "\(folder)/\(name)"
  }

  // MARK: Doing

  /// Sends keys.
  package func send(_ keys: TerminalKey...) { write(keys.flatMap(\.bytes)) }

  /// Types text.
  package func type(_ text: String) { write(Array(text.utf8)) }

  private func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    let deadline = ContinuousClock.now + .seconds(10)
    while !rest.isEmpty, master >= 0, ContinuousClock.now < deadline {
      let count = rest.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN || errno == EINTR {
        // The program does not read; it may wait for us to read in turn.
        read(for: .milliseconds(10))
      } else {
        return
      }
    }
  }

  /// Changes the size of the terminal.
  package func resize(columns: Int, rows: Int) {
    // What was written for the old size is read at the old size.
    read(for: .zero)
    terminal.resize(rows: rows, columns: columns)
    connector_set_terminal_size(master, Int32(rows), Int32(columns))
  }

  /// Sends a signal to the program.
  package func signal(_ number: Int32) { kill(process, number) }

  /// Cuts the line, as when an SSH connection is lost.
  package func hangUp() {
    guard master >= 0 else { return }
    close(master)
    master = -1
    isClosed = true
  }

  // MARK: Seeing

  /// What the terminal shows, after everything that was written until now.
  package var screen: TerminalScreen {
    read(for: .zero)
    return terminal.screen
  }

  /// Whether the terminal has its ordinary modes: it echoes and waits for whole lines.
  package var hasOrdinaryModes: Bool {
    var modes = termios()
    guard tcgetattr(master, &modes) == 0 else { return false }
    let local = tcflag_t(ICANON | ECHO | ISIG)
    return modes.c_lflag & local == local && modes.c_iflag & tcflag_t(ICRNL) != 0
      && modes.c_oflag & tcflag_t(OPOST) != 0
  }

  /// Whether the program wrote some bytes lately.
  package func wrote(_ sequence: String) -> Bool {
    let wanted = Array(sequence.utf8)
    guard output.count >= wanted.count else { return false }
    return (0...(output.count - wanted.count)).contains { start in
      output[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }

  /// Waits until the screen is as wanted.
  ///
  /// - Throws: ``TerminalTimeout`` with the screen's text, also when the program has ended.
  @discardableResult
  package func wait(
    _ wish: String, timeout: Duration = .seconds(20), until isFulfilled: (TerminalScreen) -> Bool
  ) throws -> TerminalScreen {
    let deadline = ContinuousClock.now + timeout
    while true {
      let screen = terminal.screen
      if isFulfilled(screen) { return screen }
      let rest = deadline - ContinuousClock.now
      if rest <= .zero || isClosed {
        let state = isClosed ? "the program closed the terminal" : "it is late"
        throw TerminalTimeout(
          description: "waited for \(wish), but \(state); the screen shows:\n\(screen.text)")
      }
      read(for: rest)
    }
  }

  /// Waits until some row contains a text.
  @discardableResult
  package func wait(for text: String, timeout: Duration = .seconds(20)) throws -> TerminalScreen {
    try wait("“\(text)”", timeout: timeout) { $0.contains(text) }
  }

  /// Waits until no row contains a text.
  @discardableResult
  package func wait(
    untilGone text: String, timeout: Duration = .seconds(20)
  ) throws -> TerminalScreen {
    try wait("“\(text)” to go", timeout: timeout) { !$0.contains(text) }
  }

  /// Waits until the program has ended, and reads what it wrote last.
  ///
  /// - Parameters:
  ///   - timeout: how long to wait.
  ///   - isReading: whether what the program writes is read meanwhile; if not, the line fills up.
  /// - Returns: how it ended.
  /// - Throws: ``TerminalTimeout`` if it does not.
  package func waitForEnd(
    timeout: Duration = .seconds(20), isReading: Bool = true
  ) throws -> ProgramEnd {
    let deadline = ContinuousClock.now + timeout
    while end == nil {
      if isReading { read(for: isClosed ? .zero : .milliseconds(20)) }
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        end = Self.end(status)
        read(for: .zero)
        break
      }
      guard ContinuousClock.now < deadline else {
        throw TerminalTimeout(
          description: "the program has not ended; the screen shows:\n\(terminal.screen.text)")
      }
      if isClosed || !isReading { usleep(1000) }
    }
    return end ?? .exited(-1)
  }

  /// What the program has used of the processor.
  package var processorTime: Duration {
    let fields = statistics
    guard fields.count > 12 else { return .zero }
    // User and system time in hundredths of a second, behind the state and ten other fields.
    let ticks = (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    return .milliseconds(ticks * 10)
  }

  /// Waits, without reading what the program writes, until it waits for something itself.
  package func waitUntilIdle(timeout: Duration = .seconds(20)) throws {
    let deadline = ContinuousClock.now + timeout
    var quiet = 0
    var last = processorTime
    while quiet < 10 {
      guard ContinuousClock.now < deadline else {
        throw TerminalTimeout(description: "the program does not come to rest")
      }
      usleep(10_000)
      let now = processorTime
      quiet = now == last && statistics.first == "S" ? quiet + 1 : 0
      last = now
    }
  }

  /// The fields of the process's statistics, from its state on.
  private var statistics: [Substring] {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    // The name before it is in parentheses and may hold anything.
    guard let end = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: end)...].split(separator: " ")
  }

  private static func end(_ status: Int32) -> ProgramEnd {
    let signal = status & 0x7F
    return signal == 0 ? .exited(Int((status >> 8) & 0xFF)) : .killed(signal: Int(signal))
  }

  /// Reads what the program writes, waiting for the first of it at most some time.
  private func read(for limit: Duration) {
    guard master >= 0, !isClosed else { return }
    var ready = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    let milliseconds = limit / .milliseconds(1)
    guard poll(&ready, 1, Int32(min(60_000, max(0, milliseconds.rounded(.up))))) > 0 else { return }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(master, $0.baseAddress, $0.count) }
      if count > 0 {
        take(Array(chunk.prefix(count)))
        continue
      }
      // The other side is closed: EIO on Linux.
      if count == 0 || (errno != EAGAIN && errno != EINTR) { isClosed = true }
      return
    }
  }

  private func take(_ bytes: [UInt8]) {
    terminal.write(bytes)
    outputCount += bytes.count
    output.append(contentsOf: bytes)
    if output.count > 1 << 20 { output.removeFirst(output.count - 1 << 20) }
    lastOutput = .now
    let answers = terminal.answers()
    if !answers.isEmpty {
      answers.withUnsafeBytes { _ = Glibc.write(master, $0.baseAddress, $0.count) }
    }
  }
}
