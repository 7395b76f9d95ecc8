internal import ConcurrencySupport
internal import ConnectorKit
internal import ConnectorProtocol

/// What a data source hands to the pipeline, in its order.
enum IntakeEvent: Sendable {
  case begin(Scope)
  /// Documents, with the loan of memory if they are large.
  case documents([Document], scope: Scope, ByteBudget.Loan?)
  case end(Scope, ScopeEnd)
  case mark(SyncCursor)
}

/// A new or changed document on its way to the index.
struct PendingDocument: Sendable {
  var document: Document
  var digest: DocumentDigest
  var fingerprint: UInt64
  var scope: String
  /// Whether the index holds an older version of it.
  var isKnown: Bool
  /// Where its outcome is acknowledged; see ``AcknowledgementLedger``.
  var ticket: Int
  /// The memory that a large one borrowed, for as long as it lives.
  var loan: ByteBudget.Loan?

  /// The memory it takes, about.
  var bytes: Int { document.bytes }

  /// The operation that writes it.
  func operation(body: [UInt8], fingerprint: UInt64) -> BulkEntry {
    BulkEntry(
      operation: .index(
        IndexOperation(
          id: document.id, digest: digest, fingerprint: fingerprint, scope: scope, body: body)),
      ticket: ticket, loan: loan)
  }
}

/// One operation and where its outcome is acknowledged.
struct BulkEntry: Sendable {
  var operation: BulkOperation
  /// `nil` for a deletion: it belongs to no document that was extracted.
  var ticket: Int?
  /// The memory that a large document borrowed, for as long as it lives.
  var loan: ByteBudget.Loan?

  /// The bytes that it takes in memory and in a request, rather too many than too few.
  var bytes: Int {
    switch operation {
    case .index(let operation):
      operation.body.count + operation.id.text.utf8.count + operation.scope.utf8.count + 256
    case .delete(_, let id): id.text.utf8.count + 64
    }
  }
}

/// A document that can't be indexed.
struct RejectedDocument: Sendable {
  var id: String
  var stage: SyncError.Stage
  /// A full sentence.
  var reason: String
  var body: [UInt8]
  /// The scope under which it was to be indexed; `nil` if it never came so far.
  var scope: String?
}

extension Document {
  /// The memory it takes, about: its bytes and what arrays and strings need around them.
  var bytes: Int { body.count + revision.count + id.text.utf8.count + 96 }
}

/// The limits of a pipeline.
///
/// Together they bound its memory to some 30 MB, and above ``largeBytes`` to 16 MiB of documents or
/// a single larger one; while that is written, the index needs as much again.
package struct PipelineLimits: Hashable, Sendable {
  /// Documents that wait for the differ.
  package var intakeDocuments = 2048
  /// Bytes of documents that wait for the differ.
  package var intakeBytes = 4 << 20
  /// Documents that wait for their content.
  package var contentDocuments = 1024
  /// Expected bytes of one request for content.
  package var contentBytes = 2 << 20
  /// Documents of one request for content.
  package var contentBatch = 64
  /// Requests for content at a time.
  package var contentRequests = 4
  /// Operations that wait for the batcher.
  package var bulkOperations = 2048
  package var bulkBytes = 4 << 20
  /// Operations in one request to the index.
  package var batchOperations = 500
  package var batchBytes = 3 << 20
  /// Requests to the index at a time.
  package var requestsInFlight = 4
  /// From here on a document is large: it waits for a loan of ``largeBudget``.
  package var largeBytes = 1 << 20
  /// Bytes of large documents between the source and the index.
  package var largeBudget = 16 << 20

  /// Makes the usual limits.
  package init() {}
}
