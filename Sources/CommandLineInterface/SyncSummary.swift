internal import ConnectorKit
internal import ConnectorProtocol

/// What there is to say of a job that has ended.
struct SyncSummary {
  /// So many parts of a kind are named; the rest is counted.
  private static let shown = 10

  private let job: SyncJob

  init(_ job: SyncJob) { self.job = job }

  /// Whether nothing is missing: all was read, indexed and, if gone, deleted.
  var isWhole: Bool {
    let counters = job.counters
    return counters.failed == 0 && counters.heldDeletions == 0 && counters.withoutContent == 0
      && job.metadata.partialScopes.isEmpty
  }

  var status: ExitStatus {
    guard job.status == .completed else { return .failed }
    return isWhole ? .done : .incomplete
  }

  /// Tells all that a person should know, a line each with its mark.
  ///
  /// - Parameters:
  ///   - name: the connector's name as the person wrote it.
  ///   - letters: some of the documents that could not be indexed.
  /// - Returns: the lines without line breaks.
  func lines(name: String, letters: [DeadLetter]) -> [(String, Tint)] {
    var lines = [headline, (sum, .plain)]
    let counters = job.counters
    if counters.deleted > 0 || counters.heldDeletions > 0 || job.status == .completed {
      let total = job.totalDocumentCount.map {
        "; the index holds " + Wording.count($0, "document", "documents")
      }
      lines.append(("Deleted \(Wording.number(counters.deleted))\(total ?? "").", .plain))
    }
    lines += held(name) + partial + failed(letters)
    if counters.withoutContent > 0 {
      lines.append(
        (
          "\(Wording.count(counters.withoutContent, "document is", "documents are")) indexed without "
            + "content, which could not be read; the next sync tries again.", .warning
        ))
    }
    lines += listed(job.metadata.warnings, more: "warnings").map { ($0, .warning) }
    return lines
  }

  private var headline: (String, Tint) {
    let end = job.completedAt ?? job.canceledAt
    let time = job.startedAt.flatMap { start in end.map { " after \(Wording.duration($0 - start))" }
    }
    switch job.status {
    case .completed: return ("Completed\(time ?? "").", .good)
    case .canceled: return ("Canceled\(time ?? "").", .warning)
    case .error: return ("Failed\(time ?? ""): \(job.error ?? "no reason was given.")", .bad)
    default: return ("The sync is \(Wording.status(job.status).0).", .warning)
    }
  }

  /// The counters as a sum that adds up.
  private var sum: String {
    let counters = job.counters
    let parts: [(String, Int, isAlwaysShown: Bool)] = [
      ("created", counters.created, true), ("updated", counters.updated, true),
      ("unchanged", counters.unchanged, true), ("filtered", counters.filtered, false),
      ("superseded", counters.superseded, false), ("failed", counters.failed, false),
      ("without an outcome", counters.extracted - counters.settled, false),
    ]
    let text = parts.filter { $0.isAlwaysShown || $0.1 != 0 }
      .map { "\(Wording.number($0.1)) \($0.0)" }
    return "Extracted \(Wording.number(counters.extracted)) = \(text.joined(separator: " + "))."
  }

  private func held(_ name: String) -> [(String, Tint)] {
    let count = job.counters.heldDeletions
    guard count > 0 else { return [] }
    let reason = job.metadata.heldDeletionsReason ?? "They are more than usual."
    let head =
      "Held \(Wording.count(count, "deletion", "deletions")): \(reason) If they are right, run: "
      + "connector-console sync \(ShellWord.quoted(name)) --wait --allow-deletes \(count)"
    return [(head, .warning)]
      + listed(job.metadata.heldDeletionsSample, of: count, more: "documents").map { ($0, .plain) }
  }

  private var partial: [(String, Tint)] {
    let scopes = job.metadata.partialScopes
    guard !scopes.isEmpty else { return [] }
    let head =
      "\(Wording.count(scopes.count, "part was", "parts were")) not read whole; nothing in it was "
      + "deleted:"
    return [(head, .warning)]
      + listed(scopes.map { "\($0.name): \($0.reason)" }, more: "parts").map { ($0, .plain) }
  }

  private func failed(_ letters: [DeadLetter]) -> [(String, Tint)] {
    let count = job.counters.failed
    guard count > 0 else { return [] }
    let head = "\(Wording.count(count, "document", "documents")) could not be indexed:"
    let texts = letters.map { "\($0.documentID): \($0.reason)" }
    return [(head, .bad)] + listed(texts, of: count, more: "documents").map { ($0, .plain) }
  }

  private func listed(_ texts: [String], of total: Int? = nil, more: String) -> [String] {
    let rest = (total ?? texts.count) - min(texts.count, Self.shown)
    return texts.prefix(Self.shown).map { "  " + $0 }
      + (rest > 0 ? ["  … and \(Wording.number(rest)) more \(more)."] : [])
  }
}

/// Words for a POSIX shell.
enum ShellWord {
  /// The word as it must be typed.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "-_./:@+".utf8.contains(byte)
      }
    }
    if isPlain, !word.isEmpty { return word }
    return "'"
      + word.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''") + "'"
  }
}
