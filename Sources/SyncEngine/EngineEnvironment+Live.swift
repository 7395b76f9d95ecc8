internal import ConnectorKit
internal import Glibc

extension EngineEnvironment {
  /// The environment of this process on this machine.
  package static func live() -> EngineEnvironment {
    EngineEnvironment(
      now: { Timestamp(millisecondsSince1970: read(CLOCK_REALTIME) / 1_000_000) },
      monotonic: { .nanoseconds(read(CLOCK_MONOTONIC)) },
      sleep: { try await Task.sleep(for: $0) },
      random: { UInt64.random(in: .min ... .max) },
      hostName: machineName(),
      process: ProcessIdentity(id: getpid(), start: startTime(of: getpid()) ?? ""),
      isProcessAlive: { startTime(of: $0.id) == $0.start })
  }

  /// A clock's nanoseconds.
  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  private static func machineName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// When a process started, in clock ticks since boot; `nil` if there is none, or only its corpse.
  ///
  /// Source: proc(5), `/proc/PID/stat`, fields 3 and 22. The name in field 2 may hold blanks and
  /// brackets, so fields are counted from the last bracket.
  private static func startTime(of process: Int32) -> String? {
    let file = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 2048)
    let count = unsafe Glibc.read(file, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let text = String(decoding: buffer[..<count], as: UTF8.self)
    guard let bracket = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: bracket)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }
}
