internal import ConnectorProtocol
package import HTTPClient
internal import Synchronization

/// The store in an Elasticsearch cluster: content indices, and the records of the connector
/// protocol in `.elastic-connectors` and `.elastic-connectors-sync-jobs`, where Kibana and other
/// services see them.
///
/// Records are written as documents, with `if_seq_no` and `if_primary_term`. Dead letters are in a
/// hidden index of this program's own. See `OwnMember` for what documents carry.
///
/// A bulk request is not atomic in Elasticsearch: when a request fails as a whole, a part of it may
/// have been carried out. Sending the same again ends in the same documents.
package final class ElasticsearchStore: Sendable {
  let session: ElasticsearchSession
  /// What is known of indices by their names, kept until one is made or removed.
  let indices = Mutex<[String: IndexFacts]>([:])
  /// The greatest body that this server takes, learnt from its refusals.
  let bodyLimit = Mutex(Int.max)
  /// The server's version once it was asked.
  let version = Mutex<ServerVersion?>(nil)
  /// Whether the server has the Connector API once it was asked.
  let connectorAPI = Mutex<Bool?>(nil)

  /// Makes a store; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - client: the way to the server.
  ///   - credentials: who administers; `nil` where security is off.
  package init(client: HTTPClient, credentials: HTTPCredentials?) {
    session = ElasticsearchSession(client: client, credentials: credentials)
  }
}

/// What does not change in an index.
struct IndexFacts: Sendable {
  var digestKey: DigestKey
  /// Whether strings have the subfields of Kibana's mapping.
  var hasStems: Bool
}
