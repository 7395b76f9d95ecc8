internal import ConnectorProtocol

extension EmbeddedStore {
  /// Removes the dead letters of some documents of a job.
  package func removeDeadLetters(jobID: String, documentIDs: [String]) async throws {
    guard !documentIDs.isEmpty else { return }
    try await controlWriter.write { connection in
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
