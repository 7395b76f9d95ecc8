internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

/// Carries out `sync`.
struct SyncCommandRun {
  /// How often a rewritten line changes.
  private static let frame = Duration.milliseconds(250)
  /// How often a line is printed where none can be rewritten.
  private static let interval = Duration.seconds(10)
  /// A console's heartbeat comes every five minutes; this and a margin.
  static let heartbeatAge = Duration.seconds(330)
  /// A console that runs takes a job up within this time.
  private static let takeUpTime = Duration.seconds(3)

  private let runner: CommandRunner
  private let command: SyncCommand

  init(_ runner: CommandRunner, _ command: SyncCommand) {
    self.runner = runner
    self.command = command
  }

  func run(_ snapshot: EngineSnapshot) async throws -> ExitStatus {
    let connector = try NameResolution(snapshot: snapshot).connector(command.name)
    let response = try await runner.ask(
      .startSync(
        connectorID: connector.id, command.type, allowedDeletions: command.allowedDeletions))
    guard case .syncStarted(let jobID) = response else { throw CommandStop.unexpected }
    return command.waits
      ? try await watch(jobID, connector.id) : try await handOver(jobID, connector)
  }

  // MARK: - Without waiting

  /// Says who will run the job.
  private func handOver(_ jobID: String, _ connector: ConnectorState) async throws -> ExitStatus {
    let now = runner.clock.now()
    let seen = connector.record.lastSeen.map { now - $0 }
    let isConsoleLikely = seen.map { $0 <= Self.heartbeatAge } ?? false
    var job = try await self.job(jobID)
    let deadline = now + Self.takeUpTime
    while isConsoleLikely, job.status == .pending, runner.clock.now() < deadline {
      try await runner.pause(Self.frame)
      job = try await self.job(jobID)
    }
    let isTaken = job.status != .pending && job.status != .suspended
    if runner.options.format == .json {
      runner.printJSON([
        "job": RecordOutput.job(job), "runner": isTaken ? "another process" : "nobody",
      ])
      return .done
    }
    if isTaken {
      let worker = job.metadata.worker ?? job.workerHostname
      runner.printLine(
        "The sync \(jobID) is run by a console on this store\(worker.map { " (\($0))" } ?? "").")
      return .done
    }
    let wait = "connector-console sync \(ShellWord.quoted(command.name)) --wait"
    if let seen, isConsoleLikely {
      runner.printLine(
        "The sync \(jobID) is queued. A console on this store was seen "
          + "\(Wording.duration(seen)) ago but has not taken it up yet; if it was closed, open the "
          + "console or run: \(wait)", .warning)
    } else {
      runner.printLine(
        "The sync \(jobID) is queued, but no console runs on this store, so nobody runs it yet. "
          + "Open the console or run: \(wait)", .warning)
    }
    return .done
  }

  // MARK: - Waiting

  private func watch(_ jobID: String, _ connectorID: String) async throws -> ExitStatus {
    var display = ProgressDisplay(runner, interval: Self.interval)
    var cancellations = 0
    var wasElsewhere = false
    var toldReason: String?
    while true {
      let interruptions = runner.interruptionCount
      if interruptions > 1 {
        display.finish()
        throw CommandStop(
          .interrupted, "The sync \(jobID) was left alone; a console on this store goes on with it."
        )
      }
      if interruptions > cancellations {
        cancellations = interruptions
        display.note("The sync is being canceled; press Ctrl-C again to leave at once.")
        let answer = await runner.engine.perform(.cancelSync(jobID: jobID))
        // One that has ended meanwhile is told below; else nobody would ever cancel it.
        if case .failure(let failure) = answer, failure.kind != .conflict {
          throw CommandStop(
            .interrupted, "The sync \(jobID) could not be canceled: \(failure.message)")
        }
      }
      let active = runner.engine.snapshot().connector(connectorID)?.activeJob
      if let active, active.job.id == jobID, !active.job.status.isTerminal {
        wasElsewhere = active.isElsewhere
        let reason = active.job.status == .suspended ? active.job.error : nil
        if let reason, reason != toldReason { display.note("The sync is suspended: \(reason)") }
        toldReason = reason
        display.show(active)
      } else {
        let job = try await job(jobID)
        if job.status.isTerminal {
          display.finish()
          return try await conclude(
            job, wasInterrupted: cancellations > 0, wasElsewhere: wasElsewhere)
        }
      }
      try await runner.clock.pause(Self.frame)
    }
  }

  private func conclude(
    _ job: SyncJob, wasInterrupted: Bool, wasElsewhere: Bool
  ) async throws -> ExitStatus {
    let summary = SyncSummary(job)
    if runner.options.format == .json {
      runner.printJSON([
        "job": RecordOutput.job(job),
        "runner": wasElsewhere ? "another process" : "this process",
      ])
    } else {
      var letters: [DeadLetter] = []
      if job.counters.failed > 0,
        case .deadLetters(let found, _) = try await runner.ask(
          .deadLetters(jobID: job.id, from: 0, size: 10))
      {
        letters = found
      }
      for (line, tint) in summary.lines(name: command.name, letters: letters) {
        runner.printLine(line, tint)
      }
    }
    return wasInterrupted && job.status == .canceled ? .interrupted : summary.status
  }

  private func job(_ id: String) async throws(CommandStop) -> SyncJob {
    guard case .job(let job) = try await runner.ask(.job(jobID: id)) else {
      throw CommandStop.unexpected
    }
    return job
  }
}
