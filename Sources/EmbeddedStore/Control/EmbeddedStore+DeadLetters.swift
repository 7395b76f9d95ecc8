internal import ConnectorProtocol

extension EmbeddedStore {
  /// Removes the dead letters of some documents of a job, or of all for `nil`.
  package func removeDeadLetters(jobID: String, documentIDs: [String]?) async throws {
    guard documentIDs?.isEmpty != true else { return }
    try await controlWriter.write { connection in
      guard let documentIDs else {
        try connection.run("DELETE FROM dead_letters WHERE job_id = ?", .text(jobID))
        return
      }
      for documentID in documentIDs {
        try connection.run(
          """
          DELETE FROM dead_letters
          WHERE job_id = ? AND json_extract(record, '$.document_id') = ?
          """, .text(jobID), .text(documentID))
      }
    }
  }
}
