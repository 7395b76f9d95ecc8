internal import ConnectorKit
internal import ConnectorProtocol

extension ConnectorStoreContract {
  static let jobRules: [ConnectorStoreContract] = [
    ConnectorStoreContract("a job is read back as it was written, in every member") { store in
      let job = SampleRecords.job()
      let created = try await store.createJob(job)
      try requireEqual(created.record, try kept(job), "what creating returns")
      try requireEqual(try await store.job(job.id), created, "what is read")
      try requireEqual(
        try await store.jobs(JobQuery()), JobPage(jobs: [created], total: 1), "the list")
      try requireEqual(try await store.job("none"), nil, "a job that does not exist")
    },
    ConnectorStoreContract("a job's id can be taken once") { store in
      let first = try await store.createJob(SampleRecords.job())
      try await requireFailure(.alreadyExists, "the same id") {
        _ = try await store.createJob(SampleRecords.job(createdAt: SampleRecords.moment(99)))
      }
      try requireEqual(try await store.job("job-1"), first, "what is read")
    },
    ConnectorStoreContract("a change of a job needs the version that was read") { store in
      let created = try await store.createJob(SampleRecords.job())
      var record = created.record
      record.counters.extracted += 1
      let updated = try await store.updateJob(record, expecting: created.version)
      try requireEqual(updated.record, record, "what updating returns")
      try require(updated.version != created.version, "the version did not change")
      try await requireFailure(.conflict, "an old version") {
        _ = try await store.updateJob(record, expecting: created.version)
      }
      try await requireFailure(.notFound, "a job that does not exist") {
        _ = try await store.updateJob(
          SampleRecords.job(id: "none"), expecting: RecordVersion(sequenceNumber: 1))
      }
    },
    ConnectorStoreContract("a job changes its status only as the protocol allows") { store in
      for former in JobStatus.allCases {
        for next in JobStatus.allCases {
          let job = SampleRecords.job(id: "\(former)-\(next)")
          var current = try await store.createJob(job)
          for step in former.wayFromPending {
            var record = current.record
            record.status = step
            current = try await store.updateJob(record, expecting: current.version)
          }
          var record = current.record
          record.status = next
          if former == next || former.canBecome(next) {
            let updated = try await store.updateJob(record, expecting: current.version)
            try requireEqual(updated.record.status, next, "from \(former)")
          } else {
            try await requireFailure(.invalid, "from \(former) to \(next)") {
              _ = try await store.updateJob(record, expecting: current.version)
            }
            try requireEqual(try await store.job(job.id), current, "a refused change")
          }
        }
      }
    },
    ConnectorStoreContract("of two workers that claim one job exactly one gets it") { store in
      let created = try await store.createJob(SampleRecords.job())
      let wins = try await withThrowingTaskGroup(of: Int.self) { group in
        for worker in 0..<6 {
          group.addTask {
            var record = created.record
            record.status = .inProgress
            record.metadata.worker = "worker \(worker)"
            do {
              _ = try await store.updateJob(record, expecting: created.version)
              return 1
            } catch let error as StoreError where error.kind == .conflict { return 0 }
          }
        }
        return try await group.reduce(0, +)
      }
      try requireEqual(wins, 1, "the winners")
    },
    ConnectorStoreContract("jobs are selected by connector and status, and paged in their order") {
      store in
      let connectors = ["1", "2"].map {
        SampleRecords.connector(id: $0, indexName: "search-\($0)")
      }
      for number in [3, 0, 5, 1, 4, 2] {
        let job = SampleRecords.job(
          id: "job-\(number)", connector: connectors[number % 2],
          createdAt: SampleRecords.moment(Int64(number)))
        let created = try await store.createJob(job)
        guard number > 3 else { continue }
        var record = created.record
        record.status = .canceled
        _ = try await store.updateJob(record, expecting: created.version)
      }
      func ids(_ query: JobQuery, total: Int) async throws -> [String] {
        let page = try await store.jobs(query)
        try requireEqual(page.total, total, "the total")
        return page.jobs.map(\.record.id)
      }
      try requireEqual(
        try await ids(JobQuery(), total: 6), (0...5).reversed().map { "job-\($0)" }, "newest first")
      try requireEqual(
        try await ids(JobQuery(oldestFirst: true), total: 6), (0...5).map { "job-\($0)" },
        "oldest first")
      try requireEqual(
        try await ids(JobQuery(connectorID: "2"), total: 3), ["job-5", "job-3", "job-1"],
        "one connector's")
      try requireEqual(
        try await ids(JobQuery(statuses: [.canceled, .error]), total: 2), ["job-5", "job-4"],
        "by status")
      try requireEqual(
        try await ids(JobQuery(connectorID: "1", statuses: [.pending]), total: 2),
        ["job-2", "job-0"], "by both")
      try requireEqual(
        try await ids(JobQuery(from: 1, size: 2), total: 6), ["job-4", "job-3"], "a page")
      try requireEqual(try await ids(JobQuery(from: 9), total: 6), [], "beyond the end")
      try requireEqual(try await ids(JobQuery(connectorID: "3"), total: 0), [], "nobody's")
    },
    ConnectorStoreContract("only a job that has ended can be removed; its dead letters go too") {
      store in
      let created = try await store.createJob(SampleRecords.job())
      _ = try await store.createJob(SampleRecords.job(id: "job-2"))
      try await store.addDeadLetters([
        SampleRecords.deadLetter(1), SampleRecords.deadLetter(2, jobID: "job-2"),
      ])
      try await requireFailure(.invalid, "a job that waits") {
        try await store.deleteJob("job-1")
      }
      var record = created.record
      record.status = .canceled
      _ = try await store.updateJob(record, expecting: created.version)
      try await store.deleteJob("job-1")
      try requireEqual(try await store.job("job-1"), nil, "the job")
      let gone = try await store.deadLetters(jobID: "job-1", from: 0, size: 10)
      try requireEqual(gone.total, 0, "its dead letters")
      let kept = try await store.deadLetters(jobID: "job-2", from: 0, size: 10)
      try requireEqual(kept.total, 1, "the other's dead letters")
    },
  ]

  static let deadLetterRules: [ConnectorStoreContract] = [
    ConnectorStoreContract("dead letters are read back as they were written, oldest first") {
      store in
      _ = try await store.createJob(SampleRecords.job())
      let letters = (0..<25).map { SampleRecords.deadLetter($0) }
      try await store.addDeadLetters(Array(letters[..<10]))
      try await store.addDeadLetters([])
      try await store.addDeadLetters(Array(letters[10...]))
      try await store.addDeadLetters([SampleRecords.deadLetter(3, jobID: "job-2")])
      var seen: [DeadLetter] = []
      for page in 0..<4 {
        let found = try await store.deadLetters(jobID: "job-1", from: page * 10, size: 10)
        try requireEqual(found.total, 25, "the total on page \(page)")
        seen += found.letters
      }
      try requireEqual(seen, letters, "the letters")
      let none = try await store.deadLetters(jobID: "none", from: 0, size: 10)
      try requireEqual(none.total, 0, "the letters of no job")
    },
    ConnectorStoreContract("letters of one moment keep the order in which they came") { store in
      _ = try await store.createJob(SampleRecords.job())
      let letters = (0..<5).map { number -> DeadLetter in
        var letter = SampleRecords.deadLetter(number)
        letter.at = SampleRecords.moment(7)
        return letter
      }
      try await store.addDeadLetters(letters)
      let found = try await store.deadLetters(jobID: "job-1", from: 0, size: 10).letters
      try requireEqual(found, letters, "the letters")
    },
    ConnectorStoreContract("the letters of single documents can be removed, no others") { store in
      _ = try await store.createJob(SampleRecords.job())
      let letters = (0..<6).map { SampleRecords.deadLetter($0) }
      let others = [SampleRecords.deadLetter(1, jobID: "job-2")]
      try await store.addDeadLetters(letters + [letters[1]] + others)
      let gone = [letters[1].documentID, letters[4].documentID, "never heard of"]
      try await store.removeDeadLetters(jobID: "job-1", documentIDs: gone)
      try await store.removeDeadLetters(jobID: "job-1", documentIDs: [])
      try await store.removeDeadLetters(jobID: "none", documentIDs: gone)
      let found = try await store.deadLetters(jobID: "job-1", from: 0, size: 10)
      try requireEqual(found.letters, [0, 2, 3, 5].map { letters[$0] }, "the letters that stay")
      let kept = try await store.deadLetters(jobID: "job-2", from: 0, size: 10)
      try requireEqual(kept.letters, others, "the other job's letters")
      try await store.removeDeadLetters(jobID: "job-1", documentIDs: nil)
      let none = try await store.deadLetters(jobID: "job-1", from: 0, size: 10)
      try requireEqual(none.letters, [], "the letters after all were removed")
      let still = try await store.deadLetters(jobID: "job-2", from: 0, size: 10)
      try requireEqual(still.letters, others, "the other job's letters after that")
    },
    ConnectorStoreContract("a letter's payload is kept byte by byte, up to a mebibyte") { store in
      _ = try await store.createJob(SampleRecords.job())
      var cut = SampleRecords.deadLetter(1)
      cut.payload = [0x7B, 0x22, 0xE2, 0x82]
      var large = SampleRecords.deadLetter(2)
      large.payload = [UInt8](repeating: 0x61, count: 1_048_576)
      var empty = SampleRecords.deadLetter(3)
      empty.payload = []
      try await store.addDeadLetters([cut, large, empty])
      let found = try await store.deadLetters(jobID: "job-1", from: 0, size: 10).letters
      try requireEqual(found.map(\.payload), [cut, large, empty].map(\.payload), "the payloads")
    },
  ]
}

extension JobStatus {
  /// The statuses through which a fresh job gets to this one.
  fileprivate var wayFromPending: [JobStatus] {
    switch self {
    case .pending: []
    case .inProgress: [.inProgress]
    case .canceled: [.canceled]
    case .canceling: [.inProgress, .canceling]
    case .suspended: [.inProgress, .suspended]
    case .completed: [.inProgress, .completed]
    case .error: [.inProgress, .error]
    }
  }
}
