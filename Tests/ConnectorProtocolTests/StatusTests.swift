import ConnectorKit
import ConnectorProtocol
import Testing

@Suite struct JobStatusTests {
  /// The table of the protocol.
  private static let allowed: [JobStatus: Set<JobStatus>] = [
    .pending: [.inProgress, .canceled],
    .inProgress: [.canceling, .completed, .suspended, .error],
    .suspended: [.inProgress, .canceled],
    .canceling: [.canceled, .error],
    .canceled: [], .completed: [], .error: [],
  ]

  @Test(arguments: JobStatus.allCases)
  func `a job moves as the protocol's table says and no other way`(_ status: JobStatus) {
    let next = Set(JobStatus.allCases.filter { status.canBecome($0) })
    #expect(next == Self.allowed[status])
    #expect(status.isTerminal == next.isEmpty)
  }

  @Test func `every status can be reached from pending`() {
    var reached: Set<JobStatus> = [.pending]
    for _ in JobStatus.allCases {
      for status in reached { reached.formUnion(Self.allowed[status] ?? []) }
    }
    #expect(reached == Set(JobStatus.allCases))
  }

  @Test func `codes are Elastic's`() {
    #expect(
      JobStatus.allCases.map(\.rawValue) == [
        "pending", "in_progress", "canceling", "canceled", "suspended", "completed", "error",
      ])
    #expect(
      ConnectorStatus.allCases.map(\.rawValue) == [
        "created", "needs_configuration", "configured", "connected", "error",
      ])
  }
}

@Suite struct IngestionStatusTests {
  private let now = Timestamp(secondsSince1970: 1_000_000)

  private func status(
    _ status: ConnectorStatus, seenSecondsAgo: Int64? = 10, lastSync: JobStatus? = nil,
    indexName: String? = "search-x"
  ) -> IngestionStatus {
    var connector = Connector(id: "c", name: "n", indexName: indexName, serviceType: "s")
    connector.status = status
    connector.lastSeen = seenSecondsAgo.map { Timestamp(secondsSince1970: 1_000_000 - $0) }
    connector.lastSyncStatus = lastSync
    return IngestionStatus(connector, at: now)
  }

  @Test func `a connector without values needs configuration, whatever else is wrong`() {
    for created in [ConnectorStatus.created, .needsConfiguration] {
      #expect(
        status(created, seenSecondsAgo: 99_999, lastSync: .error, indexName: nil)
          == .needsConfiguration)
    }
  }

  @Test func `a failed sync comes before a failed or silent connector`() {
    #expect(status(.error, seenSecondsAgo: 99_999, lastSync: .error) == .syncFailure)
    #expect(status(.connected, lastSync: .error, indexName: nil) == .syncFailure)
    #expect(status(.connected, lastSync: .canceled) == .connected)
    #expect(status(.connected, lastSync: .suspended) == .connected)
  }

  @Test func `a heartbeat counts for half an hour to the second`() {
    #expect(status(.connected, seenSecondsAgo: 1800) == .connected)
    #expect(status(.connected, seenSecondsAgo: 1801) == .connectorFailure)
    #expect(status(.connected, seenSecondsAgo: nil) == .connected)
    #expect(status(.connected, seenSecondsAgo: -60) == .connected)
  }

  @Test func `an error is a failure, a missing index incomplete`() {
    #expect(status(.error, indexName: nil) == .connectorFailure)
    #expect(status(.connected, indexName: nil) == .incomplete)
    #expect(status(.configured) == .configured)
    #expect(status(.connected) == .connected)
  }
}
