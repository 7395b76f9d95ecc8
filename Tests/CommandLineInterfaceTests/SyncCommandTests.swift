import ConnectorKit
import ConnectorProtocol
import EngineAPI
import Synchronization
import TerminalKit
import Testing

@testable import CommandLineInterface

@Suite struct SyncCommandTests {
  private let connector = ConnectorState.make("id-1", name: "Docs", index: "search-docs")

  private var counters: JobCounters {
    var counters = JobCounters()
    counters.extracted = 1010
    counters.created = 1000
    counters.updated = 7
    counters.unchanged = 3
    counters.deleted = 2
    return counters
  }

  @Test func `without --wait it says that nobody runs the job`() async throws {
    let engine = FakeEngine([connector])
    engine.set(.make(of: connector, .pending))
    let output = CapturedOutput()
    #expect(try await run("sync Docs", engine, output) == .done)
    #expect(engine.requests.first == .startSync(connectorID: "id-1", .full, allowedDeletions: nil))
    #expect(output.standard.contains("no console runs on this store, so nobody runs it yet"))
    #expect(output.standard.contains("run: connector-console sync Docs --wait"))
  }

  @Test func `without --wait it names the console that took the job up`() async throws {
    var seen = connector
    seen.record.lastSeen = .start + .seconds(-60)
    let state = seen
    let engine = FakeEngine([state])
    engine.set(.make(of: state, .pending))
    let clock = ScriptedClock { pause in
      guard pause == 2 else { return }
      var job = SyncJob.make(of: state, .inProgress)
      job.metadata.worker = "host:42"
      engine.set(job)
    }
    let output = CapturedOutput()
    #expect(try await run("sync Docs", engine, output, clock: clock) == .done)
    #expect(output.standard == "The sync job-1 is run by a console on this store (host:42).\n")
  }

  @Test func `without --wait a console that was seen but does not come is not relied on`()
    async throws
  {
    var seen = connector
    seen.record.lastSeen = .start + .seconds(-60)
    let engine = FakeEngine([seen])
    engine.set(.make(of: seen, .pending))
    let output = CapturedOutput()
    #expect(try await run("sync Docs", engine, output) == .done)
    #expect(output.standard.contains("was seen 1 min 00 s ago but has not taken it up yet"))
    let json = CapturedOutput()
    _ = try await run("sync Docs --output json", engine, json)
    #expect(try JSONValue(parsing: json.standard)["runner"] == "nobody")
  }

  @Test func `a refused sync ends with the engine's reason`() async throws {
    let engine = FakeEngine([connector])
    engine.state.withLock {
      $0.answers[.startSync(connectorID: "id-1", .full, allowedDeletions: nil)] = .failure(
        EngineFailure(.conflict, "A sync runs already."))
    }
    let output = CapturedOutput()
    #expect(try await run("sync Docs --wait", engine, output) == .failed)
    #expect(output.error == "connector-console: A sync runs already.\n")
  }

  @Test func `with --wait a line is rewritten on a terminal, and taken away at the end`()
    async throws
  {
    let engine = FakeEngine([connector])
    engine.set(.make(of: connector, .pending))
    let (connector, counters) = (connector, counters)
    let clock = ScriptedClock { pause in
      switch pause {
      case 1...3:
        engine.set(.make(of: connector, .inProgress, counters: counters)) { progress in
          progress.phase = .extracting
          progress.counters.created = pause * 100
          progress.estimatedTotal = 2020
          progress.documentsPerSecond = 4321
          progress.remaining = .seconds(65)
        }
      default: engine.set(.make(of: connector, .completed, counters: counters))
      }
    }
    let output = CapturedOutput(errorColumns: 100)
    #expect(try await run("sync docs --wait", engine, output, clock: clock) == .done)
    let frames = output.error.split(separator: "\r")
    #expect(!output.error.contains("\n") && !output.error.contains("\u{1B}"))
    #expect(frames.allSatisfy { $0.count < 100 })
    let frame = try #require(frames.dropFirst().first)
    #expect(frame.hasPrefix("extracting ["))
    #expect(frame.contains("1,010 of about 2,020 read  4,321/s  1:05 left"))
    #expect(output.error.hasSuffix(" \r"))
    #expect(
      output.lines == [
        "Completed after 4.2 s.",
        "Extracted 1,010 = 1,000 created + 7 updated + 3 unchanged.", "Deleted 2.",
      ])
  }

  @Test func `with --wait lines come every ten seconds where there is no terminal`() async throws {
    let engine = FakeEngine([connector])
    let (connector, counters) = (connector, counters)
    engine.set(.make(of: connector, .inProgress, counters: counters)) { $0.phase = .extracting }
    let clock = ScriptedClock { pause in
      if pause == 100 { engine.set(.make(of: connector, .completed, counters: counters)) }
    }
    let output = CapturedOutput()
    #expect(try await run("sync docs --wait", engine, output, clock: clock) == .done)
    let lines = output.error.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("2026-11-18T11:06:40.000Z extracting: 1,010 read"))
    #expect(lines[1].hasPrefix("2026-11-18T11:06:50.000Z"))
  }

  @Test func `what is missing is told, and the exit status says so`() async throws {
    var counters = counters
    counters.extracted += 4
    counters.failed = 4
    counters.heldDeletions = 250
    counters.withoutContent = 1
    var job = SyncJob.make(of: connector, .completed, counters: counters)
    job.metadata.heldDeletionsReason = "That is more than 15 % of the index."
    job.metadata.heldDeletionsSample = ["a.txt"]
    job.metadata.partialScopes = [.init(name: "secret\u{1B}[2J", reason: "It can't be opened.")]
    job.metadata.warnings = ["The clock was set back."]
    job.totalDocumentCount = 99_000
    let engine = FakeEngine([connector])
    engine.set(job)
    let letter = DeadLetter(
      jobID: "job-1", connectorID: "id-1", documentID: "bad.txt", stage: "bulk",
      reason: "It is too large.", at: .start, payload: [])
    engine.answer(.deadLetters(jobID: "job-1", from: 0, size: 10), .deadLetters([letter], total: 4))
    let output = CapturedOutput()
    #expect(try await run("sync Docs --wait", engine, output) == .incomplete)
    #expect(
      output.lines == [
        "Completed after 4.2 s.",
        "Extracted 1,014 = 1,000 created + 7 updated + 3 unchanged + 4 failed.",
        "Deleted 2; the index holds 99,000 documents.",
        "Held 250 deletions: That is more than 15 % of the index. If they are right, run: "
          + "connector-console sync Docs --wait --allow-deletes 250",
        "  a.txt", "  … and 249 more documents.",
        "1 part was not read whole; nothing in it was deleted:",
        "  secret␛[2J: It can't be opened.",
        "4 documents could not be indexed:", "  bad.txt: It is too large.",
        "  … and 3 more documents.",
        "1 document is indexed without content, which could not be read; the next sync tries again.",
        "  The clock was set back.",
      ])
  }

  @Test func `a failed sync exits with 1 and its reason`() async throws {
    var job = SyncJob.make(of: connector, .error)
    job.error = "The folder /x does not exist."
    let engine = FakeEngine([connector])
    engine.set(job)
    let output = CapturedOutput()
    #expect(try await run("sync Docs --wait", engine, output) == .failed)
    #expect(output.lines[0] == "Failed after 4.2 s: The folder /x does not exist.")
    let json = CapturedOutput()
    #expect(try await run("sync Docs --wait --output json", engine, json) == .failed)
    let value = try JSONValue(parsing: json.standard)
    #expect(value["job"]?["status"] == "error")
    #expect(value["job"]?["error"] == "The folder /x does not exist.")
    #expect(json.lines.count == 1)
  }

  @Test func `Ctrl-C cancels the sync and waits for its end`() async throws {
    let engine = FakeEngine([connector])
    let connector = connector
    engine.set(.make(of: connector, .inProgress))
    let output = CapturedOutput()
    let runner = Mutex<CommandRunner?>(nil)
    let clock = ScriptedClock { pause in
      if pause == 2 { runner.withLock { $0?.interrupt() } }
      if pause == 5 {
        #expect(engine.requests.contains(.cancelSync(jobID: "job-1")))
        engine.set(.make(of: connector, .canceled))
      }
    }
    let command = CommandRunner(
      engine: engine, output: output, options: GlobalOptions(), clock: clock.clock)
    runner.withLock { $0 = command }
    var sync = SyncCommand(name: "Docs")
    sync.waits = true
    #expect(await command.run(.sync(sync)) == .interrupted)
    #expect(engine.requests.count { $0 == .cancelSync(jobID: "job-1") } == 1)
    #expect(output.error.contains("press Ctrl-C again to leave at once"))
    #expect(output.lines[0] == "Canceled after 4.2 s.")
  }

  @Test func `a cancel that can't be recorded ends the wait, and says why`() async throws {
    let engine = FakeEngine([connector])
    var waiting = SyncJob.make(of: connector, .suspended)
    waiting.error = "The disk is full."
    engine.set(waiting)
    let refusal = EngineFailure(.noSpace, "There is no space for it.")
    engine.state.withLock { $0.answers[.cancelSync(jobID: "job-1")] = .failure(refusal) }
    let output = CapturedOutput()
    let runner = Mutex<CommandRunner?>(nil)
    let clock = ScriptedClock { pause in
      if pause == 2 { runner.withLock { $0?.interrupt() } }
      #expect(pause < 4)
    }
    let command = CommandRunner(
      engine: engine, output: output, options: GlobalOptions(), clock: clock.clock)
    runner.withLock { $0 = command }
    var sync = SyncCommand(name: "Docs")
    sync.waits = true
    #expect(await command.run(.sync(sync)) == .interrupted)
    #expect(output.error.contains("The sync is suspended: The disk is full."))
    #expect(output.error.contains("could not be canceled: There is no space for it."))
  }

  @Test func `of a sync that has not begun nothing is counted`() async throws {
    let engine = FakeEngine([connector])
    let connector = connector
    engine.set(.make(of: connector, .pending))
    let clock = ScriptedClock { pause in
      if pause == 2 { engine.set(.make(of: connector, .completed)) }
    }
    let output = CapturedOutput()
    _ = try await run("sync docs --wait", engine, output, clock: clock)
    #expect(output.error.split(separator: "\n").first?.hasSuffix("Z queued") == true)
  }

  @Test func `a second Ctrl-C leaves at once`() async throws {
    let engine = FakeEngine([connector])
    engine.set(.make(of: connector, .inProgress))
    let output = CapturedOutput()
    let runner = Mutex<CommandRunner?>(nil)
    let clock = ScriptedClock { pause in
      if pause == 2 || pause == 4 { runner.withLock { $0?.interrupt() } }
      #expect(pause < 6)
    }
    let command = CommandRunner(
      engine: engine, output: output, options: GlobalOptions(), clock: clock.clock)
    runner.withLock { $0 = command }
    var sync = SyncCommand(name: "Docs")
    sync.waits = true
    #expect(await command.run(.sync(sync)) == .interrupted)
    #expect(output.error.contains("was left alone"))
  }

  @Test(arguments: [200, 100, 80, 60, 30, 12])
  func `the progress line fits every width`(_ width: Int) {
    var progress = JobProgress(job: .make(of: connector, .inProgress, counters: counters))
    progress.phase = .extracting
    progress.estimatedTotal = 1_000_000_000
    progress.remaining = .seconds(100_000)
    for isASCII in [true, false] {
      let line = ProgressLine(progress, isASCII: isASCII).text(width: width)
      #expect(line.width <= width)
      if isASCII { #expect(line.ascii != nil) }
    }
  }

  @Test func `a name with quotes can be pasted into a shell`() {
    #expect(ShellWord.quoted("docs-1") == "docs-1")
    #expect(ShellWord.quoted("it's $HOME") == #"'it'\''s $HOME'"#)
    #expect(ShellWord.quoted("") == "''")
  }
}
