/// Where the connector service keeps the API keys with which it writes.
///
/// The record in the store holds only a key's identifier, and the index only its hash; the secret
/// itself is the service's, in a file that only its owner can read.
package protocol CredentialStore: Sendable {
  /// The encoded API key of a connector; `nil` if this service was never given one.
  func apiKey(connectorID: String) async throws -> String?

  /// Keeps a key in place of the former one; `nil` forgets it.
  func setAPIKey(_ encoded: String?, connectorID: String) async throws
}
