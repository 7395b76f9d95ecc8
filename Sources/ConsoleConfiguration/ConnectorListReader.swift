/// Reads which connectors are served.
struct ConnectorListReader {
  private var connectors: [ConfiguredConnector] = []
  private var lines: [String: Int] = [:]
  private var shown: [[SettingListing.Value.Member]] = []

  /// Reads the list `connectors`, and the older form at the top level.
  static func read(_ lookup: inout SettingLookup) -> [ConfiguredConnector] {
    var reader = ConnectorListReader()
    reader.readList(&lookup)
    reader.readTopLevel(&lookup)
    return reader.connectors
  }

  private mutating func readList(_ lookup: inout SettingLookup) {
    guard let (nodes, line) = lookup.list("connectors") else { return }
    for node in nodes { readItem(node, &lookup) }
    lookup.list("connectors", as: .groups(shown), line: line)
  }

  private mutating func readItem(_ node: YAMLNode, _ lookup: inout SettingLookup) {
    guard case .mapping(let entries) = node.content else {
      lookup.note(
        .error, node.line,
        "Each item of connectors is a group with connector_id and service_type, not "
          + "\(node.kindName). Write - connector_id: ….")
      return
    }
    let names = ["connector_id", "service_type", "api_key"]
    var values: [String: String] = [:]
    for entry in entries {
      guard names.contains(entry.key) else {
        let key = SettingLookup.shown(entry.key, limit: 60)
        lookup.note(
          .warning, entry.line,
          "A connector has no setting \(key).\(Suggestion.sentence(entry.key, among: names)) "
            + "Correct or remove it.")
        continue
      }
      if values[entry.key] != nil {
        lookup.note(.warning, entry.line, "\(entry.key) is given twice; this one counts.")
      }
      values[entry.key] = lookup.text(of: entry.value, entry.key, line: entry.line)
    }
    guard let id = values["connector_id"] else {
      lookup.note(.error, node.line, "A connector has no connector_id. Copy it from its page.")
      return
    }
    let connector = ConfiguredConnector(
      id: id, serviceType: values["service_type"], apiKey: values["api_key"].map(APIKeyText.encoded)
    )
    shown.append(
      names.compactMap { name in
        values[name].map { .init(name, name == "api_key" ? SettingListing.mask : $0) }
      })
    add(connector, node.line, &lookup)
  }

  private mutating func readTopLevel(_ lookup: inout SettingLookup) {
    let type = lookup.given("service_type")
    let key = lookup.given("api_key")
    guard let id = lookup.given("connector_id") else {
      if let found = type ?? key {
        lookup.note(
          .warning, at: found.origin,
          "service_type and api_key at the top level belong to a connector_id, which is missing. "
            + "Add it, or remove them.")
      }
      return
    }
    let connector = ConfiguredConnector(
      id: id.value, serviceType: type?.value, apiKey: key.map { APIKeyText.encoded($0.value) })
    if case .file(_, let line) = id.origin {
      add(connector, line, &lookup)
    } else {
      connectors.removeAll { $0.id == connector.id }
      connectors.append(connector)
    }
  }

  private mutating func add(
    _ connector: ConfiguredConnector, _ line: Int, _ lookup: inout SettingLookup
  ) {
    if connector.id == "changeme" || connector.serviceType == "changeme" {
      lookup.note(
        .error, line, "changeme stands for the connector's own id and type. Write them there.")
      return
    }
    let id = SettingLookup.shown(connector.id, limit: 60)
    if let former = lines.updateValue(line, forKey: connector.id) {
      lookup.note(
        .warning, line,
        "The connector \(id) is in line \(former) already; this one counts. Remove one.")
      connectors.removeAll { $0.id == connector.id }
    }
    if connector.serviceType == nil {
      lookup.note(
        .note, line,
        "The connector \(id) has no service_type, so a record that has none itself stays so.")
    }
    connectors.append(connector)
  }
}

/// The forms in which people have API keys.
enum APIKeyText {
  /// The form that the server takes: `id:key` becomes base64.
  static func encoded(_ text: String) -> String {
    let text = ServerAddress.trimmed(text)
    return text.contains(":") ? Base64.encoded(Array(text.utf8)) : text
  }

  /// Whether a text can't be a key of either form.
  static func isHopeless(_ text: String) -> Bool {
    guard let bytes = Base64.decoded(encoded(text)) else { return true }
    return !bytes.contains(UInt8(ascii: ":"))
  }
}
