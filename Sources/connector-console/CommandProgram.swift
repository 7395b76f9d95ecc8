internal import CommandLineInterface
internal import ConsoleConfiguration
internal import ConcurrencySupport
internal import Glibc
internal import SyncEngine

/// A command without the screen, with an engine of its own.
struct CommandProgram {
  /// How long a running sync has to come to a checkpoint when the program ends.
  private static let suspensionDeadline = Duration.seconds(3)

  let composition: Composition
  let invocation: Invocation
  let command: Command
  let output: StandardStreams

  /// Runs the command until it is done or a signal ends it.
  ///
  /// Ctrl-C cancels a sync that is waited for; SIGTERM and SIGHUP suspend it.
  /// - Returns: the exit code.
  func run() -> Int32 {
    let signals = SignalSet([SIGINT, SIGTERM, SIGHUP])
    signals.block()
    let log = logFile()
    let engine = composition.engine(
      mode: invocation.runsJobs ? .ownJobs : .requestsOnly, logSink: log)
    let environment = composition.environment
    let runner = CommandRunner(
      engine: engine, output: output, options: invocation.options,
      clock: CommandClock(now: environment.now, pause: environment.sleep))
    let codes = BlockingQueue<Int32>(capacity: 8)
    let canBeCancelled = invocation.runsJobs
    startThread(name: "signals") {
      signals.watch { signal in
        guard signal == SIGINT, canBeCancelled else { return codes.push(128 + signal) }
        runner.interrupt()
      }
    }
    Task { await engine.run() }
    Task { [command] in codes.push(await runner.run(command).rawValue) }
    let code = codes.takeAll().elements.first ?? ExitStatus.failed.rawValue
    Blocking.wait(atMost: Self.suspensionDeadline + .seconds(1)) {
      await engine.shutdown(deadline: Self.suspensionDeadline)
    }
    log?.close()
    if canBeCancelled, code == 128 + SIGTERM || code == 128 + SIGHUP {
      // The line of progress still stands there.
      let start = output.errorColumns == nil ? "" : "\n"
      output.writeError("\(start)connector-console: Suspended; the next start goes on.\n")
    }
    return code == ExitStatus.done.rawValue && isLogLost(log) ? ExitStatus.failed.rawValue : code
  }

  /// Whether the log that was asked for could not be written; tells why.
  private func isLogLost(_ log: LogFile?) -> Bool {
    guard composition.settings.log.file != nil, let log else { return false }
    if let loss = log.loss { output.writeError("connector-console: \(loss)\n") }
    return log.complaint != nil || log.loss != nil
  }

  /// The log of what runs jobs is always kept; that of a question only if a file is named.
  private func logFile() -> LogFile? {
    let named = composition.settings.log.file
    guard let path = named ?? (invocation.runsJobs ? composition.logPath : nil) else {
      return nil
    }
    let log = LogFile(path: path, format: composition.settings.log.format)
    if named != nil, let complaint = log.complaint {
      output.writeError("connector-console: \(complaint)\n")
    }
    return log
  }
}
