import ConnectorProtocol
import ConsoleConfiguration
import Testing

@testable import CommandLineInterface

@Suite struct ArgumentTests {
  private func parse(_ line: String) throws -> Invocation {
    try CommandLineArguments.parse(line.split(separator: " ").map(String.init)).get()
  }

  private func failure(_ line: String) -> UsageError? {
    let words = line.split(separator: " ").map(String.init)
    guard case .failure(let error) = CommandLineArguments.parse(words) else { return nil }
    return error
  }

  @Test func `without arguments the console opens`() throws {
    #expect(try parse("") == Invocation())
    #expect(try parse("").runsJobs)
  }

  @Test func `flags stand anywhere, with a blank or an equals sign`() throws {
    for line in [
      "--store /s --output=json jobs docs --size 5", "jobs --store=/s docs --size=5 --output json",
      "--size 5 jobs docs --output json --store /s",
    ] {
      let invocation = try parse(line)
      var jobs = JobsCommand(name: "docs")
      jobs.size = 5
      #expect(invocation.options.store == "/s")
      #expect(invocation.options.format == .json)
      #expect(invocation.action == .command(.jobs(jobs)), "\(line)")
    }
  }

  @Test func `the flags of settings are read under the settings' keys`() throws {
    let line =
      "serve --config /c --cloud-id a:b --api-key-file /k --certificate 00 --insecure "
      + "--log-format ecs --log-level warning --service-type dir,s3"
    let invocation = try parse(line)
    #expect(invocation.action == .serve && invocation.runsJobs)
    #expect(invocation.options.configurationFile == "/c")
    let values = invocation.options.settings.mapValues { "\($0.flag) \($0.value)" }
    #expect(
      values == [
        "elasticsearch.cloud_id": "--cloud-id a:b",
        "elasticsearch.api_key_file": "--api-key-file /k",
        "elasticsearch.certificate_fingerprint": "--certificate 00",
        "elasticsearch.verify_certs": "--insecure false",
        "connector_console.log_format": "--log-format ecs",
        "service.log_level": "--log-level warning",
        "service.service_types": "--service-type dir,s3",
      ])
  }

  @Test func `the settings are checked and shown`() throws {
    var show = ConfigurationCommand(.show)
    show.showsOrigins = true
    #expect(try parse("config show --origin").action == .configuration(show))
    #expect(try parse("config check").action == .configuration(ConfigurationCommand(.check)))
    #expect(try !parse("config check").runsJobs)
  }

  @Test func `the flags of the screen and the log are read`() throws {
    let options = try parse("--ascii --no-color --no-mouse --log /l").options
    #expect(options.isASCII && options.isMonochrome && options.ignoresMouse)
    #expect(options.logFile == "/l")
  }

  @Test func `a sync takes waiting, type and released deletions, and runs jobs only if it waits`()
    throws
  {
    var sync = SyncCommand(name: "docs")
    #expect(try parse("sync docs").action == .command(.sync(sync)))
    #expect(try !parse("sync docs").runsJobs)
    sync.waits = true
    sync.allowedDeletions = 7
    sync.type = .incremental
    let full = try parse("sync docs --wait --allow-deletes=7 --type incremental")
    #expect(full.action == .command(.sync(sync)))
    #expect(full.runsJobs)
  }

  @Test func `behind two dashes nothing is a flag`() throws {
    let action = try parse("search docs --size 3 -- annual -draft --size").action
    var search = SearchCommand(name: "docs", query: "annual -draft --size")
    search.size = 3
    #expect(action == .command(.search(search)))
  }

  @Test func `an empty query is a query`() throws {
    let parsed = CommandLineArguments.parse(["search", "docs", ""])
    #expect(
      try parsed.get().action == .command(.search(SearchCommand(name: "docs", query: ""))))
  }

  @Test func `of a flag given twice the later counts`() throws {
    #expect(try parse("--output json --output table connectors").options.format == .table)
  }

  @Test func `help and version win over what is missing`() throws {
    #expect(try parse("--help").action == .help(nil))
    #expect(try parse("-h sync").action == .help(.sync))
    #expect(try parse("sync --help").action == .help(.sync))
    #expect(try parse("help search").action == .help(.search))
    #expect(try parse("--version").action == .version)
    #expect(try parse("-V").action == .version)
  }

  @Test(arguments: [
    ("snyc docs", "There is no command “snyc”. Did you mean sync?"),
    ("conn", "There is no command “conn”. Did you mean connectors?"),
    ("bogus", "There is no command “bogus”."),
    ("sync docs --wiat", "There is no option “--wiat”. Did you mean --wait?"),
    ("--outptu json", "There is no option “--outptu”. Did you mean --output?"),
    ("sync", "needs the name of a connector. Usage: connector-console sync NAME [OPTION]..."),
    ("search docs", "The command search needs a query"),
    ("sync a b", "The command sync has no use for “b”"),
    ("connectors x", "The command connectors has no use for “x”"),
    ("connectors --wait", "The option --wait belongs to sync;"),
    ("--wait", "The option --wait belongs to sync;"),
    ("--output xml connectors", "“xml” is no value for --output; write table or json."),
    ("jobs --size 0", "“0” is no value for --size; write a whole number from 1 to 1000."),
    ("sync a --allow-deletes -5", "“-5” is no value for --allow-deletes"),
    ("sync a --type access_control", "“access_control” is no value for --type"),
    ("connectors --store", "The option --store needs a value: --store=PATH."),
    ("connectors --store=", "The option --store needs a value"),
    ("connectors --ascii=yes", "The option --ascii takes no value."),
    ("connectors -x", "There is no option “-x”."),
    ("search docs a -b", "put -- before the query"),
    ("config", "The command config needs check or show."),
    ("config shwo", "Did you mean show? Write config check or config show."),
    ("config check --origin", "The option --origin belongs to config show"),
    ("serve now", "The command serve has no use for “now”"),
    ("jobs --service-type dir", "The option --service-type belongs to serve"),
    ("--log-format xml", "“xml” is no value for --log-format; write text or ecs."),
    ("--elasticsearch es", "“es” is no URL. Write it like https://host:9200."),
    ("--elasticsearch https://u:p@es", "a user or a password, which others could see"),
  ])
  func `a wrong line is refused with what to do`(_ line: String, _ message: String) {
    let found = failure(line)?.message
    #expect(found?.contains(message) == true, "\(found ?? "it was accepted")")
  }

  @Test func `a refusal that shows the usage ends with it`() {
    #expect(failure("search docs")?.message.hasSuffix("QUERY... [OPTION]...") == true)
  }

  @Test func `a refusal knows the command whose help tells more`() {
    #expect(failure("sync a --wiat")?.command == .sync)
    #expect(failure("--bogus")?.command == nil)
  }

  @Test func `a refusal is printed without what the line smuggled in`() {
    let report = failure("\u{1B}[2J")?.report(isASCII: true)
    #expect(
      report == """
        connector-console: There is no command "?[2J".
        connector-console --help tells more.

        """)
    #expect(failure("sync --x")?.report(isASCII: false).contains("sync --help tells") == true)
  }

  @Test func `every flag and command is in the help, which fits eighty columns`() {
    let texts = CommandName.allCases.map { HelpText.text($0) } + [HelpText.text(nil)]
    for text in texts {
      #expect(text.hasSuffix("\n"))
      #expect(text.contains("Examples:") && text.contains("Exit status:"))
      let long = text.split(separator: "\n").filter { $0.count > 79 }
      #expect(long == [])
    }
    for flag in Flag.allCases {
      let owners = flag.commands.isEmpty ? [nil] : flag.commands.map(Optional.some)
      for owner in owners { #expect(HelpText.text(owner).contains(flag.rawValue)) }
    }
    for command in CommandName.allCases {
      #expect(HelpText.text(nil).contains("  \(command.rawValue)"))
    }
  }

  @Test func `the examples of the help are command lines that are understood`() throws {
    for command in CommandName.allCases.map(Optional.some) + [nil] {
      let text = HelpText.text(command)
      let examples = text.split(separator: "\n").filter { $0.hasPrefix("  connector-console") }
      #expect(!examples.isEmpty)
      for example in examples {
        let words = example.split(separator: " ").dropFirst().map(String.init)
        #expect(throws: Never.self, "\(example)") { try CommandLineArguments.parse(words).get() }
      }
    }
  }
}
