internal import ConnectorKit
internal import ConnectorProtocol
internal import EmbeddedStore
internal import Glibc

/// Writes batches into a store until it is killed, and says of each when it is acknowledged.
///
/// Arguments: the store's directory, the index, the API key, the seed, the first batch.
@main
struct StoreWriter {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let seed = UInt64(arguments[4]), var batch = Int(arguments[5])
    else {
      print("usage: StoreWriter DIRECTORY INDEX KEY SEED BATCH")
      exit(64)
    }
    let store = try await EmbeddedStore.open(directory: arguments[1])
    let key = try await store.digestKey(of: arguments[2])
    while true {
      let operations = RandomBatch(seed: seed, number: batch).changes.map { $0.operation(key) }
      _ = try await store.apply(operations, to: arguments[2], apiKey: arguments[3])
      if batch % 7 == 3 { try await store.refresh(arguments[2]) }
      acknowledge(batch)
      batch += 1
    }
  }

  private static func acknowledge(_ batch: Int) {
    let line = Array("\(batch)\n".utf8)
    guard write(1, line, line.count) == line.count else { exit(74) }
  }
}

/// A batch of changes that a seed and a number determine.
struct RandomBatch {
  /// One change.
  struct Change {
    var id: String
    /// The words of the document; `nil` removes it.
    var words: [String]?

    /// The change as an operation.
    func operation(_ key: DigestKey) -> BulkOperation {
      let id = DocumentID(id)
      guard let words else { return .delete(key.digest(of: id), id) }
      let body = Array("{\"body\":\"\(words.joined(separator: " "))\"}".utf8)
      return .index(
        IndexOperation(
          id: id, digest: key.digest(of: id), fingerprint: 1, scope: "s", body: body))
    }
  }

  var changes: [Change] = []

  /// Makes the batch.
  init(seed: UInt64, number: Int) {
    var state = seed &* 1_000_003 &+ UInt64(number)
    func next(_ limit: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
    for _ in 0..<60 {
      let id = "document-\(next(500))"
      let isRemoval = next(4) == 0
      let words = (0..<40).map { _ in "w\(next(60))x" }
      changes.append(Change(id: id, words: isRemoval ? nil : words))
    }
  }
}
