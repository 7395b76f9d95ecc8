internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import TerminalKit

extension CommandRunner {
  // MARK: - connectors

  func list(_ snapshot: EngineSnapshot) -> ExitStatus {
    if options.format == .json {
      printJSON(["connectors": .array(snapshot.connectors.map(RecordOutput.connector))])
      return .done
    }
    guard !snapshot.connectors.isEmpty else {
      printLine(
        "There is no connector yet; run connector-console without a command to build one.")
      return .done
    }
    var table = TextTable([
      TextTable.Column(title: "NAME", minimum: 8),
      TextTable.Column(title: "INDEX", minimum: 10, rank: 1),
      TextTable.Column(title: "SOURCE", minimum: 6, rank: 4),
      TextTable.Column(title: "STATUS", minimum: 9),
      TextTable.Column(title: "DOCUMENTS", alignment: .trailing),
      TextTable.Column(title: "LAST SYNC", minimum: 10, rank: 2),
      TextTable.Column(title: "NEXT SYNC", minimum: 10, rank: 3),
    ])
    for connector in snapshot.connectors { table.add(row(connector, snapshot)) }
    output.write(table.lines(width: output.columns, printer))
    for connector in snapshot.connectors {
      for problem in connector.problems where !problem.isHint {
        printLine(
          "\(connector.record.name): \(problem.title) \(problem.remedy)",
          problem.severity == .error ? .bad : .warning)
      }
    }
    return .done
  }

  private func row(_ connector: ConnectorState, _ snapshot: EngineSnapshot) -> [TextTable.Cell] {
    let record = connector.record
    let source = snapshot.catalog.first { $0.serviceType == record.serviceType }?.name
    let (status, tint) = status(of: connector)
    return [
      TextTable.Cell(record.name), TextTable.Cell(record.indexName ?? "-"),
      TextTable.Cell(source ?? record.serviceType ?? "-"), TextTable.Cell(status, tint),
      TextTable.Cell(Wording.number(connector.documentCount)),
      TextTable.Cell(lastSync(connector)),
      TextTable.Cell(connector.nextRun == nil ? "-" : Wording.moment(connector.nextRun)),
    ]
  }

  private func status(of connector: ConnectorState) -> (String, Tint) {
    guard let active = connector.activeJob else {
      return Wording.status(connector.ingestionStatus)
    }
    if active.isElsewhere, active.job.silence(at: clock.now()) != nil {
      return Self.status(active.job, at: clock.now())
    }
    switch active.job.status {
    case .pending: return ("sync queued", .plain)
    case .suspended: return ("sync suspended", .warning)
    case .canceling: return ("sync canceling", .warning)
    default: return ("syncing", .good)
    }
  }

  /// When and how the newest sync ended that has ended; one that goes on is told by the status.
  private func lastSync(_ connector: ConnectorState) -> String {
    let record = connector.record
    let job = connector.lastJob
    guard let moment = job?.completedAt ?? job?.canceledAt ?? record.lastSynced else {
      return "never"
    }
    // The record's status may be that of a sync that runs now.
    let status = job?.status ?? record.lastSyncStatus ?? .completed
    let isMarked = status.isTerminal && status != .completed
    return Wording.moment(moment) + (isMarked ? " " + Wording.status(status).0 : "")
  }

  private static func status(_ job: SyncJob, at now: Timestamp) -> (String, Tint) {
    guard let silence = job.silence(at: now) else { return Wording.status(job.status) }
    return ("not heard of for \(Wording.duration(silence))", .warning)
  }

  // MARK: - jobs

  func list(_ command: JobsCommand, _ snapshot: EngineSnapshot) async throws -> ExitStatus {
    let connector = try command.name.map { name throws(CommandStop) in
      try NameResolution(snapshot: snapshot).connector(name)
    }
    let response = try await ask(
      .jobs(connectorID: connector?.id, from: command.from, size: command.size))
    guard case .jobs(let jobs, let total) = response else { throw CommandStop.unexpected }
    if options.format == .json {
      printJSON([
        "total": .integer(Int64(total)), "from": .integer(Int64(command.from)),
        "jobs": .array(jobs.map(RecordOutput.job)),
      ])
      return .done
    }
    guard !jobs.isEmpty else {
      printLine(total == 0 ? "There was no sync yet." : "There are only \(total) syncs.")
      return .done
    }
    output.write(table(of: jobs, snapshot).lines(width: output.columns, printer))
    let last = command.from + jobs.count
    if last < total {
      printLine("\(Wording.number(total - last)) more; see them with --from \(last).", .muted)
    }
    return .done
  }

  private func table(of jobs: [SyncJob], _ snapshot: EngineSnapshot) -> TextTable {
    var table = TextTable([
      TextTable.Column(title: "QUEUED AT", minimum: 10),
      TextTable.Column(title: "CONNECTOR", minimum: 8),
      TextTable.Column(title: "TYPE", minimum: 4, rank: 6),
      TextTable.Column(title: "STATUS", minimum: 9),
      TextTable.Column(title: "TIME", alignment: .trailing, rank: 5),
      TextTable.Column(title: "CREATED", alignment: .trailing),
      TextTable.Column(title: "UPDATED", alignment: .trailing, rank: 2),
      TextTable.Column(title: "DELETED", alignment: .trailing, rank: 3),
      TextTable.Column(title: "FAILED", alignment: .trailing, rank: 1),
      TextTable.Column(title: "ID", minimum: 8, cutsMiddle: true, rank: 4),
    ])
    for job in jobs {
      let counters = counters(of: job, snapshot)
      let name = snapshot.connector(job.connectorID)?.record.name ?? job.indexName
      let (status, tint) = Self.status(job, at: clock.now())
      let isWhole = SyncSummary(job).isWhole
      let end = job.completedAt ?? (job.status.isTerminal ? nil : clock.now())
      let time = job.startedAt.flatMap { start in end.map { Wording.duration($0 - start) } }
      table.add([
        TextTable.Cell(Wording.moment(job.createdAt)), TextTable.Cell(name),
        TextTable.Cell(job.type.rawValue),
        isWhole ? TextTable.Cell(status, tint) : TextTable.Cell(status + ", in part", .warning),
        TextTable.Cell(time ?? "-"),
        TextTable.Cell(counters.map { Wording.number($0.created) } ?? "-"),
        TextTable.Cell(counters.map { Wording.number($0.updated) } ?? "-"),
        TextTable.Cell(counters.map { Wording.number($0.deleted) } ?? "-"),
        TextTable.Cell(
          counters.map { Wording.number($0.failed) } ?? "-",
          counters.map { $0.failed > 0 } ?? false ? .warning : .plain),
        TextTable.Cell(job.id),
      ])
    }
    return table
  }

  /// What is known of a job's documents; `nil` while nobody has written anything of it.
  ///
  /// Of a running job the record is as old as its last heartbeat.
  private func counters(of job: SyncJob, _ snapshot: EngineSnapshot) -> JobCounters? {
    guard !job.status.isTerminal else { return job.counters }
    let active = snapshot.connector(job.connectorID)?.activeJob
    let live = active?.job.id == job.id ? active?.counters : nil
    let newest = live.map { $0.extracted >= job.counters.extracted ? $0 : job.counters }
    let counters = newest ?? job.counters
    return counters == JobCounters() ? nil : counters
  }
}

extension CommandStop {
  /// The engine answered another question.
  static let unexpected = CommandStop(
    .failed, "The engine gave an answer that does not fit the request; report this as a bug.")
}

/// Records as JSON, without what may hold secrets.
enum RecordOutput {
  private static let connectorMembers = [
    "name", "description", "index_name", "service_type", "language", "status", "error",
    "last_seen", "last_synced", "last_sync_status", "last_sync_error",
    "last_indexed_document_count", "last_deleted_document_count", "scheduling", "created_at",
  ]

  static func connector(_ state: ConnectorState) -> JSONValue {
    var object = JSONObject()
    object["id"] = .string(state.id)
    let record = state.record.json
    for name in connectorMembers { object[name] = record[name] ?? .null }
    object["ingestion_status"] = .string(snakeCase(state.ingestionStatus.rawValue))
    object["document_count"] = .integer(Int64(state.documentCount))
    object["index_size_in_bytes"] = .integer(Int64(state.indexBytes))
    object["next_sync_at"] = state.nextRun.map { .string($0.description) } ?? .null
    object["active_job"] = state.activeJob.map { job($0.job) } ?? .null
    object["problems"] = .array(
      state.problems.map { problem in
        [
          "severity": problem.severity == .error ? "error" : "warning",
          "title": .string(problem.title), "remedy": .string(problem.remedy),
        ]
      })
    return .object(object)
  }

  static func job(_ job: SyncJob) -> JSONValue {
    var object = JSONObject()
    object["id"] = .string(job.id)
    for member in job.json.objectValue?.members ?? [] where member.name != "connector" {
      object[member.name] = member.value
    }
    object["connector"] = [
      "id": .string(job.connectorID), "index_name": .string(job.indexName),
      "service_type": .string(job.serviceType),
    ]
    return .object(object)
  }

  /// `needsConfiguration` as `needs_configuration`.
  private static func snakeCase(_ name: String) -> String {
    name.map { $0.isUppercase ? "_" + $0.lowercased() : String($0) }.joined()
  }
}
