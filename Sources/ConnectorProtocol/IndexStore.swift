package import ConnectorKit

/// Where documents are indexed and searched.
///
/// Every implementation passes `IndexStoreContract`. All methods throw ``StoreError``.
package protocol IndexStore: Sendable {
  /// The names of all indices, sorted.
  func indexNames() async throws -> [String]

  /// Makes an empty index; ``StoreError/Kind-swift.enum/alreadyExists`` if there is one.
  func createIndex(_ name: String, language: Language) async throws

  /// Removes an index and its documents; removing one that is not there does nothing.
  func deleteIndex(_ name: String) async throws

  /// Analyses all documents of an index again in another language.
  func changeLanguage(of index: String, to language: Language) async throws

  /// How much is in an index.
  func statistics(of index: String) async throws -> IndexStatistics

  /// The key with which this index's document digests are made; made with the index, never
  /// changed, so that nobody can craft two records with one digest.
  func digestKey(of index: String) async throws -> DigestKey

  /// Walks over what is in the index, in batches, for the differ.
  ///
  /// - Parameters:
  ///   - index: the index.
  ///   - receive: gets up to some thousand entries at a time.
  /// - Throws: ``StoreError``, or what `receive` throws.
  func forEachKnownDocument(
    in index: String, _ receive: @Sendable ([KnownDocument]) async throws -> Void
  ) async throws

  /// Applies operations in their order, all or none.
  ///
  /// - Parameters:
  ///   - operations: what to do.
  ///   - index: where.
  ///   - apiKey: an encoded API key that may write this index.
  /// - Returns: one result for each operation, in the same order.
  /// - Throws: ``StoreError/Kind-swift.enum/unauthorized`` for a wrong key, and whatever makes the
  ///   whole request fail.
  func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String
  ) async throws -> [BulkItemResult]

  /// Applies operations; documents pass an ingest pipeline first if one is given.
  func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String,
    through pipeline: IngestPipeline?
  ) async throws -> [BulkItemResult]

  /// Finds out whether documents can pass the ingest pipeline that a connector names; asked once a
  /// job.
  func ingestRoute(_ wanted: IngestPipeline) async throws -> IngestRoute

  /// Bytes that one request may hold at most, as far as the store has learnt.
  var requestBytes: Int { get }

  /// The `_id`s behind digests; those that are not in the index are left out.
  func documentIDs(_ digests: [DocumentDigest], in index: String) async throws -> [DocumentID]

  /// Makes everything applied so far durable and visible to searches.
  func refresh(_ index: String) async throws

  /// Searches an index.
  func search(_ request: SearchRequest, in index: String) async throws -> SearchResponse

  /// One whole document as JSON; `nil` if there is none.
  func document(_ id: DocumentID, in index: String) async throws -> [UInt8]?
}

extension IndexStore {
  /// Applies operations in a store that has no ingest pipelines.
  package func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String,
    through pipeline: IngestPipeline?
  ) async throws -> [BulkItemResult] {
    try await apply(operations, to: index, apiKey: apiKey)
  }

  /// No pipeline, for a store that has none.
  package func ingestRoute(_ wanted: IngestPipeline) async throws -> IngestRoute { IngestRoute() }

  /// No limit, for a store that knows none.
  package var requestBytes: Int { .max }
}

/// How the documents of a job get into an index.
package struct IngestRoute: Hashable, Sendable {
  /// The pipeline that documents pass; `nil` if they are written as they are.
  package var pipeline: IngestPipeline?
  /// Why the connector's pipeline is left out; a full sentence, or `nil` if it isn't.
  package var remark: String?
  /// Whether somebody should do something about the remark.
  package var needsAttention: Bool

  /// Makes a route.
  package init(
    pipeline: IngestPipeline? = nil, remark: String? = nil, needsAttention: Bool = false
  ) {
    self.pipeline = pipeline
    self.remark = remark
    self.needsAttention = needsAttention
  }
}

/// How much is in an index.
package struct IndexStatistics: Hashable, Sendable {
  package var documentCount: Int
  /// Size on disk.
  package var bytes: Int

  /// Makes statistics.
  package init(documentCount: Int, bytes: Int) {
    self.documentCount = documentCount
    self.bytes = bytes
  }
}

/// The 128-bit key of an index's digests.
package struct DigestKey: Hashable, Sendable {
  package var low: UInt64
  package var high: UInt64

  /// Makes a key from random numbers.
  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }
}

/// The digest of a document's `_id`: SipHash-1-3 with 128 bits of output.
package struct DocumentDigest: Hashable, Sendable {
  package var low: UInt64
  package var high: UInt64

  /// Makes a digest from its halves.
  package init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }
}

/// What the differ must know of a document in the index.
package struct KnownDocument: Hashable, Sendable {
  package var digest: DocumentDigest
  /// Tells two versions apart: a digest of body and revision; 0 means unknown, so always written.
  package var fingerprint: UInt64
  /// The ``Scope/id`` under which it was last seen.
  package var scope: String

  /// Makes an entry.
  package init(digest: DocumentDigest, fingerprint: UInt64, scope: String) {
    self.digest = digest
    self.fingerprint = fingerprint
    self.scope = scope
  }
}

/// One change of an index.
package enum BulkOperation: Sendable {
  /// Writes a whole document, new or not.
  case index(IndexOperation)
  /// Removes a document.
  case delete(DocumentDigest, DocumentID)
}

/// A whole document to write.
package struct IndexOperation: Sendable {
  package var id: DocumentID
  package var digest: DocumentDigest
  package var fingerprint: UInt64
  package var scope: String
  /// One JSON object in UTF-8.
  package var body: [UInt8]

  /// Makes an operation.
  package init(
    id: DocumentID, digest: DocumentDigest, fingerprint: UInt64, scope: String, body: [UInt8]
  ) {
    self.id = id
    self.digest = digest
    self.fingerprint = fingerprint
    self.scope = scope
    self.body = body
  }
}

/// What became of one operation.
package enum BulkItemResult: Hashable, Sendable {
  case created
  case updated
  case deleted
  /// The document to delete was not there.
  case notFound
  /// The index will never take this document; a full sentence.
  case rejected(reason: String)
  /// Not now, for a reason that concerns this operation; it may work later.
  case retry(reason: String)
  /// Not now, for the index has too much to do: send it again later, and less at a time.
  case overloaded(reason: String)
  /// An ingest pipeline dropped the document, as it was told to.
  case dropped
}

/// What to search for.
package struct SearchRequest: Hashable, Sendable {
  /// Words, `"phrases"`, `-excluded` words; empty finds everything.
  package var query: String
  package var from: Int
  package var size: Int

  /// Makes a request.
  package init(query: String, from: Int = 0, size: Int = 25) {
    self.query = query
    self.from = from
    self.size = size
  }
}

/// What a search found.
package struct SearchResponse: Hashable, Sendable {
  /// How many documents match in all.
  package var total: Int
  package var hits: [SearchHit]
  package var took: Duration

  /// Makes a response.
  package init(total: Int, hits: [SearchHit], took: Duration) {
    self.total = total
    self.hits = hits
    self.took = took
  }
}

/// One document that matches.
package struct SearchHit: Hashable, Sendable {
  package var id: DocumentID
  /// Higher is better; 0 when everything matches.
  package var score: Double
  /// A title for people: the field `title`, `name`, `path` or the `_id`.
  package var title: String
  /// The best pieces of text, matches marked.
  package var highlights: [Highlight]

  /// Makes a hit.
  package init(id: DocumentID, score: Double, title: String, highlights: [Highlight]) {
    self.id = id
    self.score = score
    self.title = title
    self.highlights = highlights
  }
}

/// A piece of a field's text with the words that matched.
package struct Highlight: Hashable, Sendable {
  /// Part of the piece.
  package struct Run: Hashable, Sendable {
    package var text: String
    package var isMatch: Bool

    /// Makes a run.
    package init(_ text: String, isMatch: Bool) {
      self.text = text
      self.isMatch = isMatch
    }
  }

  package var field: String
  package var runs: [Run]

  /// Makes a highlight.
  package init(field: String, runs: [Run]) {
    self.field = field
    self.runs = runs
  }
}
