internal import CommandLineInterface
internal import ConsoleConfiguration
internal import Glibc

extension ConsoleSettings {
  /// Brings together what flags, environment variables and the configuration file say.
  ///
  /// - Parameters:
  ///   - options: the flags.
  ///   - environment: the variables.
  ///   - directories: where the usual file and store are.
  /// - Returns: the settings, with all that is wrong with them.
  static func load(
    _ options: GlobalOptions, environment: [String: String], directories: UserDirectories
  ) -> ConsoleSettings {
    var sources = SettingsSources(
      flags: options.settings, environment: environment,
      standardDirectory: directories.defaultStore,
      contents: { try? SmallFile.read($0, limit: 1 << 20).get() })
    let variable = environment["CONNECTOR_CONSOLE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    let named = options.configurationFile ?? variable
    let path = named ?? directories.configurationFile
    var problems: [SettingsProblem] = []
    switch SmallFile.read(path, limit: (1 << 20) + 1) {
    case .success(let bytes):
      sources.file = SettingsSources.File(path: directories.abbreviated(path), bytes: bytes)
      if SmallFile.isOpenToOthers(path) {
        problems.append(
          SettingsProblem(
            .note, at: directories.abbreviated(path),
            "Others on this machine can read the file. If it holds secrets: chmod 600."))
      }
    case .failure(let failure) where named == nil && failure.code == ENOENT: break
    case .failure(let failure):
      problems.append(
        SettingsProblem(
          .error, at: directories.abbreviated(path),
          "The configuration file can't be read: \(failure.reason). Check its path and its owner."))
    }
    var settings = SettingsReader.read(sources)
    let all = settings.problems + problems
    settings.problems = SettingsProblem.ranked(all)
    return settings
  }
}

/// Reads files that are small by nature.
enum SmallFile {
  /// Why a file can't be read.
  struct Failure: Error {
    var code: Int32
    var reason: String { String(cString: strerror(code)) }
  }

  /// Reads a file's first bytes; a pipe as well, but nothing that is waited for.
  static func read(_ path: String, limit: Int) -> Result<[UInt8], Failure> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(Failure(code: errno)) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
      if count < 0 {
        if errno == EINTR { continue }
        return .failure(Failure(code: errno))
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return .success(bytes)
  }

  /// Whether accounts other than the owner's may read a file.
  static func isOpenToOthers(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & 0o044 != 0
  }
}
