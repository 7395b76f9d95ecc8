package import ConnectorKit
package import ConnectorProtocol
internal import EngineAPI
package import TerminalKit

/// One sync as it happens: the pipeline stage by stage, and its outcome at the end.
package struct LiveSyncScreen: ScreenModel {
  /// What the screen is to watch.
  package enum Subject: Hashable, Sendable {
    /// Queues a job first.
    case start(JobType, allowedDeletions: Int?)
    /// A job that exists.
    case job(id: String)
  }

  /// What the keys do here.
  package enum Action: Hashable, Sendable {
    case cancel, documents, details, deadLetters, again, follow
  }

  /// Keys in the order of the hint bar.
  package static let keys = KeyMap<Action>([
    KeyBinding([.character("c")], .cancel, hint: "cancel", help: "Cancel the sync"),
    KeyBinding(
      [.character("d")], .documents, hint: "documents", help: "Search what is in the index"),
    KeyBinding(
      [.character("i"), .enter], .details, hint: "job", help: "Show the job with all its numbers"),
    KeyBinding(
      [.character("e")], .deadLetters, hint: "dead letters",
      help: "Show the documents that could not be indexed"),
    KeyBinding(
      [.character("s")], .again, hint: "sync again",
      help: "Start another sync, once this one is over"),
    KeyBinding(
      [.character("f")], .follow, hint: "follow",
      help: "Keep the newest line of the log in view"),
  ])

  /// How often a job that left the snapshot is looked up.
  static let lookUpInterval = Duration.milliseconds(500)
  /// Lines of the connector's log that are searched for those of a job that has ended.
  static let logLimit = 500

  package let connectorID: String
  package private(set) var subject: Subject
  /// The job as it was last seen running; its numbers stay on the screen when it is over.
  private(set) var progress: JobProgress?
  /// The job once it has ended.
  private(set) var ended: SyncJob?
  /// Why it could not be started or looked up.
  private(set) var failure: EngineFailure?
  private var startTag: RequestTag?
  private var lookUpTag: RequestTag?
  private var nextLookUp: Timestamp?
  private var cancelTag: RequestTag?
  private var logTag: RequestTag?
  /// Asks for the sync that is in the way of a new one.
  private var searchTag: RequestTag?
  private var conflict: EngineFailure?
  private(set) var scroll = ScrollState(isFollowing: true)

  /// Makes the view of a job that is there, or of one that it starts when it appears.
  package init(connectorID: String, _ subject: Subject = .start(.full, allowedDeletions: nil)) {
    self.connectorID = connectorID
    self.subject = subject
  }

  /// The job's id once there is a job.
  package var jobID: String? {
    if case .job(let id) = subject { id } else { nil }
  }

  package func breadcrumb(_ context: ScreenContext) -> [String] {
    [context.snapshot.connector(connectorID)?.record.name ?? "Connector", "Sync"]
  }

  package func wakeUp(_ context: ScreenContext) -> Timestamp? { nextLookUp }

  package func keyHelp(_ context: ScreenContext) -> [KeyHelp] {
    let state = context.snapshot.connector(connectorID)
    let isOver = ended != nil || failure != nil
    let help = Self.keys.help { action in
      switch action {
      case .cancel:
        if isOver { return "The sync is over." }
        return progress?.job.status == .canceling ? "It is being canceled already." : nil
      case .documents: return state == nil ? "The connector is gone." : nil
      case .details: return jobID == nil ? "There is no job yet." : nil
      case .deadLetters:
        return failedCount > 0 ? nil : "No document has failed."
      case .again:
        if !isOver { return "The sync is not over yet; press s again when it is." }
        return state?.activeJob == nil ? state?.syncObstacle : nil
      case .follow: return scroll.isFollowing ? "The log is followed already." : nil
      }
    }
    // What works now comes first, so that it is not what a narrow bar leaves out.
    return help.filter { $0.disabledReason == nil } + help.filter { $0.disabledReason != nil }
  }

  private var failedCount: Int {
    ended?.counters.failed ?? progress?.counters.failed ?? 0
  }

  // MARK: - Update

  package mutating func appear(_ context: inout ScreenContext) -> [Effect] {
    switch subject {
    case .start(let type, let allowed):
      let tag = context.makeTag()
      startTag = tag
      return [
        .request(
          tag,
          .startSync(connectorID: connectorID, type, allowedDeletions: allowed))
      ]
    case .job: return follow(&context)
    }
  }

  package mutating func update(
    _ message: ScreenMessage, _ context: inout ScreenContext
  ) -> [Effect] {
    switch message {
    case .input(let event): return take(event, &context)
    case .refreshed, .uncovered: return follow(&context)
    case .response(let tag, let result): return take(tag, result, &context)
    case .dialogAnswered(CancelQuestion.id, let answer):
      guard CancelQuestion.isConfirmed(answer), let jobID, ended == nil else { return [] }
      let tag = context.makeTag()
      cancelTag = tag
      return [.request(tag, .cancelSync(jobID: jobID))]
    case .dialogAnswered, .fileSaved, .connection: return []
    }
  }

  /// Takes the newest state of the job from the snapshot, or asks for it once it has left that.
  private mutating func follow(_ context: inout ScreenContext) -> [Effect] {
    guard let jobID else { return [] }
    // A suspended job may be taken up again while one watches.
    guard ended == nil || ended?.status == .suspended else { return [] }
    let state = context.snapshot.connector(connectorID)
    if let active = state?.activeJob, active.job.id == jobID {
      nextLookUp = nil
      guard active.job.status == .suspended else {
        progress = active
        progress?.stages = active.agreeingStages
        ended = nil
        return []
      }
      if active.current == ended { return [] }
      if !active.stages.isEmpty || progress == nil { progress = active }
      return end(active.current, &context)
    }
    if let last = state?.lastJob, last.id == jobID, last.status.isTerminal {
      return end(last, &context)
    }
    guard lookUpTag == nil, ended == nil, failure == nil else { return [] }
    if let nextLookUp, context.now < nextLookUp { return [] }
    let tag = context.makeTag()
    lookUpTag = tag
    nextLookUp = nil
    return [.request(tag, .job(jobID: jobID))]
  }

  private mutating func end(
    _ job: SyncJob, _ context: inout ScreenContext
  ) -> [Effect] {
    let job = job.shown
    ended = job
    nextLookUp = nil
    var last = progress ?? JobProgress(job: job)
    last.job = job
    last.counters = job.counters
    last.requestsInFlight = 0
    if let start = job.startedAt, let end = job.completedAt { last.elapsed = end - start }
    last.stages = last.settledStages
    progress = last
    let tag = context.makeTag()
    logTag = tag
    return [.request(tag, .log(connectorID: connectorID, limit: Self.logLimit))]
  }

  /// Shows what the log has of the job; a fast one is over before any line was seen.
  private mutating func take(_ lines: [LogLine]) {
    let own = Array(lines.filter { $0.jobID == jobID }.suffix(200))
    guard let progress, own.count > progress.log.count else { return }
    self.progress?.log = own
    let bad = Array(own.filter { $0.level >= .warning }.suffix(20))
    if bad.count > progress.latestErrors.count { self.progress?.latestErrors = bad }
  }

  /// Watches the sync that is there already, in whichever process, instead of refusing.
  private mutating func refused(
    _ failure: EngineFailure, _ context: inout ScreenContext
  ) -> [Effect] {
    guard failure.kind == .conflict else {
      self.failure = failure
      return []
    }
    if let job = context.snapshot.connector(connectorID)?.activeJob?.job {
      return watch(job.id, &context)
    }
    conflict = failure
    let tag = context.makeTag()
    searchTag = tag
    return [.request(tag, .jobs(connectorID: connectorID, from: 0, size: 20))]
  }

  private mutating func watch(_ jobID: String, _ context: inout ScreenContext) -> [Effect] {
    subject = .job(id: jobID)
    let note = Flash(.info, "A sync is active already; this is it.")
    return [.flash(note)] + follow(&context)
  }

  private mutating func take(
    _ tag: RequestTag, _ result: Result<EngineResponse, EngineFailure>,
    _ context: inout ScreenContext
  ) -> [Effect] {
    switch tag {
    case startTag:
      startTag = nil
      switch result {
      case .success(.syncStarted(let id)):
        subject = .job(id: id)
        return follow(&context)
      case .success: return []
      case .failure(let failure): return refused(failure, &context)
      }
    case searchTag:
      searchTag = nil
      if case .success(.jobs(let jobs, _)) = result,
        let job = jobs.first(where: { !$0.status.isTerminal })
      {
        return watch(job.id, &context)
      }
      failure = conflict
      return []
    case lookUpTag:
      lookUpTag = nil
      nextLookUp = context.now + Self.lookUpInterval
      switch result {
      case .success(.job(let job)):
        if job.status.isTerminal || job.status == .suspended { return end(job, &context) }
      case .success: break
      case .failure(let failure):
        // A store that is busy for a moment ends nothing; a job that is gone does.
        if failure.kind == .notFound {
          self.failure = failure
          nextLookUp = nil
        }
      }
      return []
    case logTag:
      logTag = nil
      if case .success(.log(let lines)) = result { take(lines) }
      return []
    case cancelTag:
      cancelTag = nil
      return CancelQuestion.effects(of: result)
    default: return []
    }
  }

  private mutating func take(_ event: InputEvent, _ context: inout ScreenContext) -> [Effect] {
    let name = context.snapshot.connector(connectorID)?.record.name ?? "the connector"
    switch Self.keys.action(for: event) {
    case .cancel: return [.ask(CancelQuestion.dialog(name))]
    case .documents:
      return [.push(.connector(ConnectorScreen(connectorID: connectorID, tab: .documents)))]
    case .details:
      guard let jobID else { return [] }
      return [.push(.job(JobScreen(connectorID: connectorID, jobID: jobID)))]
    case .deadLetters:
      guard let jobID else { return [] }
      return [.push(.deadLetters(DeadLettersScreen(connectorID: connectorID, jobID: jobID)))]
    case .again:
      let active = context.snapshot.connector(connectorID)?.activeJob?.job
      guard let active, active.id != jobID, active.status != .suspended else {
        return [.replace(.live(LiveSyncScreen(connectorID: connectorID)))]
      }
      return [.replace(.live(LiveSyncScreen(connectorID: connectorID, .job(id: active.id))))]
    case .follow:
      scroll = ScrollState(isFollowing: true)
      return []
    case nil:
      let area = LiveSyncLayout(context.area, self, context).log
      let count = logRows(area, context).count
      _ = scroll.handle(event, count: count, height: area.height)
      return []
    }
  }
}
