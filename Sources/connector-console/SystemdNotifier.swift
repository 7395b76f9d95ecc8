internal import Glibc

/// Tells systemd how the service is, by datagrams to the socket of `NOTIFY_SOCKET`.
///
/// Source: sd_notify(3). Without that variable nothing is sent.
struct SystemdNotifier: Sendable {
  private let path: String?
  /// How often systemd wants a sign of life at least; `nil` if it wants none.
  let watchdogInterval: Duration?

  /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
  init(environment: [String: String]) {
    path = environment["NOTIFY_SOCKET"].flatMap {
      $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil
    }
    let process = environment["WATCHDOG_PID"].flatMap { pid_t($0) }
    let isMeant = environment["WATCHDOG_PID"] == nil || process == getpid()
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    watchdogInterval = isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
  }

  /// The service works, or waits for what it needs.
  func ready(_ status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }

  /// What the service does now.
  func status(_ status: String) { send("STATUS=\(Self.line(status))") }

  /// The service is about to end.
  func stopping(_ status: String) { send("STOPPING=1\nSTATUS=\(Self.line(status))") }

  /// The service lives.
  func watchdog() { send("WATCHDOG=1") }

  private static func line(_ text: String) -> String {
    text.map { $0.isNewline ? " " : String($0) }.joined()
  }

  /// Nobody waits for systemd: a message that can't be taken is lost.
  private func send(_ message: String) {
    guard let path else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < capacity else { return }
    // A name that begins with @ is in no folder; its first byte is 0.
    let isAbstract = bytes[0] == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let header = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    let length = socklen_t(header + bytes.count + (isAbstract ? 0 : 1))
    let text = Array(message.utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        _ = sendto(
          descriptor, text, text.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT),
          target, length)
      }
    }
  }
}
