import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

@Suite struct JobViewTests {
  private func active(_ harness: Harness, _ id: String) -> JobProgress? {
    harness.service.snapshot().connector(id)?.activeJob
  }

  @Test func `the last sample of a fast sync is final and lasts a second`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<1200))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let job = try await harness.sync(id)
      try await harness.until("the job has left the engine") {
        harness.service.snapshot().connector(id)?.lastProgress != nil
      }
      harness.clock.advance(by: .milliseconds(900))
      let last = active(harness, id)
      #expect(last?.job == job)
      #expect(last?.counters == job.counters)
      let documents = Dictionary(
        uniqueKeysWithValues: (last?.stages ?? []).map { ($0.stage, $0.documents) })
      #expect(
        documents == [
          .extract: 1200, .filter: 1200, .diff: 1200, .content: 0, .bulk: 1200, .delete: 0,
        ])
      #expect(last?.stages.allSatisfy { $0.queued == 0 } == true)
      #expect(last?.log.last?.level == .info)
      #expect(
        last?.log.last?.message.hasPrefix(
          "The sync is complete. 1,200 documents extracted: 1,200 created") == true)
      harness.clock.advance(by: .milliseconds(1200))
      #expect(active(harness, id) == nil)
      #expect(harness.service.snapshot().connector(id)?.lastProgress == last)
    }
  }

  @Test func `what was extracted is one number while documents wait`() async throws {
    var limits = PipelineLimits()
    limits.intakeDocuments = 256
    let harness = Harness(limits: limits)
    let isAway = Shared(true)
    harness.script.steps = .listing(Document.samples(0..<3000))
    await harness.stores.index.setBeforeApply { _ in
      if isAway.value { throw StoreError(.unavailable, "The index is away.") }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      var seen = 0
      try await harness.advance(by: .milliseconds(200), until: "the queues are full") {
        guard let progress = active(harness, id) else { return false }
        let extract = progress.stages.first { $0.stage == .extract }?.documents ?? 0
        #expect(extract == progress.counters.extracted)
        for stage in progress.stages { #expect(stage.queued <= stage.capacity) }
        seen = extract
        return extract >= 1000
      }
      #expect(seen > 0)
      isAway.change { $0 = false }
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      #expect(try await harness.record(jobID).counters.extracted == 3000)
    }
  }

  @Test func `a job of another process shows its record's counters and a rate`() async throws {
    let harness = Harness()
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      var job = SyncJob(
        id: "far", connector: try await harness.connector(id), type: .full, trigger: .onDemand,
        createdAt: harness.clock.now)
      job.status = .inProgress
      job.metadata.worker = "elsewhere:7:1"
      job.metadata.attempts = 1
      job.startedAt = harness.clock.now
      job.lastSeen = harness.clock.now
      _ = try await harness.stores.connectors.createJob(job)
      for beat in 1...2 {
        harness.clock.advance(by: .seconds(5))
        _ = try await harness.stores.connectors.changeJob("far") {
          $0.lastSeen = harness.clock.now
          $0.counters.extracted = beat * 600
          $0.counters.created = beat * 500
          return true
        }
        try await harness.advance(by: .milliseconds(200), until: "the heartbeat is seen") {
          active(harness, id)?.counters.created == beat * 500
        }
      }
      let progress = active(harness, id)
      #expect(progress?.isElsewhere == true)
      #expect(progress.map { $0.documentsPerSecond > 80 && $0.documentsPerSecond < 120 } == true)
      #expect(progress.map { $0.elapsed >= .seconds(10) } == true)
      #expect(progress?.stages.first { $0.stage == .bulk }?.documents == 1000)
      #expect(try await harness.start(id) == "far")
    }
  }

  @Test func `a stage with several tasks is never busier than the clock`() async throws {
    let harness = Harness()
    var documents = Document.samples(0..<512)
    for index in documents.indices {
      documents[index].content = ContentReference(handle: [], expectedBytes: 1)
    }
    harness.script.steps = .listing(documents)
    harness.script.set { state in
      state.fetch = { documents in
        try await harness.clock.sleep(.seconds(2))
        return documents.map { _ in .none }
      }
    }
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      let jobID = try await harness.start(id)
      try await harness.advance(by: .milliseconds(500), until: "the job ends") {
        try await harness.record(jobID).status.isTerminal
      }
      let job = try await harness.record(jobID)
      guard let start = job.startedAt, let end = job.completedAt else { throw Unexpected() }
      let content = job.metadata.stageMilliseconds["content"] ?? 0
      #expect(content >= 3000)
      #expect(content <= (end - start).milliseconds)
    }
  }

  @Test func `a canceled job holds nothing and tells what was not finished`() async throws {
    let harness = Harness()
    harness.script.steps = .listing(Document.samples(0..<1000))
    try await harness.run { harness in
      let id = try await harness.makeConnector()
      try await harness.sync(id)
      let monitor = JobMonitor(
        job: SyncJob(
          id: "x", connector: try await harness.connector(id), type: .full, trigger: .onDemand,
          createdAt: harness.clock.now),
        log: EngineLog(sink: nil, now: { harness.clock.now }),
        monotonic: { harness.clock.elapsed })
      var counters = JobCounters()
      (counters.extracted, counters.created, counters.heldDeletions) = (3352, 508, 7)
      monitor.counters.add(counters)
      var job = monitor.job
      job.status = .inProgress
      job.metadata.worker = harness.service.worker
      _ = try await harness.stores.connectors.createJob(job)
      let ending = JobEnding(
        end: .canceled, monitor: monitor, worker: harness.service.worker, now: harness.clock.now)
      let ended = try await ending.write(jobID: "x", to: harness.stores.connectors)
      #expect(ended.status == .canceled)
      #expect(ended.counters.heldDeletions == 0)
      #expect(ended.counters.extracted == 508)
      let told = "2,844 more documents had been read and not finished"
      #expect(ending.summary(ended).1.contains(told))
      #expect(ended.metadata.warnings.last?.hasPrefix(told) == true)
    }
  }
}
