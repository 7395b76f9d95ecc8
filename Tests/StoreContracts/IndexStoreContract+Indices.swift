internal import ConnectorKit
internal import ConnectorProtocol

extension IndexStoreContract {
  static let indexRules: [IndexStoreContract] = [
    IndexStoreContract("a fresh store has no index") { bench in
      try requireEqual(try await bench.store.indexNames(), [], "the names")
    },
    IndexStoreContract("the names of indices are sorted") { bench in
      for name in ["search-b", "search-a", "other", "search-10"] {
        try await bench.store.createIndex(name, language: .universal)
      }
      try requireEqual(
        try await bench.store.indexNames(), ["other", "search-10", "search-a", "search-b"],
        "the names")
    },
    IndexStoreContract("a taken name can't be created again") { bench in
      try await bench.store.createIndex("search-a", language: .german)
      try await requireFailure(.alreadyExists, "a second index") {
        try await bench.store.createIndex("search-a", language: .english)
      }
    },
    IndexStoreContract("a new index is empty") { bench in
      let target = try await bench.target()
      try requireEqual(
        try await bench.store.statistics(of: target.name).documentCount, 0, "the count")
      try requireEqual(try await bench.known(target), [], "the known documents")
      try requireEqual(try await bench.ids("", in: target), [], "the hits")
    },
    IndexStoreContract("an index that does not exist is not found, whatever is asked of it") {
      bench in
      let store = bench.store
      let key = try await bench.subject.makeAPIKey("search-none")
      try await requireFailure(.notFound, "statistics") {
        _ = try await store.statistics(of: "search-none")
      }
      try await requireFailure(.notFound, "the digest key") {
        _ = try await store.digestKey(of: "search-none")
      }
      try await requireFailure(.notFound, "known documents") {
        try await store.forEachKnownDocument(in: "search-none") { _ in }
      }
      try await requireFailure(.notFound, "a search") {
        _ = try await store.search(SearchRequest(query: "a"), in: "search-none")
      }
      try await requireFailure(.notFound, "a document") {
        _ = try await store.document(DocumentID("a"), in: "search-none")
      }
      try await requireFailure(.notFound, "a language") {
        try await store.changeLanguage(of: "search-none", to: .french)
      }
      try await requireFailure(.notFound, "a write") {
        _ = try await store.apply(
          [.delete(DocumentDigest(low: 1, high: 2), DocumentID("a"))], to: "search-none",
          apiKey: key)
      }
    },
    IndexStoreContract("deleting an index removes its documents, and doing it twice is harmless") {
      bench in
      let target = try await bench.target()
      try await bench.apply([bench.write("a", to: target)], to: target)
      try await bench.store.deleteIndex(target.name)
      try await bench.store.deleteIndex(target.name)
      try requireEqual(try await bench.store.indexNames(), [], "the names")
      try await bench.store.createIndex(target.name, language: .english)
      try requireEqual(
        try await bench.store.statistics(of: target.name).documentCount, 0, "the count")
      try requireEqual(try await bench.ids("plain", in: target), [], "the hits")
      try requireEqual(
        try await bench.store.document(DocumentID("a"), in: target.name), nil, "the document")
    },
    IndexStoreContract("deleting an index leaves the others alone") { bench in
      let first = try await bench.target("search-a")
      let second = try await bench.target("search-b")
      try await bench.apply([bench.write("a", to: first)], to: first)
      try await bench.apply([bench.write("a", to: second)], to: second)
      try await bench.store.deleteIndex(first.name)
      try requireEqual(try await bench.ids("plain", in: second), ["a"], "the hits")
    },
    IndexStoreContract("a digest key stays the same and is its index's own") { bench in
      let first = try await bench.target("search-a")
      let second = try await bench.target("search-b")
      try await bench.apply([bench.write("a", to: first)], to: first)
      try requireEqual(
        try await bench.store.digestKey(of: first.name), first.digestKey, "the key after a write")
      try require(first.digestKey != second.digestKey, "two indices share a digest key")
    },
    IndexStoreContract("changing the language keeps every document and finds it again") { bench in
      let target = try await bench.target(language: .english)
      try await bench.apply(
        [
          bench.write("a", ["text": "zebra 12345"], fingerprint: 7, scope: "s", to: target),
          bench.write("b", ["text": "yak"], to: target),
        ], to: target)
      let before = Set(try await bench.known(target))
      for language in [Language.german, .japanese, .universal] {
        try await bench.store.changeLanguage(of: target.name, to: language)
        try requireEqual(try await bench.ids("12345", in: target), ["a"], "hits in \(language)")
        try requireEqual(Set(try await bench.known(target)), before, "known documents")
      }
      try await bench.apply([bench.delete("a", from: target)], to: target)
      try requireEqual(try await bench.ids("12345", in: target), [], "hits after a deletion")
    },
  ]
}
