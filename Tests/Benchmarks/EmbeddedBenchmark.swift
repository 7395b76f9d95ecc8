import ConnectorKit
import ConnectorProtocol
import EmbeddedStore
import EngineAPI
import SyncEngine

/// A whole sync of generated documents into the embedded index, and a second one with nothing new.
enum EmbeddedBenchmark: Benchmark {
  static let name = "embedded"
  static let summary = "two syncs through engine and store; documents=1000000 directory=PATH"

  static func run(_ options: BenchmarkOptions) async throws {
    let count = options.number("documents", default: 1_000_000)
    let directory = try TemporaryDirectory(options.text("directory"))
    defer { directory.remove() }
    let generator = TextGenerator()
    let source = GeneratedSource(generator: generator, documentCount: count)
    let descriptor = DataSourceDescriptor(
      serviceType: "generated", name: "Generated", summary: "Documents that are made up.",
      schema: ConfigurationSchema([]), make: { _ in source })
    let making = await Measurement.of {
      for number in 0..<min(count, 100_000) { keep(source.document(number).body.count) }
    }
    let rate = Double(min(count, 100_000)) / making.seconds
    print("making documents alone  \(Format.count(rate)) a second on one core")

    try await BenchmarkEngine.run(in: directory.path, descriptor, ConfigurationValues()) { engine in
      ProcessMemory.resetPeak()
      let first = try await sync("first sync", engine, count, atLeast: 60_000)
      guard first.counters.created == count else {
        throw BenchmarkError("Not everything was created: \(first.counters)")
      }
      let peak = ProcessMemory.peak
      print(
        "peak memory             \(Format.megabytes(peak)); "
          + Format.verdict(Double(peak), atMost: 150_000_000))
      let before = try await engine.stores.indices.statistics(of: BenchmarkEngine.indexName)
      ProcessMemory.resetPeak()
      let second = try await sync("second sync", engine, count, atLeast: 250_000)
      guard second.counters.unchanged == count else {
        throw BenchmarkError("The second sync wrote documents: \(second.counters)")
      }
      print("peak memory             \(Format.megabytes(ProcessMemory.peak))")
      let after = try await engine.stores.indices.statistics(of: BenchmarkEngine.indexName)
      print("documents written       \(second.counters.created + second.counters.updated)")
      print(
        "size on disk            \(Format.megabytes(before.bytes)), "
          + "then \(Format.megabytes(after.bytes))")
    }
  }

  private static func sync(
    _ label: String, _ engine: BenchmarkEngine, _ count: Int, atLeast target: Double
  ) async throws -> SyncJob {
    var job: SyncJob?
    let measurement = try await Measurement.of { job = try await engine.sync() }
    guard let job else { throw BenchmarkError("There is no job.") }
    let rate = Double(count) / measurement.seconds
    let seconds = Format.decimal(measurement.seconds, 2)
    let processor = Format.decimal(measurement.processor / .seconds(1), 2)
    print(
      "\(Format.padded(label, 24))\(seconds) s (processor \(processor) s), "
        + "\(Format.count(rate)) documents/s; \(Format.verdict(rate, atLeast: target))")
    return job
  }
}
