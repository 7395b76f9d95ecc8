package import ConnectorProtocol
package import ConsoleConfiguration
internal import TerminalKit

/// What the command line asks for.
package struct Invocation: Hashable, Sendable {
  /// The flags that every command takes.
  package var options: GlobalOptions
  /// What is to be done.
  package var action: Action

  /// Makes an invocation.
  package init(options: GlobalOptions = GlobalOptions(), action: Action = .console) {
    self.options = options
    self.action = action
  }

  /// What is to be done.
  package enum Action: Hashable, Sendable {
    /// Open the screen.
    case console
    /// Print the help of a command, or the general one.
    case help(CommandName?)
    case version
    /// Run without the screen.
    case command(Command)
    /// Look at the settings.
    case configuration(ConfigurationCommand)
    /// Run the service without the screen, until a signal ends it.
    case serve
  }

  /// Whether the engine of this process must run sync jobs.
  package var runsJobs: Bool {
    switch action {
    case .console, .serve: true
    case .command(.sync(let sync)): sync.waits
    default: false
    }
  }
}

/// The commands by name.
package enum CommandName: String, Hashable, Sendable, CaseIterable {
  case connectors, jobs, sync, search, config, serve
}

/// A command with all that was said about it.
package enum Command: Hashable, Sendable {
  case connectors
  case jobs(JobsCommand)
  case sync(SyncCommand)
  case search(SearchCommand)

  package var name: CommandName {
    switch self {
    case .connectors: .connectors
    case .jobs: .jobs
    case .sync: .sync
    case .search: .search
    }
  }
}

/// Lists sync jobs, newest first.
package struct JobsCommand: Hashable, Sendable {
  /// Only this connector's; `nil` for all.
  package var name: String?
  package var from = 0
  package var size = 20

  /// Makes the command.
  package init(name: String? = nil) { self.name = name }
}

/// Starts a sync.
package struct SyncCommand: Hashable, Sendable {
  package var name: String
  /// Runs the job in this process, or watches the process that does, until it ends.
  package var waits = false
  /// At most so many deletions that the guard would hold.
  package var allowedDeletions: Int?
  package var type = JobType.full

  /// Makes the command.
  package init(name: String) { self.name = name }
}

/// Searches an index.
package struct SearchCommand: Hashable, Sendable {
  package var name: String
  package var query: String
  package var from = 0
  package var size = 10

  /// Makes the command.
  package init(name: String, query: String) {
    self.name = name
    self.query = query
  }
}

/// Looks at the settings.
package struct ConfigurationCommand: Hashable, Sendable {
  /// What is asked.
  package enum Action: String, Hashable, Sendable, CaseIterable {
    /// What is wrong, and whether the server can be worked with.
    case check
    /// What counts.
    case show
  }

  package var action: Action
  /// Says where each value comes from.
  package var showsOrigins = false

  /// Makes the command.
  package init(_ action: Action) { self.action = action }
}

/// The flags that every command takes.
package struct GlobalOptions: Hashable, Sendable {
  /// How results are printed.
  package enum Format: String, Hashable, Sendable, CaseIterable { case table, json }

  /// The configuration file; `nil` for the usual one, if it is there.
  package var configurationFile: String?
  /// The folder of the store; `nil` for the usual one.
  package var store: String?
  /// The URL of the Elasticsearch that takes the place of the embedded store.
  package var elasticsearch: String?
  /// A file of certificate authorities, or the SHA-256 of one.
  package var authority: String?
  /// The Cloud ID of a deployment, in place of a URL.
  package var cloudID: String?
  /// A file with the API key.
  package var apiKeyFile: String?
  /// The SHA-256 of the server's certificate.
  package var certificate: String?
  /// Does without verifying certificates.
  package var isInsecure = false
  /// Serves all connectors of these types.
  package var serviceTypes: String?
  /// Draws and prints with ASCII characters only.
  package var isASCII = false
  /// Does without colours.
  package var isMonochrome = false
  /// Leaves the mouse to the terminal.
  package var ignoresMouse = false
  package var format = Format.table
  /// Appends the log to this file.
  package var logFile: String?
  package var logFormat: String?
  package var logLevel: String?

  /// Makes the options of a command line without flags.
  package init() {}

  /// What the flags say of settings, by the settings' keys.
  package var settings: [String: SettingsSources.FlagValue] {
    let given: [(String, Flag, String?)] = [
      ("elasticsearch.host", .elasticsearch, elasticsearch),
      ("elasticsearch.cloud_id", .cloudID, cloudID),
      ("elasticsearch.api_key_file", .apiKeyFile, apiKeyFile),
      ("elasticsearch.ca_certs", .ca, authority),
      ("elasticsearch.certificate_fingerprint", .certificate, certificate),
      ("elasticsearch.verify_certs", .insecure, isInsecure ? "false" : nil),
      ("service.service_types", .serviceType, serviceTypes),
      ("service.log_level", .logLevel, logLevel),
      ("connector_console.store", .store, store),
      ("connector_console.log", .log, logFile),
      ("connector_console.log_format", .logFormat, logFormat),
    ]
    var settings: [String: SettingsSources.FlagValue] = [:]
    for (key, flag, value) in given {
      settings[key] = value.map { SettingsSources.FlagValue(flag.rawValue, $0) }
    }
    return settings
  }
}

/// Why a command line can't be carried out.
package struct UsageError: Error, Hashable, Sendable {
  /// One sentence that says what is wrong, and one that says what to do.
  package var message: String
  /// The command whose help tells more; `nil` for the general help.
  package var command: CommandName?

  /// Makes an error.
  package init(_ message: String, command: CommandName? = nil) {
    self.message = message
    self.command = command
  }

  /// What is printed to standard error, ready for a terminal.
  package func report(isASCII: Bool) -> String {
    let topic = command.map { " \($0.rawValue)" } ?? ""
    return "connector-console: "
      + Printer(isASCII: isASCII, usesColor: false).text(message)
      + "\nconnector-console\(topic) --help tells more.\n"
  }
}
