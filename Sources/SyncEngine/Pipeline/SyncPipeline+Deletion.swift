internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol
internal import EngineAPI
internal import Synchronization

/// What the end of a full run did about documents that were not seen.
struct DeletionReport: Sendable {
  var partialScopes: [JobMetadata.PartialScope] = []
  var heldReason: String?
  var heldSample: [String] = []
}

extension SyncPipeline {
  private static let groupSize = 500

  /// Deletes what a full run, listed to its end and acknowledged, did not see.
  ///
  /// - Parameter allowed: so many deletions were released by a person.
  /// - Returns: what was held, and what could not be listed.
  /// - Throws: ``SyncError`` or ``StoreError``.
  func deleteUnseen(allowed: Int?) async throws -> DeletionReport {
    let lost = gone.withLock { $0 }
    let planner = differ.withLock { differ in
      for digest in lost { differ.forget(digest) }
      differ.closeOpenScopes()
      return DeletionPlanner(differ)
    }
    var report = DeletionReport()
    report.partialScopes = planner.partials.prefix(100).map {
      JobMetadata.PartialScope(name: $0.name, reason: $0.reason)
    }
    let extracted = context.monitor.counters.value.extracted
    let plan = planner.plan(extracted: extracted, allowed: allowed)
    if plan.filtered > 0 { try await delete(planner, filtered: true) }
    guard plan.unseen > 0 else { return report }
    if let reason = plan.heldReason {
      try await hold(planner, plan.unseen, reason, &report)
    } else {
      try await deleteGone(planner, plan.unseen, &report)
    }
    return report
  }

  private func deleteGone(
    _ planner: DeletionPlanner, _ count: Int, _ report: inout DeletionReport
  ) async throws {
    do {
      try await delete(planner, filtered: false)
    } catch let error as SecondLookFailure {
      let done = context.monitor.counters.value.deleted
      try await hold(planner, max(0, count - done), error.reason, &report)
    }
  }

  private func hold(
    _ planner: DeletionPlanner, _ count: Int, _ reason: String, _ report: inout DeletionReport
  ) async throws {
    var cursor = DeletionPlanner.Cursor()
    let digests = planner.candidates(filtered: false, size: 20, after: &cursor)
    let ids = try await context.index.documentIDs(digests, in: context.job.indexName)
    report.heldReason = reason
    report.heldSample = ids.map(\.text).sorted()
    var delta = JobCounters()
    delta.heldDeletions = count
    context.monitor.counters.add(delta)
    context.monitor.report(.warning, reason)
  }

  private func delete(_ planner: DeletionPlanner, filtered: Bool) async throws {
    var cursor = DeletionPlanner.Cursor()
    while true {
      try Task.checkCancellation()
      let digests = planner.candidates(filtered: filtered, size: Self.groupSize, after: &cursor)
      guard !digests.isEmpty else { return }
      let ids = try await context.index.documentIDs(digests, in: context.job.indexName)
      let kept = filtered ? [] : try await secondLook(at: ids)
      let entries = ids.filter { !kept.contains($0) }.map { id in
        BulkEntry(operation: .delete(key.digest(of: id), id), ticket: nil)
      }
      if !kept.isEmpty {
        context.monitor.report(
          .info, "\(kept.count) records that the listing lacked still exist; they are kept.")
      }
      if !entries.isEmpty { try await deliver(entries, as: .delete) }
    }
  }

  private func secondLook(at ids: [DocumentID]) async throws -> Set<DocumentID> {
    do {
      return try await context.source.call { try await $0.stillExisting(ids) }
    } catch let error as SyncError where error.kind != .cancelled {
      // What is wrong with the configuration says all; else it is not clear what failed.
      let prefix =
        error.kind == .configuration
        ? "" : "The data source could not be asked again whether records are really gone: "
      throw SecondLookFailure(reason: prefix + error.message)
    }
  }
}

/// The data source can't be asked whether records still exist.
private struct SecondLookFailure: Error {
  var reason: String
}
