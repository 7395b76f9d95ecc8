internal import CommandLineInterface
internal import ConsoleConfiguration
internal import ConcurrencySupport
internal import Glibc

@main
enum ConnectorConsole {
  static func main() {
    Allocator.preferSmallFootprint()
    signal(SIGPIPE, SIG_IGN)
    raiseFileLimit()
    let output = StandardStreams()
    switch CommandLineArguments.parse(Array(CommandLine.arguments.dropFirst())) {
    case .failure(let error):
      output.writeError(error.report(isASCII: false))
      exit(ExitStatus.usage.rawValue)
    case .success(let invocation):
      let code = run(invocation, output: output)
      guard let problem = output.problem else { exit(code) }
      output.writeError("connector-console: \(problem)\n")
      exit(code == ExitStatus.done.rawValue ? ExitStatus.failed.rawValue : code)
    }
  }

  /// Takes as many open files as the system lets this process have.
  private static func raiseFileLimit() {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    // Refused, the limit stays, and whoever meets it says so.
    _ = setrlimit(resource, &limit)
  }

  private static func run(_ invocation: Invocation, output: StandardStreams) -> Int32 {
    let options = invocation.options
    switch invocation.action {
    case .help(let command):
      output.write(HelpText.text(command))
      return ExitStatus.done.rawValue
    case .version:
      output.write(HelpText.version)
      return ExitStatus.done.rawValue
    case .configuration(let command):
      return ConfigurationProgram(
        composition: Composition(options), options: options, command: command, output: output
      ).run()
    case .command(let command):
      return compose(options, output) { composition in
        CommandProgram(
          composition: composition, invocation: invocation, command: command, output: output
        ).run()
      }
    case .console:
      return compose(options, output) { ConsoleProgram(composition: $0, options: options).run() }
    case .serve:
      return compose(options, output) { ServeProgram(composition: $0, output: output).run() }
    }
  }

  /// Runs a program with the settings, unless they can't be used.
  private static func compose(
    _ options: GlobalOptions, _ output: StandardStreams, _ run: (Composition) -> Int32
  ) -> Int32 {
    let composition = Composition(options)
    guard composition.settings.isUsable else {
      ConfigurationReport(composition.settings, options: options, output: output).complain()
      return ExitStatus.configuration.rawValue
    }
    return run(composition)
  }
}
