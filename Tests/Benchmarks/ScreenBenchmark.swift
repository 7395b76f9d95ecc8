import Glibc
import TerminalTesting

/// How soon the program shows itself and answers keys, idle and during a sync at full speed.
enum ScreenBenchmark: Benchmark {
  static let name = "screen"
  static let summary =
    "first frame, key press to frame and the console's share of a core; files=60000 keys=400"

  static func run(_ options: BenchmarkOptions) async throws {
    let directory = try TemporaryDirectory(options.text("directory"))
    defer { directory.remove() }
    let stores = try TemporaryDirectory(nil)
    defer { stores.remove() }
    let count = options.number("files", default: 60_000)
    _ = try FileTree(in: directory.path, fileCount: count, fileSize: 1_500)
    let keys = options.number("keys", default: 400)

    let starts = try (0..<20).map { number in
      try firstFrame(store: "\(stores.path)/empty-\(number)")
    }
    report("exec to first frame", starts, target: .milliseconds(100))

    let session = try open(store: "\(stores.path)/synced")
    try ConsoleStory(session).buildConnector(over: directory.path, thenSync: false)
    try session.wait(for: "is saved")
    report("key to frame, idle", try frameTimes(keys, session), target: .milliseconds(33))

    session.type("s")
    try session.wait(for: "full sync")
    let before = mainThreadTime(of: session.process)
    let start = ContinuousClock.now
    var times: [Duration] = []
    while times.count < keys, !session.screen.contains("Sync completed") {
      times += try frameTimes(10, session)
    }
    let share = (mainThreadTime(of: session.process) - before) / (ContinuousClock.now - start)
    report("key to frame, syncing", times, target: .milliseconds(33))
    print("main thread with keys  \(Format.decimal(share * 100, 1)) % of a core")
    try watch(session)
    session.type("q")
    _ = try session.wait("a question or the end") { _ in true }
  }

  /// The console's share of a core while a sync is only watched.
  private static func watch(_ session: TerminalSession) throws {
    guard !session.screen.contains("Sync completed") else {
      print("the sync ended before it could be watched; give more files")
      return
    }
    let before = mainThreadTime(of: session.process)
    let start = ContinuousClock.now
    _ = try? session.wait("some seconds", timeout: .seconds(5)) { screen in
      screen.contains("Sync completed")
    }
    let elapsed = ContinuousClock.now - start
    let share = (mainThreadTime(of: session.process) - before) / elapsed
    let verdict = Format.verdict(share * 100, atMost: 3)
    print("main thread watching   \(Format.decimal(share * 100, 1)) % of a core  \(verdict)")
  }

  private static func open(store: String) throws -> TerminalSession {
    try TerminalSession(
      TerminalSession.builtProgram("connector-console"), ["--store", store],
      environment: ["HOME": store])
  }

  private static func firstFrame(store: String) throws -> Duration {
    let start = ContinuousClock.now
    let session = try open(store: store)
    try session.wait("a frame") { $0.contains("connector-console") }
    return ContinuousClock.now - start
  }

  /// Opens and closes the help, and takes the time until the screen shows it.
  private static func frameTimes(_ count: Int, _ session: TerminalSession) throws -> [Duration] {
    try (0..<count).map { number in
      let start = ContinuousClock.now
      session.type("?")
      if number % 2 == 0 {
        try session.wait(for: "Keys:")
      } else {
        try session.wait(untilGone: "Keys:")
      }
      let time = ContinuousClock.now - start
      usleep(7_000)
      return time
    }
  }

  private static func report(_ label: String, _ times: [Duration], target: Duration) {
    let sorted = times.sorted()
    guard !sorted.isEmpty else { return }
    let median = milliseconds(sorted[sorted.count / 2])
    let worst = milliseconds(sorted[min(sorted.count - 1, sorted.count * 99 / 100)])
    let verdict = Format.verdict(worst, atMost: milliseconds(target))
    print(
      "\(Format.padded(label, 22)) median \(Format.decimal(median, 1)) ms, p99 "
        + "\(Format.decimal(worst, 1)) ms of \(sorted.count)  \(verdict)")
  }

  private static func milliseconds(_ duration: Duration) -> Double {
    duration / .milliseconds(1)
  }

  /// Processor time of the thread that draws; it has the process's number.
  private static func mainThreadTime(of process: Int32) -> Duration {
    guard let file = fopen("/proc/\(process)/task/\(process)/stat", "r") else { return .zero }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 1024)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return .zero }
    let text = String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13 else { return .zero }
    // User and system time in hundredths of a second, behind the name and eleven other fields.
    return .milliseconds(((Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)) * 10)
  }
}
