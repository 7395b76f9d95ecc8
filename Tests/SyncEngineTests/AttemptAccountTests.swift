import ConnectorKit
import ConnectorProtocol
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct AttemptAccountTests {
  private static func job(_ type: JobType, _ counters: JobCounters, attempts: Int = 2) -> SyncJob {
    let connector = Connector(
      id: "1", name: "Docs", indexName: "search-docs", serviceType: "scripted")
    var job = SyncJob(
      id: "job", connector: connector, type: type, trigger: .onDemand,
      createdAt: Timestamp(millisecondsSince1970: 0))
    job.counters = counters
    job.metadata.attempts = attempts
    return job
  }

  private static func counters(
    created: Int = 0, updated: Int = 0, unchanged: Int = 0, filtered: Int = 0
  ) -> JobCounters {
    var counters = JobCounters()
    counters.created = created
    counters.updated = updated
    counters.unchanged = unchanged
    counters.filtered = filtered
    counters.extracted = counters.settled
    return counters
  }

  @Test func `what an earlier attempt of a full sync wrote is not unchanged`() {
    let account = AttemptAccount(
      Self.job(.full, Self.counters(created: 30, updated: 20, unchanged: 5, filtered: 2)))
    let total = account.total(
      with: Self.counters(created: 10, updated: 1, unchanged: 60, filtered: 2))
    #expect(total == Self.counters(created: 40, updated: 21, unchanged: 10, filtered: 2))
    #expect(account.base == JobCounters())
  }

  @Test func `attempts of an incremental sync add up`() {
    let account = AttemptAccount(
      Self.job(.incremental, Self.counters(created: 30, unchanged: 5)))
    #expect(
      account.total(with: Self.counters(created: 10, unchanged: 1))
        == Self.counters(created: 40, unchanged: 6))
  }

  /// A folder of records, some of which are in the index before the job, read by attempts that end
  /// anywhere.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func `however often a full sync is taken up, every document counts once`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let total = Int.random(in: 0...200, using: &random)
      let kinds = (0..<total).map { _ in Int.random(in: 0..<4, using: &random) }
      var isWritten = [Bool](repeating: false, count: total)
      var job = Self.job(.full, JobCounters(), attempts: 0)
      let attempts = Int.random(in: 1...6, using: &random)
      for attempt in 1...attempts {
        job.metadata.attempts = attempt
        let account = AttemptAccount(job)
        let end = attempt == attempts ? total : Int.random(in: 0...total, using: &random)
        var now = JobCounters()
        for document in 0..<end {
          now.extracted += 1
          switch (kinds[document], isWritten[document]) {
          case (0, false): now.created += 1
          case (1, false): now.updated += 1
          case (3, _): now.filtered += 1
          default: now.unchanged += 1
          }
          isWritten[document] = true
        }
        job.counters = account.total(with: now)
        #expect(job.counters.extracted == job.counters.settled)
        if attempt > 1 { job.metadata.written = account.written(with: now) }
      }
      var expected = JobCounters()
      expected.extracted = total
      expected.created = kinds.count { $0 == 0 }
      expected.updated = kinds.count { $0 == 1 }
      expected.unchanged = kinds.count { $0 == 2 }
      expected.filtered = kinds.count { $0 == 3 }
      #expect(job.counters == expected)
    }
  }
}
