import ConnectorKit
import ConnectorProtocol
import EmbeddedStore

/// How fast the embedded store takes documents, without the engine around it.
enum StoreBenchmark: Benchmark {
  static let name = "store"
  static let summary =
    "IndexStore.apply in batches; documents=200000 batch=1000 inflight=2 directory=PATH"

  static func run(_ options: BenchmarkOptions) async throws {
    let count = options.number("documents", default: 200_000)
    let batch = options.number("batch", default: 1_000)
    let inFlight = options.number("inflight", default: 2)
    let directory = try TemporaryDirectory(options.text("directory"))
    defer { directory.remove() }
    let store = try await EmbeddedStore.open(directory: directory.path)
    let source = GeneratedSource(generator: TextGenerator(), documentCount: count)
    let name = "search-benchmark"
    try await store.createIndex(name, language: .english)
    let connector = Connector(
      id: "benchmark", name: "Benchmark", indexName: name, serviceType: "generated")
    _ = try await store.createConnector(connector)
    let key = try await store.generateAPIKey(connectorID: "benchmark", indexName: name)
    let digestKey = try await store.digestKey(of: name)

    let making = await Measurement.of {
      for number in 0..<count { keep(source.document(number).body.count) }
    }
    ProcessMemory.resetPeak()
    let before = ProcessMemory.resident
    let applying = try await Measurement.of {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for sender in 0..<inFlight {
          group.addTask {
            var number = sender * batch
            while number < count {
              let operations = (number..<min(count, number + batch)).map { number in
                operation(source.document(number), digestKey)
              }
              _ = try await store.apply(operations, to: name, apiKey: key.encoded)
              number += inFlight * batch
            }
          }
        }
        try await group.waitForAll()
      }
      try await store.refresh(name)
    }
    let net = applying.seconds - making.seconds
    print("making documents      \(Format.count(Double(count) / making.seconds)) a second")
    print("with making them      \(Format.count(Double(count) / applying.seconds)) a second")
    print("apply and refresh     \(Format.count(Double(count) / net)) a second")
    print("processor seconds     \(Format.decimal(applying.processor / .seconds(1)))")
    print(
      "memory before, peak   \(Format.megabytes(before)), \(Format.megabytes(ProcessMemory.peak))")
    let statistics = try await store.statistics(of: name)
    print("size on disk          \(Format.megabytes(statistics.bytes))")
    try await search(store, name)
  }

  private static func operation(_ document: Document, _ key: DigestKey) -> BulkOperation {
    .index(
      IndexOperation(
        id: document.id, digest: key.digest(of: document.id),
        fingerprint: key.fingerprint(body: document.body, revision: []), scope: "",
        body: document.body))
  }

  private static func search(_ store: EmbeddedStore, _ name: String) async throws {
    for query in ["made", "made which", "\"could be\"", "made -now"] {
      var found = 0
      let measurement = try await Measurement.median(ofRuns: 5) {
        found = try await store.search(SearchRequest(query: query), in: name).total
      }
      let label = Format.padded("search \(query)", 22)
      print("\(label)\(Format.decimal(measurement.seconds * 1_000)) ms, \(found) documents")
    }
  }
}

/// Keeps the compiler from leaving work out.
@inline(never)
func keep<Value>(_ value: Value) {}
