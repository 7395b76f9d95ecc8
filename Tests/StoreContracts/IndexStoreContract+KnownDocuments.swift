internal import ConnectorKit
internal import ConnectorProtocol

extension IndexStoreContract {
  static let knownDocumentRules: [IndexStoreContract] = [
    IndexStoreContract("every document is walked over once, with its fingerprint and scope") {
      bench in
      let target = try await bench.target()
      let expected = (0..<2500).map { number in
        KnownDocument(
          digest: target.digestKey.digest(of: DocumentID("d\(number)")),
          fingerprint: UInt64(number) &* 0x9E37_79B9_7F4A_7C15, scope: "s\(number % 7)/ä")
      }
      let writes = expected.enumerated().map { number, entry in
        bench.write(
          "d\(number)", fingerprint: entry.fingerprint, scope: entry.scope, to: target)
      }
      try await bench.apply(Array(writes[..<1000]), to: target)
      try await bench.apply(Array(writes[1000...]), to: target)
      let known = try await bench.known(target)
      try requireEqual(known.count, expected.count, "how many")
      try require(Set(known) == Set(expected), "the entries are not those that were written")
    },
    IndexStoreContract("a rewritten document is known by its new fingerprint and scope") { bench in
      let target = try await bench.target()
      try await bench.apply([bench.write("a", fingerprint: 1, scope: "x", to: target)], to: target)
      try await bench.apply(
        [bench.write("a", fingerprint: .max, scope: "y", to: target)], to: target)
      let known = try await bench.known(target)
      try requireEqual(known.map(\.fingerprint), [.max], "the fingerprint")
      try requireEqual(known.map(\.scope), ["y"], "the scope")
    },
    IndexStoreContract("a deleted document is not known") { bench in
      let target = try await bench.target()
      try await bench.apply(
        [bench.write("a", to: target), bench.write("b", to: target)], to: target)
      try await bench.apply([bench.delete("a", from: target)], to: target)
      try requireEqual(
        try await bench.known(target).map(\.digest),
        [target.digestKey.digest(of: DocumentID("b"))], "what is known")
    },
    IndexStoreContract("what the receiver throws ends the walk and is thrown") { bench in
      let target = try await bench.target()
      try await bench.apply([bench.write("a", to: target)], to: target)
      struct Stop: Error {}
      do {
        try await bench.store.forEachKnownDocument(in: target.name) { _ in throw Stop() }
      } catch is Stop {
        try await bench.apply([bench.write("b", to: target)], to: target)
        return
      }
      throw BrokenRule("the receiver's error was swallowed")
    },
    IndexStoreContract("the receiver may write to the index it walks over") { bench in
      let target = try await bench.target()
      let writes = (0..<300).map { bench.write("d\($0)", to: target) }
      try await bench.apply(writes, to: target)
      let collector = Collector<KnownDocument>()
      try await bench.store.forEachKnownDocument(in: target.name) { batch in
        await collector.add(batch)
        _ = try await bench.store.apply(
          [bench.write("d0", fingerprint: 2, to: target)], to: target.name, apiKey: target.apiKey)
      }
      let digests = Set(await collector.items.map(\.digest))
      try requireEqual(digests.count, 300, "the documents that were walked over")
    },
    IndexStoreContract("digests lead back to ids, unknown ones are left out") { bench in
      let target = try await bench.target()
      let names = (0..<1500).map { "dir/\($0) ä.txt" }
      try await bench.apply(names.map { bench.write($0, to: target) }, to: target)
      try await bench.apply([bench.delete(names[3], from: target)], to: target)
      var digests = names.map { target.digestKey.digest(of: DocumentID($0)) }
      digests.append(DocumentDigest(low: 1, high: 2))
      let found = try await bench.store.documentIDs(digests, in: target.name)
      var expected = Set(names.map { DocumentID($0) })
      expected.remove(DocumentID(names[3]))
      try requireEqual(found.count, 1499, "how many")
      try require(Set(found) == expected, "the ids are not those that were written")
      try requireEqual(
        try await bench.store.documentIDs([], in: target.name), [], "the ids of no digests")
    },
  ]
}
