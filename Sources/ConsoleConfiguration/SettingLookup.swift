/// Finds the value of a setting among flags, variables, file and defaults.
///
/// Values that can't be taken are noted as problems, and the default counts in their place.
struct SettingLookup {
  /// A value and where it comes from.
  struct Found<Value> {
    var value: Value
    var origin: SettingOrigin
  }

  private let sources: SettingsSources
  private let file: SettingsFile?
  private let expansion: VariableExpansion
  private(set) var problems: [SettingsProblem]
  /// What was found, by keys, for the listing.
  private(set) var listed: [String: Found<SettingListing.Value>] = [:]

  init(_ sources: SettingsSources) {
    self.sources = sources
    file = sources.file.map { SettingsFile(path: $0.path, bytes: $0.bytes) }
    expansion = VariableExpansion(sources.environment)
    problems = file?.problems ?? []
    checkVariables()
  }

  // MARK: - Finding

  /// A text as it was given; `nil` if nobody gave one.
  mutating func given(_ key: String) -> Found<String>? {
    guard let setting = Setting.named(key) else { return nil }
    guard let raw = raw(setting) else { return nil }
    let isSecret = setting.kind == .secret
    listed[key] = Found(
      value: .text(isSecret ? SettingListing.mask : raw.value), origin: raw.origin)
    return raw
  }

  /// A number within the setting's range, or the default.
  mutating func whole(_ key: String) -> Int {
    wholeIfGiven(key) ?? Setting.named(key).flatMap { Int($0.standard) } ?? 1
  }

  /// A number within the setting's range; `nil` if none was given.
  mutating func wholeIfGiven(_ key: String) -> Int? {
    guard let setting = Setting.named(key), case .whole(let range) = setting.kind,
      let found = given(key)
    else { return nil }
    if let number = Int(found.value), range.contains(number) { return number }
    refuse(
      found.origin, setting,
      "takes a whole number from \(range.lowerBound) to \(range.upperBound)", found.value)
    return nil
  }

  /// A length of time within the setting's range, or the default.
  mutating func seconds(_ key: String) -> Duration {
    guard let setting = Setting.named(key), case .seconds(let range) = setting.kind else {
      return .zero
    }
    let standard = Duration.seconds(Int(setting.standard) ?? range.lowerBound)
    guard let found = given(key) else { return standard }
    let isPlain = found.value.utf8.allSatisfy { $0 >= 0x2E && $0 <= 0x39 && $0 != 0x2F }
    if isPlain, let seconds = Double(found.value), seconds >= Double(range.lowerBound),
      seconds <= Double(range.upperBound)
    {
      return .milliseconds(Int((seconds * 1000).rounded()))
    }
    refuse(
      found.origin, setting, "takes seconds from \(range.lowerBound) to \(range.upperBound)",
      found.value)
    return standard
  }

  /// Yes or no as YAML 1.1 writes it, if it was given.
  mutating func boolean(_ key: String) -> Found<Bool>? {
    guard let setting = Setting.named(key), let found = given(key) else { return nil }
    switch found.value.lowercased() {
    case "true", "yes", "on": return Found(value: true, origin: found.origin)
    case "false", "no", "off": return Found(value: false, origin: found.origin)
    default:
      refuse(found.origin, setting, "takes true or false", found.value)
      return nil
    }
  }

  /// One of the setting's words as the setting spells it, or the default.
  mutating func choice(_ key: String) -> String {
    guard let setting = Setting.named(key), case .choice(let words) = setting.kind else {
      return ""
    }
    guard let found = given(key) else { return setting.standard }
    let typed = found.value.lowercased()
    if let word = words.first(where: { $0.lowercased() == typed }) { return word }
    if key == "service.log_level", let word = Self.levelNames[typed] { return word }
    refuse(found.origin, setting, "takes \(words.joined(separator: ", "))", found.value)
    return setting.standard
  }

  /// Names of levels that other programs have.
  private static let levelNames = [
    "warn": "WARNING", "critical": "ERROR", "fatal": "ERROR", "notset": "DEBUG",
  ]

  /// A list of texts; a flag or a variable separates them by commas.
  mutating func texts(_ key: String) -> Found<[String]>? {
    guard let setting = Setting.named(key) else { return nil }
    let found: Found<[String]>
    if let raw = outside(setting) {
      found = Found(value: Self.parts(raw.value), origin: raw.origin)
    } else if let value = file?.values[key], !value.node.isNull, let file {
      var items: [String] = []
      for node in nodes(value.node, key) {
        if let text = text(of: node, key, line: node.line) { items.append(text) }
      }
      found = Found(value: items, origin: file.origin(value.line))
    } else {
      return nil
    }
    listed[key] = Found(value: .texts(found.value), origin: found.origin)
    return found
  }

  /// The value of a list in the file, with the line of its key.
  mutating func list(_ key: String) -> (nodes: [YAMLNode], line: Int)? {
    guard let value = file?.values[key], !value.node.isNull else { return nil }
    return (nodes(value.node, key), value.line)
  }

  /// Notes what is shown of a setting that is read in another way.
  mutating func list(_ key: String, as value: SettingListing.Value, line: Int) {
    guard let file else { return }
    listed[key] = Found(value: value, origin: file.origin(line))
  }

  /// The text of a scalar with its variables expanded; `nil` if it is empty or none.
  mutating func text(of node: YAMLNode, _ key: String, line: Int) -> String? {
    guard !node.isNull else { return nil }
    guard case .scalar(let raw, let isPlain) = node.content else {
      note(.error, line, "\(key) takes a value, not \(node.kindName). Write one value.")
      return nil
    }
    let (text, missing) = expansion.expanded(raw)
    if !missing.isEmpty {
      let isUnused = Setting.named(key)?.unused != nil
      let names = missing.map { Self.shown($0, limit: 40) }.joined(separator: ", ")
      note(
        isUnused ? .warning : .error, line,
        "\(key) refers to the environment variable \(names), which is not set. Set it, write "
          + "${NAME|default}, or write $$ for a dollar sign.")
      return nil
    }
    let node = YAMLNode(content: .scalar(text, isPlain: isPlain), line: line)
    return node.isNull || text.isEmpty ? nil : text
  }

  // MARK: - Problems

  mutating func note(_ severity: SettingsProblem.Severity, at origin: SettingOrigin, _ text: String)
  {
    problems.append(SettingsProblem(severity, at: origin.text, text))
  }

  mutating func note(_ severity: SettingsProblem.Severity, _ line: Int, _ text: String) {
    problems.append(SettingsProblem(severity, at: "\(file?.path ?? ""):\(line)", text))
  }

  /// Names of settings as the person gave them: a flag's or a variable's own, or the key.
  mutating func refuse(
    _ origin: SettingOrigin, _ setting: Setting, _ takes: String, _ value: String
  ) {
    let shown = setting.kind == .secret ? "" : "; “\(Self.shown(value, limit: 60))” is none"
    note(.error, at: origin, "\(setting.key) \(takes)\(shown). Correct it.")
  }

  static func shown(_ text: String, limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit) + "…"
  }

  // MARK: - Sources

  private mutating func raw(_ setting: Setting) -> Found<String>? {
    if let found = outside(setting) { return found }
    guard let file, let value = file.values[setting.key] else { return nil }
    return text(of: value.node, setting.key, line: value.line).map {
      Found(value: $0, origin: file.origin(value.line))
    }
  }

  private func outside(_ setting: Setting) -> Found<String>? {
    if let flag = sources.flags[setting.key] {
      return Found(value: flag.value, origin: .flag(flag.flag))
    }
    for name in setting.variables {
      guard let value = sources.environment[name], !value.isEmpty else { continue }
      return Found(value: value, origin: .variable(name))
    }
    return nil
  }

  /// The items of a list; a text that a variable stands for may hold a list as well.
  private mutating func nodes(_ node: YAMLNode, _ key: String) -> [YAMLNode] {
    switch node.content {
    case .sequence(let nodes): return nodes
    case .scalar(_, isPlain: true):
      guard let text = text(of: node, key, line: node.line) else { return [] }
      guard text.hasPrefix("["), let inner = try? YAMLDocument.parse(Array(text.utf8)),
        case .sequence(let nodes) = inner.content
      else { break }
      return nodes.map { Self.moved($0, to: node.line) }
    default: break
    }
    note(.error, node.line, "\(key) takes a list, not \(node.kindName). Write lines with - items.")
    return []
  }

  private static func moved(_ node: YAMLNode, to line: Int) -> YAMLNode {
    var node = node
    node.line = line
    switch node.content {
    case .scalar: break
    case .sequence(let nodes): node.content = .sequence(nodes.map { moved($0, to: line) })
    case .mapping(let entries):
      node.content = .mapping(
        entries.map { .init(key: $0.key, line: line, value: moved($0.value, to: line)) })
    }
    return node
  }

  private static func parts(_ text: String) -> [String] {
    text.split(separator: ",").map { ServerAddress.trimmed(String($0)) }.filter { !$0.isEmpty }
  }

  /// Tells variables that look like ours and are not.
  private mutating func checkVariables() {
    let known = Set(Setting.all.flatMap(\.variables)).union(["CONNECTOR_CONSOLE_CONFIG"])
    for name in sources.environment.keys.sorted()
    where name.hasPrefix("CONNECTOR_CONSOLE_") && !name.hasPrefix("CONNECTOR_CONSOLE_TEST_") {
      guard !known.contains(name) else { continue }
      problems.append(
        SettingsProblem(
          .warning, at: Self.shown(name, limit: 60),
          "There is no such variable.\(Suggestion.sentence(name, among: known.sorted())) "
            + "Correct or unset it."))
    }
  }
}

extension SettingLookup {
  /// What the file says of a setting that is not read.
  func unread(_ key: String) -> (SettingListing.Value, SettingOrigin)? {
    guard let file, let value = file.values[key], !value.node.isNull else { return nil }
    guard Setting.named(key)?.kind != .anything,
      case .scalar(let text, _) = value.node.content
    else { return (.unread, file.origin(value.line)) }
    return (.text(Self.shown(text, limit: 200)), file.origin(value.line))
  }

  /// Whether the file says anything of the connection to a cluster.
  var fileNamesCluster: Bool {
    file?.values.contains { key, value in
      key.hasPrefix("elasticsearch.") && !key.hasPrefix("elasticsearch.bulk.")
        && !value.node.isNull
    } ?? false
  }
}
