/// Where connectors, jobs and documents are kept.
package enum StoreLocation: Hashable, Sendable {
  /// The embedded index in a folder.
  case embedded(directory: String)
  /// A cluster.
  case elasticsearch(ElasticsearchConnection)
}

/// How to reach an Elasticsearch cluster.
///
/// Holds secrets: neither shown nor logged as it is.
package struct ElasticsearchConnection: Hashable, Sendable {
  /// Where the cluster is.
  package enum Address: Hashable, Sendable {
    /// Scheme, host, port and perhaps a path, such as `https://host:9200`.
    case url(String)
    /// Elastic Cloud's `name:base64`.
    case cloudID(String)
  }

  /// Who asks.
  package enum Credentials: Hashable, Sendable {
    /// Base64 of `id:secret`.
    case apiKey(String)
    case basic(user: String, password: String)
    case bearer(token: String)
  }

  /// Which certificates are good.
  package enum Trust: Hashable, Sendable {
    /// Those that an authority of the system vouches for.
    case systemAuthorities
    /// Those that an authority in a PEM file vouches for.
    case authorities(file: String)
    /// Those that the authority with this SHA-256, 64 hexadecimal digits, vouches for.
    case authority(fingerprint: String)
    /// The very certificate with this SHA-256, 64 hexadecimal digits.
    case certificate(fingerprint: String)
    /// All: whoever is on the way can read and change everything.
    case everything
  }

  package var address: Address
  /// `nil` where security is off.
  package var credentials: Credentials?
  package var trust: Trust

  /// Makes a connection.
  package init(address: Address, credentials: Credentials? = nil, trust: Trust = .systemAuthorities)
  {
    self.address = address
    self.credentials = credentials
    self.trust = trust
  }
}
