internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import TextAnalysis

/// Reads one index on a thread of its own: searches, documents, statistics.
///
/// Each call works on one state of the index, whatever the writer does meanwhile.
actor IndexReader {
  private let executor: ThreadExecutor
  private let path: String
  private let limits: Connection.Limits
  private var opened: Connection?
  private var cache: LengthCache?
  private var analyzer: Analyzer?

  /// Makes a reader; the file is opened when it is first needed.
  init(path: String, name: String, limits: Connection.Limits) {
    executor = ThreadExecutor(name: name)
    self.path = path
    self.limits = limits
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Closes the file; it is opened again when it is needed.
  func close() {
    cache = nil
    opened = nil
  }

  private func read<Result>(_ work: (Connection) throws -> Result) throws -> Result {
    try mappingErrors {
      let connection: Connection
      if let opened, !opened.hasMoved {
        connection = opened
      } else {
        connection = try IndexDatabase.open(path: path, mode: .read, limits: limits)
        opened = connection
        cache = LengthCache(connection)
      }
      return try connection.read { try work(connection) }
    }
  }

  // MARK: Documents

  /// How much is in the index.
  func statistics() throws -> IndexStatistics {
    try read { try $0.statistics() }
  }

  /// The key of the index's digests.
  func digestKey() throws -> DigestKey { try read { try $0.digestKey() } }

  /// The `_id`s behind digests that are in the index.
  func documentIDs(_ digests: [DocumentDigest]) throws -> [DocumentID] {
    try read { connection in
      var ids: [DocumentID] = []
      var numbers: [DocumentDigest: Int64]?
      for digest in digests {
        var number = try connection.knownNumber(digest)
        if number == nil {
          let tail = try numbers ?? connection.tailNumbers()
          numbers = tail
          number = tail[digest]
        }
        guard let number, let row = try connection.document(number) else { continue }
        ids.append(DocumentID(row.id))
      }
      return ids
    }
  }

  /// A whole document; `nil` if there is none.
  func document(_ id: DocumentID) throws -> [UInt8]? {
    try read { connection in
      let digest = try connection.digestKey().digest(of: id)
      let number = try connection.knownNumber(digest) ?? connection.tailNumber(digest)
      return try number.flatMap { try connection.document($0) }?.body
    }
  }

  /// Whether documents were applied whose words no search finds yet.
  func hasUnindexed() -> Bool {
    let found = try? read { connection in
      try connection.integer(
        """
        SELECT 1 FROM documents WHERE number > (SELECT indexed_through FROM state) LIMIT 1
        """)
    }
    return found.flatMap { $0 } != nil
  }

  // MARK: Searching

  /// Finds documents.
  func search(_ request: SearchRequest) throws -> SearchResponse {
    let clock = ContinuousClock()
    let start = clock.now
    let from = max(0, request.from)
    let size = max(0, request.size)
    return try read { connection in
      let state = try connection.searchState()
      let analyzer = try analyzer(for: state.language)
      let query = SearchQuery(request.query, analyzer: analyzer)
      let found: (total: Int, matches: [BestMatches.Match])
      if query.isEmpty {
        found = (state.documents, try connection.documentNumbers(state, from: from, size: size))
      } else {
        found = try matches(query, state, from: from, size: size, connection)
      }
      let highlighter = Highlighter(query, analyzer: analyzer)
      let hits = try found.matches.compactMap { match in
        try connection.document(match.number).map { document in
          highlighter.hit(id: document.id, body: document.body, score: match.score)
        }
      }
      return SearchResponse(total: found.total, hits: hits, took: clock.now - start)
    }
  }

  private func analyzer(for language: Language) throws -> Analyzer {
    if let analyzer, analyzer.language == language { return analyzer }
    let made = try makeAnalyzer(language)
    analyzer = made
    return made
  }

  private func matches(
    _ query: SearchQuery, _ state: SearchState, from: Int, size: Int, _ connection: Connection
  ) throws -> (total: Int, matches: [BestMatches.Match]) {
    guard let cache else { return (0, []) }
    cache.use(generation: state.generation)
    if query.required.isEmpty {
      guard !query.excluded.isEmpty else { return (0, []) }
      return try allBut(query.excluded, state, from: from, size: size, connection)
    }
    let ranking = Ranking(
      documents: Int64(state.documents), totalLength: state.totalLength)
    let (end, overflows) = from.addingReportingOverflow(size)
    var best = BestMatches(limit: overflows ? state.documents : min(end, state.documents))
    var total = 0
    for var search in try searches(query, ranking, connection) {
      try search.run(lengths: cache) { number, score in
        total += 1
        best.add(BestMatches.Match(number: number, score: score))
      }
    }
    return (total, Array(best.sorted().dropFirst(from)))
  }

  /// One search for each segment, with the weights of terms in the whole index.
  private func searches(
    _ query: SearchQuery, _ ranking: Ranking, _ connection: Connection
  ) throws -> [SegmentSearch] {
    let segments = try connection.liveSegments()
    var documents: [[UInt8]: Int] = [:]
    let opened = try segments.map { segment in
      let required = try query.required.map { try Self.open($0, segment, connection) }
      for clause in required {
        for (postings, term) in clause { documents[term.bytes, default: 0] += postings.total }
      }
      return (
        required: required,
        excluded: try query.excluded.map { try Self.open($0, segment, connection) }
      )
    }
    return opened.map { clauses in
      let make = { (clause: [(TermPostings, SearchQuery.Term)]) in
        SegmentSearch.Clause(
          postings: clause.map(\.0), offsets: clause.map { UInt32($0.1.offset) },
          weights: clause.map { ranking.weight(documents: documents[$0.1.bytes] ?? 0) })
      }
      return SegmentSearch(
        required: clauses.required.map(make), excluded: clauses.excluded.map(make),
        ranking: ranking)
    }
  }

  private static func open(
    _ clause: SearchQuery.Clause, _ segment: Segment, _ connection: Connection
  ) throws -> [(TermPostings, SearchQuery.Term)] {
    try clause.terms.map { (try TermPostings($0.bytes, in: segment, connection), $0) }
  }

  /// Every document but those with some words, in the order of ``SearchState/order``.
  private func allBut(
    _ excluded: [SearchQuery.Clause], _ state: SearchState, from: Int, size: Int,
    _ connection: Connection
  ) throws -> (total: Int, matches: [BestMatches.Match]) {
    guard let cache else { return (0, []) }
    var unwanted = NumberSet()
    let ranking = Ranking(documents: 1, totalLength: 1)
    for clause in excluded {
      let query = SearchQuery(requiring: clause)
      for var search in try searches(query, ranking, connection) {
        try search.run(lengths: cache) { number, _ in unwanted.insert(number) }
      }
    }
    var matches: [BestMatches.Match] = []
    if size > 0 {
      var skipped = 0
      let rows = try connection.statement("SELECT number FROM documents ORDER BY \(state.order)")
      defer { rows.reset() }
      while matches.count < size, try rows.step() {
        let number = rows.integer(0)
        if unwanted.contains(number) { continue }
        skipped += 1
        if skipped > from { matches.append(BestMatches.Match(number: number, score: 0)) }
      }
    }
    return (state.documents - unwanted.count, matches)
  }
}

/// What a search must know of an index.
struct SearchState {
  var language: Language
  var documents: Int
  var totalLength: Double
  var generation: Int64

  /// So many documents are sorted at most.
  static let largestSorted = 20_000

  /// The column that documents are listed by where no word ranks them.
  ///
  /// By their ids, as people expect; a large index would have to be read whole for that, so its
  /// documents are listed as they were written.
  var order: String { documents <= Self.largestSorted ? "id" : "number" }
}

extension Connection {
  /// How much is in the index.
  func statistics() throws -> IndexStatistics {
    let documents = try integer("SELECT documents FROM state") ?? 0
    let pages = try integer("PRAGMA page_count") ?? 0
    let size = try integer("PRAGMA page_size") ?? 0
    return IndexStatistics(documentCount: Int(documents), bytes: Int(pages * size))
  }

  fileprivate func searchState() throws -> SearchState {
    let row = try statement("SELECT language, documents, total_length, generation FROM state")
    defer { row.reset() }
    guard try row.step() else { throw SQLiteError.damaged(path, "the state is missing") }
    return SearchState(
      language: Language(rawValue: row.text(0)) ?? .universal, documents: Int(row.integer(1)),
      totalLength: Double(row.integer(2)), generation: row.integer(3))
  }

  fileprivate func digestKey() throws -> DigestKey {
    let row = try statement("SELECT digest_low, digest_high FROM state")
    defer { row.reset() }
    guard try row.step() else { throw SQLiteError.damaged(path, "the state is missing") }
    return DigestKey(
      low: UInt64(bitPattern: row.integer(0)), high: UInt64(bitPattern: row.integer(1)))
  }

  fileprivate func knownNumber(_ digest: DocumentDigest) throws -> Int64? {
    let row = try statement("SELECT number FROM known WHERE digest = ?")
    defer { row.reset() }
    try row.bind(digest, at: 1)
    return try row.step() ? row.integer(0) : nil
  }

  /// The number of a document that is not in `known` yet.
  fileprivate func tailNumber(_ digest: DocumentDigest) throws -> Int64? {
    let row = try statement(
      """
      SELECT number FROM documents
      WHERE number > (SELECT known_through FROM state) AND digest = ?
      """)
    defer { row.reset() }
    try row.bind(digest, at: 1)
    return try row.step() ? row.integer(0) : nil
  }

  fileprivate func tailNumbers() throws -> [DocumentDigest: Int64] {
    let rows = try statement(
      "SELECT digest, number FROM documents WHERE number > (SELECT known_through FROM state)")
    defer { rows.reset() }
    var numbers: [DocumentDigest: Int64] = [:]
    while try rows.step() { numbers[rows.digest(0)] = rows.integer(1) }
    return numbers
  }

  fileprivate func document(_ number: Int64) throws -> (id: String, body: [UInt8])? {
    let row = try statement("SELECT id, body FROM documents WHERE number = ?")
    defer { row.reset() }
    try row.bind(number, at: 1)
    return try row.step() ? (row.text(0), row.bytes(1)) : nil
  }

  fileprivate func documentNumbers(
    _ state: SearchState, from: Int, size: Int
  ) throws -> [BestMatches.Match] {
    let rows = try statement(
      "SELECT number FROM documents ORDER BY \(state.order) LIMIT ? OFFSET ?")
    defer { rows.reset() }
    try rows.bind(Int64(size), at: 1)
    try rows.bind(Int64(from), at: 2)
    var matches: [BestMatches.Match] = []
    while try rows.step() {
      matches.append(BestMatches.Match(number: rows.integer(0), score: 0))
    }
    return matches
  }
}
