import ConsoleUI
import EngineAPI

extension Fixtures {
  static let fingerprint =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

  static let embedded = StoreLocation.embedded(
    directory: "/home/ada/.local/state/connector-console")

  static var production: SavedConnection {
    SavedConnection(
      id: "p", name: "Production",
      connection: ElasticsearchConnection(
        address: .url("https://search.example.org:9200"), credentials: .apiKey("c2VjcmV0OmtleQ=="),
        trust: .authority(fingerprint: fingerprint)))
  }

  static var laboratory: SavedConnection {
    SavedConnection(
      id: "l", name: "Laboratory",
      connection: ElasticsearchConnection(
        address: .url("https://10.0.0.7:9200"),
        credentials: .basic(user: "elastic", password: "hunter2"), trust: .everything))
  }

  static var cloud: SavedConnection {
    SavedConnection(
      id: "c", name: "Cloud",
      connection: ElasticsearchConnection(
        address: .cloudID("docs:ZXUtd2VzdC0xJGFiYyRkZWY="), credentials: .bearer(token: "t")))
  }

  static var connectionList: ConnectionList {
    ConnectionList(
      embedded: embedded, saved: [production, laboratory, cloud], startID: "p",
      path: "/home/ada/.config/connector-console/connections.json")
  }

  static var goodReport: PreflightReport {
    PreflightReport(
      server: "search.example.org:9200",
      findings: [
        .init(.good, "Certificate", "Verified by the authority with the fingerprint."),
        .init(.good, "Cluster", "“docs” runs Elasticsearch 8.19.21."),
        .init(.good, "Licence", "It has the licence “basic”."),
        .init(.good, "Who asks", "The server knows “console”."),
        .init(.good, "Privileges", "None is missing."),
        .init(
          .note, "Indices",
          "The index .elastic-connectors is missing: it is made with the first record."),
      ], took: .milliseconds(134))
  }

  static var badReport: PreflightReport {
    var report = goodReport
    report.findings[4] = .init(
      .problem, "Privileges",
      "On search-* the privileges manage, write are missing: grant them to the user or key.")
    return report
  }

  static var untrustedReport: PreflightReport {
    PreflightReport(
      server: "search.example.org:9200",
      findings: [
        .init(
          .problem, "Certificate",
          "The certificate of search.example.org:9200 comes from an unknown authority: give the "
            + "CA file, or the authority’s fingerprint.")
      ], shownFingerprint: fingerprint, took: .milliseconds(80))
  }

  static func response(to request: ConnectionRequest) -> ConnectionResponse {
    if case .preflight = request { return .preflight(badReport) }
    return .list(connectionList)
  }
}
