import Glibc

/// The null bulk server as a process of its own, from beside this program.
final class ServerProcess {
  let port: Int
  private let id: pid_t

  /// Starts it; it says that so many documents are in each index.
  init(known: Int = 0) throws {
    var link: [CChar] = Array(repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &link, link.count - 1)
    guard count > 0 else { throw BenchmarkError("The program does not find itself.") }
    let own = String(decoding: link.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = own.split(separator: "/").dropLast().joined(separator: "/")
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw BenchmarkError("There is no pipe.") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var arguments: [UnsafeMutablePointer<CChar>?] = [
      strdup("NullBulkServer"), strdup(String(known)), nil,
    ]
    var id: pid_t = 0
    let code = posix_spawn(&id, "/\(path)/NullBulkServer", &actions, nil, &arguments, environ)
    for argument in arguments { free(argument) }
    posix_spawn_file_actions_destroy(&actions)
    close(ends[1])
    guard code == 0 else { throw BenchmarkError("The null bulk server did not start.") }
    var text: [UInt8] = Array(repeating: 0, count: 32)
    let length = read(ends[0], &text, text.count)
    close(ends[0])
    let line = String(decoding: text.prefix(max(0, length)), as: UTF8.self)
    guard let port = Int(line.prefix { $0.isNumber }) else {
      throw BenchmarkError("The null bulk server named no port.")
    }
    self.id = id
    self.port = port
  }

  var url: String { "http://127.0.0.1:\(port)" }

  /// Processor time that it used.
  var processor: Duration {
    guard let file = fopen("/proc/\(id)/stat", "r") else { return .zero }
    defer { fclose(file) }
    var line: [CChar] = Array(repeating: 0, count: 1024)
    guard fgets(&line, Int32(line.count), file) != nil else { return .zero }
    let text = String(
      decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let fields = (text.split(separator: ")").last ?? "").split(separator: " ")
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
      return .zero
    }
    return .milliseconds((user + system) * 1000 / max(1, sysconf(Int32(_SC_CLK_TCK))))
  }

  deinit {
    kill(id, SIGKILL)
    waitpid(id, nil, 0)
  }
}
