/// Every flag there is.
enum Flag: String, CaseIterable {
  case store = "--store"
  case elasticsearch = "--elasticsearch"
  case ca = "--ca"
  case output = "--output"
  case ascii = "--ascii"
  case noColor = "--no-color"
  case noMouse = "--no-mouse"
  case log = "--log"
  case help = "--help"
  case version = "--version"
  case wait = "--wait"
  case type = "--type"
  case allowDeletes = "--allow-deletes"
  case size = "--size"
  case from = "--from"

  /// The commands that take it; empty for all.
  var commands: [CommandName] {
    switch self {
    case .store, .elasticsearch, .ca, .output, .ascii, .noColor, .noMouse, .log, .help, .version:
      []
    case .wait, .type, .allowDeletes: [.sync]
    case .size, .from: [.jobs, .search]
    }
  }

  /// Whether it may stand with a command; `nil` for none.
  func belongs(to command: CommandName?) -> Bool {
    commands.isEmpty || command.map(commands.contains) == true
  }

  var takesValue: Bool {
    switch self {
    case .store, .elasticsearch, .ca, .output, .log, .type, .allowDeletes, .size, .from: true
    default: false
    }
  }

  /// What stands for its value in the help.
  var placeholder: String {
    switch self {
    case .store: "PATH"
    case .elasticsearch: "URL"
    case .ca: "FILE|SHA256"
    case .log: "FILE"
    case .output: "table|json"
    case .type: "full|incremental"
    case .allowDeletes, .size, .from: "N"
    default: ""
    }
  }

  var help: String {
    switch self {
    case .store:
      "Keep connectors and indices in the folder PATH instead of connector-console in "
        + "$XDG_STATE_HOME (~/.local/state)."
    case .elasticsearch:
      "Keep connectors and indices in the Elasticsearch at URL; CONNECTOR_CONSOLE_USER and "
        + "CONNECTOR_CONSOLE_PASSWORD, or CONNECTOR_CONSOLE_API_KEY, say who asks."
    case .ca:
      "Trust the certificate authorities in FILE, or the one with the fingerprint SHA256, for "
        + "Elasticsearch."
    case .output: "Print a table for people (the default) or one JSON document."
    case .ascii: "Use ASCII characters only."
    case .noColor: "Use no colours; a variable NO_COLOR does the same."
    case .noMouse: "Leave the mouse to the terminal."
    case .log: "Append the log to FILE."
    case .help: "Print this help, or that of a command; short -h."
    case .version: "Print the version; short -V."
    case .wait: "Run the sync here, show its progress and wait until it ends."
    case .type:
      "Read everything (full, the default) or only what changed since the last sync, if the data "
        + "source can."
    case .allowDeletes:
      "Let up to N documents be deleted that the guard against false deletions would hold."
    case .size: "Print at most N entries, 1 to 1000."
    case .from: "Leave out the first N entries."
    }
  }
}

/// Finds what was probably meant.
enum Suggestion {
  /// ` Did you mean …?`, or nothing if nothing is near.
  static func sentence(_ text: String, among choices: [String]) -> String {
    guard let nearest = nearest(to: text, among: choices) else { return "" }
    return " Did you mean \(nearest)?"
  }

  /// The choice that begins with the text, or else the one with the fewest slips of a third of its
  /// letters at most.
  static func nearest(to text: String, among choices: [String]) -> String? {
    let typed = Array(text.lowercased())
    guard typed.count < 64 else { return nil }
    let beginning = choices.filter { $0.lowercased().hasPrefix(text.lowercased()) }
    if beginning.count == 1, typed.contains(where: \.isLetter) { return beginning[0] }
    let ranked = choices.map { ($0, distance(typed, Array($0.lowercased()))) }
      .filter { $0.1 <= max(1, $0.0.count / 3) }
    return ranked.min { $0.1 < $1.1 }?.0
  }

  /// How many letters must be put in, left out, changed or swapped with the next.
  ///
  /// Source: optimal string alignment, a form of the Damerau–Levenshtein distance.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var rows = [Array(0...right.count)]
    for row in 1..<(left.count + 1) {
      var current = [row]
      for column in 1..<(right.count + 1) {
        let change = left[row - 1] == right[column - 1] ? 0 : 1
        var best = min(rows[row - 1][column] + 1, current[column - 1] + 1)
        best = min(best, rows[row - 1][column - 1] + change)
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          best = min(best, rows[row - 2][column - 2] + 1)
        }
        current.append(best)
      }
      rows.append(current)
    }
    return rows[left.count][right.count]
  }
}
