internal import HTTPClient
package import ConnectorKit
package import ConnectorProtocol

extension ElasticsearchStore {
  private static let pageSize = 5000

  /// Walks over what is in the index at one point in time, in batches.
  ///
  /// Digests are made from the `_id`s, so that documents of other programs are known too, with
  /// fingerprint 0.
  package func forEachKnownDocument(
    in index: String, _ receive: @Sendable ([KnownDocument]) async throws -> Void
  ) async throws {
    let key = try await facts(of: index).digestKey
    try await walk(index, query: ["match_all": [:]], fields: true) { hits in
      let known = hits.map { hit in
        KnownDocument(
          digest: key.digest(of: hit.id), fingerprint: hit.fingerprint, scope: hit.scope)
      }
      try await receive(known)
    }
  }

  /// A document as the walk finds it.
  private struct WalkHit: Sendable {
    var id: DocumentID
    var fingerprint: UInt64
    var scope: String

    init?(_ json: JSONValue) {
      guard let id = json["_id"]?.stringValue else { return nil }
      self.id = DocumentID(id)
      let fields = json["fields"]
      let stored = fields?["\(OwnMember.name).f"]?.arrayValue?.first?.integerValue
      fingerprint = stored.map { UInt64(bitPattern: $0) } ?? 0
      scope = fields?["\(OwnMember.name).s"]?.arrayValue?.first?.stringValue ?? ""
    }
  }

  private func walk(
    _ index: String, query: JSONValue, fields: Bool,
    _ receive: ([WalkHit]) async throws -> Void
  ) async throws {
    try await refresh(index)
    let opened = try await session.require(
      .post, "\(path(index))/_pit?keep_alive=5m", subject: "the index \(index)")
    var pit = opened.json["id"] ?? .null
    do {
      var after: JSONValue?
      while true {
        try Task.checkCancellation()
        let page = try await page(pit, after: after, query: query, fields: fields)
        pit = page["pit_id"] ?? pit
        let hits = page["hits"]?["hits"]?.arrayValue ?? []
        guard let last = hits.last else { break }
        try await receive(hits.compactMap { WalkHit($0) })
        if hits.count < Self.pageSize { break }
        after = last["sort"]
      }
    } catch {
      await closePIT(pit)
      throw error
    }
    await closePIT(pit)
  }

  /// Frees what the server keeps; if that fails it frees it itself after the keep-alive.
  private func closePIT(_ pit: JSONValue) async {
    _ = try? await session.ask(.delete, "/_pit", ["id": pit])
  }

  private func page(
    _ pit: JSONValue, after: JSONValue?, query: JSONValue, fields: Bool
  ) async throws -> JSONValue {
    var body = JSONObject()
    body["size"] = .integer(Int64(Self.pageSize))
    body["query"] = query
    body["pit"] = ["id": pit, "keep_alive": "5m"]
    body["sort"] = ["_shard_doc"]
    body["track_total_hits"] = false
    body["_source"] = false
    if fields {
      body["docvalue_fields"] = [
        .string("\(OwnMember.name).f"), .string("\(OwnMember.name).s"),
      ]
    }
    if let after { body["search_after"] = after }
    let target =
      "/_search?filter_path=pit_id,hits.hits._id,hits.hits.fields,hits.hits.sort,"
      + "_shards.failures"
    let answer = try await session.require(
      .post, target, .object(body), subject: "the walk over an index")
    let json = answer.json
    // A page with failed shards is not all that is there; going on would look like deletions.
    if json["_shards"]?["failures"]?.arrayValue?.isEmpty == false {
      throw StoreError(
        .unavailable, "A part of the index can't be read at the moment. Try again later.")
    }
    return json
  }

  /// The `_id`s behind digests; those that are not in the index are left out.
  package func documentIDs(
    _ digests: [DocumentDigest], in index: String
  ) async throws -> [DocumentID] {
    let key = try await facts(of: index).digestKey
    var missing = Set(digests)
    var found: [DocumentID] = []
    var rest = digests[...]
    while !rest.isEmpty {
      let part = rest.prefix(1000)
      rest = rest.dropFirst(part.count)
      let terms = part.map { JSONValue.integer(Int64(bitPattern: $0.low)) }
      let query: JSONValue = [
        "bool": ["filter": [["terms": ["\(OwnMember.name).d": .array(terms)]]]]
      ]
      try await walk(index, query: query, fields: false) { hits in
        for hit in hits where missing.remove(key.digest(of: hit.id)) != nil {
          found.append(hit.id)
        }
      }
    }
    guard !missing.isEmpty else { return found }
    // Documents of other programs have no digest of ours to look up.
    let foreign: JSONValue = [
      "bool": ["must_not": [["exists": ["field": .string("\(OwnMember.name).d")]]]]
    ]
    try await walk(index, query: foreign, fields: false) { hits in
      for hit in hits where missing.remove(key.digest(of: hit.id)) != nil { found.append(hit.id) }
    }
    return found
  }

  /// One whole document as JSON; `nil` if there is none.
  package func document(_ id: DocumentID, in index: String) async throws -> [UInt8]? {
    let answer = try await session.ask(
      .get, "\(path(index))/_source/\(id.text.percentEncoded)")
    if answer.status == 404 {
      if answer.errorType == "resource_not_found_exception" { return nil }
      throw session.error(answer, subject: "the index \(index)")
    }
    guard answer.isSuccess else { throw session.error(answer, subject: "the document \(id)") }
    return OwnMember.removed(from: answer.body)
  }
}
