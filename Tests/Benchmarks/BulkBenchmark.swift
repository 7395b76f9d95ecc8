import ConnectorKit
import ConnectorProtocol
import ElasticsearchStore
import EmbeddedStore
import EngineAPI
import HTTPClient
import SyncEngine
import Synchronization

/// The sender of bulk requests against a server that keeps nothing, and a whole sync.
enum BulkBenchmark: Benchmark {
  static let name = "bulk"
  static let summary =
    "sender and sync against a null server; documents=2000000 requests=4 runs=3 known=10000000"

  private static let batch = 500
  /// Different documents; sent again and again.
  private static let different = 50_000

  static func run(_ options: BenchmarkOptions) async throws {
    let count = options.number("documents", default: 2_000_000)
    let requests = options.number("requests", default: 4)
    let runs = options.number("runs", default: 3)
    let generator = TextGenerator()
    let source = GeneratedSource(generator: generator, documentCount: count)
    let key = DigestKey(low: 1, high: 2)
    let operations = (0..<different).map { number in
      let document = source.document(number)
      return IndexOperation(
        id: document.id, digest: key.digest(of: document.id),
        fingerprint: key.fingerprint(body: document.body, revision: document.revision), scope: "",
        body: document.body)
    }
    let size = operations.reduce(0) { $0 + $1.body.count } / different
    print("documents               \(count) of \(size) bytes, \(batch) in a request")
    try await measureServer(operations, count, requests, runs)
    try await measureSender(operations, count, requests, runs)
    try await measureSync(source, count)
    try await measureKnown(options.number("known", default: 10_000_000))
  }

  private static func measureServer(
    _ operations: [IndexOperation], _ count: Int, _ requests: Int, _ runs: Int
  ) async throws {
    let server = try ServerProcess()
    let bodies = stride(from: 0, to: different, by: batch).map { start in
      PreparedLines.body(operations[start..<min(different, start + batch)])
    }
    let total = count / batch
    let loop = PlainLoop(port: server.port, target: "/search-a/_bulk", connections: requests)
    try await report("server, prepared bodies", count, runs, server, atLeast: nil) {
      try await loop.post { $0 < total ? bodies[$0 % bodies.count] : nil }
    }
  }

  private static func measureSender(
    _ operations: [IndexOperation], _ count: Int, _ requests: Int, _ runs: Int
  ) async throws {
    let server = try ServerProcess()
    let store = ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: server.url)), credentials: nil)
    let batches = stride(from: 0, to: different, by: batch).map { start in
      operations[start..<min(different, start + batch)].map { BulkOperation.index($0) }
    }
    let total = count / batch
    let measurement = try await report("sender", count, runs, server, atLeast: 250_000) {
      try await send(batches, total, requests, to: store)
    }
    let each = measurement.processor / .microseconds(1) / Double(count)
    print(
      "sender's processor time \(Format.decimal(each, 2)) µs a document; "
        + Format.verdict(each, atMost: 3))
  }

  private static func send(
    _ batches: [[BulkOperation]], _ total: Int, _ requests: Int, to store: ElasticsearchStore
  ) async throws {
    let counter = Counter()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<requests {
        group.addTask {
          while true {
            let number = counter.take()
            guard number < total else { return }
            let results = try await store.apply(
              batches[number % batches.count], to: "search-a", apiKey: "a2V5")
            guard results.allSatisfy({ $0 == .created }) else {
              throw BenchmarkError("Not everything was created.")
            }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Counts in several tasks.
  private final class Counter: Sendable {
    private let value = Atomic(0)

    /// Adds, and returns what was there before.
    @discardableResult
    func take(_ count: Int = 1) -> Int {
      value.wrappingAdd(count, ordering: .relaxed).oldValue
    }
  }

  @discardableResult
  private static func report(
    _ label: String, _ count: Int, _ runs: Int, _ server: ServerProcess, atLeast target: Double?,
    _ work: () async throws -> Void
  ) async throws -> Measurement {
    let before = server.processor
    let measurement = try await Measurement.median(ofRuns: runs, work)
    let share = (server.processor - before) / .microseconds(1) / Double(count * max(1, runs))
    let rate = Double(count) / measurement.seconds
    let own = measurement.processor / .microseconds(1) / Double(count)
    // What two cores do when both are busy all the time, whatever else runs on this machine.
    let possible = 2_000_000 / (own + share)
    print(
      "\(Format.padded(label, 24))\(Format.count(rate)) documents/s; processor "
        + "\(Format.decimal(own, 2)) µs a document here and \(Format.decimal(share, 2)) µs in the "
        + "server: two cores do \(Format.count(possible))/s"
        + (target.map { "; \(Format.verdict(rate, atLeast: $0))" } ?? ""))
    return measurement
  }

  private static func measureSync(_ source: GeneratedSource, _ count: Int) async throws {
    let server = try ServerProcess()
    let descriptor = DataSourceDescriptor(
      serviceType: "generated", name: "Generated", summary: "Documents that are made up.",
      schema: ConfigurationSchema([]), make: { _ in source })
    let directory = try TemporaryDirectory(nil)
    defer { directory.remove() }
    let embedded = try await EmbeddedStore.open(directory: directory.path)
    let store = ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: server.url)), credentials: nil)
    let stores = EngineStores(
      indices: store, connectors: embedded, credentials: embedded.credentialStore())
    try await BenchmarkEngine.run(over: stores, descriptor, ConfigurationValues()) { engine in
      ProcessMemory.resetPeak()
      let base = ProcessMemory.resident
      let measurement = try await Measurement.of { _ = try await engine.sync() }
      let each = measurement.processor / .microseconds(1) / Double(count)
      print(
        "whole sync              \(Format.count(Double(count) / measurement.seconds)) documents/s; "
          + "processor \(Format.decimal(each, 2)) µs a document; peak memory "
          + "\(Format.megabytes(ProcessMemory.peak)), \(Format.megabytes(base)) before")
    }
  }

  /// What is known of an index that this program filled, loaded for the differ.
  private static func measureKnown(_ known: Int) async throws {
    for count in [known / 10, known] {
      let server = try ServerProcess(known: count)
      let store = ElasticsearchStore(
        client: HTTPClient(HTTPSettings(baseURL: server.url)), credentials: nil)
      ProcessMemory.resetPeak()
      let seen = Counter()
      let walk = try await Measurement.of {
        try await store.forEachKnownDocument(in: "search-a") {
          seen.take($0.count)
        }
      }
      let found = seen.take(0)
      guard found == count else {
        throw BenchmarkError("The walk saw \(found) of \(count).")
      }
      print(
        "walk over known         \(Format.count(Double(count) / walk.seconds)) documents/s of "
          + "\(count); peak memory \(Format.megabytes(ProcessMemory.peak))")
    }
  }
}

/// Bulk bodies as this program writes them, prepared beforehand.
enum PreparedLines {
  static func body(_ operations: some Collection<IndexOperation>) -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(operations.reduce(0) { $0 + $1.body.count + 200 })
    for operation in operations {
      body += "{\"index\":{\"_id\":\"\(operation.id.text)\"}}\n".utf8
      body += operation.body.dropLast()
      let (digest, fingerprint) = (operation.digest.low, operation.fingerprint)
      body += ",\"_connector_console\":{\"d\":\(Int64(bitPattern: digest)),\"f\":".utf8
      body += "\(Int64(bitPattern: fingerprint)),\"s\":\"\(operation.scope)\"}}\n".utf8
    }
    return body
  }
}
