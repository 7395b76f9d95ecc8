internal import HTTPClient
package import ConnectorProtocol
internal import ConnectorKit

extension ElasticsearchStore {
  /// The last hit that Elasticsearch gives out without a walk (`index.max_result_window`).
  private static let window = 10_000

  /// Searches an index.
  package func search(
    _ request: SearchRequest, in index: String
  ) async throws -> SearchResponse {
    guard request.from + request.size <= Self.window else {
      throw StoreError(
        .invalid, "Elasticsearch shows the first \(Self.window) hits. Narrow the search.")
    }
    let facts = try await facts(of: index)
    let fields: [JSONValue] = facts.hasStems ? ["*.stem"] : ["*"]
    var body = JSONObject()
    body["query"] = TypedQuery(request.query).json(fields: fields)
    body["from"] = .integer(Int64(request.from))
    body["size"] = .integer(Int64(request.size))
    body["track_total_hits"] = true
    body["_source"] = ["title", "name", "path"]
    body["highlight"] = Self.highlight(fields: fields)
    let target =
      "\(path(index))/_search?search_type=dfs_query_then_fetch&preference=connector-console"
    let answer = try await session.require(
      .post, target, .object(body), subject: "the index \(index)")
    let json = answer.json
    let hits = json["hits"]
    return SearchResponse(
      total: Int(hits?["total"]?["value"]?.integerValue ?? 0),
      hits: (hits?["hits"]?.arrayValue ?? []).compactMap { Self.hit($0) },
      took: .milliseconds(json["took"]?.integerValue ?? 0))
  }

  private static func highlight(fields: [JSONValue]) -> JSONValue {
    var names = JSONObject()
    for field in fields { names[field.stringValue ?? "*"] = [:] }
    return [
      "pre_tags": [.string(String(Self.opening))], "post_tags": [.string(String(Self.closing))],
      "number_of_fragments": 3, "fragment_size": 120, "max_analyzed_offset": 999_999,
      "fields": .object(names),
    ]
  }

  // Private characters, which no text should hold; a text that does is marked oddly, no more.
  private static let opening: Character = "\u{F5D0}"
  private static let closing: Character = "\u{F5D1}"

  private static func hit(_ json: JSONValue) -> SearchHit? {
    guard let id = json["_id"]?.stringValue else { return nil }
    let source = json["_source"]
    let title = ["title", "name", "path"].lazy
      .compactMap { source?[$0]?.stringValue }.first { !$0.isEmpty }
    let highlights = (json["highlight"]?.objectValue?.members ?? []).flatMap { member in
      (member.value.arrayValue ?? []).compactMap { $0.stringValue }
        .map { Highlight(field: field(member.name), runs: runs($0)) }
    }
    return SearchHit(
      id: DocumentID(id), score: number(json["_score"]), title: title ?? id,
      highlights: highlights)
  }

  private static func field(_ name: String) -> String {
    name.hasSuffix(".stem") ? String(name.dropLast(5)) : name
  }

  private static func number(_ json: JSONValue?) -> Double {
    switch json {
    case .integer(let value): Double(value)
    case .number(let text): Double(text) ?? 0
    default: 0
    }
  }

  private static func runs(_ text: String) -> [Highlight.Run] {
    var runs: [Highlight.Run] = []
    var current = ""
    for character in text {
      guard character == opening || character == closing else {
        current.append(character)
        continue
      }
      if !current.isEmpty { runs.append(Highlight.Run(current, isMatch: character == closing)) }
      current = ""
    }
    if !current.isEmpty { runs.append(Highlight.Run(current, isMatch: false)) }
    return runs
  }
}

/// A query as typed: words and phrases that must occur, and those that must not.
///
/// No text is an error. A word that the analyzer splits (`wi-fi`) is a phrase.
struct TypedQuery {
  /// More clauses are ignored.
  static let maximumClauses = 128

  private(set) var required: [String] = []
  private(set) var excluded: [String] = []

  /// Takes a query apart.
  init(_ text: String) {
    var rest = text.prefix(1 << 16)
    while required.count + excluded.count < Self.maximumClauses {
      rest = rest.drop { $0.isWhitespace }
      guard let first = rest.first else { return }
      let isExcluded = first == "-"
      if isExcluded { rest = rest.dropFirst() }
      let word: Substring
      if rest.first == "\"" {
        rest = rest.dropFirst()
        word = rest.prefix { $0 != "\"" }
        rest = rest.dropFirst(word.count + 1)
      } else {
        word = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(word.count)
      }
      guard word.contains(where: { $0.isLetter || $0.isNumber }) else { continue }
      if isExcluded { excluded.append(String(word)) } else { required.append(String(word)) }
    }
  }

  /// The query in Elasticsearch's language.
  func json(fields: [JSONValue]) -> JSONValue {
    guard !required.isEmpty || !excluded.isEmpty else {
      return ["bool": ["filter": [["match_all": [:]]]]]
    }
    let must = required.map { Self.clause($0, fields, whenEmpty: "all") }
    let mustNot = excluded.map { Self.clause($0, fields, whenEmpty: "none") }
    return ["bool": ["must": .array(must), "must_not": .array(mustNot)]]
  }

  /// A word or phrase in any field; `whenEmpty` is what a clause of stop words alone finds.
  private static func clause(
    _ text: String, _ fields: [JSONValue], whenEmpty: JSONValue
  ) -> JSONValue {
    [
      "multi_match": [
        "query": .string(text), "type": "phrase", "fields": .array(fields), "lenient": true,
        "zero_terms_query": whenEmpty,
      ]
    ]
  }
}
