/// Something about the settings that a person should know.
package struct SettingsProblem: Error, Hashable, Sendable {
  /// How bad it is.
  package enum Severity: String, Hashable, Sendable, Comparable {
    /// The settings can't be used.
    case error
    /// They can be used, but hardly mean what was meant.
    case warning
    /// What has no effect here.
    case note

    /// The worst first.
    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .error: 0
      case .warning: 1
      case .note: 2
      }
    }
  }

  package var severity: Severity
  /// Where it is, such as `config.yml:3` or `--elasticsearch`; `nil` if nowhere.
  package var place: String?
  /// What is wrong and what to do: full sentences, without secrets.
  package var message: String

  /// Makes a problem.
  package init(_ severity: Severity, at place: String? = nil, _ message: String) {
    self.severity = severity
    self.place = place
    self.message = message
  }

  /// The problems with the worst first, those of one kind in their order.
  package static func ranked(_ problems: [SettingsProblem]) -> [SettingsProblem] {
    problems.enumerated()
      .sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }
      .map(\.element)
  }

  /// Place and message in one line.
  package var description: String { place.map { "\($0): \(message)" } ?? message }
}

/// Where a value comes from.
package enum SettingOrigin: Hashable, Sendable {
  /// The command line, such as `--elasticsearch`.
  case flag(String)
  /// An environment variable.
  case variable(String)
  /// A line of a configuration file, counted from 1.
  case file(String, line: Int)
  /// Nobody set it.
  case standard

  /// What a person reads, such as `/etc/config.yml:3`.
  package var text: String {
    switch self {
    case .flag(let name): name
    case .variable(let name): name
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "default"
    }
  }

  /// The smaller, the more it counts.
  var level: Int {
    switch self {
    case .flag: 0
    case .variable: 1
    case .file: 2
    case .standard: 3
    }
  }
}
