import ConnectorKit
import ConnectorProtocol
import EngineAPI
import StoreContracts
import Testing

@testable import SyncEngine

/// Whole syncs over a source that changes, with faults on both sides, compared with the source.
@Suite struct SimulationTests {
  /// What the source holds: scope and version of every record.
  private struct Model {
    var records: [String: (scope: String, version: Int)] = [:]
    let scopes = ["a", "a/b", "c"]

    /// Records may move between scopes only if asked: one that moves into a scope that can't be
    /// listed is missed where it was, and only a second look could tell.
    mutating func change(_ random: inout SeededGenerator, moves: Bool) {
      for _ in 0..<Int.random(in: 0..<30, using: &random) {
        let id = "doc-\(Int.random(in: 0..<200, using: &random))"
        switch Int.random(in: 0..<10, using: &random) {
        case 0: records[id] = nil
        case 1..<4: records[id]?.version += 1
        default:
          let fresh = scopes[Int.random(in: 0..<scopes.count, using: &random)]
          let scope = moves ? fresh : records[id]?.scope ?? fresh
          records[id] = (scope, (records[id]?.version ?? 0) + 1)
        }
      }
    }

    func steps(_ random: inout SeededGenerator) -> [ScriptedSource.Step] {
      var steps: [ScriptedSource.Step] = []
      for scope in scopes {
        steps.append(.begin(scope))
        var documents = records.filter { $0.value.scope == scope }
          .sorted { $0.key < $1.key }
          .map { Document.sample($0.key, $0.value.version) }
        while !documents.isEmpty {
          let count = min(documents.count, Int.random(in: 1...20, using: &random))
          steps.append(.write(Array(documents.prefix(count)), in: scope))
          documents.removeFirst(count)
        }
        steps.append(.end(scope, .complete))
      }
      return steps
    }
  }

  /// What goes wrong in one sync.
  private enum Fault: CaseIterable {
    case none, partial, sourceFails, indexAway, putOff, cancel, shutdown
  }

  @Test(arguments: [81, 82, 83, 84, 85, 86, 87, 88] as [UInt64])
  func `whatever fails, nothing that exists is deleted and the next sync makes all equal`(
    _ seed: UInt64
  ) async throws {
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    var model = Model()
    let stores = MemoryStores()
    let clock = VirtualClock()
    let script = ScriptedSource.Script()
    var connectorID: String?
    for round in 0..<8 {
      let fault = round == 7 ? .none : Fault.allCases.randomElement(using: &random) ?? .none
      model.change(&random, moves: fault != .partial)
      let before = try await indexed(stores)
      script.steps = broken(model.steps(&random), fault, &random)
      await arm(stores, fault, seed: random.next())
      let harness = Harness(
        stores: stores, clock: clock, script: script, process: Int32(100 + round), seed: seed)
      let job = try await run(harness, &connectorID, fault)
      await arm(stores, .none, seed: 0)
      let after = try await indexed(stores)
      for (id, _) in model.records where before[id] != nil {
        #expect(after[id] != nil, "round \(round), \(fault): \(id) was deleted though it exists")
      }
      #expect(job.counters.extracted == job.counters.settled, "round \(round), \(fault)")
      if job.status == .completed, fault != .partial, job.counters.heldDeletions == 0 {
        #expect(after == expected(model), "round \(round), \(fault)")
      }
    }
  }

  private func expected(_ model: Model) -> [String: String] {
    model.records.reduce(into: [:]) { bodies, record in
      let body = Document.sample(record.key, record.value.version).body
      bodies[record.key] = String(decoding: body, as: UTF8.self)
    }
  }

  private func indexed(_ stores: MemoryStores) async throws -> [String: String] {
    guard await stores.index.indexNames() == ["search-docs"] else { return [:] }
    var bodies: [String: String] = [:]
    for number in 0..<200 {
      let id = "doc-\(number)"
      let body = try await stores.index.document(DocumentID(id), in: "search-docs")
      bodies[id] = body.map { String(decoding: $0, as: UTF8.self) }
    }
    return bodies
  }

  private func broken(
    _ steps: [ScriptedSource.Step], _ fault: Fault, _ random: inout SeededGenerator
  ) -> [ScriptedSource.Step] {
    var steps = steps
    let place = Int.random(in: 0..<steps.count, using: &random)
    switch fault {
    case .partial:
      for index in steps.indices {
        guard case .end(let scope, _) = steps[index], Bool.random(using: &random) else { continue }
        steps[index] = .end(scope, .partial(reason: "It can't be read."))
        let before = index - 1
        if case .write = steps[before] { steps.remove(at: before) }
        return steps
      }
    case .sourceFails:
      steps.insert(
        .run { throw SyncError(.rejected, at: .extract, "The connection broke.") }, at: place)
    case .cancel, .shutdown:
      steps.insert(.run { try await Task.sleep(for: .seconds(3600)) }, at: place)
    case .none, .indexAway, .putOff: break
    }
    return steps
  }

  private func arm(_ stores: MemoryStores, _ fault: Fault, seed: UInt64) async {
    let random = Shared(SeededGenerator(seed: seed))
    let isUnlucky: @Sendable () -> Bool = {
      var number: UInt64 = 0
      random.change { number = $0.next() }
      return number % 3 == 0
    }
    let away: @Sendable ([BulkOperation]) throws -> Void = { _ in
      if isUnlucky() { throw StoreError(.unavailable, "The index is away.") }
    }
    let putOff: @Sendable (BulkOperation) -> BulkItemResult? = { _ in
      isUnlucky() ? .retry(reason: "Too many requests.") : nil
    }
    await stores.index.setBeforeApply(fault == .indexAway ? away : nil)
    await stores.index.setVerdict(fault == .putOff ? putOff : nil)
  }

  /// The job that an earlier round left behind; the service takes it up by itself.
  private func openJob(of id: String, stores: MemoryStores) async -> String? {
    let query = JobQuery(connectorID: id, statuses: [.suspended, .inProgress])
    return await stores.connectors.jobs(query).jobs.first?.record.id
  }

  private func run(
    _ harness: Harness, _ connectorID: inout String?, _ fault: Fault
  ) async throws -> SyncJob {
    var known = connectorID
    var jobID = ""
    try await harness.run { harness in
      if known == nil { known = try await harness.makeConnector() }
      guard let id = known else { throw Unexpected() }
      if let open = await openJob(of: id, stores: harness.stores) {
        jobID = open
      } else {
        jobID = try await harness.start(id)
      }
      switch fault {
      case .cancel, .shutdown:
        try await harness.until("the job runs") {
          try await harness.record(jobID).status == .inProgress
        }
        for _ in 0..<200 { await Task.yield() }
        if fault == .cancel {
          try await harness.perform(.cancelSync(jobID: jobID))
          _ = try await harness.end(of: jobID)
        }
      default:
        try await harness.advance(by: .seconds(1), until: "the job ends") {
          try await harness.record(jobID).status.isTerminal
        }
      }
    }
    connectorID = known
    return try await harness.record(jobID)
  }
}
