internal import ConnectorKit
package import ConsoleConfiguration
internal import TerminalKit

/// What a look at the server showed, for a report.
package struct ServerReport: Hashable, Sendable {
  package var address: String
  /// `nil` if the server could not be asked.
  package var version: String?
  package var clusterName: String?
  package var license: String?
  package var userName: String?
  /// Why the server could not be asked, or what is missing: full sentences.
  package var problems: [String]
  /// What will be made: full sentences.
  package var notes: [String]

  /// Makes a report of a server that did not answer yet.
  package init(address: String, problems: [String] = []) {
    self.address = address
    self.problems = problems
    notes = []
  }
}

/// Prints settings and what is wrong with them.
package struct ConfigurationReport: Sendable {
  private let settings: ConsoleSettings
  private let options: GlobalOptions
  private let output: any CommandOutput
  private let printer: Printer

  /// Makes a report.
  package init(_ settings: ConsoleSettings, options: GlobalOptions, output: any CommandOutput) {
    self.settings = settings
    self.options = options
    self.output = output
    printer = Printer(
      isASCII: options.isASCII, usesColor: output.columns != nil && !options.isMonochrome)
  }

  // MARK: - Problems

  /// Prints what keeps the settings from being used, to standard error.
  package func complain() {
    let printer = Printer(
      isASCII: options.isASCII, usesColor: output.errorColumns != nil && !options.isMonochrome)
    for problem in settings.problems where problem.severity == .error {
      output.writeError("connector-console: " + printer.text(problem.description, .bad) + "\n")
    }
    output.writeError("connector-console config check tells more.\n")
  }

  /// Prints all problems and what the server showed.
  ///
  /// - Parameters:
  ///   - store: what the store is called.
  ///   - server: `nil` if no server was asked.
  package func check(store: String, server: ServerReport?) {
    if options.format == .json {
      output.write(checkJSON(server).text + "\n")
      return
    }
    for problem in settings.problems { output.write(line(problem)) }
    let errors = settings.problems.count { $0.severity == .error }
    guard errors == 0 else {
      let count = Wording.count(errors, "error keeps", "errors keep")
      output.write(printer.text("\(count) the settings from being used.", .bad) + "\n")
      return
    }
    output.write("The settings can be used: \(printer.text(store)).\n")
    if let server { print(server) }
  }

  private func line(_ problem: SettingsProblem) -> String {
    let tint: Tint =
      switch problem.severity {
      case .error: .bad
      case .warning: .warning
      case .note: .muted
      }
    let place = problem.place.map { printer.text($0 + ": ") } ?? ""
    return place + printer.text(problem.severity.rawValue + ": ", tint)
      + printer.text(problem.message) + "\n"
  }

  private func print(_ server: ServerReport) {
    if let version = server.version {
      var facts = ["version \(version)"]
      if let name = server.clusterName, !name.isEmpty { facts.append("cluster \(name)") }
      if let license = server.license { facts.append("licence \(license)") }
      if let user = server.userName { facts.append("as \(user)") }
      output.write(printer.text("It answers: \(facts.joined(separator: ", ")).", .good) + "\n")
    }
    for note in server.notes { output.write(printer.text(note, .muted) + "\n") }
    for problem in server.problems {
      output.write(printer.text("error: ", .bad) + printer.text(problem) + "\n")
    }
  }

  private func checkJSON(_ server: ServerReport?) -> JSONValue {
    let problems = settings.problems.map { problem -> JSONValue in
      [
        "severity": .string(problem.severity.rawValue),
        "place": problem.place.map { .string($0) } ?? .null,
        "message": .string(problem.message),
      ]
    }
    var members: JSONObject = [
      "usable": .bool(settings.isUsable), "problems": .array(problems),
    ]
    if let server { members["elasticsearch"] = json(server) }
    return .object(members)
  }

  private func json(_ server: ServerReport) -> JSONValue {
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    return [
      "address": text(server.address), "version": text(server.version),
      "cluster_name": text(server.clusterName), "license": text(server.license),
      "user": text(server.userName), "problems": .array(server.problems.map { .string($0) }),
      "notes": .array(server.notes.map { .string($0) }),
    ]
  }

  // MARK: - Settings

  /// Prints the settings that count.
  package func show(withOrigins: Bool) {
    if options.format == .json {
      let settings = settings.listing.filter { $0.value != nil }.map(json)
      output.write(JSONValue.object(["settings": .array(settings)]).text + "\n")
      return
    }
    let blocks = settings.listing.compactMap { listing in
      listing.value.map { (listing, lines(listing.key, $0)) }
    }
    let width = min(60, blocks.compactMap { $0.1.first?.count }.max() ?? 0)
    for (listing, lines) in blocks {
      var remarks: [String] = []
      if withOrigins { remarks.append(listing.origin.text) }
      if let reason = listing.unused { remarks.append("not used here: \(reason)") }
      for (index, line) in lines.enumerated() {
        output.write(printer.text(line))
        if index == 0, !remarks.isEmpty {
          let blanks = String(repeating: " ", count: max(0, width - line.count) + 2)
          output.write(printer.text(blanks + "# " + remarks.joined(separator: "; "), .muted))
        }
        output.write("\n")
      }
    }
  }

  /// A setting as lines of YAML.
  private func lines(_ key: String, _ value: SettingListing.Value) -> [String] {
    switch value {
    case .text(let text): return ["\(key): \(Self.scalar(text))"]
    case .texts(let texts): return ["\(key): [\(texts.map(Self.scalar).joined(separator: ", "))]"]
    case .unread: return ["\(key): {}"]
    case .groups(let groups):
      guard !groups.isEmpty else { return ["\(key): []"] }
      return ["\(key):"]
        + groups.flatMap { group in
          group.enumerated().map { index, member in
            "  \(index == 0 ? "-" : " ") \(member.name): \(Self.scalar(member.value))"
          }
        }
    }
  }

  /// Text as YAML takes it, in quotes where it could be misread.
  private static func scalar(_ text: String) -> String {
    let harmless = text.allSatisfy { character in
      character.isLetter || character.isNumber || "-_./•".contains(character) || character == ":"
    }
    let startsHarmless = text.first.map { $0.isLetter || $0.isNumber || "/•".contains($0) } ?? false
    if harmless, startsHarmless, !text.hasSuffix(":") { return text }
    // A dollar is doubled: a single one would refer to a variable.
    let literal = text.split(separator: "$", omittingEmptySubsequences: false)
    return JSONValue.string(literal.joined(separator: "$$")).text
  }

  private func json(_ listing: SettingListing) -> JSONValue {
    var members: JSONObject = [
      "key": .string(listing.key), "value": listing.value.map(json) ?? .null,
      "origin": json(listing.origin),
    ]
    if let reason = listing.unused { members["unused"] = .string(reason) }
    return .object(members)
  }

  private func json(_ value: SettingListing.Value) -> JSONValue {
    switch value {
    case .text(let text): return .string(text)
    case .texts(let texts): return .array(texts.map { .string($0) })
    case .unread: return .null
    case .groups(let groups):
      return .array(
        groups.map { group in
          var members = JSONObject()
          for member in group { members[member.name] = .string(member.value) }
          return .object(members)
        })
    }
  }

  private func json(_ origin: SettingOrigin) -> JSONValue {
    switch origin {
    case .flag(let name): ["kind": "flag", "name": .string(name)]
    case .variable(let name): ["kind": "variable", "name": .string(name)]
    case .file(let path, let line):
      ["kind": "file", "name": .string(path), "line": .integer(Int64(line))]
    case .standard: ["kind": "default"]
    }
  }
}
