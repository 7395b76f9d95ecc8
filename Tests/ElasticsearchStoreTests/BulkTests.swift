import ConnectorKit
import ConnectorProtocol
import Testing

@testable import ElasticsearchStore

@Suite struct BulkTests {
  private func scan(_ text: String) throws -> [BulkResponseScanner.Item] {
    try BulkResponseScanner.items(Array(text.utf8), expected: 1)
  }

  @Test func `items are read in any order of members and with any space`() throws {
    let text = """
      {"took": 3, "x": [1, {"items": []}], "errors" : true , "items" : [
        {"index":{"_index":"a","result":"created","status":201,"_shards":{"total":2}}},
        { "index" : { "status" : 200 , "result" : "updated" } },
        {"delete":{"status":404,"result":"not_found"}},{"delete":{"result":"deleted","status":200}},
        {"index":{"status":400,"error":{"caused_by":{"type":"t","reason":"deep"},
         "reason":"an \\"odd\\" value }]","type":"document_parsing_exception"}}},
        {"index":{"status":201,"result":"noop"}}]}
      """
    let items = try scan(text)
    #expect(items.map(\.status) == [201, 200, 404, 200, 400, 201])
    #expect(items.map(\.result) == [.created, .updated, .notFound, .deleted, nil, .noop])
    #expect(items[4].errorType == "document_parsing_exception")
    #expect(items[4].reason == "an \"odd\" value }]: deep")
    #expect(try scan("{}") == [])
    #expect(try scan("{\"items\":[]}") == [])
  }

  @Test func `an answer cut anywhere is malformed`() {
    let text = Array(
      ("{\"items\":[{\"index\":{\"result\":\"created\",\"status\":201}},{\"index\":"
        + "{\"status\":400,\"error\":{\"type\":\"a\",\"reason\":\"b\"}}}]}").utf8)
    for length in 0..<text.count {
      #expect(throws: BulkResponseScanner.Malformed.self) {
        _ = try BulkResponseScanner.items(Array(text[..<length]), expected: 2)
      }
    }
    for other in ["", "<html>", "[]", "null", "{\"items\":{}}", "{\"items\":[1]}"] {
      #expect(throws: BulkResponseScanner.Malformed.self) { _ = try scan(other) }
    }
  }

  private func operation(_ body: String, scope: String = "s\"/ä") -> IndexOperation {
    IndexOperation(
      id: DocumentID("a\"\n"), digest: DocumentDigest(low: .max, high: 2), fingerprint: .max - 1,
      scope: scope, body: Array(body.utf8))
  }

  @Test func `what is added to a document is removed again, byte by byte`() {
    for body in [
      "{}", "{ }", "{\"a\":1}", "{\"a\" : [1, 2.50], \"b\":{} }", "{\"a\":\"é\\n\"}",
      "{\"a\":\"\\\"_connector_console\\\":{\\\"d\\\":1}\"}",
      "{\"x\":{\"_connector_console\":{\"d\":1,\"f\":2,\"s\":\"\"}}}",
    ] {
      var written: [UInt8] = []
      #expect(OwnMember.added(to: operation(body), into: &written))
      let tree = try? JSONValue(parsing: written)
      #expect(tree?[OwnMember.name]?["d"] == -1)
      #expect(tree?[OwnMember.name]?["f"] == -2)
      #expect(tree?[OwnMember.name]?["s"] == "s\"/ä")
      #expect(OwnMember.removed(from: written) == Array(body.utf8), "\(body)")
    }
  }

  @Test func `a document without the member, or with it elsewhere, is read too`() {
    for body in ["{}", "{\"a\":{\"_connector_console\":{\"d\":1,\"f\":2,\"s\":\"\"}}}", "[]"] {
      #expect(OwnMember.removed(from: Array(body.utf8)) == Array(body.utf8))
    }
    let moved = "{\"_connector_console\":{\"s\":\"\",\"d\":1,\"f\":2},\"a\":1}"
    #expect(OwnMember.removed(from: Array(moved.utf8)) == Array("{\"a\":1}".utf8))
  }

  @Test func `a body is lines whatever the documents hold, and leaves out what is no object`() {
    let operations: [BulkOperation] = [
      .index(operation("{\n\"a\":\r\n1}")), .index(operation("[1]")), .index(operation("")),
      .delete(DocumentDigest(low: 1, high: 1), DocumentID("b")),
    ]
    let body = BulkRequestBody(operations[...])
    #expect(body.sent == [0, 3])
    let lines = body.bytes.split(separator: 0x0A)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { (try? JSONValue(parsing: Array($0))) != nil })
    #expect(body.bytes.last == 0x0A)
  }

  @Test func `a query is words, phrases and what must not be there`() {
    let query = TypedQuery("  wi-fi \"two  words\" -no -\"not this\" - \"\" -- \"open end")
    #expect(query.required == ["wi-fi", "two  words", "open end"])
    #expect(query.excluded == ["no", "not this"])
    let long = TypedQuery(String(repeating: "a ", count: 5000))
    #expect(long.required.count == TypedQuery.maximumClauses)
  }

  @Test func `versions are read and compared by number`() {
    #expect(ServerVersion("8.19.2") == ServerVersion(8, 19, 2))
    #expect(ServerVersion("9.1.0-SNAPSHOT") == ServerVersion(9, 1))
    #expect(ServerVersion(8, 4, 3) < ServerVersion(8, 10))
    for text in ["", "8", "8.4", "8.x.1", "a.b.c"] { #expect(ServerVersion(text) == nil) }
  }

}
