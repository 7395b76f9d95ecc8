internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// Finds everything that is wrong with a connector, each with its remedy.
struct Diagnosis: Sendable {
  var connector: Connector
  /// The newest job that has ended.
  var lastJob: SyncJob?
  /// The job that runs or waits.
  var activeJob: SyncJob?
  /// Whether the service has an API key for the connector.
  var hasKey: Bool
  /// Why the file of the key can't be read; `nil` if it can.
  var keyError: String?
  /// Why the index can't be read; `nil` if it can.
  var indexError: String?
  /// Whether the program has a data source of the connector's kind.
  var isKnownSource: Bool
  var now: Timestamp

  /// The problems, the worst first.
  var problems: [Problem] {
    let found = [
      sourceProblem, indexProblem, keyProblem, configurationProblem, lastSyncProblem, statusProblem,
      suspensionProblem, heartbeatProblem, heldProblem, partialProblem, deadLetterProblem,
      contentProblem, rulesProblem, scheduleProblem,
    ].compactMap { $0 }
    return found.filter { $0.severity == .error } + found.filter { $0.severity == .warning }
  }

  private var isUnconfigured: Bool {
    connector.status == .created || connector.status == .needsConfiguration
  }

  private var sourceProblem: Problem? {
    guard !isKnownSource else { return nil }
    return Problem(
      severity: .error,
      title: "This program has no data source of the kind \"\(connector.serviceType ?? "")\".",
      remedy: "Run a version of the program that has it, or delete the connector.")
  }

  private var indexProblem: Problem? {
    if let indexError {
      let remedy = StoreError.lostIndexRemedy
      guard indexError.hasSuffix(remedy) else {
        return Problem(
          severity: .error, title: "The index can't be read: \(indexError)",
          remedy: "Mend the cause, then recheck.", action: .recheck)
      }
      let reason = indexError.dropLast(remedy.count + 1)
      return Problem(
        severity: .error, title: "The index can't be read: \(reason)", remedy: remedy)
    }
    guard connector.indexName == nil else { return nil }
    return Problem(
      severity: .error, title: "No index is attached to the connector.",
      remedy: "Delete the connector and make a new one with an index.")
  }

  private var keyProblem: Problem? {
    if let keyError {
      return Problem(
        severity: .error, title: keyError,
        remedy: "Make the file readable, then recheck; or regenerate the API key.",
        action: .regenerateAPIKey)
    }
    guard !hasKey else { return nil }
    return Problem(
      severity: .error, title: "This service has no API key for the connector.",
      remedy: "Regenerate the API key.", action: .regenerateAPIKey)
  }

  private var configurationProblem: Problem? {
    guard isUnconfigured else { return nil }
    if connector.status == .created {
      return Problem(
        severity: .warning, title: "No connector service has contacted the connector yet.",
        remedy: "Recheck in a moment; the service must be running.", action: .recheck)
    }
    let missing = ConnectorPreparation.missingLabels(connector)
    let labels = missing.isEmpty ? "" : ": \(missing.joined(separator: ", "))"
    return Problem(
      severity: .error, title: "The connector needs configuration\(labels).",
      remedy: "Enter the missing values.", action: .editConfiguration)
  }

  private var lastSyncProblem: Problem? {
    guard connector.lastSyncStatus == .error else { return nil }
    let message = connector.lastSyncError ?? lastJob?.error ?? "The reason was not recorded."
    let isKey = message.contains("regenerate the API key")
    return Problem(
      severity: .error, title: "The last sync failed: \(message)",
      remedy: isKey ? "Regenerate the API key." : "Mend the cause, then sync again.",
      action: isKey ? .regenerateAPIKey : lastJob.map { .showJob(jobID: $0.id) } ?? .startSync)
  }

  private var statusProblem: Problem? {
    guard connector.status == .error, connector.lastSyncStatus != .error else { return nil }
    let message = connector.error ?? "The reason was not recorded."
    return Problem(
      severity: .error, title: "The last check of the data source failed: \(message)",
      remedy: "Check the configuration, then recheck.", action: .editConfiguration)
  }

  private var suspensionProblem: Problem? {
    guard let job = activeJob, job.status == .suspended, let reason = job.error else { return nil }
    if let shortage = SpaceShortage(text: reason) {
      return Problem(
        severity: .error, title: "The sync waits for space. \(shortage.event)",
        remedy: shortage.remedy, action: .startSync)
    }
    return Problem(
      severity: .error, title: "The sync is suspended: \(reason)",
      remedy: "It goes on by itself; start it to try at once.", action: .startSync)
  }

  private var heartbeatProblem: Problem? {
    guard let lastSeen = connector.lastSeen, now - lastSeen > IngestionStatus.staleAfter else {
      return nil
    }
    let minutes = Int((now - lastSeen).seconds / 60)
    return Problem(
      severity: .warning,
      title: "No connector service has been seen for \(minutes) minutes.",
      remedy: "Keep the program running, or recheck.", action: .recheck)
  }

  private var heldProblem: Problem? {
    guard let job = lastJob, job.status == .completed, job.counters.heldDeletions > 0 else {
      return nil
    }
    let reason = job.metadata.heldDeletionsReason ?? ""
    let count = job.counters.heldDeletions
    let held = "\(Wording.count(count, "deletion")) \(count == 1 ? "is" : "are")"
    return Problem(
      severity: .warning, title: "\(held) held. \(reason)",
      remedy: "If the records are really gone, release the deletions.", action: .releaseDeletions)
  }

  private var partialProblem: Problem? {
    guard let job = lastJob, let first = job.metadata.partialScopes.first else { return nil }
    let count = job.metadata.partialScopes.count
    let others = count > 1 ? " and \((count - 1).grouped) more" : ""
    return Problem(
      severity: .warning,
      title: "\"\(first.name)\"\(others) could not be listed whole: \(first.reason)",
      remedy: "Mend the cause, then sync again; until it is listed whole nothing of it is deleted.",
      action: .showJob(jobID: job.id))
  }

  private var deadLetterProblem: Problem? {
    guard let job = lastJob, job.counters.failed > 0 else { return nil }
    let count = job.counters.failed
    return Problem(
      severity: .warning,
      title: count == 1
        ? "One document could not be indexed." : "\(count.grouped) documents could not be indexed.",
      remedy: "Look at the dead letters, fix the cause, and send them again or sync.",
      action: .showDeadLetters(jobID: job.id))
  }

  private var contentProblem: Problem? {
    guard let job = lastJob, job.counters.withoutContent > 0 else { return nil }
    let count = job.counters.withoutContent
    return Problem(
      severity: .warning,
      title: count == 1
        ? "One document was indexed without its content."
        : "\(count.grouped) documents were indexed without their content.",
      remedy: "The log says why; the next sync tries again.", action: .showJob(jobID: job.id))
  }

  private var rulesProblem: Problem? {
    guard connector.filtering.draft.validation == .invalid else { return nil }
    let message = connector.filtering.draft.errors.first?.messages.first ?? ""
    return Problem(
      severity: .warning, title: "The draft of the sync rules is not valid. \(message)",
      remedy: "Mend the sync rules; the former ones stay in force.")
  }

  private var scheduleProblem: Problem? {
    for type in JobType.allCases {
      let entry = connector.scheduling[type]
      guard entry.isEnabled, SyncService.dueTimes(entry.interval) == nil else { continue }
      return Problem(
        severity: .error,
        title: "The schedule \"\(entry.interval)\" can't be understood, so it never runs.",
        remedy: "Set the schedule anew.", action: .setSchedule)
    }
    guard !isUnconfigured, !JobType.allCases.contains(where: { connector.scheduling[$0].isEnabled })
    else { return nil }
    return Problem(
      severity: .warning, title: "No schedule is set; syncs run only when they are started.",
      remedy: "Set a schedule if the index must follow the source by itself.",
      action: .setSchedule)
  }
}
