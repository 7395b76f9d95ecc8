internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

extension CommandRunner {
  func search(_ command: SearchCommand, _ snapshot: EngineSnapshot) async throws -> ExitStatus {
    let index = try NameResolution(snapshot: snapshot).index(command.name)
    let request = SearchRequest(query: command.query, from: command.from, size: command.size)
    guard case .search(let found) = try await ask(.search(index: index, request)) else {
      throw CommandStop.unexpected
    }
    if options.format == .json {
      printJSON(json(found, index))
      return .done
    }
    guard found.total > 0 else {
      printLine("Nothing in \(index) matches “\(command.query)”.")
      return .done
    }
    for (number, hit) in found.hits.enumerated() {
      print(hit, number: command.from + number + 1)
    }
    let first = command.from + 1
    let last = command.from + found.hits.count
    let range = found.hits.isEmpty ? "none" : "\(first) to \(Wording.number(last))"
    printLine(
      "\(Wording.count(found.total, "document", "documents")), \(range) shown, in "
        + "\(found.took.wholeMilliseconds) ms.", .muted)
    return .done
  }

  private func print(_ hit: SearchHit, number: Int) {
    let margin = "    "
    let width = output.columns.map { max(20, $0 - margin.count) }
    let title = fitted(SafeText(hit.title), width)
    output.write("\(number). " + printer.text(title, .strong) + "\n")
    if hit.id.text != hit.title {
      let id = SafeText(hit.id.text)
      let cut = width.map { id.middleTruncated(to: $0, ellipsis: printer.ellipsis) } ?? id
      output.write(margin + printer.text(cut, .muted) + "\n")
    }
    for highlight in hit.highlights.prefix(2) {
      let text = line(highlight, width)
      let end = text.lastIndex { $0 != " " }.map { text[...$0] } ?? ""
      if !end.isEmpty { output.write(margin + end + "\n") }
    }
  }

  private func fitted(_ text: SafeText, _ width: Int?) -> SafeText {
    width.map { text.truncated(to: $0, ellipsis: printer.ellipsis) } ?? text
  }

  /// One highlight on one row; words that match stand between `*` where there are no colours.
  private func line(_ highlight: Highlight, _ width: Int?) -> String {
    var room = width ?? Int.max
    var result = ""
    for run in highlight.runs {
      let mark = run.isMatch && !printer.usesColor ? "*" : ""
      let text = SafeText(mark + Self.onOneLine(run.text) + mark)
      let cut = text.truncated(to: room, ellipsis: printer.ellipsis)
      result += printer.text(cut, run.isMatch ? .warning : .plain)
      room -= cut.width
      guard room > 0, cut.width == text.width else { break }
    }
    return result
  }

  /// Line breaks and tabs as blanks.
  private static func onOneLine(_ text: String) -> String {
    text.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
  }

  // MARK: - JSON

  private func json(_ found: SearchResponse, _ index: String) -> JSONValue {
    let hits = found.hits.map { hit -> JSONValue in
      var fields = JSONObject()
      for highlight in hit.highlights {
        let pieces = fields[highlight.field]?.arrayValue ?? []
        fields[highlight.field] = .array(pieces + [.string(Self.markup(highlight))])
      }
      return [
        "_index": .string(index), "_id": .string(hit.id.text),
        "_score": .number(Self.decimal(hit.score)), "title": .string(hit.title),
        "highlight": .object(fields),
      ]
    }
    return [
      "took": .integer(Int64(found.took.wholeMilliseconds)),
      "hits": [
        "total": ["value": .integer(Int64(found.total)), "relation": "eq"],
        "hits": .array(hits),
      ],
    ]
  }

  /// The text with `<em>` around what matches, everything else escaped.
  private static func markup(_ highlight: Highlight) -> String {
    highlight.runs.map { run in
      let text = run.text.map { character in
        switch character {
        case "<": "&lt;"
        case ">": "&gt;"
        case "&": "&amp;"
        default: String(character)
        }
      }
      .joined()
      return run.isMatch ? "<em>\(text)</em>" : text
    }
    .joined()
  }

  /// A number as JSON writes it; what JSON can't write counts as 0.
  private static func decimal(_ number: Double) -> String {
    number.isFinite ? "\(number)" : "0"
  }
}
