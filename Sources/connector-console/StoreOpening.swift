internal import ConnectorProtocol
internal import ConsoleConfiguration
internal import ElasticsearchStore
internal import EmbeddedStore
internal import EngineAPI
internal import HTTPClient
internal import SyncEngine

/// An Elasticsearch that holds connectors and indices.
struct Cluster: Sendable {
  let settings: HTTPSettings
  let credentials: HTTPCredentials?

  /// Makes the way to a cluster; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - connection: where it is, who asks and whom to trust.
  ///   - requestTimeout: how long a request may take from its start to its end.
  /// - Throws: `StoreError` of the kind `invalid` if address or trust can't be used.
  init(
    _ connection: ElasticsearchConnection, requestTimeout: Duration = .seconds(240)
  ) throws(StoreError) {
    let url: String
    do {
      switch connection.address {
      case .url(let text): url = try ServerAddress.checked(text)
      case .cloudID(let text): url = try CloudID(text).elasticsearch
      }
    } catch {
      throw StoreError(.invalid, error.message)
    }
    var settings = HTTPSettings(baseURL: url, trust: try Self.trust(connection.trust))
    settings.timeouts.total = requestTimeout
    self.settings = settings
    credentials = connection.credentials.map(Self.credentials)
  }

  /// What screens and logs call it.
  var name: String { "Elasticsearch at \(settings.server)" }

  /// A store with connections of its own, for work or for a look at the server alone.
  func store() -> ElasticsearchStore {
    ElasticsearchStore(client: HTTPClient(settings), credentials: credentials)
  }

  private static func trust(
    _ trust: ElasticsearchConnection.Trust
  ) throws(StoreError) -> TLSTrust {
    switch trust {
    case .systemAuthorities: .systemAuthorities
    case .authorities(let file): .authorities(file: file)
    case .authority(let text): .authority(fingerprint: try fingerprint(text))
    case .certificate(let text): .certificate(fingerprint: try fingerprint(text))
    case .everything: .everything
    }
  }

  private static func fingerprint(_ text: String) throws(StoreError) -> CertificateFingerprint {
    if let fingerprint = CertificateFingerprint(text) { return fingerprint }
    throw StoreError(
      .invalid,
      "The fingerprint of the certificate is not the SHA-256 of one: write its 64 hexadecimal "
        + "digits.")
  }

  private static func credentials(
    _ credentials: ElasticsearchConnection.Credentials
  ) -> HTTPCredentials {
    switch credentials {
    case .apiKey(let encoded): .apiKey(encoded)
    case .basic(let user, let password): .basic(user: user, password: password)
    case .bearer(let token): .bearer(token)
    }
  }
}

extension StoreLocation {
  /// Whether it is a cluster whose certificate is not verified although requests are encrypted.
  var isUnverified: Bool {
    guard case .elasticsearch(let connection) = self else { return false }
    return connection.trust == .everything
      && ((try? Cluster(connection))?.settings.isEncrypted
        ?? false)
  }

  /// Whether it is a server, which may be away for a while.
  var isServer: Bool { if case .elasticsearch = self { true } else { false } }

  /// What screens and logs call it, such as `Elasticsearch at host:9200`.
  func name(_ directories: UserDirectories) -> String {
    switch self {
    case .embedded(let path): "embedded index at \(directories.abbreviated(path))"
    case .elasticsearch(let connection):
      (try? Cluster(connection))?.name ?? "Elasticsearch at an unusable address"
    }
  }
}

extension EngineStores {
  /// Opens the stores at a place.
  ///
  /// - Parameters:
  ///   - location: where they are.
  ///   - directory: the program's own folder, for the keys of connectors in a cluster.
  ///   - keys: API keys that the configuration gives, by connector; they count more than kept ones.
  ///   - requestTimeout: how long a request to a cluster may take.
  ///   - mayCreate: whether an embedded store is made where none is.
  /// - Returns: the stores, opened.
  /// - Throws: `StoreError` if they can't be used; of the kind `unavailable` if they may be later.
  static func open(
    _ location: StoreLocation, directory: String, keys: [String: String] = [:],
    requestTimeout: Duration = .seconds(240), mayCreate: Bool = true
  ) async throws -> EngineStores {
    switch location {
    case .embedded(let path):
      let store = try await EmbeddedStore.open(directory: path, mayCreate: mayCreate)
      return EngineStores(
        indices: store, connectors: store,
        credentials: ConfiguredCredentialStore(keys, before: store.credentialStore()))
    case .elasticsearch(let connection):
      let store = try Cluster(connection, requestTimeout: requestTimeout).store()
      let version = try await store.serverVersion()
      guard version >= ElasticsearchStore.oldestVersion else {
        throw StoreError(
          .invalid,
          "Elasticsearch \(version) is too old: update it to "
            + "\(ElasticsearchStore.oldestVersion) or newer.")
      }
      let kept = FileCredentialStore(directory: directory + "/elasticsearch-credentials")
      return EngineStores(
        indices: store, connectors: store,
        credentials: ConfiguredCredentialStore(keys, before: kept))
    }
  }
}

/// The API keys of the configuration, and below them those that were made here.
struct ConfiguredCredentialStore: CredentialStore {
  private let keys: [String: String]
  private let kept: any CredentialStore

  /// Puts configured keys before those that are kept.
  init(_ keys: [String: String], before kept: any CredentialStore) {
    self.keys = keys
    self.kept = kept
  }

  func apiKey(connectorID: String) async throws -> String? {
    if let key = keys[connectorID] { return key }
    return try await kept.apiKey(connectorID: connectorID)
  }

  func setAPIKey(_ encoded: String?, connectorID: String) async throws {
    guard encoded == nil || keys[connectorID] == nil else {
      throw StoreError(
        .invalid,
        "The configuration file gives this connector an API key, which a new one would not "
          + "replace. Take its api_key out of the file first.")
    }
    try await kept.setAPIKey(encoded, connectorID: connectorID)
  }
}

/// How an attempt to open the store ended.
enum StoreOpening: Hashable, Sendable {
  case open
  /// The store does not answer; it is tried again. A full sentence.
  case waiting(String)
  /// The store can't be used as things are; a full sentence with the remedy.
  case refused(String)

  /// Tells it from the error; `nil` for none.
  ///
  /// - Parameters:
  ///   - error: what opening threw.
  ///   - location: only a server comes back by itself; a folder needs somebody.
  init(_ error: (any Error)?, at location: StoreLocation) {
    switch error {
    case nil: self = .open
    case let error as StoreError where error.kind == .unavailable && location.isServer:
      self = .waiting(error.message)
    case let error as StoreError: self = .refused(error.message)
    case let error?: self = .refused("The store can't be opened: \(error).")
    }
  }
}
