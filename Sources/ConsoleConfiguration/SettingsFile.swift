/// The settings of one file, by their dotted keys.
///
/// Keys may be dotted, nested or both. What is given twice counts as the later says, as it does for
/// Elastic's service, and is told.
struct SettingsFile {
  /// One value and where its key is.
  struct Value {
    var node: YAMLNode
    var line: Int
  }

  let path: String
  private(set) var values: [String: Value] = [:]
  private(set) var problems: [SettingsProblem] = []

  /// Reads a file's bytes.
  init(path: String, bytes: [UInt8]) {
    self.path = path
    do throws(YAMLError) {
      guard let root = try YAMLDocument.parse(bytes), !root.isNull else { return }
      guard case .mapping(let entries) = root.content else {
        throw YAMLError(
          line: root.line,
          message: "The file holds no settings. Write lines such as service.idling: 30.")
      }
      take(entries, below: "")
    } catch {
      problems.append(SettingsProblem(.error, at: "\(path):\(error.line)", error.message))
    }
  }

  /// The origin of a key.
  func origin(_ line: Int) -> SettingOrigin { .file(path, line: line) }

  private mutating func take(_ entries: [YAMLNode.Entry], below prefix: String) {
    for entry in entries {
      let key = prefix + entry.key
      if let setting = Setting.named(key) {
        note(key, setting, entry)
      } else if let ancestor = Self.unreadAncestor(of: key) {
        noteUnused(key, ancestor.unused ?? "", entry.line)
      } else if Self.isGroup(key) {
        takeGroup(key, entry)
      } else {
        problems.append(
          SettingsProblem(
            .warning, at: "\(path):\(entry.line)",
            "There is no setting \(Self.shown(key)).\(Self.suggestion(key)) Correct or remove it."))
      }
    }
  }

  private mutating func note(_ key: String, _ setting: Setting, _ entry: YAMLNode.Entry) {
    if let former = values[key] {
      problems.append(
        SettingsProblem(
          .warning, at: "\(path):\(entry.line)",
          "\(key) was set before, in line \(former.line); this one counts. Remove one."))
    }
    values[key] = Value(node: entry.value, line: entry.line)
    guard let reason = setting.unused, !entry.value.isNull else { return }
    noteUnused(key, reason, entry.line)
  }

  private mutating func noteUnused(_ key: String, _ reason: String, _ line: Int) {
    problems.append(
      SettingsProblem(
        .note, at: "\(path):\(line)", "\(Self.shown(key)) is not used here: \(reason)"))
  }

  private mutating func takeGroup(_ key: String, _ entry: YAMLNode.Entry) {
    switch entry.value.content {
    case .mapping(let entries): take(entries, below: key + ".")
    case .scalar where entry.value.isNull: break
    default:
      problems.append(
        SettingsProblem(
          .error, at: "\(path):\(entry.line)",
          "\(key) is a group of settings, not \(entry.value.kindName). Write the settings below it."
        ))
    }
  }

  private static func isGroup(_ key: String) -> Bool {
    Setting.all.contains { $0.key.hasPrefix(key + ".") }
  }

  /// The setting above a key that may hold anything, since it is not read.
  private static func unreadAncestor(of key: String) -> Setting? {
    Setting.all.first { $0.kind == .anything && key.hasPrefix($0.key + ".") }
  }

  /// A key without what could be a secret that slipped into it.
  private static func shown(_ key: String) -> String {
    key.count <= 60 ? key : String(key.prefix(60)) + "…"
  }

  private static func suggestion(_ key: String) -> String {
    let groups = ["service", "elasticsearch", "elasticsearch.bulk", "connector_console"]
    return Suggestion.sentence(key, among: Setting.all.map(\.key) + groups)
  }
}
