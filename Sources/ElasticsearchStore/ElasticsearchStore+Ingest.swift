internal import HTTPClient
package import ConnectorProtocol
internal import ConnectorKit

extension ElasticsearchStore {
  /// Asks the server whether it has the ingest pipeline that a connector names.
  ///
  /// A bulk request that names a pipeline which is not there fails with every document, so a missing
  /// one is left out, and its flags with it: nothing would take them out of the documents again.
  package func ingestRoute(_ wanted: IngestPipeline) async throws -> IngestRoute {
    guard !wanted.name.isEmpty else { return IngestRoute() }
    let target = "/_ingest/pipeline/\(wanted.name.percentEncoded)?summary=true"
    let answer = try await session.ask(.get, target)
    switch answer.status {
    case 200..<300: return IngestRoute(pipeline: wanted)
    case 404:
      return IngestRoute(
        remark: "Elasticsearch has no ingest pipeline \"\(wanted.name)\", so documents are written "
          + "without one.")
    case 401, 403:
      return IngestRoute(
        remark: "Whether Elasticsearch has the ingest pipeline \"\(wanted.name)\" can't be asked, "
          + "so documents are written without one. Grant the cluster privilege read_pipeline.",
        needsAttention: true)
    default:
      throw session.error(answer, subject: "the ingest pipeline \"\(wanted.name)\"")
    }
  }
}
