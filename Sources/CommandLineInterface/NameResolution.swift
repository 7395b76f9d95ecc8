internal import ConnectorProtocol
internal import EngineAPI
internal import ConsoleConfiguration

/// Finds what a NAME on the command line stands for.
struct NameResolution {
  private static let prefix = "search-"

  let snapshot: EngineSnapshot

  /// The one connector of a name.
  ///
  /// An id counts first; then the name of the connector or of its index, with or without `search-`;
  /// then the same in other letter case.
  func connector(_ name: String) throws(CommandStop) -> ConnectorState {
    if let exact = snapshot.connectors.first(where: { $0.id == name }) { return exact }
    for isSame in [Self.isEqual, Self.isEqualIgnoringCase] {
      let found = snapshot.connectors.filter { names(of: $0).contains { isSame($0, name) } }
      if found.count > 1 { throw ambiguous(name, found) }
      if let connector = found.first { return connector }
    }
    throw CommandStop(.failed, notFound(name, among: snapshot.connectors.flatMap(names)))
  }

  /// The index of a connector, or an index without one.
  func index(_ name: String) throws(CommandStop) -> String {
    if let index = snapshot.indexNames.first(where: { $0 == name || $0 == Self.prefix + name }),
      !snapshot.connectors.contains(where: { names(of: $0).contains(name) || $0.id == name })
    {
      return index
    }
    if snapshot.connectors.isEmpty {
      throw CommandStop(.failed, notFound(name, among: snapshot.indexNames))
    }
    let connector = try connector(name)
    guard let index = connector.record.indexName else {
      throw CommandStop(
        .failed, "The connector \(connector.record.name) has no index yet; attach one to it.")
    }
    return index
  }

  private func names(of connector: ConnectorState) -> [String] {
    guard let index = connector.record.indexName else { return [connector.record.name] }
    let short = index.hasPrefix(Self.prefix) ? [String(index.dropFirst(Self.prefix.count))] : []
    return [connector.record.name, index] + short
  }

  private func ambiguous(_ name: String, _ found: [ConnectorState]) -> CommandStop {
    let candidates = found.map { connector in
      "\(connector.id)  \(connector.record.name) (\(connector.record.indexName ?? "no index"))"
    }
    return CommandStop(
      .failed,
      "“\(name)” may be one of \(found.count) connectors; write its id instead:",
      details: candidates)
  }

  private func notFound(_ name: String, among names: [String]) -> String {
    if names.isEmpty {
      return "There is no connector yet; run connector-console without a command to build one."
    }
    return "There is no connector or index “\(name)”."
      + Suggestion.sentence(name, among: names) + " The command connectors lists them."
  }

  private static func isEqual(_ left: String, _ right: String) -> Bool { left == right }

  private static func isEqualIgnoringCase(_ left: String, _ right: String) -> Bool {
    left.lowercased() == right.lowercased()
  }
}
