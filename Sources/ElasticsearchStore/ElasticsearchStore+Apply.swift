internal import Synchronization
internal import ConnectorKit
package import ConnectorProtocol
internal import HTTPClient

extension ElasticsearchStore: IndexStore {
  /// Where documents go and how.
  private struct Target {
    var index: String
    var apiKey: String
    var pipeline: IngestPipeline?
  }

  /// Bytes that one request may hold at most, as far as the server has shown.
  package var requestBytes: Int { bodyLimit.withLock { $0 } }

  /// Applies operations in their order, without an ingest pipeline.
  package func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String
  ) async throws -> [BulkItemResult] {
    try await apply(operations, to: index, apiKey: apiKey, through: nil)
  }

  /// Applies operations in their order.
  ///
  /// A body that the server finds too large is halved, down to a single operation, which is then
  /// rejected. A single operation that the server puts off is told as `retry` or `overloaded`.
  package func apply(
    _ operations: [BulkOperation], to index: String, apiKey: String,
    through pipeline: IngestPipeline?
  ) async throws -> [BulkItemResult] {
    guard !operations.isEmpty else { return [] }
    let target = Target(index: index, apiKey: apiKey, pipeline: pipeline)
    var results: [BulkItemResult] = []
    var rest = operations[...]
    while !rest.isEmpty {
      let part = rest.prefix(largestPart(of: rest))
      let partial = try await send(part, to: target)
      rest = rest.dropFirst(part.count)
      if rest.isEmpty, results.isEmpty { return partial }
      results += partial
    }
    return results
  }

  /// How many operations fit a body that the server is known to take, at least one.
  private func largestPart(of operations: ArraySlice<BulkOperation>) -> Int {
    let limit = bodyLimit.withLock { $0 }
    guard limit < Int.max else { return operations.count }
    var bytes = 0
    for (count, operation) in operations.enumerated() {
      bytes += BulkRequestBody.greatestSize(of: operation)
      if bytes > limit, count > 0 { return count }
    }
    return operations.count
  }

  private func send(
    _ operations: ArraySlice<BulkOperation>, to target: Target
  ) async throws -> [BulkItemResult] {
    let body = BulkRequestBody(operations, flags: target.pipeline)
    var results = [BulkItemResult](
      repeating: .rejected(reason: "The document is not a JSON object."), count: operations.count)
    guard !body.sent.isEmpty else { return results }
    var path = "\(path(target.index))/_bulk?filter_path=\(Self.wanted)"
    if let pipeline = target.pipeline { path += "&pipeline=\(pipeline.name.percentEncoded)" }
    let answer = try await session.send(
      lines: body.bytes, to: path, as: .apiKey(target.apiKey))
    if answer.status == 413 {
      return try await halve(operations, bytes: body.bytes.count, to: target)
    }
    guard answer.isSuccess else { throw try await failure(answer, index: target.index) }
    let items = try items(of: answer, expected: body.sent.count)
    for (place, item) in zip(body.sent, items) {
      results[place - operations.startIndex] = try await outcome(item, index: target.index)
    }
    return results
  }

  private static var wanted: String {
    "items.*.status,items.*.result,items.*.error.type,items.*.error.reason,"
      + "items.*.error.caused_by.reason"
  }

  private func items(
    of answer: ElasticsearchSession.Answer, expected: Int
  ) throws -> [BulkResponseScanner.Item] {
    do {
      let items = try BulkResponseScanner.items(answer.body, expected: expected)
      if items.count == expected { return items }
      throw StoreError(
        .unavailable,
        "Elasticsearch answered \(items.count) of \(expected) operations. They are not lost: "
          + "the request is sent again.")
    } catch is BulkResponseScanner.Malformed {
      throw StoreError(
        .unavailable,
        "The answer to a bulk request can't be read: check proxies on the way to Elasticsearch.")
    }
  }

  private func halve(
    _ operations: ArraySlice<BulkOperation>, bytes: Int, to target: Target
  ) async throws -> [BulkItemResult] {
    guard operations.count > 1 else {
      return [
        .rejected(
          reason: "The document takes \(bytes) bytes, which is more than Elasticsearch accepts in "
            + "one request (http.max_content_length).")
      ]
    }
    bodyLimit.withLock { $0 = max(1, min($0, bytes / 2)) }
    let middle = operations.startIndex + operations.count / 2
    let first = try await send(operations[..<middle], to: target)
    return first + (try await send(operations[middle...], to: target))
  }

  private func failure(
    _ answer: ElasticsearchSession.Answer, index: String
  ) async throws -> StoreError {
    if answer.status == 401 || answer.status == 403 { return try await keyRefused(index) }
    return session.error(answer, subject: "the index \(index)")
  }

  /// Without the index no key can write it; then that is what must be told.
  private func keyRefused(_ index: String) async throws -> StoreError {
    let answer = try await session.ask(.head, path(index))
    if answer.status == 404 {
      return StoreError(.notFound, "The index \(index) does not exist. Create it first.")
    }
    return StoreError(
      .unauthorized,
      "The API key may not write the index \(index): it is missing, wrong or was replaced. "
        + "Generate a new key on the connector's page.")
  }

  private func outcome(
    _ item: BulkResponseScanner.Item, index: String
  ) async throws -> BulkItemResult {
    switch item.result {
    case .created: return .created
    case .updated: return .updated
    case .noop: return .dropped
    case .deleted: return .deleted
    case .notFound: return .notFound
    case nil: break
    }
    let reason = item.reason.isEmpty ? "status \(item.status)" : item.reason
    switch (item.status, item.errorType) {
    case (404, "index_not_found_exception"):
      throw StoreError(.notFound, "The index \(index) does not exist. Create it first.")
    case (403, "security_exception"): throw try await keyRefused(index)
    case (403, "cluster_block_exception"):
      throw StoreError(
        .unavailable,
        "The index \(index) is blocked for writing. Remove the block. Elasticsearch says: "
          + "\(reason).")
    case (_, "index_closed_exception"):
      throw StoreError(
        .unavailable,
        "The index \(index) is closed. Open it. Elasticsearch says: \(reason).")
    case (429, _), (502...504, _): return .overloaded(reason: "Elasticsearch says: \(reason).")
    case (409, _), (500..., _): return .retry(reason: "Elasticsearch says: \(reason).")
    default: return .rejected(reason: "Elasticsearch says: \(reason).")
    }
  }
}
