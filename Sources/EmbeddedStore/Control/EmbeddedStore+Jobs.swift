package import ConnectorProtocol
internal import ConnectorKit

extension EmbeddedStore {
  /// The jobs that a query selects, and how many there are in all.
  package func jobs(_ query: JobQuery) async throws -> JobPage {
    let cache = records
    return try await controlReader.read { connection in
      var conditions: [String] = []
      var values: [SQLValue] = []
      if let id = query.connectorID {
        conditions.append("connector_id = ?")
        values.append(.text(id))
      }
      if !query.statuses.isEmpty {
        let marks = query.statuses.map { _ in "?" }.joined(separator: ", ")
        conditions.append("status IN (\(marks))")
        values += query.statuses.map { .text($0.rawValue) }
      }
      let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
      let count = try connection.statement("SELECT count(*) FROM jobs \(filter)")
      defer { count.reset() }
      for (index, value) in values.enumerated() { try count.bind(value, at: index + 1) }
      let total = try count.step() ? Int(count.integer(0)) : 0
      let order = query.oldestFirst ? "created_at, id" : "created_at DESC, id DESC"
      let rows = try connection.statement(
        """
        SELECT id, sequence, record, connector_id FROM jobs \(filter) ORDER BY \(order)
        LIMIT ? OFFSET ?
        """)
      defer { rows.reset() }
      values += [.number(max(0, query.size)), .number(max(0, query.from))]
      for (index, value) in values.enumerated() { try rows.bind(value, at: index + 1) }
      var jobs: [Versioned<SyncJob>] = []
      while try rows.step() {
        do {
          jobs.append(try rows.job())
        } catch {
          cache.note(
            DamagedRecord(
              .jobs, rows.text(0), of: connection.path, connectorID: rows.text(3), error))
        }
      }
      return JobPage(jobs: jobs, total: total)
    }
  }

  /// One job; `nil` if there is none.
  package func job(_ id: String) async throws -> Versioned<SyncJob>? {
    try await controlReader.read { try $0.job(id) }
  }

  /// Adds a job.
  package func createJob(_ job: SyncJob) async throws -> Versioned<SyncJob> {
    try await controlWriter.write { connection in
      guard try connection.job(job.id) == nil else {
        throw StoreError(
          .alreadyExists, "A job with the id \(job.id) exists already. Choose another id.")
      }
      let sequence = try connection.nextSequenceNumber()
      try connection.run(
        """
        INSERT INTO jobs (id, connector_id, status, created_at, sequence, record)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        .text(job.id), .text(job.connectorID), .text(job.status.rawValue),
        .integer(job.createdAt.millisecondsSince1970), .integer(sequence), .text(job.json.text))
      return Versioned(job, version: RecordVersion(sequenceNumber: sequence))
    }
  }

  /// Writes a job if nobody changed it since it was read.
  package func updateJob(
    _ job: SyncJob, expecting version: RecordVersion
  ) async throws -> Versioned<SyncJob> {
    try await controlWriter.write { connection in
      guard let current = try connection.job(job.id) else {
        throw StoreError(.notFound, "The job \(job.id) does not exist any more.")
      }
      guard current.version == version else {
        throw StoreError(.conflict, "Another program changed the job \(job.id). Read it again.")
      }
      let former = current.record.status
      guard former == job.status || former.canBecome(job.status) else {
        throw StoreError(
          .invalid,
          "A job that is \(former.rawValue) can't become \(job.status.rawValue). "
            + "Read it again to see what happened to it.")
      }
      let sequence = try connection.nextSequenceNumber()
      try connection.run(
        """
        UPDATE jobs SET connector_id = ?, status = ?, created_at = ?, sequence = ?, record = ?
        WHERE id = ? AND sequence = ?
        """,
        .text(job.connectorID), .text(job.status.rawValue),
        .integer(job.createdAt.millisecondsSince1970), .integer(sequence), .text(job.json.text),
        .text(job.id), .integer(version.sequenceNumber))
      return Versioned(job, version: RecordVersion(sequenceNumber: sequence))
    }
  }

  /// Removes a job that has ended, and its dead letters.
  package func deleteJob(_ id: String) async throws {
    try await controlWriter.write { connection in
      guard let current = try connection.job(id) else {
        throw StoreError(.notFound, "The job \(id) does not exist any more.")
      }
      guard current.record.status.isTerminal else {
        throw StoreError(.invalid, "The job \(id) has not ended. Cancel it first.")
      }
      try connection.run("DELETE FROM dead_letters WHERE job_id = ?", .text(id))
      try connection.run("DELETE FROM jobs WHERE id = ?", .text(id))
    }
  }

  /// Keeps documents that could not be indexed.
  package func addDeadLetters(_ letters: [DeadLetter]) async throws {
    guard !letters.isEmpty else { return }
    try await controlWriter.write { connection in
      for letter in letters {
        try connection.run(
          "INSERT INTO dead_letters (job_id, connector_id, record) VALUES (?, ?, ?)",
          .text(letter.jobID), .text(letter.connectorID), .text(letter.json.text))
      }
    }
  }

  /// The dead letters of a job, oldest first, and how many there are in all.
  package func deadLetters(
    jobID: String, from: Int, size: Int
  ) async throws -> (letters: [DeadLetter], total: Int) {
    let cache = records
    return try await controlReader.read { connection in
      let total = try connection.integer(
        "SELECT count(*) FROM dead_letters WHERE job_id = ?", .text(jobID))
      let rows = try connection.statement(
        """
        SELECT record, id, connector_id FROM dead_letters WHERE job_id = ? ORDER BY id
        LIMIT ? OFFSET ?
        """)
      defer { rows.reset() }
      try rows.bind(jobID, at: 1)
      try rows.bind(Int64(max(0, size)), at: 2)
      try rows.bind(Int64(max(0, from)), at: 3)
      var letters: [DeadLetter] = []
      while try rows.step() {
        do {
          letters.append(try DeadLetter(json: try rows.record(0)))
        } catch {
          cache.note(
            DamagedRecord(
              .deadLetters, rows.text(1), of: connection.path, connectorID: rows.text(2), error))
        }
      }
      return (letters, Int(total ?? 0))
    }
  }
}

extension Connection {
  fileprivate func job(_ id: String) throws -> Versioned<SyncJob>? {
    let rows = try statement("SELECT id, sequence, record FROM jobs WHERE id = ?")
    defer { rows.reset() }
    try rows.bind(id, at: 1)
    guard try rows.step() else { return nil }
    do {
      return try rows.job()
    } catch {
      throw DamagedRecord(.jobs, id, of: path, error).storeError
    }
  }
}

extension Statement {
  /// The job in a row of id, sequence number and record.
  fileprivate func job() throws -> Versioned<SyncJob> {
    let record = try SyncJob(id: text(0), json: try record(2))
    return Versioned(record, version: RecordVersion(sequenceNumber: integer(1)))
  }
}
