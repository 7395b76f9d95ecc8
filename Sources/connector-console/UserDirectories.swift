internal import Glibc

/// Where the program keeps its files, as the XDG base directory specification has it.
struct UserDirectories {
  /// The user's home; the file system's root if nobody knows it.
  let home: String
  /// The folder of the embedded store unless `--store` names another.
  let defaultStore: String
  /// The configuration file unless `--config` names another.
  let configurationFile: String
  /// The folder of what a person set.
  let configuration: String

  /// Reads `HOME`, `XDG_STATE_HOME` and `XDG_CONFIG_HOME`.
  ///
  /// Relative paths in the latter two are ignored, as the specification demands.
  init(environment: [String: String]) {
    home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.homeOfAccount ?? "/"
    let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    defaultStore = (state ?? home + "/.local/state") + "/connector-console"
    let settings = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    configuration = (settings ?? home + "/.config") + "/connector-console"
    configurationFile = configuration + "/config.yml"
  }

  /// A path with `~` for the home directory, as people write it.
  func abbreviated(_ path: String) -> String {
    guard home != "/", path == home || path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
  }

  private static var homeOfAccount: String? {
    guard let account = getpwuid(getuid()), let directory = account.pointee.pw_dir else {
      return nil
    }
    return String(cString: directory)
  }
}
