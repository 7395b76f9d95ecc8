package import ConnectorKit
internal import ConnectorProtocol
package import EngineAPI
internal import Synchronization

/// How a command ended, as the shell sees it.
package enum ExitStatus: Int32, Hashable, Sendable {
  case done = 0
  /// A sync failed or was canceled, a name is not found, the store can't be used.
  case failed = 1
  case usage = 2
  /// Completed, but with parts missing.
  case incomplete = 3
  /// The settings can't be used.
  case configuration = 4
  /// Elasticsearch does not answer.
  case unreachable = 6
  /// Ended by Ctrl-C: 128 and the signal's number.
  case interrupted = 130
}

/// What a command waits with.
package struct CommandClock: Sendable {
  /// The wall clock.
  package var now: @Sendable () -> Timestamp
  /// Waits so long, or throws once the task is cancelled.
  package var pause: @Sendable (Duration) async throws -> Void

  /// Makes a clock.
  package init(
    now: @escaping @Sendable () -> Timestamp,
    pause: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.pause = pause
  }
}

/// Runs the commands that need no screen.
package final class CommandRunner: Sendable {
  /// The store is waited for so long, then given up.
  static let openingTimeout = Duration.seconds(30)

  let engine: any Engine
  let output: any CommandOutput
  let options: GlobalOptions
  let clock: CommandClock
  private let interruptions = Atomic<Int>(0)

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - engine: answers; it must run jobs if ``Invocation/runsJobs`` says so.
  ///   - output: where to print.
  ///   - options: the flags of the command line.
  ///   - clock: what to wait with.
  package init(
    engine: any Engine, output: any CommandOutput, options: GlobalOptions, clock: CommandClock
  ) {
    self.engine = engine
    self.output = output
    self.options = options
    self.clock = clock
  }

  /// Tells that somebody pressed Ctrl-C; may be called from any thread.
  ///
  /// The first time a running sync is cancelled and waited for, the second time it is left alone.
  package func interrupt() { interruptions.add(1, ordering: .relaxed) }

  var interruptionCount: Int { interruptions.load(ordering: .relaxed) }

  /// Carries out a command.
  package func run(_ command: Command) async -> ExitStatus {
    do {
      let snapshot = try await openedStore()
      switch command {
      case .connectors: return list(snapshot)
      case .jobs(let jobs): return try await list(jobs, snapshot)
      case .search(let search): return try await self.search(search, snapshot)
      case .sync(let sync): return try await SyncCommandRun(self, sync).run(snapshot)
      }
    } catch let stop as CommandStop {
      if let message = stop.message { complain(message) }
      for detail in stop.details { output.writeError("  " + errorPrinter.text(detail) + "\n") }
      return stop.status
    } catch {
      complain("The command was stopped.")
      return .interrupted
    }
  }

  /// Waits until the engine has opened its store.
  private func openedStore() async throws -> EngineSnapshot {
    let start = clock.now()
    while true {
      let snapshot = engine.snapshot()
      switch snapshot.service.phase {
      case .running: return snapshot
      case .failed(let message): throw CommandStop(.failed, message)
      case .opening: break
      }
      guard clock.now() - start < Self.openingTimeout else {
        throw CommandStop(
          .failed,
          "\(snapshot.service.store) did not open within "
            + "\(Wording.duration(Self.openingTimeout)); see whether another program holds it.")
      }
      try await pause(.milliseconds(20))
    }
  }

  /// Waits; Ctrl-C ends the wait of a command that has nothing to cancel.
  func pause(_ duration: Duration) async throws {
    if interruptionCount > 0 { throw CommandStop(.interrupted, nil) }
    try await clock.pause(duration)
  }

  /// Asks the engine, and turns a refusal into the end of the command.
  func ask(_ request: EngineRequest) async throws(CommandStop) -> EngineResponse {
    switch await engine.perform(request) {
    case .success(let response): return response
    case .failure(let failure): throw CommandStop(.failed, failure.message)
    }
  }

  // MARK: - Printing

  /// How results are marked.
  var printer: Printer {
    Printer(
      isASCII: options.isASCII, usesColor: output.columns != nil && !options.isMonochrome)
  }

  /// How progress and errors are marked.
  var errorPrinter: Printer {
    Printer(
      isASCII: options.isASCII, usesColor: output.errorColumns != nil && !options.isMonochrome)
  }

  /// Prints a sentence to standard error.
  func complain(_ message: String) {
    output.writeError("connector-console: " + errorPrinter.text(message, .bad) + "\n")
  }

  func printJSON(_ value: JSONValue) { output.write(value.text + "\n") }

  func printLine(_ text: String, _ tint: Tint = .plain) {
    output.write(printer.text(text, tint) + "\n")
  }
}

/// Why a command ends before its end.
struct CommandStop: Error {
  var status: ExitStatus
  var message: String?
  /// One line each below the message.
  var details: [String]

  init(_ status: ExitStatus, _ message: String?, details: [String] = []) {
    self.status = status
    self.message = message
    self.details = details
  }
}
