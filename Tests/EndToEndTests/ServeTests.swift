import Foundation
import Glibc
import TerminalTesting
import Testing

/// The service without a screen: what it runs, what it tells, and how it ends.
@Suite(.serialized) struct ServeTests {
  /// A store with a connector `docs` over some files, never synced.
  private func program(files: Int = 3) throws -> ProgramUnderTest {
    let program = try ProgramUnderTest()
    try program.writeMany(files)
    let session = try program.console()
    try program.buildConnector(in: session)
    try session.wait(for: "is saved")
    session.type("q")
    _ = try session.waitForEnd()
    return program
  }

  @Test func `a queued sync is run, told as ECS lines, and a signal ends the service`() throws {
    let program = try program()
    let queued = try program.run(["sync", "docs"])
    #expect(queued.code == 0, "\(queued.errors)")
    let service = try ServiceUnderTest(program, ["--log-format", "ecs"])
    try service.wait(for: "READY=1")
    #expect(service.messages.first == "READY=1\nSTATUS=Serving on embedded index at ~/store")
    try program.waitForCompletedSync()
    service.signal(SIGTERM)
    let (code, log) = service.end()
    #expect(code == 0)
    #expect(service.messages.last == "STOPPING=1\nSTATUS=Suspending the running syncs")

    let lines = try log.split(separator: "\n").map { try program.json(String($0)) }
    #expect(lines.count >= 3)
    for line in lines {
      #expect(line["ecs.version"] as? String == "1.6.0")
      #expect((line["@timestamp"] as? String)?.hasSuffix("Z") == true)
      #expect(["info", "warning", "error"].contains(line["log.level"] as? String))
      #expect((line["message"] as? String)?.isEmpty == false)
      #expect((line["service"] as? [String: Any])?["name"] as? String == "connector-console")
    }
    let labels = lines.compactMap { $0["labels"] as? [String: Any] }
    #expect(labels.contains { $0["connector_id"] is String && $0["sync_job_id"] is String })
    #expect(lines.last?["message"] as? String == "The service has stopped.")
    #expect(try program.indexedPaths() == program.expectedPaths())
  }

  @Test func `a running sync is suspended, and the next start ends it`() throws {
    let program = try program(files: 1500)
    _ = try program.run(["sync", "docs"])
    let service = try ServiceUnderTest(program)
    try program.waitForSync("in_progress")
    service.signal(SIGINT)
    let (code, log) = service.end()
    #expect(code == 0)
    #expect(log.contains("INFO SIGINT: suspending the running syncs."))
    #expect(try program.latestSyncStatus() == "suspended")

    let again = try ServiceUnderTest(program)
    try program.waitForCompletedSync()
    again.signal(SIGTERM)
    #expect(again.end().code == 0)
    #expect(try program.indexedPaths() == program.expectedPaths())
  }

  @Test func `a second signal ends the service at once, and nothing is lost`() throws {
    let program = try program(files: 1500)
    _ = try program.run(["sync", "docs"])
    let service = try ServiceUnderTest(program)
    try program.waitForSync("in_progress")
    // Both signals wait until the process goes on, so that no time passes between them.
    service.signal(SIGSTOP)
    service.signal(SIGINT)
    service.signal(SIGTERM)
    service.signal(SIGCONT)
    let (code, log) = service.end()
    #expect([128 + SIGINT, 128 + SIGTERM].contains(code), "\(log)")
    #expect(log.contains("again: ending at once."))
    let outcome = try program.run(["sync", "docs", "--wait"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try program.indexedPaths() == program.expectedPaths())
  }

  @Test func `signs of life go on while the engine answers`() throws {
    let program = try ProgramUnderTest()
    let service = try ServiceUnderTest(program, environment: ["WATCHDOG_USEC": "200000"])
    try service.wait(for: "READY=1")
    for _ in 0..<3 { try service.wait(forAnother: "WATCHDOG=1") }
    service.signal(SIGTERM)
    #expect(service.end().code == 0)
  }

  @Test func `a watchdog that is meant for another process gets no signs`() throws {
    let program = try ProgramUnderTest()
    let service = try ServiceUnderTest(
      program, environment: ["WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"])
    try service.wait(for: "READY=1")
    service.signal(SIGTERM)
    #expect(service.end().code == 0)
    #expect(!service.messages.contains("WATCHDOG=1"))
  }

  @Test func `a socket in no folder hears the service as well`() throws {
    let program = try ProgramUnderTest()
    let socket = try NotifySocket("@connector-console-test-\(getpid())")
    let service = try ServiceUnderTest(program, environment: ["NOTIFY_SOCKET": socket.path])
    #expect(socket.next(until: .now + .seconds(20))?.hasPrefix("READY=1\n") == true)
    service.signal(SIGTERM)
    #expect(service.end().code == 0)
  }

  @Test func `a server that is away is waited for, and that is told`() throws {
    let program = try ProgramUnderTest()
    let service = try ServiceUnderTest(program, ["--elasticsearch", "http://127.0.0.1:9"])
    try service.wait(for: "READY=1\nSTATUS=Waiting for Elasticsearch at 127.0.0.1:9")
    service.signal(SIGTERM)
    let (code, log) = service.end()
    #expect(code == 0)
    #expect(log.contains("ERROR Nothing answers at 127.0.0.1:9"))
  }

  @Test func `a server that is away for as many attempts as are set ends the service`() throws {
    let program = try ProgramUnderTest()
    try program.writeConfiguration(
      "elasticsearch.host: http://127.0.0.1:9\nservice.preflight_max_attempts: 1")
    let service = try ServiceUnderTest(program, ["--config", program.configuration])
    #expect(service.end().code == 6)
    #expect(service.messages.last?.hasPrefix("STOPPING=1") == true)
  }

  @Test func `a store that can't be used ends the service with a sentence`() throws {
    let program = try ProgramUnderTest()
    try Data("no folder".utf8).write(to: URL(fileURLWithPath: program.store))
    let service = try ServiceUnderTest(program)
    let (code, log) = service.end()
    #expect(code == 1)
    #expect(log.contains("ERROR") && log.contains(program.store), "\(log)")
    #expect(service.messages.contains { $0.hasPrefix("STOPPING=1\nSTATUS=") })
  }

  @Test func `settings that can't be used end the service before it begins`() throws {
    let program = try ProgramUnderTest()
    try program.writeConfiguration("\nservice.idling: never")
    let service = try ServiceUnderTest(program, ["--config", program.configuration])
    let (code, log) = service.end()
    #expect(code == 4)
    #expect(log.contains("config.yml:2: service.idling takes seconds"), "\(log)")
    #expect(service.messages == [])
  }

  @Test func `a log that was moved away is opened anew by SIGHUP`() throws {
    let program = try ProgramUnderTest()
    let log = program.home.appendingPathComponent("serve.log").path
    let service = try ServiceUnderTest(program, ["--log", log])
    try service.wait(for: "READY=1")
    #expect(rename(log, log + ".old") == 0)
    service.signal(SIGHUP)
    let deadline = ContinuousClock.now + .seconds(20)
    while access(log, F_OK) != 0, ContinuousClock.now < deadline { usleep(10_000) }
    service.signal(SIGTERM)
    let (code, errors) = service.end()
    #expect(code == 0)
    #expect(errors == "")
    #expect(try String(contentsOfFile: log + ".old", encoding: .utf8).contains("Serving on"))
    #expect(try String(contentsOfFile: log, encoding: .utf8).hasSuffix("has stopped.\n"))
  }

  @Test func `what the level leaves out is not logged`() throws {
    let program = try ProgramUnderTest()
    let service = try ServiceUnderTest(program, ["--log-level", "error"])
    try service.wait(for: "READY=1")
    service.signal(SIGTERM)
    #expect(service.end().log == "")
  }
}

extension ProgramUnderTest {
  /// The configuration file.
  var configuration: String { home.appendingPathComponent("config.yml").path }

  /// Writes the configuration file.
  func writeConfiguration(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
    chmod(configuration, 0o600)
  }

  /// How the newest job stands.
  func latestSyncStatus() throws -> String? {
    let outcome = try run(
      ["jobs", "docs", "--output", "json"] + (cluster?.arguments ?? []),
      environment: cluster?.variables ?? [:])
    return (try json(outcome.output)["jobs"] as? [[String: Any]])?.first?["status"] as? String
  }

  /// Waits until the newest job has a status.
  func waitForSync(_ status: String) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      if try latestSyncStatus() == status { return }
    }
    throw ServiceUnderTest.Missing(text: status, messages: [try latestSyncStatus() ?? "no job"])
  }

  /// Waits until the newest job is completed.
  func waitForCompletedSync() throws { try waitForSync("completed") }
}
