internal import EngineAPI

/// Reads how the cluster is reached.
///
/// Address, credentials and trust are one choice each. Of the ways to say it the one that counts is
/// the one from the source that counts most, whatever way it is: a key in a variable counts more than
/// user and password in the file.
struct ConnectionReader {
  private let contents: (String) -> [UInt8]?

  /// Reads the connection; `nil` if the embedded index is meant.
  static func read(
    _ lookup: inout SettingLookup, contents: @escaping (String) -> [UInt8]?
  ) -> ElasticsearchConnection? {
    ConnectionReader(contents: contents).connection(&lookup)
  }

  private func connection(_ lookup: inout SettingLookup) -> ElasticsearchConnection? {
    let address = address(&lookup)
    let credentials = credentials(&lookup)
    let trust = trust(&lookup)
    guard address != nil || lookup.fileNamesCluster else { return nil }
    let standard = Setting.named("elasticsearch.host")?.standard ?? ""
    let connection = ElasticsearchConnection(
      address: address?.value ?? .url(standard), credentials: credentials,
      trust: trust?.value ?? .systemAuthorities)
    warn(connection, address?.origin ?? .standard, trust?.origin, &lookup)
    return connection
  }

  // MARK: - Address

  private func address(
    _ lookup: inout SettingLookup
  ) -> SettingLookup.Found<ElasticsearchConnection.Address>? {
    let host = lookup.given("elasticsearch.host")
    let cloud = lookup.given("elasticsearch.cloud_id")
    do {
      if let cloud, host.map({ cloud.origin.level <= $0.origin.level }) ?? true {
        if let host, host.origin.level == cloud.origin.level {
          lookup.note(
            .error, at: host.origin,
            "Both a URL and a Cloud ID say where Elasticsearch is. Remove one.")
        }
        do { _ = try CloudID(cloud.value) } catch {
          lookup.note(.error, at: cloud.origin, error.message)
        }
        return .init(value: .cloudID(ServerAddress.trimmed(cloud.value)), origin: cloud.origin)
      }
      guard let host else { return nil }
      return .init(value: .url(try ServerAddress.checked(host.value)), origin: host.origin)
    } catch {
      guard let host else { return nil }
      lookup.note(.error, at: host.origin, error.message)
      return .init(value: .url(""), origin: host.origin)
    }
  }

  // MARK: - Credentials

  private func credentials(_ lookup: inout SettingLookup) -> ElasticsearchConnection.Credentials? {
    let key = apiKey(&lookup)
    let token = lookup.given("elasticsearch.bearer_token")
    let basic = basic(&lookup, isNeeded: key == nil && token == nil)
    let ways: [(level: Int, name: String, origin: SettingOrigin)] = [
      key.map { ($0.origin.level, "API key", $0.origin) },
      token.map { ($0.origin.level, "bearer token", $0.origin) },
      basic.map { ($0.origin.level, "user and password", $0.origin) },
    ].compactMap { $0 }
    guard
      let chosen = ways.enumerated().min(by: {
        ($0.element.level, $0.offset) < ($1.element.level, $1.offset)
      })?.element
    else { return nil }
    for other in ways where other.level == chosen.level && other.name != chosen.name {
      lookup.note(
        .warning, at: other.origin,
        "The \(chosen.name) is used, not the \(other.name) beside it. Remove one.")
    }
    switch chosen.name {
    case "API key": return key.map { .apiKey($0.value) }
    case "bearer token": return token.map { .bearer(token: ServerAddress.trimmed($0.value)) }
    default: return basic.map { .basic(user: $0.value.user, password: $0.value.password) }
    }
  }

  private func apiKey(_ lookup: inout SettingLookup) -> SettingLookup.Found<String>? {
    let key = lookup.given("elasticsearch.api_key")
    let file = lookup.given("elasticsearch.api_key_file")
    if let file, key.map({ file.origin.level < $0.origin.level }) ?? true {
      guard let bytes = contents(file.value) else {
        lookup.note(
          .error, at: file.origin,
          "The file \(file.value) with the API key can't be read. Check its path and its owner.")
        return nil
      }
      let text = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
      return checked(.init(value: text, origin: file.origin), &lookup)
    }
    return key.flatMap { checked($0, &lookup) }
  }

  private func checked(
    _ key: SettingLookup.Found<String>, _ lookup: inout SettingLookup
  ) -> SettingLookup.Found<String>? {
    guard !APIKeyText.isHopeless(key.value) else {
      lookup.note(
        .error, at: key.origin,
        "This is no API key. Copy the form that Kibana calls base64, or write id:key.")
      return nil
    }
    return .init(value: APIKeyText.encoded(key.value), origin: key.origin)
  }

  private func basic(
    _ lookup: inout SettingLookup, isNeeded: Bool
  ) -> SettingLookup.Found<(user: String, password: String)>? {
    let user = lookup.given("elasticsearch.username")
    let password = lookup.given("elasticsearch.password")
    switch (user, password) {
    case (let user?, let password?):
      let origin = user.origin.level < password.origin.level ? user.origin : password.origin
      return .init(value: (user.value, password.value), origin: origin)
    case (let user?, nil):
      if isNeeded {
        lookup.note(
          .error, at: user.origin,
          "The user has no password. Set elasticsearch.password, or CONNECTOR_CONSOLE_PASSWORD.")
      }
    case (nil, let password?):
      if isNeeded {
        lookup.note(
          .error, at: password.origin,
          "The password belongs to no user. Set elasticsearch.username, or CONNECTOR_CONSOLE_USER.")
      }
    case (nil, nil): break
    }
    return nil
  }

  // MARK: - Trust

  private typealias FoundTrust = SettingLookup.Found<ElasticsearchConnection.Trust>

  private func trust(_ lookup: inout SettingLookup) -> FoundTrust? {
    var ways: [FoundTrust] = []
    if let verifies = lookup.boolean("elasticsearch.verify_certs"), !verifies.value {
      ways.append(.init(value: .everything, origin: verifies.origin))
    }
    for key in ["certificate_fingerprint", "ca_trusted_fingerprint", "ca_certs"] {
      guard let found = lookup.given("elasticsearch." + key) else { continue }
      guard let trust = trust(key, found, &lookup) else { continue }
      ways.append(.init(value: trust, origin: found.origin))
    }
    let ranked = ways.enumerated().min {
      ($0.element.origin.level, $0.offset) < ($1.element.origin.level, $1.offset)
    }
    guard let chosen = ranked else { return nil }
    for (index, other) in ways.enumerated()
    where index != chosen.offset && other.origin.level == chosen.element.origin.level {
      let isOff = chosen.element.value == .everything
      lookup.note(
        .warning, at: other.origin,
        (isOff
          ? "This has no effect since certificates are not verified."
          : "This has no effect beside the other fingerprint or authority.") + " Remove one.")
    }
    return chosen.element
  }

  private func trust(
    _ key: String, _ found: SettingLookup.Found<String>, _ lookup: inout SettingLookup
  ) -> ElasticsearchConnection.Trust? {
    let fingerprint = Self.fingerprint(found.value)
    switch (key, fingerprint) {
    case ("certificate_fingerprint", let digits?): return .certificate(fingerprint: digits)
    case (_, let digits?): return .authority(fingerprint: digits)
    case ("ca_certs", nil):
      if contents(found.value) == nil {
        lookup.note(
          .error, at: found.origin,
          "The file \(found.value) of certificate authorities can't be read. Check its path and "
            + "who may read it.")
      }
      return .authorities(file: found.value)
    default:
      lookup.note(
        .error, at: found.origin,
        "A fingerprint has 64 hexadecimal digits, the SHA-256 of the certificate. Copy it whole.")
      return nil
    }
  }

  /// The 64 digits, without colons; `nil` if it is no fingerprint.
  private static func fingerprint(_ text: String) -> String? {
    let digits = text.filter { $0 != ":" && !$0.isWhitespace }
    let isHexadecimal = digits.allSatisfy { $0.isASCII && $0.isHexDigit }
    return digits.count == 64 && isHexadecimal ? digits.lowercased() : nil
  }

  // MARK: - Warnings

  private func warn(
    _ connection: ElasticsearchConnection, _ address: SettingOrigin, _ trust: SettingOrigin?,
    _ lookup: inout SettingLookup
  ) {
    guard case .url(let url) = connection.address, url.hasPrefix("http://") else {
      if connection.trust == .everything, let trust {
        lookup.note(
          .warning, at: trust,
          "Certificates are not verified: whoever is on the way can read and change everything.")
      }
      return
    }
    if let trust {
      lookup.note(.warning, at: trust, "This has no effect on http. Write https in the URL.")
    }
    let host = url.dropFirst("http://".count).prefix { $0 != ":" && $0 != "/" }
    let isLocal = ["localhost", "127.0.0.1", "["].contains { host.hasPrefix($0) }
    if connection.credentials != nil, !isLocal {
      lookup.note(
        .warning, at: address,
        "Credentials go over the network unencrypted. Write https in the URL if the server can.")
    }
  }
}
