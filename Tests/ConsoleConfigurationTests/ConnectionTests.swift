import EngineAPI
import Testing

@testable import ConsoleConfiguration

@Suite struct ConnectionTests {
  private let digest = String(repeating: "ab", count: 32)
  private let host = "elasticsearch.host: https://es\n"

  private func trust(_ text: String) -> ElasticsearchConnection.Trust? {
    settings(host + text, files: ["/ca.pem": "x"]).connection?.trust
  }

  private func credentials(
    _ text: String, _ variables: [String: String] = [:]
  ) -> ElasticsearchConnection.Credentials? {
    settings(host + text, environment: variables).connection?.credentials
  }

  @Test func `each way of trust is read`() {
    #expect(trust("") == .systemAuthorities)
    #expect(trust("elasticsearch.ca_certs: /ca.pem") == .authorities(file: "/ca.pem"))
    #expect(trust("elasticsearch.ca_certs: \(digest)") == .authority(fingerprint: digest))
    let colons = Array(repeating: "AB", count: 32).joined(separator: ":")
    #expect(
      trust("elasticsearch.ca_trusted_fingerprint: '\(colons)'") == .authority(fingerprint: digest))
    #expect(
      trust("elasticsearch.certificate_fingerprint: \(digest)") == .certificate(fingerprint: digest)
    )
    for no in ["false", "no", "Off"] {
      #expect(trust("elasticsearch.verify_certs: \(no)") == .everything)
    }
    #expect(trust("elasticsearch.verify_certs: true") == .systemAuthorities)
  }

  @Test func `trust from a better source replaces the file's`() {
    let flags = [
      "elasticsearch.certificate_fingerprint": SettingsSources.FlagValue("--certificate", digest)
    ]
    let found = settings(host + "elasticsearch.verify_certs: false", flags: flags)
    #expect(found.connection?.trust == .certificate(fingerprint: digest))
    #expect(found.report == [])
  }

  @Test func `trust that is off, or in vain, is told`() {
    settings(host + "elasticsearch.verify_certs: false")
      .expectOnly("warning config.yml:2: Certificates are not verified")
    settings(host + "elasticsearch.certificate_fingerprint: abc")
      .expectOnly("error config.yml:2: A fingerprint has 64 hexadecimal digits")
    settings(host + "elasticsearch.ca_certs: /missing").expectOnly(
      "/missing of certificate authorities")
    settings("elasticsearch: {host: 'http://localhost', verify_certs: false}")
      .expectOnly("no effect on http")
  }

  @Test func `each way to sign in is read`() {
    #expect(credentials("") == nil)
    #expect(credentials("elasticsearch.api_key: aWQ6a2V5") == .apiKey("aWQ6a2V5"))
    #expect(credentials("elasticsearch.api_key: 'id:key'") == .apiKey("aWQ6a2V5"))
    #expect(credentials("elasticsearch.bearer_token: t") == .bearer(token: "t"))
    #expect(
      credentials("elasticsearch: {username: u, password: p}") == .basic(user: "u", password: "p"))
    #expect(
      credentials("elasticsearch.username: u", ["CONNECTOR_CONSOLE_PASSWORD": "p"])
        == .basic(user: "u", password: "p"))
  }

  @Test func `a key is read from a file`() {
    let file = host + "elasticsearch.api_key_file: /key"
    let found = settings(file, files: ["/key": "aWQ6a2V5\nnot this\n"])
    #expect(found.connection?.credentials == .apiKey("aWQ6a2V5"))
    settings(file).expectOnly("The file /key with the API key can't be read")
  }

  @Test func `a variable's credentials count more than the file's of any kind`() {
    let key = "elasticsearch.api_key: aWQ6a2V5"
    let variables = ["CONNECTOR_CONSOLE_USER": "u", "CONNECTOR_CONSOLE_PASSWORD": "p"]
    #expect(credentials(key, variables) == .basic(user: "u", password: "p"))
  }

  @Test func `credentials that can't be used, or are not used, are told`() {
    settings(host + "elasticsearch.username: u").expectOnly("The user has no password")
    settings(host + "elasticsearch.password: p").expectOnly("The password belongs to no user")
    settings(host + "elasticsearch.api_key: hopeless").expectOnly("This is no API key")
    settings(host + "elasticsearch: {api_key: aWQ6a2V5, username: u, password: p}")
      .expectOnly("The API key is used, not the user and password")
    settings("elasticsearch: {host: 'http://es', api_key: aWQ6a2V5}")
      .expectOnly("Credentials go over the network unencrypted")
  }

  @Test func `an address that can't be used is told`() {
    settings("elasticsearch.host: es:9200").expectOnly("is no URL")
    settings("elasticsearch.cloud_id: x").expectOnly("A Cloud ID has the form")
    let id = "a:" + Base64.encoded(Array("host$es".utf8))
    #expect(settings("elasticsearch.cloud_id: \(id)").connection?.address == .cloudID(id))
    settings(host + "elasticsearch.cloud_id: \(id)").expectOnly("Remove one")
    let flags = ["elasticsearch.cloud_id": SettingsSources.FlagValue("--cloud-id", id)]
    #expect(settings(host, flags: flags).connection?.address == .cloudID(id))
  }
}
