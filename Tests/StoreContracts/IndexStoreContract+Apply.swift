internal import ConnectorKit
internal import ConnectorProtocol

extension IndexStoreContract {
  static let applyRules: [IndexStoreContract] = [
    IndexStoreContract("a write says created, then updated; a deletion deleted, then not found") {
      bench in
      let target = try await bench.target()
      let write = bench.write("a", to: target)
      let delete = bench.delete("a", from: target)
      try requireEqual(try await bench.apply([write], to: target), [.created], "first write")
      try requireEqual(try await bench.apply([write], to: target), [.updated], "second write")
      try requireEqual(try await bench.apply([delete], to: target), [.deleted], "deletion")
      try requireEqual(try await bench.apply([delete], to: target), [.notFound], "again")
      try requireEqual(try await bench.apply([write], to: target), [.created], "after deletion")
    },
    IndexStoreContract("operations of one request are carried out in their order") { bench in
      let target = try await bench.target()
      let results = try await bench.apply(
        [
          bench.delete("a", from: target), bench.write("a", ["n": 1], to: target),
          bench.write("b", ["n": 2], to: target), bench.write("a", ["n": 3], to: target),
          bench.delete("b", from: target), bench.write("b", ["n": 4], to: target),
          bench.delete("a", from: target),
        ], to: target)
      try requireEqual(
        results, [.notFound, .created, .created, .updated, .deleted, .created, .deleted],
        "the results")
      let rest = try await bench.store.document(DocumentID("b"), in: target.name)
      try requireEqual(rest, Array("{\"n\":4}".utf8), "what is left of b")
      try requireEqual(
        try await bench.store.document(DocumentID("a"), in: target.name), nil, "what is left of a")
    },
    IndexStoreContract("an empty request does nothing") { bench in
      let target = try await bench.target()
      try requireEqual(try await bench.apply([], to: target), [], "the results")
    },
    IndexStoreContract("a document is read back byte by byte") { bench in
      let target = try await bench.target()
      let body = Array(
        "{\"title\":\"caf\u{E9} \u{1F600}\\n\",\"n\":[2.50,1.0E+2,null],\"o\":{}}".utf8)
      let id = DocumentID("dir/\u{1F600} \"x\"'; --.txt")
      let operation = IndexOperation(
        id: id, digest: target.digestKey.digest(of: id), fingerprint: 9, scope: "dir", body: body)
      try await bench.apply([.index(operation)], to: target)
      try requireEqual(try await bench.store.document(id, in: target.name), body, "the body")
      try requireEqual(
        try await bench.store.document(DocumentID("dir"), in: target.name), nil, "another id")
    },
    IndexStoreContract("ids that differ in their bytes only are two documents") { bench in
      let target = try await bench.target()
      let composed = "caf\u{E9}"
      let decomposed = "cafe\u{301}"
      try await bench.apply(
        [
          bench.write(composed, ["n": 1], to: target),
          bench.write(decomposed, ["n": 2], to: target),
        ], to: target)
      try requireEqual(
        try await bench.store.statistics(of: target.name).documentCount, 2, "the count")
      try requireEqual(
        try await bench.store.document(DocumentID(decomposed), in: target.name),
        Array("{\"n\":2}".utf8), "the second")
    },
    IndexStoreContract("the longest id and a large body are kept") { bench in
      let target = try await bench.target()
      let id = String(repeating: "i", count: DocumentID.maximumBytes)
      let body: JSONValue = ["text": .string(String(repeating: "lorem ipsum ", count: 100_000))]
      try requireEqual(
        try await bench.apply([bench.write(id, body, to: target)], to: target), [.created],
        "the result")
      try requireEqual(
        try await bench.store.document(DocumentID(id), in: target.name)?.count,
        body.text.utf8.count, "the size")
    },
    IndexStoreContract("statistics count documents") { bench in
      let target = try await bench.target()
      let writes = (0..<25).map { bench.write("d\($0)", to: target) }
      try await bench.apply(writes + writes.prefix(5), to: target)
      try await bench.apply([bench.delete("d3", from: target)], to: target)
      let statistics = try await bench.store.statistics(of: target.name)
      try requireEqual(statistics.documentCount, 24, "the count")
      try require(statistics.bytes > 0, "an index with documents takes no space")
    },
    IndexStoreContract("two indices do not see each other's documents") { bench in
      let first = try await bench.target("search-a")
      let second = try await bench.target("search-b")
      try await bench.apply([bench.write("a", ["text": "zebra"], to: first)], to: first)
      try await bench.apply([bench.write("b", ["text": "zebra"], to: second)], to: second)
      try requireEqual(try await bench.ids("zebra", in: first), ["a"], "hits in the first")
      try requireEqual(
        try await bench.store.document(DocumentID("a"), in: second.name), nil, "in the second")
    },
    IndexStoreContract("only a key that is valid for the index may write, else nothing is written")
    {
      bench in
      let target = try await bench.target("search-a")
      let other = try await bench.target("search-b")
      let operations = [bench.write("a", to: target)]
      for key in ["", "wrong", "d3Jvbmc6d3Jvbmc=", other.apiKey, target.apiKey + "A"] {
        try await requireFailure(.unauthorized, "the key “\(key)”") {
          _ = try await bench.store.apply(operations, to: target.name, apiKey: key)
        }
      }
      try await bench.store.refresh(target.name)
      try requireEqual(try await bench.known(target), [], "the known documents")
    },
    IndexStoreContract("a new key invalidates the former one at once") { bench in
      let target = try await bench.target()
      try await bench.apply([bench.write("a", to: target)], to: target)
      let key = try await bench.subject.makeAPIKey(target.name)
      try await requireFailure(.unauthorized, "the former key") {
        try await bench.apply([bench.write("b", to: target)], to: target)
      }
      let results = try await bench.store.apply(
        [bench.write("b", to: target)], to: target.name, apiKey: key)
      try requireEqual(results, [.created], "a write with the new key")
    },
    IndexStoreContract("writers at the same time lose nothing") { bench in
      let target = try await bench.target()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<4 {
          group.addTask {
            for batch in 0..<5 {
              let writes = (0..<20).map {
                bench.write("\(writer)/\(batch)/\($0)", ["n": .integer(Int64($0))], to: target)
              }
              _ = try await bench.store.apply(writes, to: target.name, apiKey: target.apiKey)
            }
          }
        }
        try await group.waitForAll()
      }
      try await bench.store.refresh(target.name)
      try requireEqual(
        try await bench.store.statistics(of: target.name).documentCount, 400, "the count")
      try requireEqual(try await bench.known(target).count, 400, "the known documents")
    },
  ]
}
