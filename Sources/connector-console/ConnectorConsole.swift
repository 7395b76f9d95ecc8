internal import ConcurrencySupport
internal import ConsoleUI
internal import CursesTerminal
internal import Glibc
internal import SyncEngine
internal import Synchronization

@main
enum ConnectorConsole {
  static func main() {
    CursesTerminal.blockSignals()
    let arguments = Array(CommandLine.arguments.dropFirst())
    let storePath = arguments.first == "--store" ? arguments.dropFirst().first : nil
    exit(ConsoleProgram(composition: Composition(storePath: storePath)).run())
  }
}
