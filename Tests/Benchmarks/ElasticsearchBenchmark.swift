import ConnectorKit
import ConnectorProtocol
import ElasticsearchStore
import EmbeddedStore
import EngineAPI
import HTTPClient
import SyncEngine
import Synchronization

/// Whole syncs into a real Elasticsearch beside a plain loop that posts the same prepared bodies.
enum ElasticsearchBenchmark: Benchmark {
  static let name = "elasticsearch"
  static let summary =
    "syncs into a real server; port=9200 user=NAME password=WORD documents=1000000 runs=3"

  private static let batch = 500

  static func run(_ options: BenchmarkOptions) async throws {
    let count = options.number("documents", default: 1_000_000)
    let runs = options.number("runs", default: 3)
    let port = options.number("port", default: 9200)
    let user = options.text("user") ?? "elastic"
    let credentials = HTTPCredentials.basic(user: user, password: options.text("password") ?? "")
    let source = GeneratedSource(generator: TextGenerator(), documentCount: count)
    let descriptor = DataSourceDescriptor(
      serviceType: "generated", name: "Generated", summary: "Documents that are made up.",
      schema: ConfigurationSchema([]), make: { _ in source })
    let store = ElasticsearchStore(
      client: HTTPClient(HTTPSettings(baseURL: "http://127.0.0.1:\(port)")),
      credentials: credentials)
    var plain: [Double] = []
    var synced: [Double] = []
    for run in 1...max(1, runs) {
      let loop = try await measureLoop(source, count, store, port)
      let sync = try await measureSyncs(store, descriptor, count)
      plain.append(loop)
      synced.append(sync)
      print(
        "run \(run)                   plain loop \(Format.count(loop)) documents/s, sync "
          + "\(Format.count(sync)) documents/s")
    }
    let ratio = median(synced) / median(plain)
    print(
      "sync beside plain loop  \(Format.decimal(ratio, 3)); "
        + Format.verdict(ratio, atLeast: 0.95))
  }

  private static func measureLoop(
    _ source: GeneratedSource, _ count: Int, _ store: ElasticsearchStore, _ port: Int
  ) async throws -> Double {
    let index = BenchmarkEngine.indexName
    try await store.deleteIndex(index)
    try await store.createIndex(index, language: .english)
    let connector = Connector(
      id: "benchmark", name: "Benchmark", indexName: index, serviceType: "generated")
    _ = try await store.createConnector(connector)
    let apiKey = try await store.generateAPIKey(connectorID: "benchmark", indexName: index).encoded
    let key = try await store.digestKey(of: index)
    let bodies = stride(from: 0, to: count, by: batch).map { start in
      let documents = (start..<min(count, start + batch)).map { source.document($0) }
      return PreparedLines.body(
        documents.map { document in
          IndexOperation(
            id: document.id, digest: key.digest(of: document.id),
            fingerprint: key.fingerprint(body: document.body, revision: document.revision),
            scope: "", body: document.body)
        })
    }
    let filter =
      "items.*.status,items.*.result,items.*.error.type,items.*.error.reason,"
      + "items.*.error.caused_by.reason"
    let loop = PlainLoop(
      port: port, target: "/\(index)/_bulk?filter_path=\(filter)",
      headers: "Authorization: ApiKey \(apiKey)\r\n",
      connections: PipelineLimits().requestsInFlight)
    let measurement = try await Measurement.of {
      try await loop.post { $0 < bodies.count ? bodies[$0] : nil }
      try await store.refresh(index)
    }
    guard try await store.statistics(of: index).documentCount == count else {
      throw BenchmarkError("Not all documents are there.")
    }
    try await store.deleteConnector("benchmark")
    try await store.deleteIndex(index)
    return Double(count) / measurement.seconds
  }

  private static func measureSyncs(
    _ store: ElasticsearchStore, _ descriptor: DataSourceDescriptor, _ count: Int
  ) async throws -> Double {
    let directory = try TemporaryDirectory(nil)
    defer { directory.remove() }
    let stores = EngineStores(
      indices: store, connectors: store,
      credentials: FileCredentialStore(directory: directory.path))
    let rate = Mutex(0.0)
    try await BenchmarkEngine.run(over: stores, descriptor, ConfigurationValues()) { engine in
      let before = ProcessMemory.resident
      ProcessMemory.resetPeak()
      let first = try await Measurement.of { _ = try await engine.sync() }
      rate.withLock { $0 = Double(count) / first.seconds }
      let peak = ProcessMemory.peak
      ProcessMemory.resetPeak()
      let second = try await Measurement.of { _ = try await engine.sync() }
      let each = first.processor / .microseconds(1) / Double(count)
      print(
        "first sync              \(Format.decimal(each, 2)) µs of processor a document, peak memory "
          + "\(Format.megabytes(peak)) (\(Format.megabytes(before)) before); "
          + Format.verdict(Double(peak), atMost: 100_000_000))
      print(
        "second sync             \(Format.count(Double(count) / second.seconds)) documents/s, peak "
          + "memory \(Format.megabytes(ProcessMemory.peak)); "
          + Format.verdict(Double(ProcessMemory.peak), atMost: 130_000_000))
      try await store.deleteConnector(engine.connectorID)
    }
    try await store.deleteIndex(BenchmarkEngine.indexName)
    return rate.withLock { $0 }
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
