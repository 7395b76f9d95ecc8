internal import ConnectorKit
internal import ConnectorProtocol

extension IndexStoreContract {
  static let searchRules: [IndexStoreContract] = [
    IndexStoreContract("a word finds the documents that contain it, in any field and case") {
      bench in
      let target = try await bench.animals()
      try requireEqual(Set(try await bench.ids("zebra", in: target)), ["a", "b"], "zebra")
      try requireEqual(Set(try await bench.ids("ZEBRA", in: target)), ["a", "b"], "ZEBRA")
      try requireEqual(try await bench.ids("ocelot", in: target), ["c"], "in a nested field")
      try requireEqual(try await bench.ids("gnu", in: target), [], "an unknown word")
    },
    IndexStoreContract("a document with all words comes before one with some") { bench in
      let target = try await bench.animals()
      try requireEqual(try await bench.ids("zebra yak", in: target).first, "a", "the first hit")
    },
    IndexStoreContract("a phrase finds its words side by side and in order") { bench in
      let target = try await bench.animals()
      try requireEqual(try await bench.ids("\"zebra yak\"", in: target), ["a"], "a phrase")
      try requireEqual(try await bench.ids("\"yak zebra\"", in: target), [], "turned round")
      try requireEqual(try await bench.ids("\"zebra quokka\"", in: target), [], "apart")
    },
    IndexStoreContract("an excluded word or phrase hides the documents that contain it") { bench in
      let target = try await bench.animals()
      try requireEqual(try await bench.ids("zebra -yak", in: target), ["b"], "a word")
      try requireEqual(
        try await bench.ids("zebra -\"zebra yak\"", in: target), ["b"], "a phrase")
      try requireEqual(Set(try await bench.ids("-zebra", in: target)), ["c"], "nothing else")
    },
    IndexStoreContract("an empty query finds everything with score 0") { bench in
      let target = try await bench.animals()
      for query in ["", "  "] {
        let response = try await bench.store.search(SearchRequest(query: query), in: target.name)
        try requireEqual(response.total, 3, "the total")
        try requireEqual(Set(response.hits.map(\.id.text)), ["a", "b", "c"], "the hits")
        try require(response.hits.allSatisfy { $0.score == 0 }, "a score is not 0")
      }
    },
    IndexStoreContract("no text that a person types is an error") { bench in
      let target = try await bench.animals()
      let texts = [
        "\"", "\"zebra", "-", "--", "-\"", "\"\"", "zebra\"", "(", "a AND", "NOT", "OR", "NEAR(",
        "*", "ze*", "text:zebra", "{text}: x", "^zebra", "+", "zebra'", "';--", "\\", "!?", "~",
        "\u{0}", "zebra\u{0}yak", "\u{202E}", String(repeating: "zebra ", count: 500), "- zebra",
      ]
      for text in texts {
        _ = try await bench.store.search(SearchRequest(query: text), in: target.name)
      }
      try requireEqual(
        Set(try await bench.ids("\"zebra", in: target)), ["a", "b"], "an open quotation mark")
    },
    IndexStoreContract("what was rewritten is found by its new text only") { bench in
      let target = try await bench.animals()
      try await bench.apply([bench.write("a", ["text": "walrus"], to: target)], to: target)
      try requireEqual(try await bench.ids("walrus", in: target), ["a"], "the new text")
      try requireEqual(try await bench.ids("yak", in: target), [], "the old text")
      try await bench.apply([bench.delete("a", from: target)], to: target)
      try requireEqual(try await bench.ids("walrus", in: target), [], "after deletion")
    },
    IndexStoreContract("pages follow each other without gap or overlap") { bench in
      let target = try await bench.target()
      let writes = (0..<53).map { number -> BulkOperation in
        let words = String(repeating: "zebra ", count: number % 5 + 1)
        return bench.write("d\(number)", ["text": .string(words)], to: target)
      }
      try await bench.apply(writes, to: target)
      for query in ["zebra", ""] {
        var seen: [String] = []
        for page in 0..<6 {
          let request = SearchRequest(query: query, from: page * 10, size: 10)
          let response = try await bench.store.search(request, in: target.name)
          try requireEqual(response.total, 53, "the total on page \(page)")
          try requireEqual(response.hits.count, page < 5 ? 10 : 3, "hits on page \(page)")
          seen += response.hits.map(\.id.text)
        }
        try requireEqual(Set(seen).count, 53, "different hits for “\(query)”")
      }
      let beyond = try await bench.store.search(
        SearchRequest(query: "zebra", from: 60, size: 10), in: target.name)
      try requireEqual(beyond.hits.count, 0, "hits beyond the end")
      try requireEqual(beyond.total, 53, "the total beyond the end")
    },
    IndexStoreContract("better hits come first") { bench in
      let target = try await bench.target()
      var writes = (0..<30).map { bench.write("n\($0)", ["text": "plain words"], to: target) }
      writes.append(bench.write("long", ["text": "zebra plain words and more of them"], to: target))
      writes.append(bench.write("short", ["text": "zebra zebra zebra"], to: target))
      try await bench.apply(writes, to: target)
      let hits = try await bench.store.search(SearchRequest(query: "zebra"), in: target.name).hits
      try requireEqual(hits.map(\.id.text), ["short", "long"], "the hits")
      try require(hits.allSatisfy { $0.score > 0 }, "a score is not above 0")
      try require(
        zip(hits, hits.dropFirst()).allSatisfy { $0.score >= $1.score }, "scores do not descend")
    },
    IndexStoreContract("a title is the field title, name or path, or else the id") { bench in
      let target = try await bench.target()
      try await bench.apply(
        [
          bench.write("1", ["path": "p", "name": "n", "title": "t"], to: target),
          bench.write("2", ["path": "p", "name": "n"], to: target),
          bench.write("3", ["path": "p"], to: target),
          bench.write("4", ["text": "x"], to: target),
        ], to: target)
      let hits = try await bench.store.search(SearchRequest(query: ""), in: target.name).hits
      let titles = Dictionary(hits.map { ($0.id.text, $0.title) }) { first, _ in first }
      try requireEqual(titles, ["1": "t", "2": "n", "3": "p", "4": "4"], "the titles")
    },
    IndexStoreContract("highlights show the text around a match and mark the words") { bench in
      let target = try await bench.target()
      let text = "A tame \u{1F993} Zebra, they say, is no <b>horse</b>."
      try await bench.apply([bench.write("a", ["body": .string(text)], to: target)], to: target)
      let hits = try await bench.store.search(SearchRequest(query: "zebra"), in: target.name).hits
      guard let highlight = hits.first?.highlights.first else {
        throw BrokenRule("there is no highlight")
      }
      try requireEqual(highlight.field, "body", "the field")
      let marked = highlight.runs.filter(\.isMatch).map(\.text)
      try requireEqual(marked, ["Zebra"], "the marked runs")
      let whole = highlight.runs.map(\.text).joined()
      try require(whole.contains("tame \u{1F993} Zebra, they"), "the text around is “\(whole)”")
    },
    IndexStoreContract("a match at the end of a long text is shown") { bench in
      let target = try await bench.target()
      let text = String(repeating: "lorem ipsum ", count: 20_000) + "zebra"
      try await bench.apply([bench.write("a", ["body": .string(text)], to: target)], to: target)
      let hits = try await bench.store.search(SearchRequest(query: "zebra"), in: target.name).hits
      let runs = hits.first?.highlights.flatMap(\.runs) ?? []
      try requireEqual(runs.filter(\.isMatch).map(\.text), ["zebra"], "the marked runs")
    },
  ]
}

extension IndexStoreBench {
  /// An index with three documents about animals.
  fileprivate func animals() async throws -> Target {
    let target = try await target()
    try await apply(
      [
        write("a", ["title": "One", "text": "zebra yak"], to: target),
        write("b", ["title": "Zebra", "text": "plain, quokka"], to: target),
        write("c", ["title": "Three", "nested": ["list": ["x", "ocelot"]]], to: target),
      ], to: target)
    return target
  }
}
