package import ConnectorProtocol
internal import ConnectorKit
internal import HTTPClient

extension ElasticsearchStore {
  private static let window = 10_000

  /// The jobs that a query selects, and how many there are in all.
  package func jobs(_ query: JobQuery) async throws -> JobPage {
    guard query.from + query.size <= Self.window else {
      throw StoreError(
        .invalid, "Elasticsearch shows the first \(Self.window) jobs. Narrow the selection.")
    }
    var filters: [JSONValue] = []
    if let id = query.connectorID { filters.append(["term": ["connector.id": .string(id)]]) }
    if !query.statuses.isEmpty {
      let codes = query.statuses.map { JSONValue.string($0.rawValue) }
      filters.append(["terms": ["status": .array(codes)]])
    }
    let order: JSONValue = query.oldestFirst ? "asc" : "desc"
    let body: JSONObject = [
      "from": .integer(Int64(query.from)), "size": .integer(Int64(query.size)),
      "query": ["bool": ["filter": .array(filters)]],
      "sort": [["created_at": ["order": order]], ["_seq_no": ["order": order]]],
    ]
    let page = try await find(body, in: .jobs)
    return JobPage(jobs: try page.found.map { try job($0) }, total: page.total)
  }

  private func job(_ stored: Stored) throws -> Versioned<SyncJob> {
    Versioned(try SyncJob(id: stored.id, json: stored.source), version: stored.version)
  }

  /// One job; `nil` if there is none.
  package func job(_ id: String) async throws -> Versioned<SyncJob>? {
    try await read(id, in: .jobs).map { try job($0) }
  }

  /// Adds a job.
  package func createJob(_ job: SyncJob) async throws -> Versioned<SyncJob> {
    guard let version = try await add(job.id, RecordShape.encoded(job: job), to: .jobs) else {
      throw StoreError(
        .alreadyExists, "A job with the id \(job.id) exists already. Choose another id.")
    }
    return Versioned(job, version: version)
  }

  /// Writes a job if nobody changed it since it was read.
  package func updateJob(
    _ job: SyncJob, expecting version: RecordVersion
  ) async throws -> Versioned<SyncJob> {
    guard let current = try await self.job(job.id) else {
      throw StoreError(.notFound, "The job \(job.id) does not exist any more.")
    }
    let conflict = StoreError(
      .conflict, "Another program changed the job \(job.id). Read it again.")
    guard current.version == version else { throw conflict }
    let former = current.record.status
    guard former == job.status || former.canBecome(job.status) else {
      throw StoreError(
        .invalid, "A job that is \(former.rawValue) cannot become \(job.status.rawValue).")
    }
    let source = RecordShape.encoded(job: job)
    guard let changed = try await replace(job.id, source, in: .jobs, expecting: version) else {
      throw conflict
    }
    return Versioned(job, version: changed)
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
  package func addDeadLetters(_ letters: [DeadLetter]) async throws {
    guard !letters.isEmpty else { return }
    try await prepare(.deadLetters)
    var lines: [UInt8] = []
    var count = 0
    for letter in letters {
      lines += Array("{\"create\":{}}\n".utf8)
      lines += Array(Self.json(of: letter).text.utf8) + [0x0A]
      count += 1
      if lines.count >= 4 << 20 {
        try await sendRecords(lines, count: count, to: .deadLetters)
        lines = []
        count = 0
      }
    }
    if count > 0 { try await sendRecords(lines, count: count, to: .deadLetters) }
  }

  private static func json(of letter: DeadLetter) -> JSONValue {
    [
      "job_id": .string(letter.jobID), "connector_id": .string(letter.connectorID),
      "document_id": .string(letter.documentID), "stage": .string(letter.stage),
      "reason": .string(letter.reason), "at": .string(letter.at.description),
      "payload": .string(Base64.encode(letter.payload)),
    ]
  }

  /// The dead letters of a job, oldest first, and how many there are in all.
  package func deadLetters(
    jobID: String, from: Int, size: Int
  ) async throws -> (letters: [DeadLetter], total: Int) {
    let body: JSONObject = [
      "from": .integer(Int64(from)), "size": .integer(Int64(size)),
      "query": ["term": ["job_id": .string(jobID)]],
      "sort": [["at": ["order": "asc"]], ["_seq_no": ["order": "asc"]]],
    ]
    let page = try await find(body, in: .deadLetters)
    return (page.found.compactMap { Self.letter($0.source) }, page.total)
  }

  private static func letter(_ json: JSONValue) -> DeadLetter? {
    func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
    guard let at = Timestamp(text("at")) else { return nil }
    return DeadLetter(
      jobID: text("job_id"), connectorID: text("connector_id"),
      documentID: text("document_id"), stage: text("stage"), reason: text("reason"), at: at,
      payload: Base64.decode(text("payload")) ?? [])
  }
}
