internal import Glibc

/// An inverted index in memory: for each term the documents it is in and the places there.
///
/// Filled document by document in the order of their numbers, then written as one segment and
/// cleared for the next. Terms sit in a hash table with open addressing; the postings of a term
/// in a chain of pieces that double in size, all in one arena, so that clearing costs nothing.
///
/// `@unchecked Sendable`: it is handed from one actor to another and used by one of them at a time.
final class PostingsBuffer: @unchecked Sendable {
  /// Postings of one document that were not yet written to a term's chain.
  private struct Occurrence {
    /// Position and, in the lowest bit, whether it is in a title.
    var position: UInt32
    var next: UInt32
  }

  struct Term {
    var hash: UInt32
    var text: UInt32
    var length: UInt32
    var documents: UInt32
    var first: UInt32
    var last: UInt32
    /// The first piece of the chain; 0 if there is none yet.
    var head: UInt32
    /// The last piece of the chain.
    var tail: UInt32
    var write: UInt32
    var limit: UInt32
    var bytes: UInt32
    var occurrenceHead: UInt32
    var occurrenceTail: UInt32
  }

  /// A term that waits to be looked up.
  private struct Waiting {
    var hash: UInt32
    var text: UInt32
    var length: UInt32
    var position: UInt32
    var index: UInt32
    /// Keeps the reads that fetch memory ahead from being dropped as useless.
    var touched: UInt32
  }

  private static let none = UInt32.max
  private static let groupSize = 16

  private let arena: ByteBuffer
  private var terms: UnsafeMutablePointer<Term>
  private var termCapacity = 1 << 12
  private(set) var termCount = 0
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotMask = (1 << 13) - 1
  private var occurrences: UnsafeMutablePointer<Occurrence>
  private var occurrenceCapacity = 1 << 10
  private var occurrenceCount = 0
  /// The terms of the document that is being read.
  private var touched: UnsafeMutablePointer<UInt32>
  private var touchedCapacity = 1 << 10
  private var touchedCount = 0
  private let waiting = UnsafeMutablePointer<Waiting>.allocate(capacity: PostingsBuffer.groupSize)
  private var waitingCount = 0
  private let waitingText = ByteBuffer(capacity: 1 << 10)

  /// The number of the first document; the others are kept relative to it.
  private(set) var base: Int64 = 0
  /// The number of the last document.
  private(set) var last: Int64 = -1
  private(set) var documentCount = 0
  /// The length code of each document from `base` on; 0 where there is none.
  private(set) var lengths: [UInt8] = []

  /// Makes an empty buffer; it takes memory as it fills.
  init() {
    arena = ByteBuffer(capacity: 1 << 16)
    terms = .allocate(capacity: termCapacity)
    slots = .allocate(capacity: slotMask + 1)
    occurrences = .allocate(capacity: occurrenceCapacity)
    touched = .allocate(capacity: touchedCapacity)
    clear()
  }

  deinit {
    terms.deallocate()
    slots.deallocate()
    occurrences.deallocate()
    touched.deallocate()
    waiting.deallocate()
  }

  var isEmpty: Bool { documentCount == 0 }

  /// Memory in use by what was added.
  var byteCount: Int {
    arena.count + termCount * (MemoryLayout<Term>.stride + 8) + lengths.count
  }

  /// Forgets everything; the memory stays for the next use.
  func clear() {
    arena.count = 4
    termCount = 0
    documentCount = 0
    occurrenceCount = 0
    waitingCount = 0
    waitingText.count = 0
    touchedCount = 0
    lengths.removeAll(keepingCapacity: true)
    last = -1
    memset(slots, 0xFF, (slotMask + 1) * 4)
  }

  /// Adds one term of the document that is being read.
  @inline(__always)
  func add(_ term: UnsafeBufferPointer<UInt8>, position: UInt32, isTitle: Bool) {
    guard term.count > 0, let text = term.baseAddress else { return }
    waiting[waitingCount] = Waiting(
      hash: TermBytes.hash(text, term.count), text: UInt32(truncatingIfNeeded: waitingText.count),
      length: UInt32(truncatingIfNeeded: term.count),
      position: position &<< 1 | (isTitle ? 1 : 0), index: 0, touched: 0)
    waitingText.append(text, count: term.count)
    waitingCount &+= 1
    if waitingCount == Self.groupSize { addWaiting() }
  }

  /// Looks a group of terms up.
  ///
  /// A look-up is three reads that depend on one another and nearly always miss the cache. Done for
  /// the whole group step by step, the reads of one step overlap, which halves the time.
  private func addWaiting() {
    for number in 0..<waitingCount {
      waiting[number].index = slots[Int(waiting[number].hash) & slotMask]
    }
    for number in 0..<waitingCount where waiting[number].index != Self.none {
      waiting[number].touched = terms[Int(waiting[number].index)].text
    }
    for number in 0..<waitingCount {
      waiting[number].touched = UInt32(arena.start[Int(waiting[number].touched)])
    }
    for number in 0..<waitingCount {
      let term = waiting[number]
      let index = find(waitingText.start + Int(term.text), Int(term.length), term.hash)
      occur(index, term.position)
    }
    waitingCount = 0
    waitingText.count = 0
  }

  @inline(__always)
  private func occur(_ index: Int, _ position: UInt32) {
    if occurrenceCount == occurrenceCapacity { growOccurrences() }
    let occurrence = UInt32(truncatingIfNeeded: occurrenceCount)
    occurrences[occurrenceCount] = Occurrence(position: position, next: Self.none)
    occurrenceCount &+= 1
    if terms[index].occurrenceHead == Self.none {
      terms[index].occurrenceHead = occurrence
      if touchedCount == touchedCapacity { resizeTouched(to: touchedCapacity * 2) }
      touched[touchedCount] = UInt32(truncatingIfNeeded: index)
      touchedCount &+= 1
    } else {
      occurrences[Int(terms[index].occurrenceTail)].next = occurrence
    }
    terms[index].occurrenceTail = occurrence
  }

  /// Ends the document whose terms were added.
  ///
  /// - Parameters:
  ///   - number: larger than those before.
  ///   - length: how many words it has.
  func endDocument(_ number: Int64, length: Int) {
    addWaiting()
    if documentCount == 0 { base = number }
    precondition(number > last, "documents must come in the order of their numbers")
    last = number
    documentCount += 1
    let relative = Int(number - base)
    while lengths.count < relative { lengths.append(DocumentLength.gone) }
    lengths.append(DocumentLength.code(length))
    for place in 0..<touchedCount { write(Int(touched[place]), UInt32(relative)) }
    touchedCount = 0
    occurrenceCount = 0
    if occurrenceCapacity > 1 << 16 { shrinkOccurrences() }
    if touchedCapacity > 1 << 16 { resizeTouched(to: 1 << 10) }
  }

  // MARK: Terms

  @inline(__always)
  private func find(_ text: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt32) -> Int {
    var slot = Int(hash) & slotMask
    while true {
      let index = slots[slot]
      if index == Self.none { return insert(text, length, hash, slot) }
      let term = terms + Int(index)
      if term.pointee.hash == hash, Int(term.pointee.length) == length,
        TermBytes.isEqual(arena.start + Int(term.pointee.text), text, length)
      {
        return Int(index)
      }
      slot = (slot &+ 1) & slotMask
    }
  }

  private func insert(
    _ text: UnsafePointer<UInt8>, _ length: Int, _ hash: UInt32, _ slot: Int
  ) -> Int {
    if termCount == termCapacity { growTerms() }
    let offset = arena.count
    arena.append(text, count: length)
    terms[termCount] = Term(
      hash: hash, text: UInt32(offset), length: UInt32(length), documents: 0, first: 0, last: 0,
      head: 0, tail: 0, write: 0, limit: 0, bytes: 0, occurrenceHead: Self.none, occurrenceTail: 0)
    slots[slot] = UInt32(termCount)
    termCount += 1
    if termCount * 2 > slotMask { growSlots() }
    return termCount - 1
  }

  private func growTerms() {
    let larger = UnsafeMutablePointer<Term>.allocate(capacity: termCapacity * 2)
    larger.moveInitialize(from: terms, count: termCount)
    terms.deallocate()
    terms = larger
    termCapacity *= 2
  }

  private func growSlots() {
    slots.deallocate()
    slotMask = slotMask * 2 + 1
    slots = .allocate(capacity: slotMask + 1)
    memset(slots, 0xFF, (slotMask + 1) * 4)
    for index in 0..<termCount {
      var slot = Int(terms[index].hash) & slotMask
      while slots[slot] != Self.none { slot = (slot &+ 1) & slotMask }
      slots[slot] = UInt32(index)
    }
  }

  private func growOccurrences() {
    resizeOccurrences(to: occurrenceCapacity * 2)
  }

  /// Gives back what one very long document needed.
  private func shrinkOccurrences() {
    resizeOccurrences(to: 1 << 10)
  }

  private func resizeOccurrences(to capacity: Int) {
    let resized = UnsafeMutablePointer<Occurrence>.allocate(capacity: capacity)
    resized.moveInitialize(from: occurrences, count: occurrenceCount)
    occurrences.deallocate()
    occurrences = resized
    occurrenceCapacity = capacity
  }

  private func resizeTouched(to capacity: Int) {
    let resized = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    resized.moveInitialize(from: touched, count: touchedCount)
    touched.deallocate()
    touched = resized
    touchedCapacity = capacity
  }

  // MARK: Chains

  /// Writes the occurrences of a term in the document that ended.
  private func write(_ index: Int, _ document: UInt32) {
    let term = terms + index
    var frequency: UInt64 = 0
    var isTitle: UInt64 = 0
    var next = term.pointee.occurrenceHead
    while next != Self.none {
      let occurrence = occurrences[Int(next)]
      frequency &+= 1
      isTitle |= UInt64(occurrence.position & 1)
      next = occurrence.next
    }
    if term.pointee.documents == 0 {
      term.pointee.first = document
    } else {
      put(term, UInt64(document - term.pointee.last))
    }
    term.pointee.last = document
    term.pointee.documents += 1
    put(term, frequency &<< 1 | isTitle)
    var previous: UInt32 = 0
    next = term.pointee.occurrenceHead
    while next != Self.none {
      let occurrence = occurrences[Int(next)]
      let position = occurrence.position &>> 1
      put(term, UInt64(position &- previous))
      previous = position
      next = occurrence.next
    }
    term.pointee.occurrenceHead = Self.none
  }

  @inline(__always)
  private func put(_ term: UnsafeMutablePointer<Term>, _ value: UInt64) {
    var value = value
    while value >= 0x80 {
      putByte(term, UInt8(truncatingIfNeeded: value) | 0x80)
      value &>>= 7
    }
    putByte(term, UInt8(truncatingIfNeeded: value))
  }

  @inline(__always)
  private func putByte(_ term: UnsafeMutablePointer<Term>, _ byte: UInt8) {
    if term.pointee.write == term.pointee.limit { extend(term) }
    arena.start[Int(term.pointee.write)] = byte
    term.pointee.write &+= 1
    term.pointee.bytes &+= 1
  }

  /// Adds a piece to a chain: the offset of the next piece, then the bytes.
  private func extend(_ term: UnsafeMutablePointer<Term>) {
    let size = term.pointee.head == 0 ? 8 : Int(max(16, min(term.pointee.bytes, 2048)))
    arena.reserve(size + 8)
    let offset = arena.count
    arena.count += size + 4
    storeLink(0, at: offset)
    if term.pointee.head == 0 {
      term.pointee.head = UInt32(offset)
    } else {
      storeLink(UInt32(offset), at: Int(term.pointee.tail))
    }
    term.pointee.tail = UInt32(offset)
    term.pointee.write = UInt32(offset + 4)
    term.pointee.limit = UInt32(offset + 4 + size)
  }

  private func storeLink(_ value: UInt32, at offset: Int) {
    UnsafeMutableRawPointer(arena.start + offset).storeBytes(of: value, as: UInt32.self)
  }

  private func link(at offset: Int) -> UInt32 {
    UnsafeRawPointer(arena.start + offset).loadUnaligned(as: UInt32.self)
  }

  /// Copies the postings of a term into one piece.
  private func gather(_ term: Term, into output: ByteBuffer) {
    output.count = 0
    var remaining = Int(term.bytes)
    var offset = Int(term.head)
    var size = 8
    var total = 0
    while remaining > 0 {
      let taken = min(size, remaining)
      output.append(arena.start + offset + 4, count: taken)
      remaining -= taken
      total += size
      offset = Int(link(at: offset))
      size = max(16, min(total, 2048))
    }
  }

  // MARK: Reading

  /// Visits all terms in their order with their postings.
  func forEachTerm(_ body: (PostingsPart) throws -> Void) rethrows {
    let order = sortedTerms()
    let scratch = ByteBuffer(capacity: 1 << 12)
    for entry in order {
      let term = terms[Int(entry.index)]
      gather(term, into: scratch)
      try body(
        PostingsPart(
          term: UnsafeBufferPointer(
            start: arena.start + Int(term.text), count: Int(term.length)),
          total: Int(term.documents), documents: Int(term.documents),
          first: base + Int64(term.first), last: base + Int64(term.last),
          bytes: scratch.bytes))
    }
  }

  private struct SortEntry {
    /// The first eight bytes, the first of them highest: decides nearly every comparison.
    var prefix: UInt64
    var index: UInt32
  }

  private func sortedTerms() -> [SortEntry] {
    var order: [SortEntry] = []
    order.reserveCapacity(termCount)
    for index in 0..<termCount {
      var prefix: UInt64 = 0
      memcpy(&prefix, arena.start + Int(terms[index].text), min(8, Int(terms[index].length)))
      order.append(SortEntry(prefix: prefix.bigEndian, index: UInt32(index)))
    }
    order.sort { left, right in
      left.prefix != right.prefix
        ? left.prefix < right.prefix : compareTerms(text(left), text(right)) < 0
    }
    return order
  }

  private func text(_ entry: SortEntry) -> UnsafeBufferPointer<UInt8> {
    let term = terms[Int(entry.index)]
    return UnsafeBufferPointer(start: arena.start + Int(term.text), count: Int(term.length))
  }
}
