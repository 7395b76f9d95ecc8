internal import ConnectorProtocol

/// The newest documents by their digests, as far as they are not in `known` yet.
///
/// A hash table with open addressing over entries that lie in the order in which they came: about
/// 46 bytes a document. Digests are random numbers already, so their own bits say where they go.
struct DigestTail {
  /// What `known` will hold of a document.
  struct Entry {
    var digest: DocumentDigest
    /// 0 once the document is gone.
    var number: Int64
    var fingerprint: Int64
    var scope: Int64
  }

  private var entries: [Entry] = []
  /// Places in `entries` counted from 1; 0 where there is none.
  private var slots = [UInt32](repeating: 0, count: 64)

  /// Makes an empty tail.
  init() {}

  /// How many entries it holds, those of documents that are gone included.
  var count: Int { entries.count }

  /// Adds a document, or its newer version.
  ///
  /// - Returns: the number it had before; `nil` if it was not here.
  mutating func insert(_ entry: Entry) -> Int64? {
    let slot = slot(of: entry.digest)
    if slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      let former = entries[place].number
      entries[place] = entry
      return former == 0 ? nil : former
    }
    entries.append(entry)
    slots[slot] = UInt32(entries.count)
    if entries.count * 4 > slots.count * 3 { grow() }
    return nil
  }

  /// Takes a document out and returns its number; `nil` if it is not here.
  mutating func remove(_ digest: DocumentDigest) -> Int64? {
    let slot = slot(of: digest)
    guard slots[slot] != 0 else { return nil }
    let place = Int(slots[slot]) - 1
    let former = entries[place].number
    entries[place].number = 0
    return former == 0 ? nil : former
  }

  /// Takes everything out.
  mutating func removeAll() -> [Entry] {
    defer { self = DigestTail() }
    return entries
  }

  /// The slot of a digest, or the free one where it belongs.
  private func slot(of digest: DocumentDigest) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: digest.low) & mask
    while slots[slot] != 0, entries[Int(slots[slot]) - 1].digest != digest {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for index in entries.indices { slots[slot(of: entries[index].digest)] = UInt32(index + 1) }
  }
}

/// Documents on their way into `known`, in the order of their digests, so that each page of it is
/// touched once.
///
/// They go a few thousand at a time, with the requests that follow: no request waits for all.
struct MovingDigests {
  private var entries: [DigestTail.Entry] = []
  private var moved = 0
  /// Once all are moved, the digests of documents up to this number are in `known`.
  private(set) var through: Int64 = 0

  /// Makes what has nothing to move.
  init() {}

  /// Begins to move documents, of which none is newer than `through`.
  init(_ entries: [DigestTail.Entry], through: Int64) {
    self.entries = entries
    self.through = through
    self.entries.sort { Self.isLess($0.digest, $1.digest) }
  }

  /// How many there are, moved or not.
  var count: Int { entries.count }

  /// Whether all are moved.
  var isDone: Bool { moved == entries.count }

  /// Digests that are not moved yet.
  var digests: some Sequence<DocumentDigest> { entries[moved...].lazy.map(\.digest) }

  /// Takes out the next documents to move.
  mutating func next(_ count: Int) -> ArraySlice<DigestTail.Entry> {
    let start = moved
    moved += min(count, entries.count - moved)
    return entries[start..<moved]
  }

  /// Takes a document out that is not moved yet and returns its number; `nil` if it is not here.
  mutating func remove(_ digest: DocumentDigest) -> Int64? {
    var (low, high) = (moved, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if Self.isLess(entries[middle].digest, digest) { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].digest == digest else { return nil }
    let former = entries[low].number
    entries[low].number = 0
    return former == 0 ? nil : former
  }

  /// The order of digests in `known`.
  private static func isLess(_ left: DocumentDigest, _ right: DocumentDigest) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }
}
