package import ConnectorProtocol
internal import ConnectorKit
internal import HTTPClient

extension ElasticsearchStore {
  /// The greatest `from` plus `size` of one search.
  private static let window = 10_000

  /// The jobs that a query selects, and how many there are in all.
  ///
  /// Beyond the window of one search, pages are read up to the one that is asked for.
  package func jobs(_ query: JobQuery) async throws -> JobPage {
    var filters: [JSONValue] = []
    if let id = query.connectorID { filters.append(["term": ["connector.id": .string(id)]]) }
    if !query.statuses.isEmpty {
      let codes = query.statuses.map { JSONValue.string($0.rawValue) }
      filters.append(["terms": ["status": .array(codes)]])
    }
    let order: JSONValue = query.oldestFirst ? "asc" : "desc"
    let sort: [JSONValue] = [["created_at": ["order": order]], ["_seq_no": ["order": order]]]
    let selection: JSONValue = ["bool": ["filter": .array(filters)]]
    let (from, size) = (max(0, query.from), max(0, query.size))
    let isNear = from <= Self.window && size <= Self.window - from
    let page = try await find(
      [
        "from": isNear ? .integer(Int64(from)) : 0, "size": isNear ? .integer(Int64(size)) : 0,
        "query": selection, "sort": .array(sort),
      ], in: .jobs)
    let found =
      isNear
      ? page.found : try await collect(selection, in: .jobs, order: sort, from: from, size: size)
    let version = try await protocolVersion()
    // A record that can't be understood is told of where it is asked for by its id.
    return JobPage(jobs: found.compactMap { try? job($0, version) }, total: page.total)
  }

  private func collect(
    _ query: JSONValue, in index: RecordIndex, order: [JSONValue], from: Int, size: Int
  ) async throws -> [Stored] {
    var (found, skipped) = ([Stored](), 0)
    try await forEach(query, in: index, order: order) { stored in
      guard found.count < size else { return false }
      if skipped < from { skipped += 1 } else { found.append(stored) }
      return true
    }
    return found
  }

  private func job(
    _ stored: Stored, _ version: ProtocolVersion
  ) throws(StoreError) -> Versioned<SyncJob> {
    Versioned(
      try SyncJob(id: stored.id, json: stored.source, version: version), version: stored.version)
  }

  /// One job; `nil` if there is none.
  package func job(_ id: String) async throws -> Versioned<SyncJob>? {
    guard let stored = try await read(id, in: .jobs) else { return nil }
    return try job(stored, try await protocolVersion())
  }

  /// Adds a job.
  package func createJob(_ job: SyncJob) async throws -> Versioned<SyncJob> {
    let release = try await protocolVersion()
    guard let stored = try await add(job.id, job.json(for: release), to: .jobs) else {
      throw StoreError(
        .alreadyExists, "A job with the id \(job.id) exists already. Choose another id.")
    }
    return try self.job(stored, release)
  }

  /// Writes a job if nobody changed it since it was read.
  package func updateJob(
    _ job: SyncJob, expecting version: RecordVersion
  ) async throws -> Versioned<SyncJob> {
    guard let current = try await read(job.id, in: .jobs) else {
      throw StoreError(.notFound, "The job \(job.id) does not exist any more.")
    }
    let conflict = StoreError(
      .conflict, "Another program changed the job \(job.id). Read it again.")
    guard current.version == version else { throw conflict }
    let release = try await protocolVersion()
    let former = try self.job(current, release).record.status
    guard former == job.status || former.canBecome(job.status) else {
      throw StoreError(
        .invalid, "A job that is \(former.rawValue) cannot become \(job.status.rawValue).")
    }
    let source = try job.json(for: release, over: current.source)
    guard let changed = try await replace(job.id, source, in: .jobs, expecting: version) else {
      throw conflict
    }
    return Versioned(
      try SyncJob(id: job.id, json: source, version: release), version: changed)
  }

  /// Removes a job that has ended, and its dead letters.
  package func deleteJob(_ id: String) async throws {
    guard let current = try await job(id) else {
      throw StoreError(.notFound, "The job \(id) does not exist any more.")
    }
    guard current.record.status.isTerminal else {
      throw StoreError(.invalid, "The job \(id) has not ended. Cancel it first.")
    }
    try await removeAll(["term": ["job_id": .string(id)]], from: .deadLetters)
    guard try await remove(id, from: .jobs, expecting: current.version) else {
      throw StoreError(.conflict, "Another program changed the job \(id). Read it again.")
    }
  }

  // MARK: Dead letters

  /// Keeps documents that could not be indexed, in requests of at most some 4 MiB.
  ///
  /// Where the server takes less, requests are halved; of a letter that is too large alone, less of
  /// the document is kept.
  package func addDeadLetters(_ letters: [DeadLetter]) async throws {
    guard !letters.isEmpty else { return }
    try await prepare(.deadLetters)
    var rest = letters[...]
    while !rest.isEmpty {
      var bytes = 0
      let part = rest.prefix { letter in
        defer { bytes += letter.payload.count / 3 * 4 + 1024 }
        return bytes == 0 || bytes < 4 << 20
      }
      try await send(part)
      rest = rest.dropFirst(part.count)
    }
  }

  private func send(_ letters: ArraySlice<DeadLetter>) async throws {
    var lines: [UInt8] = []
    for letter in letters {
      lines += Array("{\"create\":{}}\n".utf8)
      lines += Array(Self.json(of: letter).text.utf8) + [0x0A]
    }
    do {
      try await sendRecords(lines, count: letters.count, to: .deadLetters)
    } catch is RequestTooLarge {
      guard letters.count == 1, var letter = letters.first else {
        let middle = letters.startIndex + letters.count / 2
        try await send(letters[..<middle])
        return try await send(letters[middle...])
      }
      guard !letter.payload.isEmpty else {
        throw StoreError(
          .invalid,
          "Elasticsearch takes no request of \(lines.count) bytes: raise http.max_content_length.")
      }
      letter.payload = Array(letter.payload.prefix(letter.payload.count / 2))
      try await send([letter])
    }
  }

  private static func json(of letter: DeadLetter) -> JSONValue {
    [
      "job_id": .string(letter.jobID), "connector_id": .string(letter.connectorID),
      "document_id": .string(letter.documentID), "stage": .string(letter.stage),
      "reason": .string(letter.reason), "at": .string(letter.at.description),
      "payload": .string(Base64.encode(letter.payload)),
      "scope": letter.scope.map { .string($0) } ?? .null,
    ]
  }

  /// The dead letters of a job, oldest first, and how many there are in all.
  package func deadLetters(
    jobID: String, from: Int, size: Int
  ) async throws -> (letters: [DeadLetter], total: Int) {
    let sort: [JSONValue] = [["at": ["order": "asc"]], ["_seq_no": ["order": "asc"]]]
    let query: JSONValue = ["term": ["job_id": .string(jobID)]]
    let (from, size) = (max(0, from), max(0, size))
    let isNear = from <= Self.window && size <= Self.window - from
    let page = try await find(
      [
        "from": isNear ? .integer(Int64(from)) : 0, "size": isNear ? .integer(Int64(size)) : 0,
        "query": query, "sort": .array(sort),
      ], in: .deadLetters)
    let found =
      isNear
      ? page.found
      : try await collect(query, in: .deadLetters, order: sort, from: from, size: size)
    return (found.compactMap { Self.letter($0.source) }, page.total)
  }

  private static func letter(_ json: JSONValue) -> DeadLetter? {
    func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
    guard let at = Timestamp(text("at")) else { return nil }
    return DeadLetter(
      jobID: text("job_id"), connectorID: text("connector_id"),
      documentID: text("document_id"), stage: text("stage"), reason: text("reason"), at: at,
      payload: Base64.decode(text("payload")) ?? [], scope: json["scope"]?.stringValue)
  }
}
