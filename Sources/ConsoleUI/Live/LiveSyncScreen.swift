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
      [.character("s")], .again, hint: "sync again", help: "Start another sync when this is over"),
    KeyBinding(
      [.character("f")], .follow, hint: "follow",
      help: "Keep the newest line of the log in view"),
  ])

  /// How often a job that left the snapshot is looked up.
  static let lookUpInterval = Duration.milliseconds(500)

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
        return isOver ? state?.syncObstacle : "The sync is not over yet."
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
    case .dialogAnswered, .fileSaved: return []
    }
  }

  /// Takes the newest state of the job from the snapshot, or asks for it once it has left that.
  private mutating func follow(_ context: inout ScreenContext) -> [Effect] {
    guard let jobID else { return [] }
    // A suspended job may be taken up again while one watches.
    guard ended == nil || ended?.status == .suspended else { return [] }
    let state = context.snapshot.connector(connectorID)
    if let active = state?.activeJob, active.job.id == jobID {
      progress = active
      nextLookUp = nil
      ended = active.job.status == .suspended ? active.current : nil
      return []
    }
    if let last = state?.lastJob, last.id == jobID, last.status.isTerminal {
      end(last)
      return []
    }
    guard lookUpTag == nil, ended == nil else { return [] }
    if let nextLookUp, context.now < nextLookUp { return [] }
    let tag = context.makeTag()
    lookUpTag = tag
    nextLookUp = nil
    return [.request(tag, .job(jobID: jobID))]
  }

  private mutating func end(_ job: SyncJob) {
    ended = job
    nextLookUp = nil
    if progress == nil { progress = JobProgress(job: job) }
    progress?.job = job
    progress?.counters = job.counters
    progress?.requestsInFlight = 0
    settleStages(job.counters)
    if let start = job.startedAt, let end = job.completedAt { progress?.elapsed = end - start }
  }

  /// Brings the stages to what the job's record says; the last picture of them may be older.
  private mutating func settleStages(_ counters: JobCounters) {
    let kept = counters.extracted - counters.filtered
    let changed = kept - counters.unchanged
    guard let stages = progress?.stages else { return }
    progress?.stages = stages.map { stage in
      var stage = stage
      stage.queued = 0
      switch stage.stage {
      case .extract: stage.documents = counters.extracted
      case .filter: stage.documents = kept
      case .diff, .content: stage.documents = changed
      case .bulk: stage.documents = counters.created + counters.updated
      case .delete: stage.documents = counters.deleted
      }
      return stage
    }
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
      case .failure(let failure):
        self.failure = failure
        return []
      }
    case lookUpTag:
      lookUpTag = nil
      nextLookUp = context.now + Self.lookUpInterval
      switch result {
      case .success(.job(let job)):
        if job.status.isTerminal || job.status == .suspended { end(job) }
      case .success: break
      case .failure(let failure):
        // A store that is busy for a moment ends nothing; a job that is gone does.
        if failure.kind == .notFound { self.failure = failure }
      }
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
    case .again: return [.replace(.live(LiveSyncScreen(connectorID: connectorID)))]
    case .follow:
      scroll = ScrollState(isFollowing: true)
      return []
    case nil:
      let area = LiveSyncLayout(context.area, self).log
      let count = logRows(area, context).count
      _ = scroll.handle(event, count: count, height: area.height)
      return []
    }
  }
}
