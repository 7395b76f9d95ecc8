internal import CNcurses
internal import CTerminalSupport
internal import Glibc
internal import TerminalKit

/// ncurses as a renderer: takes frames and yields the bytes that bring a terminal up to date.
///
/// ncurses writes to a file in memory, so that a line that takes nothing never blocks it. There
/// is one at a time, for the terminal's thread only.
final class CursesScreen {
  /// What the terminal's description says.
  struct Description {
    var colors: Int
    /// The bytes of special keys.
    var keys: [[UInt8]: Key]
    /// Restores the terminal after a crash.
    var reset: [UInt8]
    /// Takes the frame away on a terminal without an alternate screen; empty on others.
    var clearing: [UInt8]
  }

  let description: Description
  private let file: Int32
  private let outputStream: UnsafeMutablePointer<FILE>
  private let inputStream: UnsafeMutablePointer<FILE>
  private let screen: OpaquePointer
  private var pairs: [Pair: Int32] = [:]
  private var shown: Frame?
  private var isCursorShown = true

  private struct Pair: Hashable {
    var foreground: Int
    var background: Int
  }

  /// Starts ncurses for a terminal type.
  init(type: String, size: Size) throws(TerminalError) {
    try Self.check(type)
    file = connector_make_memory_file("screen")
    guard file >= 0, let output = fdopen(file, "r+"), let input = fopen("/dev/null", "r") else {
      throw TerminalError("The system has no descriptor left: \(systemMessage(errno)).")
    }
    outputStream = output
    inputStream = input
    // Some descriptions, as that of the Linux console, have no size to begin with, and without any
    // ncurses gives up. The true size follows below.
    use_env(true)
    guard let screen = newterm(type, output, input) else {
      fclose(output)
      fclose(input)
      throw TerminalError("ncurses can't use a terminal of type “\(type)”; try another TERM.")
    }
    self.screen = screen
    use_env(false)
    connector_forget_curses_signals()
    // An update is never broken off because something was typed.
    typeahead(-1)
    noecho()
    raw()
    description = Self.describe()
    if description.colors > 0 {
      start_color()
      use_default_colors()
    }
    _ = connector_curses_keypad(1)
    resize(to: size)
  }

  deinit {
    delscreen(screen)
    fclose(outputStream)
    fclose(inputStream)
  }

  /// The type to use in place of the one that the environment names.
  ///
  /// tmux shows 256 colours under any of its names, and so do terminals that claim true colour.
  static func type(_ environment: [String: String]) -> String {
    let type = environment["TERM"] ?? ""
    let isInTmux = environment["TMUX"]?.isEmpty == false
    let isRich = ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
    guard isInTmux || isRich, ["screen", "tmux", "xterm", "rxvt-unicode"].contains(type) else {
      return type
    }
    var result: Int32 = 0
    guard setupterm(type + "-256color", STDOUT_FILENO, &result) == OK else { return type }
    connector_forget_description()
    return type + "-256color"
  }

  /// Refuses terminals that can't be drawn on, in words.
  private static func check(_ type: String) throws(TerminalError) {
    let remedy = "set TERM to the type of your terminal, for example TERM=xterm-256color"
    guard !type.isEmpty else {
      throw TerminalError("The environment does not say which terminal this is; \(remedy).")
    }
    let shown = SafeText(type).truncated(to: 40).string
    var result: Int32 = 0
    guard setupterm(type, STDOUT_FILENO, &result) == OK else {
      guard result != -1 else {
        throw TerminalError(
          "The descriptions of terminals are missing here; install the package ncurses-base.")
      }
      throw TerminalError(
        "The terminal type “\(shown)” is not known here; install the package ncurses-term, or "
          + "\(remedy).")
    }
    defer { connector_forget_description() }
    guard connector_terminfo_string("cup") != nil else {
      throw TerminalError("A terminal of type “\(shown)” can't show a console; \(remedy).")
    }
  }

  private static func describe() -> Description {
    let names: [(String, Key)] = [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home),
      ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown), ("kich1", .insert),
      ("kdch1", .delete), ("kcbt", .backTab), ("kent", .enter), ("kbs", .backspace),
    ]
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in names + (1...12).map({ ("kf\($0)", Key.function($0)) }) {
      if let bytes = string(name), bytes.count > 1 { keys[bytes] = key }
    }
    let sequences = ["rmkx", "sgr0", "op", "rmcup", "cnorm"].compactMap { string($0) }
    let modes = "\u{1B}[?2026l\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?2004l"
    // The shell would write its prompt over the last frame. A description without a way to clear
    // the screen still has a last row, where ncurses leaves the cursor, to go on from.
    let clearing = string("rmcup") == nil ? string("clear") ?? Array("\r\n".utf8) : []
    return Description(
      colors: Int(tigetnum("colors")), keys: keys,
      reset: Array(modes.utf8) + Array(sequences.joined()) + clearing, clearing: clearing)
  }

  /// A capability's bytes without padding.
  private static func string(_ name: String) -> [UInt8]? {
    guard let value = connector_terminfo_string(name) else { return nil }
    let text = String(cString: value).replacing(/\$<[0-9.]+[*\/]*>/, with: "")
    return text.isEmpty ? nil : Array(text.utf8)
  }

  // MARK: Output

  /// The bytes that ncurses wrote since the last time.
  private func collected() -> [UInt8] {
    let count = lseek(file, 0, SEEK_END)
    guard count > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(count))
    let taken = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    ftruncate(file, 0)
    lseek(file, 0, SEEK_SET)
    return Array(bytes.prefix(max(0, taken)))
  }

  /// Leaves the screen to the shell.
  func leave() -> [UInt8] {
    endwin()
    return collected() + description.clearing
  }

  /// Draws the last frame anew on a terminal in any state, entering its screen again if it was
  /// left.
  func repainted(_ painter: Painter) -> [UInt8] {
    connector_curses_forget()
    let last = shown
    shown = nil
    guard let last else {
      _ = connector_curses_update()
      return collected()
    }
    return drawn(last, painter)
  }

  /// Tells ncurses that the terminal has another size; the next frame is drawn anew.
  func resize(to size: Size) {
    resizeterm(Int32(max(1, size.height)), Int32(max(1, size.width)))
    shown = nil
    connector_curses_erase()
  }

  /// Brings the terminal from the last frame to this one.
  func drawn(_ frame: Frame, _ painter: Painter) -> [UInt8] {
    let known = shown?.size == frame.size ? shown : nil
    for y in 0..<frame.size.height where known.map({ Self.differs($0, frame, y) }) ?? true {
      putRow(y, of: frame, painter)
    }
    let isCursorWanted = frame.cursor != nil
    if isCursorWanted != isCursorShown || shown == nil {
      curs_set(isCursorWanted ? 1 : 0)
      isCursorShown = isCursorWanted
    }
    let cursor = frame.cursor ?? Point(x: 0, y: 0)
    _ = connector_curses_move(Int32(cursor.y), Int32(cursor.x))
    _ = connector_curses_update()
    shown = frame
    return collected()
  }

  private static func differs(_ old: Frame, _ new: Frame, _ y: Int) -> Bool {
    let range = (y * new.size.width)..<((y + 1) * new.size.width)
    return old.cells[range] != new.cells[range]
  }

  private func putRow(_ y: Int, of frame: Frame, _ painter: Painter) {
    var style: Style?
    var attributes: UInt32 = 0
    var pair: Int32 = 0
    for x in 0..<frame.size.width {
      let cell = frame[x, y]
      guard cell.width > 0 else { continue }
      if cell.style != style {
        style = cell.style
        let look = painter.theme.appearance(of: cell.style)
        attributes = Self.attributes(look)
        pair = self.pair(look)
      }
      for (offset, characters) in painter.pieces(cell).enumerated() {
        _ = connector_curses_put(Int32(y), Int32(x + offset), characters, attributes, pair)
      }
    }
  }

  private static func attributes(_ look: Appearance) -> UInt32 {
    var attributes: UInt32 = 0
    if look.isBold { attributes |= connector_attribute_bold() }
    if look.isDim { attributes |= connector_attribute_dim() }
    if look.isUnderlined { attributes |= connector_attribute_underline() }
    if look.isReversed { attributes |= connector_attribute_reverse() }
    return attributes
  }

  /// The number that ncurses knows a pair of colours by; 0 is the terminal's own.
  private func pair(_ look: Appearance) -> Int32 {
    guard look.foreground != nil || look.background != nil else { return 0 }
    let key = Pair(foreground: look.foreground ?? -1, background: look.background ?? -1)
    if let pair = pairs[key] { return pair }
    let number = Int32(pairs.count + 1)
    guard init_extended_pair(number, Int32(key.foreground), Int32(key.background)) == OK else {
      return 0
    }
    pairs[key] = number
    return number
  }
}
