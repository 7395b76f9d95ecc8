internal import ConcurrencySupport
internal import ConnectorKit
internal import ConsoleUI
internal import CursesTerminal
internal import EngineAPI
internal import Glibc
internal import SyncEngine
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
  private let composition: Composition
  private let open: (ConnectionInUse) -> HostedEngine
  private var hosted: HostedEngine
  /// The change of the store that is under way.
  private var change: StoreSwitch?
  /// Looks at servers that are under way.
  private var looks: [RequestTag: Task<Void, Never>] = [:]
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
  ///   - composition: the program's parts.
  ///   - options: how the console was started.
  ///   - open: starts an engine over a store.
  init(
    terminal: CursesTerminal, composition: Composition, options: ConsoleOptions,
    open: @escaping (ConnectionInUse) -> HostedEngine
  ) {
    self.terminal = terminal
    self.composition = composition
    self.open = open
    now = composition.environment.now
    hosted = open(composition.start)
    home = options.homeDirectory
    let wakeUp = terminal.wakeUp
    inbox = Inbox { wakeUp.signal() }
    let moment = now()
    app = ConsoleApp(
      context: ScreenContext(
        snapshot: hosted.engine.snapshot(), now: moment,
        zone: LocalTimeZone.table(around: moment), options: options, store: composition.start,
        size: terminal.size))
  }

  /// Runs until the person quits or the terminal ends.
  mutating func run() -> End {
    perform(app.start())
    while true {
      finishChange()
      perform(app.update(.snapshot(snapshot)))
      perform(app.update(.tick(now())))
      for event in inbox.drain() {
        if case .connectionAnswered(let tag, _) = event { looks[tag] = nil }
        perform(app.update(event))
      }
      if let end { return end }
      draw()
      takeEvents()
    }
  }

  /// The engine over the store in use.
  var engine: SyncService { hosted.engine }

  /// The newest state; while the store changes there is none but that.
  private var snapshot: EngineSnapshot {
    guard let change else { return hosted.engine.snapshot() }
    var service = ServiceState(
      phase: .opening, store: change.choice.location.name(composition.directories))
    service.isUnverified = change.choice.location.isUnverified
    service.openingNote = "The engine over the store before ends; running syncs are suspended."
    return EngineSnapshot(at: now(), service: service)
  }

  /// Ends the engine, so that another one can be opened over another store.
  private mutating func use(_ choice: ConnectionInUse) {
    guard change == nil else { return }
    let wakeUp = terminal.wakeUp
    change = StoreSwitch(from: hosted, to: choice) { wakeUp.signal() }
    remember(choice)
  }

  private mutating func finishChange() {
    guard let change, change.isDone else { return }
    hosted = open(change.choice)
    self.change = nil
  }

  /// Notes what the next start without flags uses.
  private func remember(_ choice: ConnectionInUse) {
    let id: String?
    switch choice.origin {
    case .saved(let saved): id = saved
    case .standard: id = nil
    case .flag, .file: return
    }
    let book = composition.book
    startThread(name: "connections") { try? book.setStart(id) }
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
      let engine = hosted.engine
      Task { inbox.post(.response(tag, await engine.perform(request))) }
    case .saveFile(let tag, let path, let contents):
      let file = PrivateFile(path: path, home: home)
      startThread(name: "save") { inbox.post(.fileSaved(tag, file.write(contents))) }
    case .connection(let tag, let request): ask(tag, request)
    case .cancel(let tag): looks.removeValue(forKey: tag)?.cancel()
    case .useStore(let choice): use(choice)
    case .copy(let text): _ = terminal.copy(text)
    case .repaint: terminal.repaint()
    case .suspend:
      terminal.suspendToShell()
      perform(app.update(.resumed))
    case .quit: end = .quit
    }
  }
  /// Answers a question about connections from a thread or a task of its own.
  private mutating func ask(_ tag: RequestTag, _ request: ConnectionRequest) {
    let (inbox, book) = (inbox, composition.book)
    if case .preflight(let connection) = request {
      let environment = composition.environment
      let preflight = ConnectionPreflight(
        connection: connection, monotonic: environment.monotonic, sleep: environment.sleep)
      looks[tag] = Task {
        inbox.post(.connectionAnswered(tag, .preflight(await preflight.run())))
      }
      return
    }
    let newID = String(composition.environment.random(), radix: 36)
    startThread(name: "connections") {
      inbox.post(.connectionAnswered(tag, Self.answer(request, book, newID: newID)))
    }
  }

  private static func answer(
    _ request: ConnectionRequest, _ book: ConnectionBook, newID: String
  ) -> ConnectionResponse {
    do {
      switch request {
      case .list, .preflight: break
      case .save(let connection): try book.save(connection, newID: newID)
      case .remove(let id): try book.remove(id)
      }
      return .list(book.list())
    } catch {
      return .failed(error.message)
    }
  }
}
