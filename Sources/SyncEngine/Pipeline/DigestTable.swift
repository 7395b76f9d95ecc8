internal import ConnectorProtocol

/// A hash table over document digests: 28 bytes an entry, at least 70 % full.
///
/// It consists of many small tables (segments), each with open addressing and linear probing, and
/// each grows by a quarter on its own: so growing never needs more than a fraction of the memory
/// beside it. One million entries take between 33 and 41 MB.
struct DigestTable: Sendable {
  /// What is kept of a document beside its digest and fingerprint.
  struct Mark: OptionSet, Sendable {
    var rawValue: UInt32

    /// The slot is taken.
    static let taken = Mark(rawValue: 1 << 31)
    /// The document was in the index when the run began.
    static let known = Mark(rawValue: 1 << 30)
    /// The source wrote the document in this run.
    static let seen = Mark(rawValue: 1 << 29)
    /// A sync rule dropped the document in this run.
    static let filtered = Mark(rawValue: 1 << 28)

    /// More scopes than that are not told apart.
    static let maximumScope: UInt32 = 1 << 24 - 1

    /// The index of the scope in its ``ScopeLedger``.
    var scope: UInt32 { rawValue & Self.maximumScope }

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(scope: UInt32, _ marks: Mark) {
      rawValue = min(scope, Self.maximumScope) | marks.rawValue
    }
  }

  /// One document.
  struct Entry: Hashable, Sendable {
    var digest: DocumentDigest
    var fingerprint: UInt64
    var scope: UInt32
    var isKnown: Bool
    var isSeen: Bool
    var isFiltered: Bool
  }

  private static let segmentBits = 8
  private var segments: [Segment]

  /// Makes an empty table.
  init() {
    segments = [Segment](repeating: Segment(), count: 1 << Self.segmentBits)
  }

  /// How many documents it holds.
  var count: Int { segments.reduce(0) { $0 + $1.count } }

  /// The memory that its entries take, in bytes.
  var memory: Int { segments.reduce(0) { $0 + $1.memory } }

  /// Makes room for so many documents at once.
  mutating func reserve(_ count: Int) {
    let share = count >> Self.segmentBits
    for index in segments.indices { segments[index].reserve(share) }
  }

  /// Puts an entry in place, or changes the one that is there.
  ///
  /// - Parameters:
  ///   - digest: the document.
  ///   - change: gets fingerprint and marks; the marks are empty if the document is new here.
  /// - Returns: what `change` returns.
  @inline(__always)
  mutating func withEntry<Result>(
    _ digest: DocumentDigest, _ change: (_ fingerprint: inout UInt64, _ mark: inout Mark) -> Result
  ) -> Result {
    let index = Int(digest.high >> UInt64(64 - Self.segmentBits))
    return segments[index].withEntry(digest, change)
  }

  /// One document's entry; `nil` if there is none.
  func entry(_ digest: DocumentDigest) -> Entry? {
    segments[Int(digest.high >> UInt64(64 - Self.segmentBits))].entry(digest)
  }

  /// A place in the table; the start at first.
  struct Position: Hashable, Sendable {
    fileprivate var segment = 0
    fileprivate var slot = 0
  }

  /// The next digests that match, for as long as the table does not change.
  func next(
    _ count: Int, after position: inout Position, where matches: (Entry) -> Bool
  ) -> [DocumentDigest] {
    var found: [DocumentDigest] = []
    while position.segment < segments.count {
      segments[position.segment].collect(count, &found, from: &position.slot, where: matches)
      if found.count == count { return found }
      position.segment += 1
      position.slot = 0
    }
    return found
  }

  /// Visits all entries in an order without meaning.
  func forEach(_ visit: (Entry) throws -> Void) rethrows {
    for segment in segments { try segment.forEach(visit) }
  }
}

/// One of the small tables.
private struct Segment: Sendable {
  /// Three words a slot: the digest's halves and the fingerprint.
  private var words: [UInt64] = []
  private var marks: [DigestTable.Mark] = []
  private(set) var count = 0

  var memory: Int { words.capacity * 8 + marks.capacity * 4 }

  mutating func reserve(_ count: Int) {
    let capacity = count * 100 / 80 + 1
    // A little more is left to growing: an estimate that creeps up must not rebuild all each time.
    if capacity > marks.count * 5 / 4 { rebuild(capacity) }
  }

  @inline(__always)
  mutating func withEntry<Result>(
    _ digest: DocumentDigest,
    _ change: (inout UInt64, inout DigestTable.Mark) -> Result
  ) -> Result {
    if (count + 1) * 100 > marks.count * 88 { rebuild(max(16, marks.count * 5 / 4)) }
    let slot = slot(of: digest)
    if marks[slot].isEmpty {
      words[slot * 3] = digest.low
      words[slot * 3 + 1] = digest.high
      words[slot * 3 + 2] = 0
      count += 1
    }
    let result = change(&words[slot * 3 + 2], &marks[slot])
    marks[slot].insert(.taken)
    return result
  }

  func entry(_ digest: DocumentDigest) -> DigestTable.Entry? {
    guard !marks.isEmpty else { return nil }
    let slot = slot(of: digest)
    return marks[slot].isEmpty ? nil : entry(in: slot)
  }

  func forEach(_ visit: (DigestTable.Entry) throws -> Void) rethrows {
    for slot in marks.indices where !marks[slot].isEmpty { try visit(entry(in: slot)) }
  }

  func collect(
    _ count: Int, _ found: inout [DocumentDigest], from slot: inout Int,
    where matches: (DigestTable.Entry) -> Bool
  ) {
    while slot < marks.count, found.count < count {
      if !marks[slot].isEmpty {
        let entry = entry(in: slot)
        if matches(entry) { found.append(entry.digest) }
      }
      slot += 1
    }
  }

  private func entry(in slot: Int) -> DigestTable.Entry {
    let mark = marks[slot]
    return DigestTable.Entry(
      digest: DocumentDigest(low: words[slot * 3], high: words[slot * 3 + 1]),
      fingerprint: words[slot * 3 + 2], scope: mark.scope, isKnown: mark.contains(.known),
      isSeen: mark.contains(.seen), isFiltered: mark.contains(.filtered))
  }

  /// The slot of a digest, or the free one where it belongs.
  private func slot(of digest: DocumentDigest) -> Int {
    let capacity = marks.count
    // Digests are uniform, so the high half of the product is a uniform slot for any capacity.
    var slot = Int(truncatingIfNeeded: digest.low.multipliedFullWidth(by: UInt64(capacity)).high)
    while !marks[slot].isEmpty {
      if words[slot * 3] == digest.low, words[slot * 3 + 1] == digest.high { break }
      slot += 1
      if slot == capacity { slot = 0 }
    }
    return slot
  }

  private mutating func rebuild(_ capacity: Int) {
    let (oldWords, oldMarks) = (words, marks)
    words = [UInt64](repeating: 0, count: capacity * 3)
    marks = [DigestTable.Mark](repeating: [], count: capacity)
    for old in oldMarks.indices where !oldMarks[old].isEmpty {
      let digest = DocumentDigest(low: oldWords[old * 3], high: oldWords[old * 3 + 1])
      let new = slot(of: digest)
      for word in 0..<3 { words[new * 3 + word] = oldWords[old * 3 + word] }
      marks[new] = oldMarks[old]
    }
  }
}
