import ConnectorKit
import ConnectorProtocol
import EngineAPI
import Synchronization

@testable import CommandLineInterface

/// An engine that answers what a test says.
final class FakeEngine: Engine {
  struct State {
    var snapshot: EngineSnapshot
    var requests: [EngineRequest] = []
    var answers: [EngineRequest: Result<EngineResponse, EngineFailure>] = [:]
    var jobs: [String: SyncJob] = [:]
  }

  let state: Mutex<State>

  init(_ connectors: [ConnectorState] = [], indexNames: [String] = []) {
    state = Mutex(
      State(
        snapshot: EngineSnapshot(
          at: .start, service: ServiceState(phase: .running, store: "the store at /tmp/store"),
          connectors: connectors, indexNames: indexNames,
          catalog: [
            CatalogEntry(
              serviceType: "dir", name: "Directory", summary: "", schema: ConfigurationSchema([]))
          ])))
  }

  func snapshot() -> EngineSnapshot { state.withLock(\.snapshot) }
  var requests: [EngineRequest] { state.withLock(\.requests) }

  func perform(_ request: EngineRequest) async -> Result<EngineResponse, EngineFailure> {
    state.withLock { state in
      state.requests.append(request)
      if let answer = state.answers[request] { return answer }
      switch request {
      case .startSync: return .success(.syncStarted(jobID: "job-1"))
      case .job(let id):
        guard let job = state.jobs[id] else {
          return .failure(EngineFailure(.notFound, "The job \(id) does not exist any more."))
        }
        return .success(.job(job))
      case .cancelSync: return .success(.done)
      case .deadLetters: return .success(.deadLetters([], total: 0))
      default: return .failure(EngineFailure(.invalid, "unexpected \(request)"))
      }
    }
  }

  func answer(_ request: EngineRequest, _ response: EngineResponse) {
    state.withLock { $0.answers[request] = .success(response) }
  }

  func set(_ job: SyncJob, progress change: ((inout JobProgress) -> Void)? = nil) {
    state.withLock { state in
      state.jobs[job.id] = job
      for index in state.snapshot.connectors.indices
      where state.snapshot.connectors[index].id == job.connectorID {
        var progress = JobProgress(job: job)
        change?(&progress)
        state.snapshot.connectors[index].activeJob = job.status.isTerminal ? nil : progress
      }
    }
  }
}

/// Keeps what was printed.
final class CapturedOutput: CommandOutput {
  let columns: Int?
  let errorColumns: Int?
  private let texts = Mutex((standard: "", error: ""))

  init(columns: Int? = nil, errorColumns: Int? = nil) {
    self.columns = columns
    self.errorColumns = errorColumns
  }

  func write(_ text: String) { texts.withLock { $0.standard += text } }
  func writeError(_ text: String) { texts.withLock { $0.error += text } }
  var standard: String { texts.withLock(\.standard) }
  var error: String { texts.withLock(\.error) }
  var lines: [String] { standard.split(separator: "\n").map(String.init) }
}

/// A clock whose pauses pass at once and run a script.
final class ScriptedClock: Sendable {
  private let time = Mutex(Timestamp.start)
  private let step = Mutex(0)
  private let script: @Sendable (Int) -> Void

  /// Makes a clock; the script gets the number of the pause, from 1.
  init(_ script: @escaping @Sendable (Int) -> Void = { _ in }) { self.script = script }

  var clock: CommandClock {
    CommandClock(
      now: { self.time.withLock { $0 } },
      pause: { duration in
        self.time.withLock { $0 = $0 + duration }
        let number = self.step.withLock {
          $0 += 1
          return $0
        }
        if number > 10_000 { throw CancellationError() }
        self.script(number)
      })
  }
}

extension Timestamp {
  static let start = Timestamp(secondsSince1970: 1_795_000_000)
}

extension ConnectorState {
  static func make(
    _ id: String, name: String, index: String?, status: IngestionStatus = .connected,
    lastSeen: Timestamp? = nil
  ) -> ConnectorState {
    var record = Connector(id: id, name: name, indexName: index, serviceType: "dir")
    record.status = .connected
    record.lastSeen = lastSeen
    return ConnectorState(record: record, ingestionStatus: status)
  }
}

extension SyncJob {
  static func make(
    _ id: String = "job-1", of connector: ConnectorState, _ status: JobStatus,
    counters: JobCounters = JobCounters()
  ) -> SyncJob {
    var job = SyncJob(
      id: id, connector: connector.record, type: .full, trigger: .onDemand, createdAt: .start)
    job.status = status
    job.counters = counters
    if status != .pending { job.startedAt = .start }
    if status.isTerminal { job.completedAt = .start + .milliseconds(4200) }
    return job
  }
}

/// Runs a command line as the program does, without its console.
func run(
  _ arguments: String, _ engine: FakeEngine, _ output: CapturedOutput,
  clock: ScriptedClock = ScriptedClock()
) async throws -> ExitStatus {
  let words = arguments.split(separator: " ").map(String.init)
  let invocation = try CommandLineArguments.parse(words).get()
  guard case .command(let command) = invocation.action else { return .usage }
  let runner = CommandRunner(
    engine: engine, output: output, options: invocation.options, clock: clock.clock)
  return await runner.run(command)
}
