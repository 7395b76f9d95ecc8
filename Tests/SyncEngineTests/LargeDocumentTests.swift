import ConcurrencySupport
import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import SyncEngine
import Testing

@Suite struct LargeDocumentTests {
  private static var limits: PipelineLimits {
    var limits = PipelineLimits()
    limits.largeBytes = 1000
    limits.largeBudget = 3000
    limits.contentBatch = 1
    return limits
  }

  private static func document(_ number: Int, bytes: Int) -> Document {
    let text = String(repeating: "a", count: bytes)
    return Document(
      id: DocumentID("doc-\(number)"), body: Array(#"{"n":\#(number),"text":"\#(text)"}"#.utf8))
  }

  /// Syncs while the clock runs, for a small batch waits until nothing else comes.
  private static func sync(_ harness: Harness) async throws -> SyncJob {
    let id = try await harness.start(harness.makeConnector())
    try await harness.advance(by: .milliseconds(100), until: "the job ends") {
      try await harness.record(id).status.isTerminal
    }
    return try await harness.record(id)
  }

  @Test func `the next large content is fetched once the former one is in the index`()
    async throws
  {
    let harness = Harness(limits: Self.limits)
    let documents = (0..<20).map { number in
      Document(
        id: DocumentID("doc-\(number)"), body: Array(#"{"n":\#(number)}"#.utf8), revision: [1],
        content: ContentReference(handle: [UInt8(number)], expectedBytes: 5000))
    }
    let started = Shared(0)
    let index = harness.stores.index
    harness.script.set { state in
      state.fetch = { documents in
        started.change { $0 += documents.count }
        let count = try await index.statistics(of: "search-docs").documentCount
        #expect(count == started.value - 1)
        return documents.map { _ in .members(Array("\"body\":\"text\"".utf8)) }
      }
    }
    harness.script.steps = .listing(documents)
    try await harness.run { harness in
      let job = try await Self.sync(harness)
      #expect(job.counters.created == 20)
    }
  }

  @Test func `a source that writes large documents waits for those before`() async throws {
    let harness = Harness(limits: Self.limits)
    let index = harness.stores.index
    var steps: [ScriptedSource.Step] = [.begin("a")]
    for number in 0..<20 {
      steps.append(.write([Self.document(number, bytes: 2000)], in: "a"))
      steps.append(
        .run {
          let count = try await index.statistics(of: "search-docs").documentCount
          #expect(count >= number, "document \(number) was taken with \(count) in the index")
        })
    }
    harness.script.steps = steps + [.end("a", .complete)]
    try await harness.run { harness in
      let job = try await Self.sync(harness)
      #expect(job.counters.created == 20)
    }
  }

  @Test func `large documents with large contents and small ones between all arrive`()
    async throws
  {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      let harness = Harness(limits: Self.limits)
      let documents = (0..<60).map { number in
        var document = Self.document(number, bytes: Int.random(in: 1...4000, using: &generator))
        if Bool.random(using: &generator) {
          document.content = ContentReference(
            handle: [1], expectedBytes: Int.random(in: 1...9000, using: &generator))
        }
        return document
      }
      harness.script.steps = .listing(documents)
      try await harness.run { harness in
        let job = try await Self.sync(harness)
        #expect(job.counters.created == 60)
      }
    }
  }
}

@Suite struct ByteBudgetTests {
  @Test func `loans are granted in order, and a larger one alone`() async throws {
    let budget = ByteBudget(bytes: 10)
    let granted = Shared<[Int]>([])
    var first: ByteBudget.Loan? = try await budget.borrow(6)
    var second: ByteBudget.Loan? = try await budget.borrow(4)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let loan = try await budget.borrow(25)
        granted.change { $0.append(25) }
        withExtendedLifetime(loan) {}
      }
      while budget.waiting < 1 { await Task.yield() }
      group.addTask {
        let loan = try await budget.borrow(1)
        granted.change { $0.append(1) }
        withExtendedLifetime(loan) {}
      }
      while budget.waiting < 2 { await Task.yield() }
      first = nil
      #expect(granted.value.isEmpty)
      #expect(budget.waiting == 2)
      second = nil
      try await group.waitForAll()
    }
    #expect(granted.value == [25, 1])
    _ = (first, second)
  }

  @Test func `who gives up waiting lets the next one through`() async throws {
    let budget = ByteBudget(bytes: 10)
    let held = try await budget.borrow(5)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          _ = try await budget.borrow(8)
          Issue.record("it was granted beside another one")
        } catch is CancellationError {}
      }
      while budget.waiting < 1 { await Task.yield() }
      let next = Task { try await budget.borrow(5) }
      while budget.waiting < 2 { await Task.yield() }
      group.cancelAll()
      _ = try await next.value
      try await group.waitForAll()
    }
    withExtendedLifetime(held) {}
  }
}
