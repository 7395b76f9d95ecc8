import TestFiles
import ConnectorKit
import ConnectorProtocol
import Testing

@testable import EmbeddedStore

@Suite struct SearchTests {
  private func fixture(
    _ documents: [(id: String, json: String)], language: Language = .english
  ) async throws -> StoreFixture {
    let fixture = try await StoreFixture(try TemporaryDirectory(), language: language)
    try await fixture.fill(documents)
    return fixture
  }

  @Test func `words are found in any form and case, wherever they stand in the document`()
    async throws
  {
    let fixture = try await fixture([
      ("a", #"{"title":"Running shoes","meta":{"tags":["Trail",{"deep":"Würzburg"}]}}"#),
      ("b", #"{"title":"A boat","size":4711,"isOld":true,"nothing":null}"#),
    ])
    for query in ["run", "RUNS", "trail", "wurzburg", "Würzburg"] {
      #expect(try await fixture.ids(query) == ["a"], "\(query)")
    }
    for query in ["boats", "4711", "true"] {
      #expect(try await fixture.ids(query) == ["b"], "\(query)")
    }
    #expect(try await fixture.ids("null") == [])
    #expect(try await fixture.ids("title") == [])
  }

  @Test func `escaped strings are found as what they mean`() async throws {
    let fixture = try await fixture([
      ("a", #"{"text":"caf\u00e9\nsecond \"line\" \ud83d\ude00 back\\slash"}"#)
    ])
    for query in ["café", "second", "line", "\"café second line\"", "slash"] {
      #expect(try await fixture.ids(query) == ["a"], "\(query)")
    }
    #expect(try await fixture.ids("nsecond") == [])
  }

  @Test func `a phrase does not reach from one text into the next`() async throws {
    let fixture = try await fixture([
      ("apart", #"{"one":"red","two":"house"}"#), ("together", #"{"one":"the red house"}"#),
    ])
    #expect(try await fixture.ids("\"red house\"") == ["together"])
    #expect(try await fixture.search("red house").total == 2)
  }

  @Test func `a word in a title counts more, and a rare word more than a frequent one`()
    async throws
  {
    let fixture = try await fixture([
      ("body", #"{"title":"harbour","body":"lighthouse"}"#),
      ("title", #"{"title":"lighthouse","body":"harbour"}"#),
      ("none", #"{"title":"harbour","body":"harbour"}"#),
    ])
    let found = try await fixture.search("lighthouse")
    #expect(found.hits.map(\.id.text) == ["title", "body"])
    #expect(found.hits[0].score > found.hits[1].score)
  }

  @Test func `pages follow one another without gaps and the total is exact`() async throws {
    let fixture = try await fixture(
      (0..<57).map { ("id-\($0)", #"{"text":"common word \#($0)"}"#) })
    for query in ["common", ""] {
      var seen: [String] = []
      for from in stride(from: 0, to: 60, by: 10) {
        let page = try await fixture.search(query, from: from, size: 10)
        #expect(page.total == 57)
        seen += page.hits.map(\.id.text)
      }
      #expect(seen.count == 57)
      #expect(Set(seen).count == 57)
    }
    #expect(try await fixture.search("common", from: 1000).hits.isEmpty)
    #expect(try await fixture.search("common", from: Int.max, size: Int.max).hits.isEmpty)
    #expect(try await fixture.search("common", from: -5, size: -5).hits.isEmpty)
  }

  @Test func `where no word ranks them, documents come in the order of their ids`() async throws {
    let fixture = try await fixture(
      ["m", "c", "Z", "a/b", "a", "é", "x"].map { ($0, #"{"text":"word"}"#) })
    let sorted = ["Z", "a", "a/b", "c", "m", "x", "é"]
    #expect(try await fixture.search("").hits.map(\.id.text) == sorted)
    #expect(try await fixture.search("-other").hits.map(\.id.text) == sorted)
    #expect(
      try await fixture.search("", from: 2, size: 3).hits.map(\.id.text) == ["a/b", "c", "m"])
    #expect(try await fixture.search("-other", from: 5).hits.map(\.id.text) == ["x", "é"])
  }

  @Test func `the title is the title, else the name, else the path, else the id`() async throws {
    let fixture = try await fixture([
      ("1", #"{"path":"/p","name":"N","title":"T","text":"word"}"#),
      ("2", #"{"path":"/p","name":"N","text":"word"}"#),
      ("3", #"{"path":"/p","title":"","text":"word"}"#), ("4", #"{"text":"word"}"#),
    ])
    let hits = try await fixture.search("word").hits
    let titles = Dictionary(uniqueKeysWithValues: hits.map { ($0.id.text, $0.title) })
    #expect(titles == ["1": "T", "2": "N", "3": "/p", "4": "4"])
  }

  @Test func `the words that matched are marked in pieces of the text`() async throws {
    let filler = String(repeating: "lorem ipsum dolor ", count: 60)
    let fixture = try await fixture([
      ("a", #"{"title":"Runs","body":"\#(filler) he was running fast \#(filler)"}"#)
    ])
    let hit = try #require(try await fixture.search("run").hits.first)
    #expect(hit.highlights.map(\.field) == ["title", "body"])
    let body = try #require(hit.highlights.last)
    #expect(body.runs.filter(\.isMatch).map(\.text) == ["running"])
    let text = body.runs.map(\.text).joined()
    #expect(text.contains("he was running fast"))
    #expect((100...260).contains(text.utf8.count))
    #expect(filler.contains(text.prefix(12)))
  }

  @Test func `only whole phrases are marked`() async throws {
    let fixture = try await fixture([("a", #"{"body":"blue sky, blue sea, a sea of sky"}"#)])
    let hit = try #require(try await fixture.search("\"blue sea\"").hits.first)
    let marked = hit.highlights.flatMap(\.runs).filter(\.isMatch).map(\.text)
    #expect(marked == ["blue", "sea"])
    #expect(hit.highlights[0].runs[0].text == "blue sky, ")
  }

  @Test func `Chinese text is found and marked`() async throws {
    let fixture = try await fixture(
      [("a", #"{"body":"我来到北京清华大学"}"#), ("b", #"{"body":"上海的大学"}"#)], language: .chinese)
    #expect(try await fixture.ids("清华大学") == ["a"])
    #expect(try await fixture.search("大学").total == 2)
    let hit = try #require(try await fixture.search("北京").hits.first)
    #expect(hit.highlights[0].runs.map(\.text).joined() == "我来到北京清华大学")
    #expect(hit.highlights[0].runs.contains { $0.isMatch && $0.text.contains("北京") })
  }

  @Test(arguments: [
    "\"", "\"\"", "-", "--", "-\"", "- -", "\"unclosed phrase", "a AND b OR NOT c", "*", "%", "'",
    "NEAR(a b)", "\\", "{\"a\":1}", "\u{0}", "\u{FFFD}", "🧨", "((((", "a:b", "title:x", "\n\t ",
    "'; DROP TABLE documents; --", "\u{202E}abc", "-a -b -c", "the and of",
  ])
  func `no query fails`(_ query: String) async throws {
    let fixture = try await fixture([("a", #"{"body":"some words, a drop of tables"}"#)])
    let found = try await fixture.search(query)
    #expect(found.total <= 1)
    #expect(found.hits.count == found.total)
  }

  @Test func `a query of a million words is answered`() async throws {
    let fixture = try await fixture([("a", #"{"body":"some words"}"#)])
    let query = String(repeating: "some \"words some\" -other ", count: 40_000)
    #expect(try await fixture.search(query).total == 0)
  }

  @Test func `a document of no words and one of deep nesting are kept and counted`() async throws {
    let deep =
      String(repeating: "[", count: 2000) + "\"bottom\"" + String(repeating: "]", count: 2000)
    let fixture = try await fixture([("a", "{}"), ("b", "{\"x\":\(deep)}")])
    #expect(try await fixture.search("").total == 2)
    #expect(try await fixture.ids("bottom") == ["b"])
    #expect(try await fixture.ids("-bottom") == ["a"])
  }

  @Test func `a search sees what is there while documents are written`() async throws {
    let fixture = try await fixture([("a", #"{"body":"first"}"#)])
    try await fixture.apply([
      fixture.write("b", #"{"body":"first"}"#), fixture.write("a", #"{"body":"second"}"#),
    ])
    // Words come with the refresh; documents that are gone go at once. A second process must not
    // do the writer's work either.
    let other = try await EmbeddedStore.open(directory: fixture.directory.path)
    let elsewhere = try await other.search(
      SearchRequest(query: "first"), in: StoreFixture.index)
    #expect(elsewhere.total == 0)
    #expect(try await fixture.ids("first") == [])
    try await fixture.store.refresh(StoreFixture.index)
    #expect(try await fixture.ids("first") == ["b"])
    #expect(try await fixture.ids("second") == ["a"])
  }

  @Test func `a changed language finds the words of that language`() async throws {
    let fixture = try await fixture([("a", #"{"body":"Die Häuser der Städte"}"#)])
    #expect(try await fixture.ids("Haus") == [])
    try await fixture.store.changeLanguage(of: StoreFixture.index, to: .german)
    #expect(try await fixture.ids("Haus") == ["a"])
    #expect(try await fixture.ids("die") == [])
  }
}
