internal import HTTPClient
internal import Synchronization
package import ConnectorProtocol
internal import ConnectorKit

extension ElasticsearchStore {
  /// The names of all open and closed indices that are not hidden, sorted.
  package func indexNames() async throws -> [String] {
    let target = "/_cat/indices?format=json&h=index&expand_wildcards=open,closed"
    let answer = try await session.require(.get, target, subject: "the list of indices")
    let names = (answer.json.arrayValue ?? []).compactMap { $0["index"]?.stringValue }
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Makes an empty index as Kibana does for the language.
  package func createIndex(_ name: String, language: Language) async throws {
    var random = SystemRandomNumberGenerator()
    let key = DigestKey(low: random.next(), high: random.next())
    let body = IndexDefinition(language: language).body(digestKey: key)
    _ = try await session.require(.put, path(name), body, subject: "the index \(name)")
    indices.withLock { $0[name] = nil }
  }

  /// Removes an index and its documents.
  package func deleteIndex(_ name: String) async throws {
    indices.withLock { $0[name] = nil }
    let answer = try await session.ask(.delete, path(name))
    guard answer.isSuccess || answer.status == 404 else {
      throw session.error(answer, subject: "the index \(name)")
    }
  }

  /// How much is in an index.
  package func statistics(of index: String) async throws -> IndexStatistics {
    let answer = try await session.require(
      .get, "\(path(index))/_stats/docs,store", subject: "the index \(index)")
    let all = answer.json["_all"]?["primaries"]
    return IndexStatistics(
      documentCount: Int(all?["docs"]?["count"]?.integerValue ?? 0),
      bytes: Int(all?["store"]?["size_in_bytes"]?.integerValue ?? 0))
  }

  /// The key with which this index's document digests are made.
  ///
  /// An index that another program made gets the key in its mapping when it is first asked for, and
  /// the fields that documents carry. The key is then made from the index's UUID, so that two
  /// processes that come first at the same time write the same one.
  package func digestKey(of index: String) async throws -> DigestKey {
    try await facts(of: index, isFresh: true).digestKey
  }

  func facts(of index: String, isFresh: Bool = false) async throws -> IndexFacts {
    if !isFresh, let known = indices.withLock({ $0[index] }) { return known }
    let subject = "the index \(index)"
    let answer = try await session.require(.get, path(index), subject: subject)
    let description = answer.json.objectValue?.members.first?.value ?? .null
    let mappings = description["mappings"] ?? .null
    let settings = description["settings"]?["index"] ?? .null
    let stored = mappings["_meta"]?["connector_console"]
    let hasStems = settings["analysis"]?["analyzer"]?["iq_text_stem"] != nil
    let key: DigestKey
    if let halves = stored?["digest_key"]?.arrayValue?.compactMap({ $0.stringValue }),
      halves.count == 2, let low = UInt64(halves[0], radix: 16),
      let high = UInt64(halves[1], radix: 16)
    {
      key = DigestKey(low: low, high: high)
    } else {
      key = try await adopt(
        index, uuid: settings["uuid"]?.stringValue ?? "", meta: mappings["_meta"] ?? [:])
    }
    let facts = IndexFacts(digestKey: key, hasStems: hasStems)
    indices.withLock { $0[index] = facts }
    return facts
  }

  private func adopt(_ index: String, uuid: String, meta: JSONValue) async throws -> DigestKey {
    guard !uuid.isEmpty else {
      throw StoreError(.invalid, "Elasticsearch names no UUID of the index \(index). Update it.")
    }
    let seed = DigestKey(low: 0x636F_6E6E_6563_746F, high: 0x722D_636F_6E73_6F6C)
    let digest = seed.digest(of: DocumentID(uuid))
    let key = DigestKey(low: digest.low, high: digest.high)
    var merged = meta.objectValue ?? JSONObject()
    merged["connector_console"] =
      IndexDefinition.meta(digestKey: key, language: .universal)["connector_console"]
    let body: JSONValue = [
      "_meta": .object(merged), "properties": IndexDefinition.ownProperties,
    ]
    _ = try await session.require(
      .put, "\(path(index))/_mapping", body, subject: "the mapping of the index \(index)")
    return key
  }

  /// Makes everything applied so far visible to searches.
  package func refresh(_ index: String) async throws {
    _ = try await session.require(
      .post, "\(path(index))/_refresh", subject: "the index \(index)")
  }

  func path(_ index: String) -> String { "/" + index.percentEncoded }
}
