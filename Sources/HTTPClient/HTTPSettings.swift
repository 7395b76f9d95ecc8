/// Where an ``HTTPClient`` sends its requests and how.
package struct HTTPSettings: Sendable {
  /// Scheme, host, port and path without a slash at the end, such as `https://host:9200/es`.
  package var baseURL: String
  package var trust: TLSTrust
  package var timeouts: HTTPTimeouts
  /// Requests beyond this number wait inside of the client.
  package var maximumConnections: Int
  /// A longer answer is an error; after decompression.
  package var maximumResponseBytes: Int
  /// Whether request bodies of 1 KiB and more are sent with gzip, level 1; at first whether the link
  /// leaves this machine.
  package var compressesRequests: Bool
  /// Whether the server may send its answers compressed; at first as for requests.
  package var acceptsCompression: Bool
  package var userAgent: String
  /// Whether `https_proxy` and its kin count; loopback never goes through a proxy.
  package var usesProxyOfEnvironment: Bool

  /// Makes settings with cautious defaults.
  package init(baseURL: String, trust: TLSTrust = .systemAuthorities) {
    var base = baseURL
    while base.hasSuffix("/") { base.removeLast() }
    self.baseURL = base
    self.trust = trust
    timeouts = HTTPTimeouts()
    maximumConnections = 8
    maximumResponseBytes = 128 << 20
    let leavesMachine = !Self.isLoopback(Self.host(of: base))
    compressesRequests = leavesMachine
    acceptsCompression = leavesMachine
    userAgent = "connector-console"
    usesProxyOfEnvironment = true
  }

  /// Whether requests are encrypted.
  package var isEncrypted: Bool { baseURL.lowercased().hasPrefix("https:") }

  /// Host and port as a person knows them, without user information, for error texts.
  package var server: String {
    let rest = baseURL.split(separator: "//", maxSplits: 1).last ?? ""
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    return String(authority.split(separator: "@").last ?? authority)
  }

  /// The host of a URL without port and brackets, in lower case.
  private static func host(of url: String) -> Substring {
    let rest = url.split(separator: "//", maxSplits: 1).last ?? ""
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = (authority.split(separator: "@").last ?? "").lowercased()[...]
    if host.hasPrefix("[") { return host.dropFirst().prefix { $0 != "]" } }
    return host.prefix { $0 != ":" }
  }

  private static func isLoopback(_ host: Substring) -> Bool {
    if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

/// Which certificates are good.
package enum TLSTrust: Hashable, Sendable {
  /// Those that an authority of the system vouches for, for the host's name.
  case systemAuthorities
  /// Those that an authority in a PEM file vouches for, for the host's name.
  case authorities(file: String)
  /// Those that the authority with this SHA-256 vouches for, for the host's name; the server sends
  /// that authority's certificate along. Elastic's `ca_trusted_fingerprint`.
  case authority(fingerprint: CertificateFingerprint)
  /// The very certificate with this SHA-256, whatever it says of names and dates.
  case certificate(fingerprint: CertificateFingerprint)
  /// All. Whoever is on the way can read and change everything.
  case everything
}

/// The SHA-256 of a certificate.
package struct CertificateFingerprint: Hashable, Sendable {
  /// Its 32 bytes.
  package let bytes: [UInt8]

  /// Reads 64 hexadecimal digits, with or without colons; `nil` for anything else.
  package init?(_ text: String) {
    let digits = text.filter { $0 != ":" && !$0.isWhitespace }
    guard digits.utf8.count == 64 else { return nil }
    var bytes: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16), rest.first != "+" else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    self.bytes = bytes
  }
}
