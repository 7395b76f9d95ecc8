internal import ConcurrencySupport
internal import ConnectorKit

/// Lends memory to large documents, so that few of them are on their way at a time.
///
/// Small documents are bounded by the queues they wait in. A large one may be larger than a queue,
/// and there are many queues; so it borrows from one budget for all of its way, and gives back when
/// it has its outcome.
///
/// Nobody who holds a loan waits for another one, so everyone gets theirs at last.
struct LargeDocuments: Sendable {
  private let budget: ByteBudget
  private let threshold: Int

  /// Makes the budget of a pipeline.
  init(_ limits: PipelineLimits) {
    budget = ByteBudget(bytes: limits.largeBudget)
    threshold = limits.largeBytes
  }

  /// Borrows for documents of these sizes; `nil` if none is large.
  func borrow(_ sizes: [Int]) async throws -> ByteBudget.Loan? {
    let large = sizes.reduce(0) { $1 < threshold ? $0 : $0 + $1 }
    return large == 0 ? nil : try await budget.borrow(large)
  }

  /// Borrows for the contents of documents before they are fetched.
  func borrow(for group: inout [PendingDocument]) async throws {
    guard group.allSatisfy({ $0.loan == nil }) else { return }
    let sizes = group.map { $0.document.content?.expectedBytes ?? 0 }
    guard let loan = try await borrow(sizes) else { return }
    for (index, size) in sizes.enumerated() where size >= threshold { group[index].loan = loan }
  }
}
