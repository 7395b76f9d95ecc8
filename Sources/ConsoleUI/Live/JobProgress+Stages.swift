internal import ConnectorProtocol
internal import EngineAPI

extension JobProgress {
  /// The stages in agreement with the counters, which are counted a moment later.
  ///
  /// What has left the first stage is told once, by the counters, and no stage shows more.
  var agreeingStages: [StageProgress] {
    guard !stages.isEmpty else { return settledStages }
    return stages.map { stage in
      var stage = stage
      switch stage.stage {
      case .extract: stage.documents = counters.extracted
      case .filter, .diff, .content, .bulk:
        stage.documents = min(stage.documents, counters.extracted)
      case .delete: stage.documents = max(stage.documents, counters.deleted)
      }
      return stage
    }
  }

  /// The stages as the counters alone tell them; the last picture of them may be older or missing.
  var settledStages: [StageProgress] {
    let kept = counters.extracted - counters.filtered
    let changed = kept - counters.unchanged
    return StageProgress.Stage.allCases.map { name in
      var stage = stages.first { $0.stage == name } ?? StageProgress(stage: name)
      stage.queued = 0
      if stage.busy == .zero, let busy = job.metadata.stageMilliseconds[name.rawValue] {
        stage.busy = .milliseconds(busy)
      }
      switch name {
      case .extract: stage.documents = counters.extracted
      case .filter: stage.documents = kept
      case .diff, .content: stage.documents = changed
      case .bulk: stage.documents = counters.created + counters.updated
      case .delete: stage.documents = counters.deleted
      }
      return stage
    }
  }
}
