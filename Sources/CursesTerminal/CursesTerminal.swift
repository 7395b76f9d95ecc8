internal import CTerminalSupport
internal import Glibc
package import TerminalKit

/// The terminal that the program runs in: draws frames and reports what happens.
///
/// For one thread only; just its ``wakeUp`` may be used from others. Call ``blockSignals()``
/// before any other thread starts, and ``close()`` before the program ends; a crash and `exit`
/// restore the terminal as well.
package final class CursesTerminal {
  /// How the terminal is used.
  package struct Options: Sendable {
    /// Draws with ASCII characters only, also where more would do.
    package var isASCII = false
    /// Reports the mouse; the terminal then selects text only with Shift.
    package var hasMouse = true
    /// Uses no colours; `NO_COLOR` in the environment does the same.
    package var isColorless = false
    /// Dark or light; `nil` finds out.
    package var ground: Ground?
    package var environment: [String: String]

    /// Makes options for the environment of the process, or for another one.
    package init(environment: [String: String] = processEnvironment()) {
      self.environment = environment
    }
  }

  /// How ``close()`` left the terminal.
  package enum Closing: Hashable, Sendable {
    case restored
    /// The line took nothing for as long as one can wait; the terminal may need `reset`.
    case unresponsive
    /// The line was gone.
    case hungUp
  }

  /// What became of a copy.
  package enum Copy: Hashable, Sendable {
    /// Sent; see ``clipboardNote`` for whether it arrives.
    case sent
    /// More than terminals take; the limit in bytes.
    case tooLong(limit: Int)
    case impossible
  }

  /// The size in cells.
  package internal(set) var size: Size
  /// Whether only ASCII is drawn, by option or because the locale has no more.
  package let isASCII: Bool
  /// How many colours are used.
  package let depth: ColorDepth
  /// Wakes ``nextEvent(timeout:)`` from any thread.
  package let wakeUp: WakeUp

  let device: TerminalDevice
  let signals: SignalSource
  let hasMouse: Bool
  let isAsking: Bool
  var decoder: InputDecoder
  /// Events that were read and not reported yet.
  var pending: [TerminalEvent] = []
  /// Whether the shell has the terminal.
  var isAway = false
  /// Whether an answer to a question is under way, which must not reach the shell.
  var awaitsAnswer = false
  var lastPress: (time: ContinuousClock.Instant, point: Point)?
  var isHangUpReported = false
  /// Since when an unfinished sequence has waited.
  var unfinishedSince: ContinuousClock.Instant?

  private let screen: CursesScreen
  private let clipboard: Clipboard
  private let isSynchronized: Bool
  private let fixedGround: Ground?
  private let errors: CapturedErrors?
  private var painter: Painter
  /// The newest frame, if the line was too slow to take it.
  private var waiting: Frame?
  private var isOpen = true

  /// Takes the terminal of two descriptors over.
  ///
  /// - Throws: an error whose message tells the person what to do.
  package init(
    input: Int32 = 0, output: Int32 = 1, options: Options = Options()
  ) throws(TerminalError) {
    Self.blockSignals()
    let environment = options.environment
    device = try TerminalDevice(input: input, output: output)
    try device.waitForForeground()
    wakeUp = try WakeUp()
    signals = try SignalSource()
    let isUTF8 = LocaleSetup.apply(environment)
    isASCII = options.isASCII || !isUTF8
    size = Self.knownSize(device, environment)
    screen = try CursesScreen(type: CursesScreen.type(environment), size: size)
    let isColorless = options.isColorless || environment["NO_COLOR"]?.isEmpty == false
    depth = isColorless ? .monochrome : Self.depth(colors: screen.description.colors)
    fixedGround = options.ground
    let variable = GroundDetection.ground(fromVariable: environment["COLORFGBG"])
    painter = Painter(
      theme: Theme(depth: depth, ground: options.ground ?? variable ?? .dark), isASCII: isASCII)
    hasMouse = options.hasMouse
    isAsking = fixedGround == nil && depth != .monochrome && GroundDetection.canAsk(environment)
    isSynchronized = GroundDetection.canAsk(environment)
    clipboard = Clipboard(environment: environment)
    decoder = InputDecoder(described: screen.description.keys)
    errors = CapturedErrors()
    enter()
    if isAsking {
      awaitsAnswer = true
      device.write(GroundDetection.question)
    }
  }

  deinit { if isOpen { _ = close() } }

  /// Blocks the signals that the terminal reads, in this thread and those it starts.
  ///
  /// Call it first in the program: a signal goes to any thread that does not block it.
  package static func blockSignals() { connector_block_terminal_signals() }

  /// Lets signals act as usual again, for what the program still does after ``close()``.
  package static func unblockSignals() { connector_unblock_terminal_signals() }

  /// The environment of the process.
  package static func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return result
  }

  private static func depth(colors: Int) -> ColorDepth {
    switch colors {
    case 256...: .indexed256
    case 16..<256: .sixteen
    case 8..<16: .eight
    default: .monochrome
    }
  }

  static func knownSize(_ device: TerminalDevice, _ environment: [String: String]) -> Size {
    if let size = device.size { return size }
    let width = environment["COLUMNS"].flatMap { Int($0) } ?? 80
    let height = environment["LINES"].flatMap { Int($0) } ?? 24
    return Size(width: min(max(1, width), 500), height: min(max(1, height), 200))
  }

  // MARK: Drawing

  /// The colours in use.
  package var theme: Theme { painter.theme }

  /// Shows a frame.
  ///
  /// Never blocks: while the line is too slow for the frame before, only the newest is kept, and
  /// shown by ``nextEvent(timeout:)`` as soon as it can be.
  package func draw(_ frame: Frame) {
    guard isOpen, !device.isHungUp else { return }
    if device.isBehind, !isAway { device.flush() }
    guard !device.isBehind, !isAway else {
      waiting = frame
      return
    }
    waiting = nil
    send(screen.drawn(frame, painter))
  }

  /// Shows the frame that waited, if the line is ready.
  func drawWaiting() {
    if let waiting, !device.isBehind, !isAway { draw(waiting) }
    errors?.trim()
  }

  private func send(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    // Small changes are seen at once anyway.
    guard isSynchronized, bytes.count > 200 else {
      device.write(bytes)
      return
    }
    device.write(Array("\u{1B}[?2026h".utf8) + bytes + Array("\u{1B}[?2026l".utf8))
  }

  /// Draws everything again, for a screen that another program wrote on.
  package func repaint() {
    guard isOpen, !device.isHungUp, !isAway else { return }
    send(screen.repainted(painter))
  }

  /// Takes the size that the terminal has now; `nil` if it is the same.
  func takeSize() -> Size? {
    guard let newSize = device.size, newSize != size else { return nil }
    size = newSize
    waiting = nil
    screen.resize(to: newSize)
    return newSize
  }

  /// Takes the ground's colour as the terminal told it.
  func takeGround(_ ground: Ground) {
    guard fixedGround == nil, ground != painter.theme.ground else { return }
    painter.theme = Theme(depth: depth, ground: ground)
    repaint()
  }

  /// Rings the bell.
  package func ring() { device.write([0x07]) }

  // MARK: Clipboard

  /// One sentence on whether ``copy(_:)`` is likely to work.
  package var clipboardNote: String { clipboard.note }

  /// Copies text to the clipboard of the machine that the terminal runs on.
  package func copy(_ text: String) -> Copy {
    if clipboard.isImpossible { return .impossible }
    guard let sequence = clipboard.sequence(copying: text) else {
      return .tooLong(limit: Clipboard.limit)
    }
    device.write(sequence)
    return .sent
  }

  // MARK: Coming and going

  private func enter() {
    isAway = false
    device.makeRaw()
    errors?.resume()
    device.armGuard(screen.description.reset, errors: errors)
    device.write(screen.repainted(painter))
    device.write(Array("\u{1B}[?2004h".utf8))
    if hasMouse { device.write(Array("\u{1B}[?1000h\u{1B}[?1006h".utf8)) }
  }

  private func leave() -> Closing {
    isAway = true
    awaitAnswer()
    device.write(Array("\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?2004l".utf8))
    device.write(screen.leave())
    let isWritten = device.drain(within: .milliseconds(500))
    // What the line did not take must not arrive after the shell's prompt, nor block the exit.
    if !isWritten, !device.isHungUp { device.discard() }
    connector_disarm_guard()
    device.restoreModes()
    errors?.release()
    if device.isHungUp { return .hungUp }
    return isWritten ? .restored : .unresponsive
  }

  /// Waits a moment for an answer that is under way.
  private func awaitAnswer() {
    let deadline = ContinuousClock.now + .milliseconds(150)
    while awaitsAnswer, !device.isHungUp, ContinuousClock.now < deadline {
      var ready = device.pollDescriptor(isReading: true)
      let rest = deadline - ContinuousClock.now
      if poll(&ready, 1, rest.roundedMilliseconds) > 0 {
        device.noticed(ready)
        readInput()
      }
    }
  }

  /// Gives the terminal back to the shell, as ^Z does, until the program is continued.
  ///
  /// Draws the last frame again before it returns. Threads are stopped as well.
  package func suspendToShell() {
    guard isOpen, !device.isHungUp else { return }
    _ = leave()
    connector_stop_for_shell()
    // The signals of stopping and continuing have done their work; others have not.
    signals.discard([SIGTSTP, SIGCONT])
    comeBack()
    readSignals()
  }

  /// Takes the terminal again after the program was stopped.
  func comeBack() {
    // Started again in the background: taking the terminal would stop the program again.
    guard device.isInForeground else { return }
    let newSize = takeSize()
    enter()
    if let newSize { pending.append(.input(.resize(newSize))) }
  }

  /// Gives the terminal back as it was.
  ///
  /// Takes at most about half a second, even if the line takes nothing.
  @discardableResult
  package func close() -> Closing {
    guard isOpen else { return .restored }
    isOpen = false
    guard !isAway, device.isInForeground else {
      connector_disarm_guard()
      errors?.release()
      return .restored
    }
    return leave()
  }
}
