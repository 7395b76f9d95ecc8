internal import CommandLineInterface
internal import ConsoleConfiguration
internal import ConsoleUI
internal import CursesTerminal
internal import EngineAPI
internal import Glibc
internal import SyncEngine
internal import TerminalKit

/// The console with its engine, from the first frame to the last job suspended.
struct ConsoleProgram {
  /// How long running syncs have to come to a checkpoint when the program ends.
  private static let suspensionDeadline = Duration.seconds(3)

  let composition: Composition
  let options: GlobalOptions

  /// Runs until the person quits, the line is gone or the system asks the program to end.
  ///
  /// - Returns: the exit code: 0, or 128 and the number of the signal that ended the program.
  func run() -> Int32 {
    CursesTerminal.blockSignals()
    let terminal: CursesTerminal
    do {
      terminal = try CursesTerminal(options: terminalOptions)
    } catch {
      StandardStreams().writeError("connector-console: \(error.message)\n")
      return ExitStatus.failed.rawValue
    }
    let named = composition.settings.log.file
    let log = LogFile(path: named ?? composition.logPath, format: composition.settings.log.format)
    if named != nil, let complaint = log.complaint {
      terminal.close()
      StandardStreams().writeError("connector-console: \(complaint)\n")
      return ExitStatus.failed.rawValue
    }
    let composition = composition
    var session = ConsoleSession(
      terminal: terminal, composition: composition, options: consoleOptions(terminal)
    ) { choice in
      HostedEngine(composition.engine(mode: .service, logSink: log, over: choice))
    }
    let end = session.run()
    let engine = session.engine
    let closing = terminal.close()
    // A line that takes nothing would keep the program from ending.
    suspendJobs(of: engine, isHeard: closing == .restored)
    log.close()
    return exitCode(end)
  }

  private var terminalOptions: CursesTerminal.Options {
    var terminal = CursesTerminal.Options()
    terminal.isASCII = options.isASCII
    terminal.isColorless = options.isMonochrome
    terminal.hasMouse = !options.ignoresMouse
    return terminal
  }

  private func consoleOptions(_ terminal: CursesTerminal) -> ConsoleOptions {
    ConsoleOptions(
      isASCII: terminal.isASCII, homeDirectory: composition.directories.home,
      clipboardNote: terminal.clipboardNote)
  }

  /// Suspends what runs; the terminal is the shell's again already.
  private func suspendJobs(of engine: SyncService, isHeard: Bool) {
    let isRunning = engine.snapshot().connectors.contains { state in
      state.activeJob.map { !$0.isElsewhere && $0.phase != .queued } ?? false
    }
    if isRunning, isHeard {
      StandardStreams().writeError(
        "Suspending the running syncs; the next start takes them up again.\n")
    }
    Blocking.wait(atMost: Self.suspensionDeadline + .seconds(1)) {
      await engine.shutdown(deadline: Self.suspensionDeadline)
    }
  }

  private func exitCode(_ end: ConsoleSession.End) -> Int32 {
    switch end {
    case .quit: 0
    case .hangUp: 128 + SIGHUP
    case .terminated(let signal): 128 + signal
    }
  }
}
