internal import ConnectorProtocol
internal import Synchronization

/// The counters of a running job: written by its stages once for a group of documents, read by
/// anybody at any time.
final class LiveCounters: Sendable {
  private let extracted = Atomic<Int>(0)
  private let filtered = Atomic<Int>(0)
  private let unchanged = Atomic<Int>(0)
  private let created = Atomic<Int>(0)
  private let updated = Atomic<Int>(0)
  private let superseded = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)
  private let deleted = Atomic<Int>(0)
  private let held = Atomic<Int>(0)
  private let withoutContent = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)

  /// Starts at zero.
  init() {}

  /// Adds what a group of documents came to.
  func add(_ delta: JobCounters) {
    Self.add(delta.extracted, to: extracted)
    Self.add(delta.filtered, to: filtered)
    Self.add(delta.unchanged, to: unchanged)
    Self.add(delta.created, to: created)
    Self.add(delta.updated, to: updated)
    Self.add(delta.superseded, to: superseded)
    Self.add(delta.failed, to: failed)
    Self.add(delta.deleted, to: deleted)
    Self.add(delta.heldDeletions, to: held)
    Self.add(delta.withoutContent, to: withoutContent)
    Self.add(delta.bytesWritten, to: bytes)
  }

  /// The counters now.
  ///
  /// Outcomes are read before what was extracted, so that a reader never sees
  /// more outcomes than documents.
  var value: JobCounters {
    var value = JobCounters()
    value.bytesWritten = bytes.load(ordering: .acquiring)
    value.withoutContent = withoutContent.load(ordering: .acquiring)
    value.heldDeletions = held.load(ordering: .acquiring)
    value.deleted = deleted.load(ordering: .acquiring)
    value.failed = failed.load(ordering: .acquiring)
    value.superseded = superseded.load(ordering: .acquiring)
    value.updated = updated.load(ordering: .acquiring)
    value.created = created.load(ordering: .acquiring)
    value.unchanged = unchanged.load(ordering: .acquiring)
    value.filtered = filtered.load(ordering: .acquiring)
    value.extracted = extracted.load(ordering: .acquiring)
    return value
  }

  private static func add(_ delta: Int, to counter: borrowing Atomic<Int>) {
    if delta != 0 { counter.wrappingAdd(delta, ordering: .releasing) }
  }
}
