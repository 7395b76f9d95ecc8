@main
enum ConnectorConsole {
  static func main() {}
}
