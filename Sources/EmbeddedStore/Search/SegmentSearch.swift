internal import Glibc

/// Finds the documents of one segment that match a query.
struct SegmentSearch {
  /// A word or phrase of the query in this segment.
  struct Clause {
    var postings: [TermPostings]
    var offsets: [UInt32]
    /// How much each term counts, rare ones more.
    var weights: [Double]
  }

  private var required: [Clause]
  private var excluded: [Clause]
  private var leading: [TermPostings]
  private let ranking: Ranking
  private var positions: [[UInt32]] = []
  private var others: [UInt32] = []

  /// Makes a search; clauses are as the query has them.
  init(required: [Clause], excluded: [Clause], ranking: Ranking) {
    self.required = required
    self.excluded = excluded
    self.ranking = ranking
    leading = required.flatMap(\.postings).sorted { $0.total < $1.total }
  }

  /// Visits all matches in the order of their numbers.
  mutating func run(
    lengths: LengthCache, _ visit: (_ number: Int64, _ score: Double) -> Void
  ) throws {
    guard let first = leading.first else { return }
    while first.document != TermPostings.end {
      let candidate = try agree(on: first.document)
      guard candidate != TermPostings.end else { return }
      let code = try lengths.code(candidate)
      if code != DocumentLength.gone, try matches(candidate) {
        visit(candidate, score(code))
      }
      try first.advance()
    }
  }

  /// The first document from a number on that has all terms.
  private func agree(on start: Int64) throws -> Int64 {
    var candidate = start
    var index = 0
    while index < leading.count {
      let postings = leading[index]
      try postings.advance(to: candidate)
      if postings.document == candidate {
        index += 1
      } else {
        candidate = postings.document
        if candidate == TermPostings.end { return candidate }
        index = 0
      }
    }
    return candidate
  }

  private mutating func matches(_ document: Int64) throws -> Bool {
    for clause in required where clause.postings.count > 1 {
      guard hasPhrase(clause) else { return false }
    }
    for clause in excluded {
      var hasAll = true
      for postings in clause.postings {
        try postings.advance(to: document)
        if postings.document != document { hasAll = false }
      }
      if hasAll, clause.postings.count == 1 || hasPhrase(clause) { return false }
    }
    return true
  }

  /// Whether the terms stand one behind the other somewhere.
  private mutating func hasPhrase(_ clause: Clause) -> Bool {
    guard let first = clause.postings.first else { return false }
    var starts: [UInt32] = []
    first.readPositions(into: &starts)
    for (postings, offset) in zip(clause.postings, clause.offsets).dropFirst() {
      postings.readPositions(into: &others)
      var index = 0
      starts.removeAll { start in
        while index < others.count, others[index] < start &+ offset { index += 1 }
        return index == others.count || others[index] != start &+ offset
      }
      if starts.isEmpty { return false }
    }
    return true
  }

  private func score(_ code: UInt8) -> Double {
    var score = 0.0
    for clause in required {
      for (postings, weight) in zip(clause.postings, clause.weights) {
        score += ranking.score(
          frequency: postings.frequency, weight: weight, lengthCode: code,
          isTitle: postings.isTitle)
      }
    }
    return score
  }
}

/// How matches are ordered: BM25 as Lucene has it, and more for words in a title.
struct Ranking {
  private static let titleBoost = 2.0
  private static let saturation = 1.2
  private static let lengthInfluence = 0.75

  private let documents: Double
  private let norms: [Double]

  /// Makes a ranking for an index of so many documents and words.
  init(documents: Int64, totalLength: Double) {
    self.documents = Double(max(1, documents))
    let average = max(1, totalLength / Double(max(1, documents)))
    norms = (0...255).map { code in
      let ratio = DocumentLength.length(UInt8(code)) / average
      return Self.saturation * (1 - Self.lengthInfluence + Self.lengthInfluence * ratio)
    }
  }

  /// How much a term counts that occurs in so many documents.
  func weight(documents found: Int) -> Double {
    let found = min(Double(found), documents)
    return log(1 + (documents - found + 0.5) / (found + 0.5))
  }

  @inline(__always)
  func score(frequency: Int, weight: Double, lengthCode: UInt8, isTitle: Bool) -> Double {
    let frequency = Double(frequency)
    let score = weight * frequency / (frequency + norms[Int(lengthCode)])
    return isTitle ? score * Self.titleBoost : score
  }
}
