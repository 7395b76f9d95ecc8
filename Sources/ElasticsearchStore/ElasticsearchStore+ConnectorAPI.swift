internal import ConnectorKit
internal import ConnectorProtocol
internal import HTTPClient
internal import Synchronization

// The Connector API of 8.15 and later, where it can take part.
//
// Its calls carry no `if_seq_no`: whoever writes last wins. So records are made, removed and given
// their key's identifier through it, which nobody else does at the same time or which concerns one
// member alone. Every change that follows from what was read (configuration, schedule, status,
// rules, heartbeat with its checks) stays a compare-and-set of the document, as in Elastic's own
// service; so do claims and ends of jobs, and their making: the API chooses a job's identifier
// itself, and a schedule's job needs one that two services make alike.
extension ElasticsearchStore {
  /// The first release in which Kibana writes through the API.
  private static let firstWithAPI = ServerVersion(8, 15)
  /// The first release that marks deleted connectors instead of removing them.
  private static let firstWithMarks = ServerVersion(9, 0)

  /// Whether records are made and removed through the API: from 8.15 on, if the server has it.
  ///
  /// Asked once, for a server without the API answers 400, 404 or 405 to it.
  func hasConnectorAPI() async throws -> Bool {
    if let known = connectorAPI.withLock({ $0 }) { return known }
    var isThere = false
    if try await serverVersion() >= Self.firstWithAPI {
      let answer = try await session.ask(.get, "/_connector?size=1")
      // 403: the user has no right to it, but may have one to the documents.
      guard answer.isSuccess || [400, 403, 404, 405].contains(answer.status) else {
        throw session.error(answer, subject: "the Connector API")
      }
      isThere = answer.isSuccess
    }
    let found = isThere
    connectorAPI.withLock { $0 = found }
    return found
  }

  /// Makes a record through the API, then writes into it what the call does not take.
  ///
  /// - Returns: the record as it is stored; `nil` if the id is taken.
  func addThroughAPI(_ connector: Connector) async throws -> Stored? {
    // The call would write over a record that is there.
    guard try await read(connector.id, in: .connectors) == nil else { return nil }
    var body: JSONObject = [
      "name": .string(connector.name), "is_native": .bool(connector.isNative),
    ]
    let texts: [(String, String?)] = [
      ("description", connector.description), ("index_name", connector.indexName),
      ("language", connector.language == .universal ? nil : connector.language.rawValue),
      ("service_type", connector.serviceType),
    ]
    for (name, text) in texts { body[name] = text.map { .string($0) } }
    let subject = "the connector \(connector.id)"
    _ = try await session.require(
      .put, "/_connector/\(connector.id.percentEncoded)", .object(body), subject: subject)
    do {
      return try await complete(connector)
    } catch {
      try? await removeThroughAPI(connector.id)
      throw error
    }
  }

  private func complete(_ connector: Connector) async throws -> Stored {
    guard var stored = try await read(connector.id, in: .connectors) else {
      throw StoreError(.unavailable, "The connector was made and is not there. Try again.")
    }
    let source = try connector.json(for: try await protocolVersion(), over: stored.source)
    guard source != stored.source else { return stored }
    guard
      let version = try await replace(
        connector.id, source, in: .connectors, expecting: stored.version)
    else {
      throw StoreError(
        .conflict, "Another program changed the connector \(connector.id). Read it again.")
    }
    stored.source = source
    stored.version = version
    return stored
  }

  /// Removes a record through the API, for good.
  func removeThroughAPI(_ id: String) async throws {
    let isMarked = try await serverVersion() >= Self.firstWithMarks
    let answer = try await session.ask(
      .delete,
      "/_connector/\(id.percentEncoded)?delete_sync_jobs=true" + (isMarked ? "&hard=true" : ""))
    guard answer.isSuccess || answer.status == 404 else {
      throw session.error(answer, subject: "the connector \(id)")
    }
  }

  /// Notes a key's identifier on a record, and nothing else.
  func noteKey(_ keyID: String, of id: String) async throws {
    let subject = "the connector \(id)"
    if try await hasConnectorAPI() {
      _ = try await session.require(
        .put, "/_connector/\(id.percentEncoded)/_api_key_id", ["api_key_id": .string(keyID)],
        subject: subject)
    } else {
      _ = try await session.require(
        .post,
        "/.elastic-connectors/_update/\(id.percentEncoded)?refresh=true&retry_on_conflict=10",
        ["doc": ["api_key_id": .string(keyID)]], subject: subject)
    }
  }
}
