/// A release of Elasticsearch, by which the shape of records differs.
///
/// Source: Kibana's and the connector services' code of each release.
package struct ProtocolVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var major: Int
  package var minor: Int

  /// Makes a version.
  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The newest shape that this program knows.
  package static let newest = ProtocolVersion(9, 0)
  /// Description, features and sync rules; jobs hold a copy of the connector.
  static let snapshots = ProtocolVersion(8, 6)
  /// Flags of features in objects.
  static let featureObjects = ProtocolVersion(8, 7)
  /// Fields of the configuration have all of their properties; volumes are in MiB.
  static let richFields = ProtocolVersion(8, 8)
  /// A schedule for each job type; `sync_now` is gone.
  static let nestedSchedules = ProtocolVersion(8, 9)
  /// Fields have placeholders.
  static let placeholders = ProtocolVersion(8, 10)
  /// Native connectors have API keys of their own.
  static let nativeKeys = ProtocolVersion(8, 13)

  /// The text of the version.
  package var description: String { "\(major).\(minor)" }

  /// The order of releases.
  package static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
