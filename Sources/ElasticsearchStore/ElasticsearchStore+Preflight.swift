internal import ConnectorKit
internal import ConnectorProtocol
internal import HTTPClient
internal import Synchronization

/// The version of an Elasticsearch server.
package struct ServerVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int
  package var patch: Int

  /// Makes a version.
  package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads `8.19.2` and `9.1.0-SNAPSHOT`; `nil` for anything else.
  package init?(_ text: String) {
    let parts = text.prefix { $0 != "-" }.split(separator: ".").map { Int($0) }
    guard parts.count == 3, let major = parts[0], let minor = parts[1], let patch = parts[2]
    else { return nil }
    self.init(major, minor, patch)
  }

  /// The text of the version.
  package var description: String { "\(major).\(minor).\(patch)" }

  /// The order of releases.
  package static func < (left: ServerVersion, right: ServerVersion) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}

/// What a look at the server before any work shows.
package struct Preflight: Hashable, Sendable {
  package var clusterName: String
  package var version: ServerVersion
  /// Such as `basic`; `nil` where the server does not tell.
  package var license: String?
  /// Who asks, as the server knows them.
  package var userName: String?
  /// What is missing and what to do about it: full sentences; empty if all is well.
  package var problems: [String]
  /// What will be made when it is first needed: full sentences.
  package var notes: [String]
}

extension ElasticsearchStore {
  /// Servers before this lack what the program needs.
  package static let oldestVersion = ServerVersion(8, 4)

  /// The server's version, asked once.
  package func serverVersion() async throws -> ServerVersion {
    if let known = version.withLock({ $0 }) { return known }
    let answer = try await session.require(.get, "/", subject: "the server's version")
    let text = answer.json["version"]?["number"]?.stringValue ?? ""
    guard let found = ServerVersion(text) else {
      throw StoreError(
        .unavailable, "The server tells no version. Check that the address is Elasticsearch's.")
    }
    version.withLock { $0 = found }
    return found
  }

  /// The version by which the shape of records differs.
  func protocolVersion() async throws -> ProtocolVersion {
    let version = try await serverVersion()
    return ProtocolVersion(version.major, version.minor)
  }

  /// Looks at the server without changing anything.
  ///
  /// - Returns: what was found; what is missing is told in it, not thrown.
  /// - Throws: ``StoreError`` if the server can't be asked at all.
  package func preflight() async throws -> Preflight {
    let answer = try await session.require(.get, "/", subject: "the server")
    let found = try await serverVersion()
    var preflight = Preflight(
      clusterName: answer.json["cluster_name"]?.stringValue ?? "", version: found, license: nil,
      userName: nil, problems: [], notes: [])
    if found < Self.oldestVersion {
      preflight.problems.append(
        "Elasticsearch \(found) is too old: update it to \(Self.oldestVersion) or newer.")
    }
    let license = try await session.ask(.get, "/_license")
    if license.isSuccess { preflight.license = license.json["license"]?["type"]?.stringValue }
    try await addPrivileges(to: &preflight)
    for index in RecordIndex.allCases {
      let state = try await session.ask(.head, "/\(index.alias)")
      if state.status == 404 {
        preflight.notes.append(
          "The index \(index.alias) is missing: it is made with the first record.")
      }
    }
    return preflight
  }

  private func addPrivileges(to preflight: inout Preflight) async throws {
    let body: JSONValue = [
      "cluster": ["monitor", "manage_own_api_key"],
      "index": [
        [
          "names": [".elastic-connectors", ".elastic-connectors-sync-jobs"],
          "privileges": ["read", "write", "create_index", "view_index_metadata"],
          "allow_restricted_indices": false,
        ],
        [
          "names": ["search-*"],
          "privileges": ["read", "write", "manage", "view_index_metadata"],
        ],
      ],
    ]
    let answer = try await session.ask(.post, "/_security/user/_has_privileges", body)
    guard answer.isSuccess else {
      preflight.problems.append(
        [400, 404, 405, 500].contains(answer.status)
          ? "Security is off on this server, so there are no API keys: turn it on "
            + "(xpack.security.enabled)."
          : session.error(answer, subject: "the list of privileges").message)
      return
    }
    let json = answer.json
    preflight.userName = json["username"]?.stringValue
    for member in json["cluster"]?.objectValue?.members ?? [] where member.value == false {
      preflight.problems.append(
        "The cluster privilege \(member.name) is missing: grant it to the user or key.")
    }
    for index in json["index"]?.objectValue?.members ?? [] {
      let missing = (index.value.objectValue?.members ?? []).filter { $0.value == false }
      guard !missing.isEmpty else { continue }
      let names = missing.map(\.name).joined(separator: ", ")
      preflight.problems.append(
        "On \(index.name) the privileges \(names) are missing: grant them to the user or key.")
    }
  }
}
