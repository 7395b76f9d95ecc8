import ConcurrencySupport
import Glibc

/// Measures the parts that decide how fast a sync is; run by hand.
///
/// `swift run -c release Benchmarks NAME [OPTION=VALUE …]`
@main
enum Benchmarks {
  static var all: [any Benchmark.Type] {
    [
      AnalysisBenchmark.self, StoreBenchmark.self, EmbeddedBenchmark.self, FilesBenchmark.self,
      ScreenBenchmark.self, BulkBenchmark.self, ElasticsearchBenchmark.self,
    ]
  }

  static func main() async {

    // As the program does.
    Allocator.preferSmallFootprint()
    var arguments = CommandLine.arguments.dropFirst()
    guard let name = arguments.popFirst(), name != "--help" else {
      printUsage()
      return
    }
    guard let benchmark = all.first(where: { $0.name == name }) else {
      print("There is no benchmark named \(name).")
      printUsage()
      exit(64)
    }
    do {
      try await benchmark.run(BenchmarkOptions(arguments))
    } catch {
      print("The benchmark failed: \(error)")
      exit(1)
    }
  }

  private static func printUsage() {
    print("usage: Benchmarks NAME [OPTION=VALUE …]\n")
    for benchmark in all {
      print("  \(benchmark.name): \(benchmark.summary)")
    }
  }
}

/// One thing to measure.
protocol Benchmark {
  static var name: String { get }
  /// One line on what it measures and which options it takes.
  static var summary: String { get }

  static func run(_ options: BenchmarkOptions) async throws
}

/// The `OPTION=VALUE` arguments.
struct BenchmarkOptions {
  private var values: [Substring: Substring] = [:]

  init(_ arguments: some Sequence<String>) {
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
  }

  /// A number, or its default.
  func number(_ name: Substring, default other: Int) -> Int {
    values[name].flatMap { Int($0) } ?? other
  }

  /// A text, or nothing.
  func text(_ name: Substring) -> String? {
    values[name].map(String.init)
  }
}
