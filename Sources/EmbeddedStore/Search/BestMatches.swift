/// A set of document numbers that takes one bit a document where they are dense.
struct NumberSet {
  private var words: [Int64: UInt64] = [:]
  private var word: UInt64 = 0
  private var place: Int64 = -1
  private(set) var count = 0

  /// Adds a number.
  mutating func insert(_ number: Int64) {
    if number >> 6 != place {
      if place >= 0 { words[place] = word }
      place = number >> 6
      word = words[place] ?? 0
    }
    let bit: UInt64 = 1 << UInt64(number & 63)
    if word & bit == 0 {
      word |= bit
      count += 1
    }
  }

  /// Whether a number was added.
  func contains(_ number: Int64) -> Bool {
    let word = number >> 6 == place ? word : words[number >> 6] ?? 0
    return word & 1 << UInt64(number & 63) != 0
  }
}

/// The best matches seen so far, a bounded number of them.
struct BestMatches {
  /// A document and how well it matches.
  struct Match {
    var number: Int64
    var score: Double

    /// Whether this one belongs before another: better, or as good and older.
    func isBefore(_ other: Match) -> Bool {
      score != other.score ? score > other.score : number < other.number
    }
  }

  private let limit: Int
  /// A heap with the worst at the top.
  private var heap: [Match] = []

  /// Makes room for so many matches.
  init(limit: Int) { self.limit = limit }

  /// Keeps a match if it is among the best.
  mutating func add(_ match: Match) {
    if heap.count < limit {
      heap.append(match)
      siftUp(heap.count - 1)
    } else if let worst = heap.first, match.isBefore(worst) {
      heap[0] = match
      siftDown()
    }
  }

  /// The matches, the best first.
  func sorted() -> [Match] { heap.sorted { $0.isBefore($1) } }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 2
      guard heap[parent].isBefore(heap[index]) else { return }
      heap.swapAt(parent, index)
      index = parent
    }
  }

  private mutating func siftDown() {
    var index = 0
    while true {
      var worst = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && heap[worst].isBefore(heap[child]) { worst = child }
      if worst == index { return }
      heap.swapAt(worst, index)
      index = worst
    }
  }
}
