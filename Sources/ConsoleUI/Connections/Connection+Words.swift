internal import EngineAPI

extension ElasticsearchConnection {
  /// Where it is, as a person wrote it.
  var addressText: String {
    switch address {
    case .url(let url): url
    case .cloudID(let id): "Elastic Cloud " + id.prefix { $0 != ":" }
    }
  }

  /// Who asks, without secrets.
  var credentialsText: String {
    switch credentials {
    case .apiKey: "an API key"
    case .basic(let user, _): "the user \(user), with a password"
    case .bearer: "a bearer token"
    case nil: "nobody: security is off"
    }
  }

  /// Whether requests are encrypted.
  var isEncrypted: Bool {
    switch address {
    case .url(let url): url.lowercased().hasPrefix("https:")
    case .cloudID: true
    }
  }

  /// Which certificates are good, in words.
  var trustText: String {
    guard isEncrypted else { return "none: plain HTTP, which others on the way can read" }
    return switch trust {
    case .systemAuthorities: "verified by the authorities of this system"
    case .authorities(let file): "verified by the authorities in \(file)"
    case .authority(let fingerprint): "verified by the authority \(fingerprint.prefix(16))…"
    case .certificate(let fingerprint): "must be the very one \(fingerprint.prefix(16))…"
    case .everything: "NOT VERIFIED: whoever is on the way can read and change everything"
    }
  }

  /// Whether somebody on the way could pass for the server.
  var isUnverified: Bool { isEncrypted && trust == .everything }
}

extension ConnectionInUse.Origin {
  /// Who chose the store, in a few words.
  var title: String {
    switch self {
    case .standard: "the usual place"
    case .flag(let name): name
    case .file(let path): path
    case .saved: "saved"
    }
  }

  /// Whether it was named at the start, so that saved connections did not count.
  var isGivenAtStart: Bool {
    switch self {
    case .flag, .file: true
    case .standard, .saved: false
    }
  }
}

extension ScreenContext {
  /// What a store is called in a sentence.
  func storeTitle(_ location: StoreLocation) -> String {
    switch location {
    case .elasticsearch(let connection): "Elasticsearch at " + connection.addressText
    case .embedded(let directory): "the embedded index at " + abbreviated(directory)
    }
  }

  /// A path with `~` for the home directory.
  func abbreviated(_ path: String) -> String {
    let home = options.homeDirectory
    guard home != "/", path == home || path.hasPrefix(home + "/") else { return path }
    return "~" + path.dropFirst(home.count)
  }
}
