internal import ConnectorKit
internal import ConnectorProtocol

extension ElasticsearchStore {
  /// Removes the dead letters of some documents of a job, or of all for `nil`.
  package func removeDeadLetters(jobID: String, documentIDs: [String]?) async throws {
    guard let documentIDs else {
      return try await removeAll(["term": ["job_id": .string(jobID)]], from: .deadLetters)
    }
    var rest = documentIDs[...]
    // A query takes some ten thousand terms at most.
    while !rest.isEmpty {
      let part = rest.prefix(1000)
      rest = rest.dropFirst(part.count)
      let filters: [JSONValue] = [
        ["term": ["job_id": .string(jobID)]],
        ["terms": ["document_id": .array(part.map { .string($0) })]],
      ]
      try await removeAll(["bool": ["filter": .array(filters)]], from: .deadLetters)
    }
  }
}
