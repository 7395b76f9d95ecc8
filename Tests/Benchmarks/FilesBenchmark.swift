import ConnectorKit
import ConnectorProtocol
import DataSourceCatalog
import Synchronization

/// How fast the directory data source reads small files, against `find … -exec cat {} +`.
enum FilesBenchmark: Benchmark {
  static let name = "files"
  static let summary =
    "the directory source and whole syncs on a warm cache; files=200000 size=1500 runs=3"

  static func run(_ options: BenchmarkOptions) async throws {
    let count = options.number("files", default: 200_000)
    let runs = options.number("runs", default: 3)
    let directory = try TemporaryDirectory(options.text("directory"))
    defer { directory.remove() }
    let tree = try FileTree(
      in: directory.path, fileCount: count, fileSize: options.number("size", default: 1_500))
    guard let descriptor = DataSourceCatalog.all.first(where: { $0.serviceType == "dir" }) else {
      throw BenchmarkError("There is no directory data source.")
    }
    let values = ConfigurationValues(["directory": .string(directory.path)])

    try tree.readWithCat()
    let reference = try await Measurement.median(ofRuns: runs) { try tree.readWithCat() }
    report("find -exec cat", count, reference, against: reference)
    let listing = try await Measurement.median(ofRuns: runs) {
      try await read(descriptor, values, expecting: count, fetchesContent: false)
    }
    report("listing alone", count, listing, against: reference)
    let reading = try await Measurement.median(ofRuns: runs) {
      try await read(descriptor, values, expecting: count, fetchesContent: true)
    }
    report("listing and content", count, reading, against: reference)
    try await sync(descriptor, values, count, against: reference)
  }

  /// Whole syncs into the embedded index: one that reads everything, and one with nothing new.
  private static func sync(
    _ descriptor: DataSourceDescriptor, _ values: ConfigurationValues, _ count: Int,
    against reference: Measurement
  ) async throws {
    let directory = try TemporaryDirectory(nil)
    defer { directory.remove() }
    try await BenchmarkEngine.run(in: directory.path, descriptor, values) { engine in
      ProcessMemory.resetPeak()
      for label in ["first sync", "second sync"] {
        var counters = JobCounters()
        let measurement = try await Measurement.of { counters = try await engine.sync().counters }
        report(label, count, measurement, against: reference)
        let isRight = counters.created == count || counters.unchanged == count
        guard isRight else { throw BenchmarkError("\(label): \(counters)") }
        print("  " + Format.verdict(measurement.seconds / reference.seconds, atMost: 3))
      }
      print("peak memory           \(Format.megabytes(ProcessMemory.peak))")
    }
  }

  private static func report(
    _ label: String, _ count: Int, _ measurement: Measurement, against reference: Measurement
  ) {
    let rate = Format.count(Double(count) / measurement.seconds)
    let ratio = Format.decimal(measurement.seconds / reference.seconds, 2)
    let seconds = Format.decimal(measurement.seconds, 2)
    let processor = Format.decimal(measurement.processor / .seconds(1), 2)
    print(
      "\(Format.padded(label, 22))\(seconds) s (processor \(processor) s), \(rate) files/s, "
        + "\(ratio) × find")
  }

  private static func read(
    _ descriptor: DataSourceDescriptor, _ values: ConfigurationValues, expecting count: Int,
    fetchesContent: Bool
  ) async throws {
    let source = try descriptor.make(descriptor.schema.resolved(values))
    let sink = ContentSink(source: fetchesContent ? source : nil)
    try await source.extract(ExtractionRequest(), into: sink)
    await source.close()
    let found = sink.counts.withLock { $0.documents }
    guard found == count else { throw BenchmarkError("\(found) of \(count) files were found.") }
  }
}

/// Takes documents, and fetches their content as a first sync does.
private final class ContentSink: DocumentWriter {
  struct Counts {
    var documents = 0
    var bytes = 0
  }

  let counts = Mutex(Counts())
  private let source: (any DataSource)?

  init(source: (any DataSource)?) { self.source = source }

  func begin(_ scope: Scope) async throws {}
  func end(_ scope: Scope, _ end: ScopeEnd) async throws {}
  func mark(_ cursor: SyncCursor) async throws {}
  func estimate(total: Int) {}
  func working(on item: String) {}
  func warn(_ message: String) { print("warning: \(message)") }

  func write(_ documents: [Document], in scope: Scope) async throws {
    counts.withLock { $0.documents += documents.count }
    guard let source else { return }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for start in stride(from: 0, to: documents.count, by: 64) {
        let batch = Array(documents[start..<min(documents.count, start + 64)])
        group.addTask {
          let contents = try await source.fetchContent(of: batch.filter { $0.content != nil })
          return contents.reduce(0) { sum, content in
            if case .members(let bytes) = content { sum + bytes.count } else { sum }
          }
        }
      }
      for try await bytes in group { counts.withLock { $0.bytes += bytes } }
    }
  }
}
