import ConnectorProtocol
import Testing

@Suite struct IndexNameTests {
  @Test(arguments: [
    "search-docs", "a", "0", "search-ä", "search-日本", "a.b_c-d+e",
    String(repeating: "a", count: 255),
  ])
  func `takes what Elasticsearch takes`(_ name: String) {
    #expect(IndexName.problems(in: name) == [])
  }

  private static let refused: [(String, [IndexNameProblem])] = [
    ("", [.empty]), ("search-", [.empty]), (".", [.reserved(".")]), ("..", [.reserved("..")]),
    (".hidden", [.forbiddenStart(".")]), ("-a", [.forbiddenStart("-")]),
    ("_a", [.forbiddenStart("_")]), ("+a", [.forbiddenStart("+")]), ("Docs", [.upperCase]),
    ("search-Ä", [.upperCase]), ("a b", [.forbiddenCharacters([" "])]),
    ("a/b\\c/d", [.forbiddenCharacters(["/", "\\"])]),
    ("a:*?\"<>|,#", [.forbiddenCharacters([":", "*", "?", "\"", "<", ">", "|", ",", "#"])]),
    ("a\nb", [.forbiddenCharacters(["\n"])]), ("a\u{1B}b", [.forbiddenCharacters(["\u{1B}"])]),
    (String(repeating: "ä", count: 128), [.tooLong(bytes: 256)]),
    ("-A b", [.forbiddenStart("-"), .upperCase, .forbiddenCharacters([" "])]),
  ]

  @Test(arguments: refused)
  func `refuses what Elasticsearch refuses, each with its reason`(
    _ name: String, _ problems: [IndexNameProblem]
  ) {
    #expect(IndexName.problems(in: name) == problems)
    #expect(problems.allSatisfy { $0.message.hasSuffix(".") && !$0.message.contains("\u{1B}") })
  }

  @Test func `the prefix is put before a name once`() {
    #expect(IndexName.prefixed("docs") == "search-docs")
    #expect(IndexName.prefixed("search-docs") == "search-docs")
    #expect(IndexName.unprefixed("search-docs") == "docs")
    #expect(IndexName.unprefixed("docs") == "docs")
  }
}
