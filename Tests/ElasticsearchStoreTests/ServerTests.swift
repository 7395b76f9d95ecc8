import ConnectorKit
import ConnectorProtocol
import HTTPClient
import StoreContracts
import Synchronization
import Testing

@testable import ElasticsearchStore

/// Against a real Elasticsearch, one test after another.
@Suite(
  .serialized,
  .enabled(
    if: TestServer.isThere,
    "CONNECTOR_CONSOLE_TEST_ELASTICSEARCH names no server: set it to URL, user and password"))
struct ServerTests {
  @Test(arguments: IndexStoreContract.all)
  func `Elasticsearch keeps the index store contract`(_ rule: IndexStoreContract) async throws {
    let store = try await TestServer.emptyStore()
    try await rule.check(IndexStoreSubject(store: store, connectors: store))
  }

  @Test(arguments: ConnectorStoreContract.all)
  func `Elasticsearch keeps the connector store contract`(
    _ rule: ConnectorStoreContract
  ) async throws {
    let store = try await TestServer.emptyStore()
    try await ConnectorStoreContract.$release.withValue(try await store.protocolVersion()) {
      try await rule.check(store)
    }
  }

  /// Leans on a server of our own in front of the real one, which has no Connector API.
  @Test(
    .enabled("the server is older than 8.15, so its keys can't manage connectors") {
      try await TestServer.isAtLeast(ServerVersion(8, 15))
    }, arguments: ConnectorStoreContract.all)
  func `through the Connector API it keeps the connector store contract`(
    _ rule: ConnectorStoreContract
  ) async throws {
    _ = try await TestServer.emptyStore()
    let version = ServerVersion(9, 0)
    let front = ConnectorAPIServer(behind: try #require(TestServer.shared), version: version)
    try await ConnectorStoreContract.$release.withValue(
      ProtocolVersion(version.major, version.minor)
    ) {
      try await rule.check(front.store())
    }
  }

  /// Leans on a server of our own in front of the real one, which has no Connector API.
  @Test(
    .enabled("the server is older than 8.15, so its keys can't manage connectors") {
      try await TestServer.isAtLeast(ServerVersion(8, 15))
    })
  func `records are made, keyed and removed through the Connector API where it is there`()
    async throws
  {
    for (version, removal) in [
      (ServerVersion(8, 14), nil), (ServerVersion(8, 15), ""), (ServerVersion(9, 0), "&hard=true"),
    ] {
      // The record index is made anew, as the version has it.
      let behind = try await TestServer.emptyStore()
      let front = ConnectorAPIServer(behind: try #require(TestServer.shared), version: version)
      let store = front.store()
      let connector = Connector(
        id: "c", name: "n", indexName: "search-c", serviceType: nil, language: .french)
      let created = try await store.createConnector(connector)
      #expect(created.record.language == .french)
      #expect(created.record.status == .created)
      let isNew = version >= ServerVersion(9, 0)
      #expect(
        created.record.pipeline.name
          == (isNew ? "search-default-ingestion" : "ent-search-generic-ingestion"))
      _ = try await store.generateAPIKey(connectorID: "c", indexName: "search-c")
      try await store.deleteConnector("c")
      #expect(try await behind.read("c", in: .connectors) == nil)
      let calls = front.calls.withLock { $0 }
      guard let removal else {
        #expect(calls == [])
        continue
      }
      #expect(
        calls == [
          "GET /_connector?size=1", "PUT /_connector/c", "PUT /_connector/c/_api_key_id",
          "DELETE /_connector/c?delete_sync_jobs=true\(removal)",
        ])
    }
  }

  @Test(arguments: KeyContract.all)
  func `Elasticsearch keeps the contract of keys`(_ rule: KeyContract) async throws {
    let store = try await TestServer.emptyStore()
    try await rule.check(store, store)
  }

  @Test(arguments: Language.allCases)
  func `an index can be made in every language`(_ language: Language) async throws {
    let store = try await TestServer.emptyStore()
    try await store.createIndex("search-a", language: language)
    #expect(try await store.statistics(of: "search-a").documentCount == 0)
  }

  @Test func `documents of other programs are known, found by digest, and read as they are`()
    async throws
  {
    let store = try await TestServer.emptyStore()
    let server = try #require(TestServer.shared)
    _ = try await server.ask(.put, "/search-a/_doc/x?refresh=true", ["title": "zebra"])
    let key = try await store.digestKey(of: "search-a")
    #expect(try await store.digestKey(of: "search-a") == key)
    let collector = Collected()
    try await store.forEachKnownDocument(in: "search-a") { await collector.add($0) }
    let digest = key.digest(of: DocumentID("x"))
    #expect(
      await collector.known == [KnownDocument(digest: digest, fingerprint: 0, scope: "")])
    #expect(try await store.documentIDs([digest], in: "search-a") == [DocumentID("x")])
    #expect(
      try await store.document(DocumentID("x"), in: "search-a")
        == Array("{\"title\":\"zebra\"}".utf8))
    let hits = try await store.search(SearchRequest(query: "zebra"), in: "search-a").hits
    #expect(hits.map(\.id.text) == ["x"])
  }

  @Test
  func `a document that the mapping refuses is rejected with the reason, the rest is written`()
    async throws
  {
    let store = try await TestServer.emptyStore()
    try await store.createIndex("search-a", language: .english)
    _ = try await store.createConnector(
      Connector(id: "1", name: "one", indexName: "search-a", serviceType: "directory"))
    let apiKey = try await store.generateAPIKey(connectorID: "1", indexName: "search-a").encoded
    let key = try await store.digestKey(of: "search-a")
    let bodies = ["{\"n\":1}", "{\"n\":\"word\"}", "[1]", "{\"n\":2}"]
    let operations = bodies.enumerated().map { number, body in
      BulkOperation.index(
        IndexOperation(
          id: DocumentID("\(number)"), digest: key.digest(of: DocumentID("\(number)")),
          fingerprint: 1, scope: "", body: Array(body.utf8)))
    }
    // The first alone: the shards of one request race for the type that a new field gets.
    let first = try await store.apply([operations[0]], to: "search-a", apiKey: apiKey)
    #expect(first == [.created])
    let results = try await store.apply(
      Array(operations.dropFirst()), to: "search-a", apiKey: apiKey)
    #expect(results.last == .created)
    for result in results.dropLast() {
      guard case .rejected(let reason) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(reason.hasSuffix("."))
    }
  }

  @Test func `a key has no more privileges than a connector service needs`() async throws {
    let store = try await TestServer.emptyStore()
    let server = try #require(TestServer.shared)
    try await store.createIndex("search-a", language: .english)
    try await store.createIndex("search-b", language: .english)
    _ = try await store.createConnector(
      Connector(id: "1", name: "one", indexName: "search-a", serviceType: "directory"))
    let apiKey = try await store.generateAPIKey(connectorID: "1", indexName: "search-a").encoded
    let cases: [(HTTPRequest.Method, String, Int)] = [
      (.get, "/", 200), (.get, "/search-a/_count", 200), (.get, "/.elastic-connectors/_count", 200),
      (.get, "/search-b/_count", 403), (.delete, "/search-a", 403), (.put, "/search-c", 403),
      (.get, "/_security/user", 403), (.delete, "/.elastic-connectors-v1", 403),
    ]
    for (method, target, status) in cases {
      let request = HTTPRequest(method, target, credentials: .apiKey(apiKey))
      #expect(try await server.client.send(request).status == status, "\(method) \(target)")
    }
  }

  @Test func `a record that another program changed keeps its unknown members`() async throws {
    let store = try await TestServer.emptyStore()
    let server = try #require(TestServer.shared)
    _ = try await store.createConnector(SampleRecords.connector())
    _ = try await server.ask(
      .post, "/.elastic-connectors/_update/connector-1?refresh=true",
      ["doc": ["custom": ["a": 1], "name": "Changed"]])
    _ = try await store.changeConnector("connector-1") {
      $0.description = "Mine"
      return true
    }
    let source = try await server.ask(.get, "/.elastic-connectors/_source/connector-1")
    #expect(source["custom"] == ["a": 1])
    #expect(source["name"] == "Changed")
    #expect(source["description"] == "Mine")
  }

  @Test func `the preflight names version and user, and finds nothing missing`() async throws {
    let store = try await TestServer.emptyStore()
    let preflight = try await store.preflight()
    #expect(preflight.version >= ElasticsearchStore.oldestVersion)
    #expect(preflight.problems == [])
    #expect(preflight.notes.count == 3)
    #expect(preflight.userName != nil)
  }

  @Test func `the preflight of a weak key names each missing privilege`() async throws {
    let store = try await TestServer.emptyStore()
    let server = try #require(TestServer.shared)
    try await store.createIndex("search-a", language: .english)
    _ = try await store.createConnector(
      Connector(id: "1", name: "one", indexName: "search-a", serviceType: "directory"))
    let apiKey = try await store.generateAPIKey(connectorID: "1", indexName: "search-a").encoded
    let weak = ElasticsearchStore(client: server.client, credentials: .apiKey(apiKey))
    let problems = try await weak.preflight().problems
    #expect(problems.contains { $0.contains("manage_own_api_key") })
    #expect(problems.contains { $0.contains("search-*") && $0.contains("manage") })
    let stranger = ElasticsearchStore(
      client: server.client, credentials: .basic(user: "nobody", password: "wrong"))
    await #expect { _ = try await stranger.preflight() } throws: {
      ($0 as? StoreError)?.kind == .unauthorized
    }
  }
}

private actor Collected {
  var known: [KnownDocument] = []
  func add(_ more: [KnownDocument]) { known += more }
}
