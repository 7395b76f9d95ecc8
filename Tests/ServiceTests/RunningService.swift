import Glibc
import TestFiles

/// A process of `ServiceRunner`, its log read line by line.
final class RunningService {
  private let process: pid_t
  private let output: Int32
  private var pending: [UInt8] = []
  private(set) var lines: [String] = []

  init(_ arguments: [String]) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TestFailure("no pipe: error \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var pointers = ([Self.tool] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process = pid_t()
    let status = posix_spawn(&process, Self.tool, &actions, nil, &pointers, environ)
    close(ends[1])
    guard status == 0 else { throw TestFailure("\(Self.tool) does not start: error \(status)") }
    self.process = process
    output = ends[0]
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
  }

  deinit {
    kill()
    close(output)
  }

  /// Kills it; what it does not get to do is not done.
  func kill() {
    guard !isDead else { return }
    isDead = true
    Glibc.kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    readLines()
  }

  private var isDead = false

  /// Takes what it has logged since.
  func readLines() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { break }
      pending += buffer[..<count]
    }
    while let end = pending.firstIndex(of: 0x0A) {
      lines.append(String(decoding: pending[..<end], as: UTF8.self))
      pending.removeFirst(end + 1)
    }
  }

  /// How often each job was reported with a text.
  func jobs(_ text: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for line in lines {
      let parts = line.split(separator: "\t", maxSplits: 1)
      if parts.count == 2, parts[1].hasPrefix(text) { counts[String(parts[0]), default: 0] += 1 }
    }
    return counts
  }

  /// The tool beside this test's bundle.
  private static let tool: String = {
    for candidate in CommandLine.arguments {
      guard candidate.contains(".xctest"), let slash = candidate.lastIndex(of: "/") else {
        continue
      }
      let tool = candidate[..<slash] + "/ServiceRunner"
      if access(String(tool), X_OK) == 0 { return String(tool) }
    }
    return "ServiceRunner"
  }()
}
