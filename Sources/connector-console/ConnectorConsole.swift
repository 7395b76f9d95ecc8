internal import CommandLineInterface
internal import ConcurrencySupport
internal import Glibc

@main
enum ConnectorConsole {
  static func main() {
    Allocator.preferSmallFootprint()
    signal(SIGPIPE, SIG_IGN)
    let output = StandardStreams()
    switch CommandLineArguments.parse(Array(CommandLine.arguments.dropFirst())) {
    case .failure(let error):
      output.writeError(error.report(isASCII: false))
      exit(ExitStatus.usage.rawValue)
    case .success(let invocation):
      exit(run(invocation, output: output))
    }
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
    case .command(let command):
      let composition = Composition(options)
      return CommandProgram(
        composition: composition, invocation: invocation, command: command, output: output
      ).run()
    case .console:
      return ConsoleProgram(composition: Composition(options), options: options).run()
    }
  }
}
