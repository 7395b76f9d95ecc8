import Glibc

/// What something took.
struct Measurement {
  var wall: Duration
  /// Processor time of all threads.
  var processor: Duration

  var seconds: Double { wall / .seconds(1) }

  /// Runs something and measures it.
  static func of(_ work: () async throws -> Void) async rethrows -> Measurement {
    let clock = ContinuousClock()
    let processorStart = processorTime()
    let start = clock.now
    try await work()
    let wall = clock.now - start
    return Measurement(wall: wall, processor: processorTime() - processorStart)
  }

  /// The run in the middle of several.
  static func median(
    ofRuns runs: Int, _ work: () async throws -> Void
  ) async rethrows -> Measurement {
    var all: [Measurement] = []
    for _ in 0..<max(1, runs) { all.append(try await of(work)) }
    return all.sorted { $0.wall < $1.wall }[all.count / 2]
  }

  private static func processorTime() -> Duration {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return duration(usage.ru_utime) + duration(usage.ru_stime)
  }

  private static func duration(_ time: timeval) -> Duration {
    .seconds(time.tv_sec) + .microseconds(time.tv_usec)
  }
}

/// The memory of this process.
enum ProcessMemory {
  /// The most that was resident since the start or the last ``resetPeak()``, in bytes.
  static var peak: Int { field("VmHWM:") }

  /// What is resident now, in bytes.
  static var resident: Int { field("VmRSS:") }

  /// Forgets the peak so far; `false` if the kernel does not allow it.
  @discardableResult
  static func resetPeak() -> Bool {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return false }
    defer { fclose(file) }
    return fputs("5", file) >= 0
  }

  private static func field(_ name: String) -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line: [CChar] = Array(repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      guard text.hasPrefix(name) else { continue }
      let kilobytes = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
      return (kilobytes.flatMap { Int($0) } ?? 0) * 1_024
    }
    return 0
  }
}

/// Numbers for people.
enum Format {
  /// Thousands apart.
  static func count(_ value: Double) -> String {
    let digits = Array(String(Int(value.rounded())))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// With so many digits behind the point.
  static func decimal(_ value: Double, _ places: Int = 1) -> String {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = Int((value * scale).rounded())
    guard places > 0 else { return String(scaled) }
    let fraction = String(scaled % Int(scale))
    let zeros = String(repeating: "0", count: places - fraction.count)
    return "\(scaled / Int(scale)).\(zeros)\(fraction)"
  }

  static func megabytes(_ bytes: Int) -> String {
    "\(decimal(Double(bytes) / 1_000_000)) MB"
  }

  /// Whether a value keeps its target.
  static func verdict(_ value: Double, atLeast target: Double) -> String {
    let ratio = decimal(value / target, 2)
    return value >= target ? "ok, \(ratio) of the target" : "MISSED, \(ratio) of the target"
  }

  static func verdict(_ value: Double, atMost target: Double) -> String {
    let ratio = decimal(value / target, 2)
    return value <= target ? "ok, \(ratio) of the limit" : "MISSED, \(ratio) of the limit"
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
