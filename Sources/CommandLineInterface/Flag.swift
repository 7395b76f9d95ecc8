/// Every flag there is.
enum Flag: String, CaseIterable {
  case config = "--config"
  case store = "--store"
  case elasticsearch = "--elasticsearch"
  case cloudID = "--cloud-id"
  case apiKeyFile = "--api-key-file"
  case ca = "--ca"
  case certificate = "--certificate"
  case insecure = "--insecure"
  case output = "--output"
  case ascii = "--ascii"
  case noColor = "--no-color"
  case noMouse = "--no-mouse"
  case log = "--log"
  case logFormat = "--log-format"
  case logLevel = "--log-level"
  case help = "--help"
  case version = "--version"
  case wait = "--wait"
  case type = "--type"
  case allowDeletes = "--allow-deletes"
  case size = "--size"
  case from = "--from"
  case serviceType = "--service-type"
  case origin = "--origin"

  /// The commands that take it; empty for all.
  var commands: [CommandName] {
    switch self {
    case .config, .store, .elasticsearch, .cloudID, .apiKeyFile, .ca, .certificate, .insecure,
      .output, .ascii, .noColor, .noMouse, .log, .logFormat, .logLevel, .help, .version:
      []
    case .wait, .type, .allowDeletes: [.sync]
    case .size, .from: [.jobs, .search]
    case .serviceType: [.serve]
    case .origin: [.config]
    }
  }

  /// Whether it may stand with a command; `nil` for none.
  func belongs(to command: CommandName?) -> Bool {
    commands.isEmpty || command.map(commands.contains) == true
  }

  var takesValue: Bool {
    switch self {
    case .insecure, .ascii, .noColor, .noMouse, .help, .version, .wait, .origin: false
    default: true
    }
  }

  /// What stands for its value in the help.
  var placeholder: String {
    switch self {
    case .config: "FILE"
    case .store: "PATH"
    case .elasticsearch: "URL"
    case .cloudID: "ID"
    case .apiKeyFile: "FILE"
    case .certificate: "SHA256"
    case .logFormat: "text|ecs"
    case .logLevel: "LEVEL"
    case .serviceType: "TYPE,..."
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
    case .config:
      "Read the settings of FILE, a config.yml of Elastic's connector service, instead of "
        + "connector-console/config.yml in $XDG_CONFIG_HOME (~/.config)."
    case .cloudID: "Use the Elasticsearch of an Elastic Cloud deployment, by its Cloud ID."
    case .apiKeyFile: "Read the API key for Elasticsearch from the first line of FILE."
    case .certificate:
      "Trust the one certificate with the fingerprint SHA256, whatever it says of names and dates."
    case .insecure: "Do not verify certificates: everything can be read and changed on the way."
    case .logFormat: "Log lines for people (the default) or JSON in the Elastic Common Schema."
    case .logLevel: "Log this and what is worse: debug, info (the default), warning or error."
    case .serviceType:
      "Serve all connectors of these service types instead of those that the settings name."
    case .origin: "Say behind each setting where its value comes from."
    case .store:
      "Keep connectors and indices in the folder PATH instead of connector-console in "
        + "$XDG_STATE_HOME (~/.local/state)."
    case .elasticsearch:
      "Keep connectors and indices in the Elasticsearch at URL; CONNECTOR_CONSOLE_API_KEY, or "
        + "CONNECTOR_CONSOLE_USER and CONNECTOR_CONSOLE_PASSWORD, or CONNECTOR_CONSOLE_BEARER_TOKEN, "
        + "say who asks."
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
