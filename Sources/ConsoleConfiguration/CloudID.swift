/// What Elastic Cloud calls a deployment by: `name:base64`, with host and services inside.
///
/// The decoded part is `host[:port]$elasticsearch[:port]$kibana[:port]`.
package struct CloudID: Hashable, Sendable {
  /// What a person named the deployment.
  package let name: String
  /// The URL of its Elasticsearch.
  package let elasticsearch: String
  /// The URL of its Kibana; `nil` if there is none.
  package let kibana: String?

  /// Reads a Cloud ID.
  ///
  /// - Throws: ``AddressError`` if it is none.
  package init(_ text: String) throws(AddressError) {
    let text = ServerAddress.trimmed(text)
    guard let colon = text.lastIndex(of: ":") else {
      throw AddressError("A Cloud ID has the form name:letters. \(Self.remedy)")
    }
    name = String(text[..<colon])
    guard let bytes = Base64.decoded(String(text[text.index(after: colon)...])),
      let decoded = String(validating: bytes, as: UTF8.self)
    else {
      throw AddressError("What follows the colon of the Cloud ID is not base64. \(Self.remedy)")
    }
    let parts = decoded.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count >= 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw AddressError("The Cloud ID names no Elasticsearch. \(Self.remedy)")
    }
    elasticsearch = try Self.url(service: parts[1], host: parts[0])
    kibana =
      parts.count > 2 && !parts[2].isEmpty
      ? try Self.url(service: parts[2], host: parts[0]) : nil
  }

  private static let remedy = "Copy it whole from the page of the deployment."

  /// A service's own port counts more than that of the host.
  private static func url(service: Substring, host: Substring) throws(AddressError) -> String {
    let (service, ownPort) = split(service)
    let (domain, commonPort) = split(host)
    let port = ownPort ?? commonPort ?? "443"
    do {
      return try ServerAddress.checked("https://\(service).\(domain):\(port)")
    } catch {
      throw AddressError("The Cloud ID leads to no usable address. \(remedy)")
    }
  }

  private static func split(_ text: Substring) -> (name: Substring, port: Substring?) {
    guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
    return (text[..<colon], text[text.index(after: colon)...])
  }
}
