internal import ConnectorProtocol
internal import EngineAPI
internal import ConsoleConfiguration

/// Reads the command line, as GNU programs do.
///
/// Flags may stand before and behind the command and its arguments, as `--flag value` or
/// `--flag=value`; behind `--` nothing is a flag. Of a flag given twice the later counts.
package enum CommandLineArguments {
  /// Reads the arguments.
  ///
  /// - Parameter arguments: without the program's name.
  /// - Returns: what to do, or why it can't be understood.
  package static func parse(_ arguments: [String]) -> Result<Invocation, UsageError> {
    do {
      var parser = ArgumentParser(arguments)
      return .success(try parser.parse())
    } catch {
      return .failure(error)
    }
  }
}

/// Takes arguments one after another.
private struct ArgumentParser {
  private var rest: ArraySlice<String>
  private var options = GlobalOptions()
  private var flags = CommandFlags()
  private var command: CommandName?
  private var operands: [String] = []
  private var seen: [Flag] = []
  private var wantsHelp = false
  private var wantsVersion = false

  init(_ arguments: [String]) { rest = arguments[...] }

  mutating func parse() throws(UsageError) -> Invocation {
    while let argument = rest.popFirst() {
      if argument == "--" {
        for operand in rest { try take(operand: operand) }
        break
      }
      if argument.hasPrefix("--") {
        try take(long: argument)
      } else if argument.hasPrefix("-"), argument != "-" {
        try take(short: argument)
      } else {
        try take(operand: argument)
      }
    }
    return Invocation(options: options, action: try action())
  }

  private func action() throws(UsageError) -> Invocation.Action {
    if wantsHelp { return .help(command) }
    if wantsVersion { return .version }
    if let flag = seen.first(where: { !$0.belongs(to: command) }) { throw misplaced(flag) }
    guard let command else { return .console }
    return try CommandBuilder(command, operands, flags).action()
  }

  private mutating func take(operand: String) throws(UsageError) {
    if command != nil {
      operands.append(operand)
    } else if operand == "help" {
      wantsHelp = true
    } else if let name = CommandName(rawValue: operand) {
      command = name
    } else {
      throw unknown(command: operand)
    }
  }

  private func unknown(command: String) -> UsageError {
    let names = CommandName.allCases.map(\.rawValue) + ["help"]
    return UsageError(
      "There is no command \(quoted(command)).\(Suggestion.sentence(command, among: names))")
  }

  private mutating func take(short argument: String) throws(UsageError) {
    switch argument {
    case "-h": wantsHelp = true
    case "-V": wantsVersion = true
    default:
      let isQuery = command == .search && !operands.isEmpty
      throw UsageError(
        "There is no option \(quoted(argument))."
          + (isQuery ? " If it is part of the query, put -- before the query." : ""),
        command: command)
    }
  }

  private mutating func take(long argument: String) throws(UsageError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let flag = Flag(rawValue: name) else { throw unknown(option: name) }
    seen.append(flag)
    let value = try value(of: flag, given: parts.count == 2 ? String(parts[1]) : nil)
    try set(flag, value)
  }

  private func unknown(option: String) -> UsageError {
    let known = Flag.allCases.filter { command == nil || $0.belongs(to: command) }
    let suggestion = Suggestion.sentence(option, among: known.map(\.rawValue))
    return UsageError("There is no option \(quoted(option)).\(suggestion)", command: command)
  }

  private func misplaced(_ flag: Flag) -> UsageError {
    let commands = flag.commands.map(\.rawValue).joined(separator: " and ")
    return UsageError(
      "The option \(flag.rawValue) belongs to \(commands); leave it out or name that command.",
      command: command)
  }

  private mutating func value(of flag: Flag, given: String?) throws(UsageError) -> String {
    guard flag.takesValue else {
      if given == nil { return "" }
      throw UsageError("The option \(flag.rawValue) takes no value.", command: command)
    }
    guard let value = given ?? rest.popFirst(), !value.isEmpty else {
      throw UsageError(
        "The option \(flag.rawValue) needs a value: \(flag.rawValue)=\(flag.placeholder).",
        command: command)
    }
    return value
  }

  private mutating func set(_ flag: Flag, _ value: String) throws(UsageError) {
    switch flag {
    case .store: options.store = value
    case .elasticsearch: options.elasticsearch = try url(flag, value)
    case .ca: options.authority = value
    case .config: options.configurationFile = value
    case .cloudID: options.cloudID = value
    case .apiKeyFile: options.apiKeyFile = value
    case .certificate: options.certificate = value
    case .insecure: options.isInsecure = true
    case .logFormat:
      options.logFormat = try choice(of: flag, value, LogSettings.Format.allCases)
        .rawValue
    case .logLevel: options.logLevel = try choice(of: flag, value, LogLine.Level.allCases).rawValue
    case .serviceType: options.serviceTypes = value
    case .origin: flags.showsOrigins = true
    case .ascii: options.isASCII = true
    case .noColor: options.isMonochrome = true
    case .noMouse: options.ignoresMouse = true
    case .log: options.logFile = value
    case .help: wantsHelp = true
    case .version: wantsVersion = true
    case .output:
      options.format = try choice(of: flag, value, GlobalOptions.Format.allCases)
    case .wait: flags.waits = true
    case .type: flags.type = try choice(of: flag, value, [JobType.full, .incremental])
    case .allowDeletes: flags.allowedDeletions = try number(flag, value, 0...1_000_000_000)
    case .size: flags.size = try number(flag, value, 1...1000)
    case .from: flags.from = try number(flag, value, 0...1_000_000_000)
    }
  }

  private func url(_ flag: Flag, _ text: String) throws(UsageError) -> String {
    do {
      return try ServerAddress.checked(text)
    } catch {
      throw UsageError(
        "\(flag.rawValue): \(error.message) "
          + "CONNECTOR_CONSOLE_USER and CONNECTOR_CONSOLE_PASSWORD say who asks.",
        command: command)
    }
  }

  private func number(
    _ flag: Flag, _ text: String, _ range: ClosedRange<Int>
  ) throws(UsageError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "\(quoted(text)) is no value for \(flag.rawValue); write a whole number from "
          + "\(range.lowerBound) to \(range.upperBound).", command: command)
    }
    return number
  }

  private func choice<Choice: RawRepresentable<String>>(
    of flag: Flag, _ text: String, _ choices: [Choice]
  ) throws(UsageError) -> Choice {
    if let choice = choices.first(where: { $0.rawValue == text }) { return choice }
    let names = choices.map(\.rawValue)
    throw UsageError(
      "\(quoted(text)) is no value for \(flag.rawValue); write "
        + "\(names.joined(separator: " or ")).", command: command)
  }
}

/// What was said by the flags of commands.
private struct CommandFlags {
  var waits = false
  var type: JobType?
  var allowedDeletions: Int?
  var size: Int?
  var from: Int?
  var showsOrigins = false
}

/// Makes a command of its operands and flags.
private struct CommandBuilder {
  private let name: CommandName
  private let operands: [String]
  private let flags: CommandFlags

  init(_ name: CommandName, _ operands: [String], _ flags: CommandFlags) {
    self.name = name
    self.operands = operands
    self.flags = flags
  }

  func action() throws(UsageError) -> Invocation.Action {
    switch name {
    case .config: return .configuration(try configuration())
    case .serve:
      try limit(to: 0)
      return .serve
    case .connectors:
      try limit(to: 0)
      return .command(.connectors)
    case .jobs:
      try limit(to: 1)
      var jobs = JobsCommand(name: operands.first)
      jobs.size = flags.size ?? jobs.size
      jobs.from = flags.from ?? jobs.from
      return .command(.jobs(jobs))
    case .sync:
      try limit(to: 1)
      var sync = SyncCommand(name: try operand(0, "the name of a connector"))
      sync.waits = flags.waits
      sync.type = flags.type ?? sync.type
      sync.allowedDeletions = flags.allowedDeletions
      return .command(.sync(sync))
    case .search:
      let index = try operand(0, "the name of a connector or index")
      _ = try operand(1, "a query")
      var search = SearchCommand(
        name: index, query: operands.dropFirst().joined(separator: " "))
      search.size = flags.size ?? search.size
      search.from = flags.from ?? search.from
      return .command(.search(search))
    }
  }

  private func configuration() throws(UsageError) -> ConfigurationCommand {
    try limit(to: 1)
    let typed = try operand(0, "check or show")
    guard let action = ConfigurationCommand.Action(rawValue: typed) else {
      let names = ConfigurationCommand.Action.allCases.map(\.rawValue)
      throw UsageError(
        "There is no command config \(quoted(typed)).\(Suggestion.sentence(typed, among: names)) "
          + "Write config check or config show.", command: name)
    }
    guard action == .show || !flags.showsOrigins else {
      throw UsageError(
        "The option \(Flag.origin.rawValue) belongs to config show; leave it out.", command: name)
    }
    var command = ConfigurationCommand(action)
    command.showsOrigins = flags.showsOrigins
    return command
  }

  private func operand(_ index: Int, _ what: String) throws(UsageError) -> String {
    guard operands.count > index else {
      throw UsageError(
        "The command \(name.rawValue) needs \(what). "
          + "Usage: connector-console \(HelpText.synopsis(name))", command: name)
    }
    return operands[index]
  }

  private func limit(to count: Int) throws(UsageError) {
    guard operands.count > count else { return }
    throw UsageError(
      "The command \(name.rawValue) has no use for \(quoted(operands[count])); put quotes around "
        + "a name with blanks.", command: name)
  }
}

private func quoted(_ text: String) -> String { "“\(text)”" }
