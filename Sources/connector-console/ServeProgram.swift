internal import CommandLineInterface
internal import ConcurrencySupport
internal import ConsoleConfiguration
internal import EngineAPI
internal import Glibc
internal import SyncEngine
internal import ConnectorKit

/// The connector service without a screen, from its start until a signal ends it.
struct ServeProgram {
  /// How long running syncs have to come to a checkpoint when the service ends.
  private static let suspensionDeadline = Duration.seconds(15)

  /// How long the engine has to write its last line.
  private static let lastWords = Duration.milliseconds(500)

  private enum Event: Sendable {
    case signal(Int32)
    case opening(StoreOpening)
    /// All syncs are suspended, or the deadline is over.
    case suspended
    /// The engine has given up.
    case ended
  }

  private let composition: Composition
  private let output: StandardStreams
  private let notifier: SystemdNotifier
  private let events = BlockingQueue<Event>(capacity: 64)

  /// Makes a service with these settings.
  init(composition: Composition, output: StandardStreams) {
    self.composition = composition
    self.output = output
    notifier = SystemdNotifier(environment: composition.variables)
  }

  /// Runs until the first signal has suspended what runs, or the second one ends it at once.
  ///
  /// - Returns: 0 after a signal, 1 if the store can't be used, 6 if it did not answer as often as is
  ///   set, 128 and the second signal's number.
  func run() -> Int32 {
    let signals = SignalSet([SIGINT, SIGTERM, SIGHUP])
    signals.block()
    guard let log = openLog() else { return ExitStatus.failed.rawValue }
    let events = events
    startThread(name: "signals") { signals.watch { events.push(.signal($0)) } }
    let journal = Journal(
      log: log, settings: composition.settings, now: composition.environment.now)
    for problem in composition.settings.problems where problem.severity == .warning {
      journal.write(.warning, problem.description)
    }
    let engine = composition.engine(mode: .service, logSink: log) { events.push(.opening($0)) }
    Task {
      await engine.run()
      events.push(.ended)
    }
    var session = ServeSession(
      engine: engine, journal: journal, notifier: notifier, storeName: composition.storeName)
    let code = run(&session, engine)
    // How opening went, the engine writes into its log after it has told it here; it answers then.
    Blocking.wait(atMost: Self.lastWords) {
      _ = await engine.perform(.log(connectorID: "", limit: 0))
    }
    log.close()
    return code
  }

  private func run(_ session: inout ServeSession, _ engine: SyncService) -> Int32 {
    let watchdog = notifier.watchdogInterval.map { $0 / 2 }
    var nextSign = ContinuousClock.now
    while true {
      if let watchdog, ContinuousClock.now >= nextSign {
        session.giveSignOfLife()
        nextSign = .now + watchdog
      }
      let batch =
        watchdog == nil
        ? events.takeAll() : events.takeAll(timeout: max(.zero, nextSign - .now))
      for event in batch.elements {
        if let code = take(event, &session, engine) { return code }
      }
    }
  }

  /// Handles an event; returns the exit code if it is the last one.
  private func take(
    _ event: Event, _ session: inout ServeSession, _ engine: SyncService
  ) -> Int32? {
    switch event {
    case .signal(SIGHUP): session.reopenLog()
    case .signal(let signal):
      guard session.stop(signal) else { return 128 + signal }
      let events = events
      Task {
        await engine.shutdown(deadline: Self.suspensionDeadline)
        events.push(.suspended)
      }
    case .suspended:
      session.end()
      return ExitStatus.done.rawValue
    case .ended:
      guard !session.isStopping else { return nil }
      notifier.stopping("The store does not answer")
      return ExitStatus.unreachable.rawValue
    case .opening(let opening):
      guard session.note(opening) else {
        if case .refused(let message) = opening, composition.settings.log.file != nil {
          output.writeError("connector-console: \(message)\n")
        }
        return ExitStatus.failed.rawValue
      }
    }
    return nil
  }

  private func openLog() -> LogFile? {
    let settings = composition.settings.log
    guard let path = settings.file else {
      let form = LogForm(standardError: settings.format, environment: composition.variables)
      return LogFile(stream: STDERR_FILENO, form: form)
    }
    let log = LogFile(path: path, format: settings.format)
    guard let complaint = log.complaint else { return log }
    output.writeError("connector-console: \(complaint)\n")
    return nil
  }
}

/// Writes the service's own lines into the log.
struct Journal: Sendable {
  private let log: LogFile
  private let level: LogLine.Level
  private let now: @Sendable () -> Timestamp

  init(log: LogFile, settings: ConsoleSettings, now: @escaping @Sendable () -> Timestamp) {
    self.log = log
    level = settings.log.level
    self.now = now
  }

  func write(_ level: LogLine.Level, _ message: String) {
    guard level >= self.level else { return }
    log.write(LogLine(at: now(), level: level, connectorID: nil, jobID: nil, message: message))
  }

  func reopen() { log.reopen() }
}
