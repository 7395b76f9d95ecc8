/// What `--help` and `--version` print.
package enum HelpText {
  /// The general help, or that of a command; ends with a line break.
  package static func text(_ command: CommandName?) -> String {
    guard let command else { return general }
    var text = "Usage: connector-console \(synopsis(command))\n\n"
    text += paragraph(description(command)) + "\n"
    let own = Flag.allCases.filter { $0.commands.contains(command) }
    if !own.isEmpty { text += "Options:\n" + table(own.map(row)) + "\n" }
    text +=
      "Options of every command:\n" + table(Flag.allCases.filter { $0.commands.isEmpty }.map(row))
    if command != .serve { text += "\nJSON:\n" + paragraph(json(command), indent: 2) }
    text += "\nExamples:\n" + examples(command)
    text += "\nExit status:\n" + table(exitStatus)
    return text
  }

  /// The program's version, as semantic versioning has it.
  package static let programVersion = "0.1.0"

  /// The line of `--version`.
  package static let version = "connector-console \(programVersion)\n"

  static func synopsis(_ command: CommandName) -> String {
    switch command {
    case .connectors: "connectors [OPTION]..."
    case .jobs: "jobs [NAME] [OPTION]..."
    case .sync: "sync NAME [OPTION]..."
    case .search: "search NAME QUERY... [OPTION]..."
    case .config: "config check|show [OPTION]..."
    case .serve: "serve [OPTION]..."
    }
  }

  private static var general: String {
    var text = """
      Usage: connector-console [OPTION]... [COMMAND]

      Builds search connectors, runs their syncs and searches what they indexed.
      Without a command it opens the console.

      Commands:

      """
    text += table([
      ("connectors", "List the connectors and how they are."),
      ("jobs [NAME]", "List the sync jobs, of one connector or of all."),
      ("sync NAME", "Start a sync; with --wait, run it and watch it."),
      ("search NAME QUERY...", "Search what a connector indexed."),
      ("serve", "Run the syncs that are due, without a screen, until a signal comes."),
      ("config check", "Tell what is wrong with the settings, and look at the server."),
      ("config show", "Print the settings that count; --origin says where from."),
      ("help [COMMAND]", "Print help."),
    ])
    text += "\n"
    text += paragraph(
      "NAME is the name of a connector, of its index, with or without search-, or its id.")
    text += "\nOptions:\n" + table(Flag.allCases.filter { $0.commands.isEmpty }.map(row))
    text += """

      Examples:
        connector-console
        connector-console connectors --output json
        connector-console sync documents --wait
        connector-console search documents 'annual report'

      Exit status:

      """
    return text + table(exitStatus)
  }

  private static func description(_ command: CommandName) -> String {
    switch command {
    case .connectors:
      "Lists the connectors: index, data source, status, documents, last and next sync, and what is "
        + "wrong with them."
    case .jobs:
      "Lists sync jobs, newest first, of one connector or of all, with what became of the documents."
    case .sync:
      "Queues a sync of a connector. A console that runs on the same store takes it up; if none "
        + "does, use --wait, which runs it here. Progress goes to standard error, a line that is "
        + "rewritten on a terminal and a line every ten seconds elsewhere; the summary goes to "
        + "standard output. Ctrl-C cancels the sync and waits for its end; a second one leaves at "
        + "once."
    case .search:
      "Searches the index of a connector. QUERY takes words, \"phrases\" in double quotes and, "
        + "behind --, -words that must not occur; an empty QUERY '' finds everything."
    case .config:
      "Looks at the settings: flags count more than environment variables, these more than the "
        + "configuration file, that more than defaults. check tells everything that is wrong, with "
        + "its line, then looks at Elasticsearch, if that is where the indices are, for version and "
        + "privileges. show prints what counts as lines for a config.yml; secrets are never shown."
    case .serve:
      "Is the connector service: sends heartbeats, keeps schedules and runs sync jobs, of the "
        + "connectors that the settings name or else of all whose data source it has. It logs to "
        + "standard error, or to the file that --log names, which SIGHUP opens anew. A server that "
        + "is away is waited for. SIGTERM and Ctrl-C suspend the running syncs; a second one ends at "
        + "once. It tells systemd when it is ready."
    }
  }

  private static func json(_ command: CommandName) -> String {
    switch command {
    case .connectors:
      "{\"connectors\": [...]}; names as in Elastic's connector records, and ingestion_status, "
        + "document_count, index_size_in_bytes, next_sync_at, problems and active_job. Settings are "
        + "left out, they may hold secrets."
    case .jobs:
      "{\"total\": N, \"from\": N, \"jobs\": [...]}; names as in Elastic's sync job records, and all "
        + "counters below metadata.counters."
    case .sync:
      "{\"job\": {...}, \"runner\": \"this process\"|\"another process\"|\"nobody\"}; the job as jobs "
        + "prints it, at its end with --wait."
    case .search:
      "{\"took\": ms, \"hits\": {\"total\": {\"value\": N, \"relation\": \"eq\"}, \"hits\": [{\"_index\", "
        + "\"_id\", \"_score\", \"title\", \"highlight\": {field: [\"... <em>word</em> ...\"]}}]}}, as "
        + "Elasticsearch answers; what is not markup in a highlight is escaped for HTML."
    case .config:
      "check: {\"usable\": true|false, \"problems\": [{\"severity\", \"place\", \"message\"}], "
        + "\"elasticsearch\": {...}}; show: {\"settings\": [{\"key\", \"value\", \"origin\": "
        + "{\"kind\", \"name\", \"line\"}, \"unused\"}]}."
    case .serve: ""
    }
  }

  private static func examples(_ command: CommandName) -> String {
    let lines: [String] =
      switch command {
      case .connectors: ["connectors", "connectors --output=json --store /srv/search"]
      case .jobs: ["jobs", "jobs documents --size 5"]
      case .sync:
        [
          "sync documents --wait", "sync documents --wait --allow-deletes 250",
          "sync search-documents --type=incremental",
        ]
      case .search:
        [
          "search documents annual report",
          "search documents --size 50 -- '\"annual report\"' -draft",
        ]
      case .config: ["config check --config config.yml", "config show --origin"]
      case .serve:
        ["serve --config config.yml", "serve --log-format=ecs --service-type=dir"]
      }
    return lines.map { "  connector-console \($0)\n" }.joined()
  }

  private static let exitStatus = [
    ("0", "Done."),
    (
      "1",
      "Failed: a sync that failed or was canceled, a name that is not found, a store that can't "
        + "be used."
    ),
    ("2", "The command line is wrong."),
    (
      "3",
      "Completed, but with parts missing: folders that could not be read, deletions that are "
        + "held, documents that could not be indexed or have no content."
    ),
    ("4", "The settings can't be used."),
    ("6", "Elasticsearch does not answer (config check, serve)."),
    ("130", "Interrupted by Ctrl-C."),
    (
      "129, 143",
      "Ended by SIGHUP or SIGTERM; a sync that was waited for is suspended, and the next start goes "
        + "on with it."
    ),
  ]

  private static func row(_ flag: Flag) -> (String, String) {
    (flag.takesValue ? "\(flag.rawValue)=\(flag.placeholder)" : flag.rawValue, flag.help)
  }

  private static func table(_ rows: [(String, String)]) -> String {
    let width = min(24, (rows.map(\.0.count).max() ?? 0) + 2)
    return rows.map { name, text in
      let lines = wrapped(text, width: 78 - 2 - width)
      var result = "  " + name + String(repeating: " ", count: max(0, width - name.count))
      if name.count >= width { result += "\n" + String(repeating: " ", count: width + 2) }
      result += lines.joined(separator: "\n" + String(repeating: " ", count: width + 2))
      return result + "\n"
    }
    .joined()
  }

  private static func paragraph(_ text: String, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    return wrapped(text, width: 78 - indent).map { margin + $0 + "\n" }.joined()
  }

  private static func wrapped(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
