package import ConnectorProtocol
package import TerminalKit

/// What a completed job could not do, in words that all pages share.
package struct JobOutcome: Hashable, Sendable {
  private let job: SyncJob

  /// Looks at a job.
  package init(_ job: SyncJob) { self.job = job }

  /// Whether the job has ended well except for some documents.
  package var isInPart: Bool { job.status == .completed && !missing.isEmpty }

  /// What is missing, one short phrase each; the most important first.
  package var missing: [String] {
    let counters = job.counters
    var parts: [String] = []
    let scopes = job.metadata.partialScopes.count
    if scopes > 0 {
      let one = job.serviceType == "directory" ? "folder" : "part of the source"
      let many = job.serviceType == "directory" ? "folders" : "parts of the source"
      parts.append(Format.count(scopes, one, many) + " not read whole")
    }
    if counters.withoutContent > 0 {
      parts.append(Format.count(counters.withoutContent, "document") + " without content")
    }
    if counters.failed > 0 { parts.append(Format.count(counters.failed) + " failed") }
    if counters.heldDeletions > 0 {
      parts.append(Format.count(counters.heldDeletions, "deletion") + " held")
    }
    return parts
  }

  /// The phrases as one sentence.
  package var sentence: String {
    let all = missing
    guard let last = all.last else { return "" }
    let head = all.dropLast().joined(separator: ", ")
    return (head.isEmpty ? last : head + " and " + last) + "."
  }
}

extension SyncJob {
  /// How the job is shown: its status, or that it was completed in part.
  package func look(_ symbols: Symbols) -> StatusLook {
    guard JobOutcome(self).isInPart else { return status.look(symbols) }
    return StatusLook(symbols.warning, "completed, in part", .warning)
  }

  /// The job without what means nothing any more: deletions are held by completed jobs only.
  package var shown: SyncJob {
    guard status == .canceled || status == .error else { return self }
    var job = self
    job.counters.heldDeletions = 0
    job.metadata.heldDeletionsReason = nil
    job.metadata.heldDeletionsSample = []
    return job
  }
}
