import Foundation
import Glibc
import TerminalTesting
import Testing

/// The service over a real Elasticsearch, with all it knows from a configuration file.
@Suite(.serialized) struct ServeClusterTests {
  @Test(
    .enabled(
      if: ClusterUnderTest.isThere,
      "CONNECTOR_CONSOLE_TEST_ELASTICSEARCH names no server: set it to URL, user and password"))
  func `a configuration file is enough to serve one connector of a cluster`() async throws {
    let program = try ProgramUnderTest()
    let cluster = try #require(ClusterUnderTest())
    program.cluster = cluster
    try await cluster.empty()
    try program.writeMany(20)
    let session = try program.console()
    try program.buildConnector(in: session)
    try session.wait(for: "is saved")
    session.type("q")
    _ = try session.waitForEnd()
    let id = try program.connectorID()

    try program.writeConfiguration(cluster.configuration(connector: id))
    let check = try program.run(["config", "check", "--config", program.configuration])
    #expect(check.code == 0, "\(check.output)\(check.errors)")
    #expect(check.output.contains("It answers: version 8."))
    let shown = try program.run(
      ["config", "show", "--output", "json", "--config", program.configuration])
    for text in [check.output, check.errors, shown.output, shown.errors] {
      #expect(!cluster.holdsSecret(text))
    }

    let queued = try program.run(
      ["sync", "docs"] + cluster.arguments, environment: cluster.variables)
    #expect(queued.code == 0, "\(queued.errors)")
    let service = try ServiceUnderTest(program, ["--config", program.configuration])
    try service.wait(for: "READY=1\nSTATUS=Serving on Elasticsearch at")
    try program.waitForCompletedSync()
    service.signal(SIGTERM)
    let (code, log) = service.end()
    #expect(code == 0)
    #expect(!cluster.holdsSecret(log))
  }

  @Test(
    .enabled(
      if: ClusterUnderTest.isThere,
      "CONNECTOR_CONSOLE_TEST_ELASTICSEARCH names no server: set it to URL, user and password"))
  func `a password that is wrong ends the check and the service with a sentence`() throws {
    let program = try ProgramUnderTest()
    let cluster = try #require(ClusterUnderTest())
    let wrong = ["CONNECTOR_CONSOLE_USER": "nobody", "CONNECTOR_CONSOLE_PASSWORD": "wrong"]
    let check = try program.run(["config", "check"] + cluster.arguments, environment: wrong)
    #expect(check.code == 1)
    #expect(check.output.contains("does not know who asks"), "\(check.output)\(check.errors)")
    let service = try ServiceUnderTest(program, cluster.arguments, environment: wrong)
    let (code, log) = service.end()
    #expect(code == 1)
    #expect(log.contains("does not know who asks"), "\(log)")
  }
}

extension ProgramUnderTest {
  /// The id of the connector `docs`.
  func connectorID() throws -> String {
    let outcome = try run(
      ["connectors", "--output", "json"] + (cluster?.arguments ?? []),
      environment: cluster?.variables ?? [:])
    let connectors = try json(outcome.output)["connectors"] as? [[String: Any]]
    guard let id = connectors?.first?["id"] as? String else {
      throw ServiceUnderTest.Missing(text: "a connector", messages: [outcome.output])
    }
    return id
  }
}
