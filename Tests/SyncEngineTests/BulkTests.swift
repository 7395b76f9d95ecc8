import ConnectorKit
import ConnectorProtocol
import Testing

@testable import SyncEngine

@Suite struct BulkBatcherTests {
  private func entry(_ id: Int, bytes: Int) -> BulkEntry {
    BulkEntry(
      operation: .index(
        IndexOperation(
          id: DocumentID("\(id)"), digest: DocumentDigest(low: UInt64(id), high: 0), fingerprint: 1,
          scope: "", body: [UInt8](repeating: 0x20, count: bytes))),
      ticket: id)
  }

  @Test(arguments: [21, 22, 23] as [UInt64])
  func `batches keep the order and the limits`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let limits = BulkBatcher.Limits(operations: 10, bytes: 2000)
    var batcher = BulkBatcher(limits)
    var batches: [BulkBatch] = []
    for id in 0..<2000 {
      let bytes = Int.random(in: 0..<20, using: &random) == 0 ? 5000 : Int(random.next() % 400)
      batches += batcher.add(entry(id, bytes: bytes))
      if Int.random(in: 0..<50, using: &random) == 0, let batch = batcher.flush() {
        batches.append(batch)
      }
    }
    if let batch = batcher.flush() { batches.append(batch) }
    let rest = batcher.flush()
    #expect(rest.map(\.bytes) == nil)
    #expect(batches.flatMap { $0.entries.compactMap(\.ticket) } == Array(0..<2000))
    for batch in batches {
      #expect(!batch.entries.isEmpty)
      #expect(batch.entries.count <= limits.operations)
      #expect(batch.bytes <= limits.bytes || batch.entries.count == 1)
      #expect(batch.bytes == batch.entries.reduce(0) { $0 + $1.bytes })
    }
  }

  @Test func `an operation over the limit travels alone`() {
    var batcher = BulkBatcher(.init(operations: 10, bytes: 1000))
    let none = batcher.add(entry(1, bytes: 10))
    #expect(none.isEmpty)
    let closed = batcher.add(entry(2, bytes: 5000))
    #expect(closed.map { $0.entries.compactMap(\.ticket) } == [[1], [2]])
  }
}

@Suite struct BulkOutcomeTests {
  private var entries: [BulkEntry] {
    (0..<5).map { id in
      BulkEntry(
        operation: .index(
          IndexOperation(
            id: DocumentID("\(id)"), digest: DocumentDigest(low: 0, high: 0), fingerprint: 1,
            scope: "", body: Array("{}".utf8))),
        ticket: 4)
    }
  }

  @Test func `every result but a retry settles its document`() throws {
    let results: [BulkItemResult] = [
      .created, .updated, .rejected(reason: "No."), .retry(reason: "Later."), .created,
    ]
    let outcome = try BulkOutcome(entries, results)
    #expect(outcome.counters.created == 2)
    #expect(outcome.counters.updated == 1)
    #expect(outcome.counters.failed == 1)
    #expect(outcome.counters.bytesWritten == 6)
    #expect(outcome.settled == [4: 4])
    #expect(outcome.again.count == 1)
    #expect(outcome.rejected.map(\.reason) == ["No."])
  }

  @Test func `fewer results than operations are an error`() {
    #expect(throws: SyncError.self) { try BulkOutcome(entries, [.created]) }
  }
}

@Suite struct AcknowledgementLedgerTests {
  private func cursor(_ number: Int) -> SyncCursor { SyncCursor(.integer(Int64(number))) }

  @Test func `a cursor waits for everything before it`() {
    var ledger = AcknowledgementLedger()
    let first = ledger.open(2)
    ledger.mark(cursor(1))
    let second = ledger.open(1)
    ledger.mark(cursor(2))
    ledger.settle(second, 1)
    ledger.settle(first, 1)
    let early = ledger.takeAcknowledgedCursor()
    #expect(early == nil)
    ledger.settle(first, 1)
    let newest = ledger.takeAcknowledgedCursor()
    #expect(newest == cursor(2))
    let again = ledger.takeAcknowledgedCursor()
    #expect(again == nil)
  }

  @Test func `a cursor before anything was written is good at once`() {
    var ledger = AcknowledgementLedger()
    ledger.mark(cursor(1))
    _ = ledger.open(1)
    let taken = ledger.takeAcknowledgedCursor()
    #expect(taken == cursor(1))
  }

  @Test(arguments: [31, 32, 33] as [UInt64])
  func `no cursor is given while an earlier group is open`(_ seed: UInt64) {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var ledger = AcknowledgementLedger()
    var open: [Int: Int] = [:]
    var marks: [(number: Int, ticket: Int)] = []
    var latest = 0
    for step in 1...3000 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        let count = Int.random(in: 1...3, using: &random)
        open[ledger.open(count)] = count
      case 2:
        marks.append((step, ledger.nextTicket))
        ledger.mark(cursor(step))
      default:
        guard let (ticket, count) = open.randomElement(using: &random) else { continue }
        ledger.settle(ticket, 1)
        open[ticket] = count == 1 ? nil : count - 1
      }
      let firstOpen = open.keys.min() ?? .max
      let expected = marks.last { $0.ticket <= firstOpen }?.number
      let isNews = expected.map { $0 > latest } ?? false
      let taken = ledger.takeAcknowledgedCursor()
      #expect(taken == (isNews ? expected.map(cursor) : nil))
      if isNews, let expected { latest = expected }
    }
  }
}

@Suite struct RateMeterTests {
  @Test func `a steady stream has its rate`() {
    var meter = RateMeter()
    for tick in 0...400 {
      meter.sample(documents: tick * 25, bytes: tick * 250, at: .milliseconds(tick * 250))
    }
    #expect(abs(meter.documentsPerSecond - 100) < 0.001)
    #expect(abs(meter.bytesPerSecond - 1000) < 0.001)
    #expect(meter.history.count == 60)
    #expect(meter.history.allSatisfy { abs($0 - 100) < 0.001 })
  }

  @Test func `a stream that stopped has rate zero after the window`() {
    var meter = RateMeter(window: .seconds(5))
    for second in 0...20 {
      meter.sample(documents: min(second, 10), bytes: 0, at: .seconds(second))
    }
    #expect(meter.documentsPerSecond == 0)
    #expect(meter.history.last == 0)
  }

  @Test func `nothing sampled is nothing divided`() {
    #expect(RateMeter().documentsPerSecond == 0)
  }
}
