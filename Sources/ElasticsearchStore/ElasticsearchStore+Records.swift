internal import ConnectorKit
internal import ConnectorProtocol
internal import HTTPClient

// Documents of the record indices, whatever they hold.
extension ElasticsearchStore {
  /// A document as it is stored.
  struct Stored {
    var id: String
    var version: RecordVersion
    var source: JSONValue

    init(id: String, version: RecordVersion, source: JSONValue) {
      self.id = id
      self.version = version
      self.source = source
    }

    init?(_ json: JSONValue) {
      guard let id = json["_id"]?.stringValue, let number = json["_seq_no"]?.integerValue,
        let term = json["_primary_term"]?.integerValue
      else { return nil }
      self.id = id
      version = RecordVersion(sequenceNumber: number, primaryTerm: term)
      source = json["_source"] ?? .null
    }
  }

  /// One document; `nil` if it, or the whole index, is not there.
  func read(_ id: String, in index: RecordIndex) async throws -> Stored? {
    let answer = try await session.ask(.get, documentPath(id, in: index))
    if answer.status == 404 { return nil }
    guard answer.isSuccess else { throw session.error(answer, subject: "the record \(id)") }
    return Stored(answer.json)
  }

  /// Adds a document; the index is made if it is not there.
  ///
  /// - Returns: the document; `nil` if the id is taken.
  func add(_ id: String, _ source: JSONValue, to index: RecordIndex) async throws -> Stored? {
    try await prepare(index)
    let answer = try await session.ask(
      .put, "/\(index.alias)/_create/\(id.percentEncoded)?refresh=true&require_alias=true", source)
    if answer.status == 409 { return nil }
    guard answer.isSuccess else { throw session.error(answer, subject: "the record \(id)") }
    return Stored(id: id, version: try version(in: answer), source: source)
  }

  /// Writes a document if its version is still the same.
  ///
  /// - Returns: its new version; `nil` if somebody else was faster, or it is gone.
  func replace(
    _ id: String, _ source: JSONValue, in index: RecordIndex, expecting version: RecordVersion
  ) async throws -> RecordVersion? {
    let answer = try await session.ask(
      .put, "\(documentPath(id, in: index))?refresh=true&\(condition(version))", source)
    if answer.status == 409 || answer.status == 404 { return nil }
    guard answer.isSuccess else { throw session.error(answer, subject: "the record \(id)") }
    return try self.version(in: answer)
  }

  /// Removes a document if its version is still the same.
  ///
  /// - Returns: `false` if somebody else changed it.
  func remove(
    _ id: String, from index: RecordIndex, expecting version: RecordVersion
  ) async throws -> Bool {
    let answer = try await session.ask(
      .delete, "\(documentPath(id, in: index))?refresh=true&\(condition(version))")
    if answer.status == 409 { return false }
    guard answer.isSuccess || answer.status == 404 else {
      throw session.error(answer, subject: "the record \(id)")
    }
    return true
  }

  /// Documents that a search finds; none where the index is not there.
  func find(
    _ body: JSONObject, in index: RecordIndex
  ) async throws -> (found: [Stored], total: Int) {
    var body = body
    body["seq_no_primary_term"] = true
    body["track_total_hits"] = true
    let target = "/\(index.alias)/_search?ignore_unavailable=true"
    let answer = try await session.require(
      .post, target, .object(body), subject: "the records in \(index.alias)")
    let hits = answer.json["hits"]
    return (
      (hits?["hits"]?.arrayValue ?? []).compactMap { Stored($0) },
      Int(hits?["total"]?["value"]?.integerValue ?? 0)
    )
  }

  /// Reads all documents that a query selects, in pages of a thousand, as they were at one moment.
  ///
  /// - Parameters:
  ///   - query: what to select.
  ///   - index: where; nothing is read where it is not there.
  ///   - order: by which members; without any, in no order.
  ///   - body: gets one after the other, and returns `false` when it has enough.
  /// - Throws: ``StoreError``, or what `body` throws.
  func forEach(
    _ query: JSONValue, in index: RecordIndex, order: [JSONValue] = [],
    _ body: (Stored) throws -> Bool
  ) async throws {
    let opened = try await session.ask(
      .post, "/\(index.alias)/_pit?keep_alive=1m&ignore_unavailable=true")
    if opened.status == 404 { return }
    let subject = "the records in \(index.alias)"
    guard opened.isSuccess else { throw session.error(opened, subject: subject) }
    var pit = opened.json["id"] ?? .null
    do {
      try await page(query, pit: &pit, order: order, subject: subject, body)
    } catch {
      _ = try? await session.ask(.delete, "/_pit", ["id": pit])
      throw error
    }
    _ = try? await session.ask(.delete, "/_pit", ["id": pit])
  }

  private func page(
    _ query: JSONValue, pit: inout JSONValue, order: [JSONValue], subject: String,
    _ body: (Stored) throws -> Bool
  ) async throws {
    let size = 1000
    var after: JSONValue?
    while true {
      var request: JSONObject = [
        "size": .integer(Int64(size)), "query": query, "seq_no_primary_term": true,
        "track_total_hits": false, "pit": ["id": pit, "keep_alive": "1m"],
        "sort": .array(order + ["_shard_doc"]),
      ]
      if let after { request["search_after"] = after }
      let answer = try await session.require(
        .post, "/_search", .object(request), subject: subject)
      let json = answer.json
      if let next = json["pit_id"] { pit = next }
      let hits = json["hits"]?["hits"]?.arrayValue ?? []
      for hit in hits {
        if let stored = Stored(hit), try !body(stored) { return }
      }
      guard hits.count == size, let last = hits.last?["sort"] else { return }
      after = last
    }
  }

  /// Removes all documents that a query finds, in requests of a thousand.
  ///
  /// Without `_delete_by_query`, which not every server offers to every user.
  func removeAll(_ query: JSONValue, from index: RecordIndex) async throws {
    while true {
      let found = try await find(["size": 1000, "_source": false, "query": query], in: index).found
      guard !found.isEmpty else { return }
      var lines: [UInt8] = []
      for document in found {
        let action: JSONValue = ["delete": ["_id": .string(document.id)]]
        lines += Array(action.text.utf8) + [0x0A]
      }
      try await sendRecords(lines, count: found.count, to: index)
    }
  }

  /// Sends lines for `_bulk` of a record index, all of which must succeed.
  ///
  /// - Throws: ``RequestTooLarge`` if the server takes no request of that size; else ``StoreError``.
  func sendRecords(_ lines: [UInt8], count: Int, to index: RecordIndex) async throws {
    let answer = try await session.send(
      lines: lines, to: "/\(index.alias)/_bulk?refresh=true&require_alias=true",
      as: session.credentials)
    let subject = "the records in \(index.alias)"
    if answer.status == 413 { throw RequestTooLarge() }
    guard answer.isSuccess else { throw session.error(answer, subject: subject) }
    let items = (try? BulkResponseScanner.items(answer.body, expected: count)) ?? []
    if items.count == count, let failed = items.first(where: { $0.result == nil }) {
      throw StoreError(
        .unavailable, "Not all of \(subject) could be written: \(failed.reason). Try again.")
    }
    guard items.count == count else {
      throw StoreError(.unavailable, "The answer about \(subject) is not whole. Try again.")
    }
  }

  /// Makes a record index unless it is there.
  func prepare(_ index: RecordIndex) async throws {
    if try await session.ask(.head, "/\(index.alias)").isSuccess { return }
    let body = index.body(for: try await protocolVersion())
    let answer = try await session.ask(.put, "/\(index.concrete)", body)
    // Somebody else may have been faster.
    guard answer.isSuccess || answer.errorType == "resource_already_exists_exception" else {
      throw session.error(answer, subject: "the index \(index.concrete)")
    }
  }

  private func documentPath(_ id: String, in index: RecordIndex) -> String {
    "/\(index.alias)/_doc/\(id.percentEncoded)"
  }

  private func condition(_ version: RecordVersion) -> String {
    "if_seq_no=\(version.sequenceNumber)&if_primary_term=\(max(1, version.primaryTerm))"
  }

  private func version(in answer: ElasticsearchSession.Answer) throws -> RecordVersion {
    let json = answer.json
    guard let number = json["_seq_no"]?.integerValue,
      let term = json["_primary_term"]?.integerValue
    else {
      throw StoreError(.unavailable, "Elasticsearch's answer to a write is not whole. Try again.")
    }
    return RecordVersion(sequenceNumber: number, primaryTerm: term)
  }
}

/// The server takes no request of that size.
struct RequestTooLarge: Error {}
