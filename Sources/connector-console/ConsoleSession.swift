internal import ConcurrencySupport
internal import ConnectorKit
internal import ConsoleUI
internal import CursesTerminal
internal import EngineAPI
internal import Glibc
internal import TerminalKit

/// One sitting at the terminal: hands events to the console, carries out its commands, draws.
///
/// For the main thread only, which waits in ``CursesTerminal/nextEvent(timeout:)`` and nowhere else.
struct ConsoleSession {
  /// Why the sitting ended.
  enum End: Hashable {
    /// The person quit.
    case quit
    /// The line is gone.
    case hangUp
    /// A signal asked the program to end.
    case terminated(signal: Int32)
  }

  /// Events that are taken in before the next frame; keys held down must not starve the screen.
  private static let burst = 64
  /// How often the engine is looked at while it opens its store.
  private static let openingInterval = Duration.milliseconds(10)

  private let terminal: CursesTerminal
  private let engine: any Engine
  private let home: String
  private let now: () -> Timestamp
  private let inbox: Inbox
  private var app: ConsoleApp
  private var drawnRevision = 0
  private var end: End?

  /// Makes a sitting.
  ///
  /// - Parameters:
  ///   - terminal: the open terminal.
  ///   - engine: answers requests.
  ///   - options: how the console was started.
  ///   - now: the wall clock.
  init(
    terminal: CursesTerminal, engine: any Engine, options: ConsoleOptions,
    now: @escaping () -> Timestamp
  ) {
    self.terminal = terminal
    self.engine = engine
    self.now = now
    home = options.homeDirectory
    let wakeUp = terminal.wakeUp
    inbox = Inbox { wakeUp.signal() }
    let moment = now()
    app = ConsoleApp(
      context: ScreenContext(
        snapshot: engine.snapshot(), now: moment, zone: LocalTimeZone.table(around: moment),
        options: options, size: terminal.size))
  }

  /// Runs until the person quits or the terminal ends.
  mutating func run() -> End {
    perform(app.start())
    while true {
      perform(app.update(.snapshot(engine.snapshot())))
      perform(app.update(.tick(now())))
      for event in inbox.drain() { perform(app.update(event)) }
      if let end { return end }
      draw()
      takeEvents()
    }
  }

  private mutating func draw() {
    guard app.revision != drawnRevision else { return }
    drawnRevision = app.revision
    terminal.draw(app.frame(terminal.size))
  }

  /// Waits for something to happen, then takes what else there is.
  private mutating func takeEvents() {
    var timeout = app.timeToNextTick
    // The engine does not tell when it has opened the store; the first list shall not wait.
    if case .opening = app.context.snapshot.service.phase {
      timeout = min(timeout, Self.openingInterval)
    }
    for _ in 0..<Self.burst {
      guard end == nil, let event = terminal.nextEvent(timeout: timeout) else { return }
      take(event)
      timeout = .zero
    }
  }

  private mutating func take(_ event: TerminalEvent) {
    switch event {
    case .input(let input): perform(app.update(.input(input)))
    case .wakeUp: break
    case .resumed: perform(app.update(.resumed))
    case .hangUp: end = .hangUp
    case .terminate(let signal): end = .terminated(signal: signal)
    }
  }

  private mutating func perform(_ commands: [AppCommand]) {
    for command in commands { perform(command) }
  }

  private mutating func perform(_ command: AppCommand) {
    let inbox = inbox
    switch command {
    case .request(let tag, let request):
      let engine = engine
      Task { inbox.post(.response(tag, await engine.perform(request))) }
    case .saveFile(let tag, let path, let contents):
      let file = PrivateFile(path: path, home: home)
      startThread(name: "save") { inbox.post(.fileSaved(tag, file.write(contents))) }
    case .copy(let text): _ = terminal.copy(text)
    case .repaint: terminal.repaint()
    case .suspend:
      terminal.suspendToShell()
      perform(app.update(.resumed))
    case .quit: end = .quit
    }
  }
}
