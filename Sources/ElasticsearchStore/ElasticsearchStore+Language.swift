internal import HTTPClient
package import ConnectorProtocol
internal import ConnectorKit

extension ElasticsearchStore {
  /// Analyses all documents of an index again in another language.
  ///
  /// Elasticsearch takes other analyzers in a closed index only, and keeps the words it has. So the
  /// index is closed for a moment, during which writers are put off, and then every document is
  /// written again as it is, unless somebody else writes it first. Done again after a crash it ends
  /// in the same state.
  package func changeLanguage(of index: String, to language: Language) async throws {
    let subject = "the index \(index)"
    let facts = try await facts(of: index, isFresh: true)
    guard facts.hasStems else {
      throw StoreError(
        .invalid,
        "The index \(index) was not made with the analyzers of a language. Make a new index.")
    }
    let settings: JSONValue = ["analysis": IndexDefinition(language: language).analysis]
    _ = try await session.require(.post, "\(path(index))/_close", subject: subject)
    let changed = try await session.ask(.put, "\(path(index))/_settings", settings)
    _ = try await session.require(.post, "\(path(index))/_open", subject: subject)
    guard changed.isSuccess else { throw session.error(changed, subject: subject) }
    _ = try await session.require(
      .get,
      "/_cluster/health/\(index.percentEncoded)?wait_for_status=yellow&timeout=60s",
      subject: subject)
    try await noteLanguage(language, of: index)
    try await rewriteDocuments(of: index)
    try await refresh(index)
  }

  private func noteLanguage(_ language: Language, of index: String) async throws {
    let subject = "the mapping of the index \(index)"
    let current = try await session.require(.get, "\(path(index))/_mapping", subject: subject)
    let meta = current.json.objectValue?.members.first?.value["mappings"]?["_meta"]
    var merged = meta?.objectValue ?? JSONObject()
    var own = merged["connector_console"]?.objectValue ?? JSONObject()
    own["language"] = .string(language.rawValue)
    merged["connector_console"] = .object(own)
    _ = try await session.require(
      .put, "\(path(index))/_mapping", ["_meta": .object(merged)], subject: subject)
  }

  private func rewriteDocuments(of index: String) async throws {
    try await refresh(index)
    let subject = "the index \(index)"
    let opened = try await session.require(
      .post, "\(path(index))/_search?scroll=5m",
      [
        "size": 500, "sort": ["_doc"], "seq_no_primary_term": true,
        "query": ["match_all": [:]],
      ], subject: subject)
    var page = opened.json
    while let hits = page["hits"]?["hits"]?.arrayValue, !hits.isEmpty {
      try Task.checkCancellation()
      try await rewrite(hits, of: index)
      page = try await session.require(
        .post, "/_search/scroll", ["scroll": "5m", "scroll_id": page["_scroll_id"] ?? .null],
        subject: subject
      ).json
    }
    _ = try? await session.ask(
      .delete, "/_search/scroll", ["scroll_id": page["_scroll_id"] ?? .null])
  }

  private func rewrite(_ hits: [JSONValue], of index: String) async throws {
    var lines: [UInt8] = []
    for hit in hits {
      let action: JSONValue = [
        "index": [
          "_id": hit["_id"] ?? .null, "if_seq_no": hit["_seq_no"] ?? .null,
          "if_primary_term": hit["_primary_term"] ?? .null,
        ]
      ]
      lines += Array(action.text.utf8) + [0x0A]
      lines += Array((hit["_source"] ?? [:]).text.utf8) + [0x0A]
    }
    let answer = try await session.send(
      lines: lines, to: "\(path(index))/_bulk", as: session.credentials)
    guard answer.isSuccess else { throw session.error(answer, subject: "the index \(index)") }
    let items = (try? BulkResponseScanner.items(answer.body, expected: hits.count)) ?? []
    // 409 and 404: somebody else wrote or removed the document, with the new analyzers already.
    let failed = items.filter { $0.result == nil && $0.status != 409 && $0.status != 404 }
    guard items.count == hits.count, failed.isEmpty else {
      let reason = failed.first?.reason ?? "the answer is not whole"
      throw StoreError(
        .unavailable,
        "Not all documents were analysed again: \(reason). Change the language once more.")
    }
  }
}
