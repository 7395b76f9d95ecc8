package import EngineAPI

/// All that was set, checked and brought into types.
///
/// Holds secrets: neither shown nor logged as it is; ``listing`` is without them.
package struct ConsoleSettings: Sendable {
  /// Where connectors, jobs and documents are kept.
  package var store: StoreLocation
  /// The program's own folder: the embedded index, keys, the log.
  package var directory: String
  /// How long a request to the cluster may take.
  package var requestTimeout: Duration
  /// The connectors that are served; all of the store if there are none and no service types.
  package var connectors: [ConfiguredConnector]
  /// The service types of which all connectors are served.
  package var serviceTypes: [String]
  package var service: ServiceTimes
  package var bulk: BulkLimits
  package var log: LogSettings
  /// Every setting with its value and where it comes from, in the order of ``Setting/all``.
  package var listing: [SettingListing]
  /// What is wrong or has no effect, the worst first.
  package var problems: [SettingsProblem]

  /// Whether nothing keeps them from being used.
  package var isUsable: Bool { !problems.contains { $0.severity == .error } }

  /// The API keys that the connectors have of their own, by the connectors' ids.
  package var connectorKeys: [String: String] {
    Dictionary(
      connectors.compactMap { connector in connector.apiKey.map { (connector.id, $0) } },
      uniquingKeysWith: { _, last in last })
  }
}

/// A connector that the configuration names.
package struct ConfiguredConnector: Hashable, Sendable {
  package var id: String
  /// What a fresh record becomes; `nil` if the configuration does not say.
  package var serviceType: String?
  /// The key with which its documents are written; `nil` if it has none of its own.
  package var apiKey: String?
}

/// How often the service does what.
package struct ServiceTimes: Hashable, Sendable {
  package var idling: Duration
  package var heartbeat: Duration
  /// How often a store that does not answer is asked; `nil` without end.
  package var preflightAttempts: Int?
  package var preflightIdle: Duration
  package var concurrentSyncs: Int
  package var jobCleanupInterval: Duration
}

/// How documents are sent.
package struct BulkLimits: Hashable, Sendable {
  /// Operations that wait to be sent.
  package var queueOperations: Int
  package var queueBytes: Int
  /// Operations of one request; each takes up to two lines of `chunk_size`.
  package var chunkOperations: Int
  package var chunkBytes: Int
  package var requests: Int
  package var downloads: Int
}

/// What is logged, where and how.
package struct LogSettings: Hashable, Sendable {
  /// The form of a line.
  package enum Format: String, Hashable, Sendable, CaseIterable { case text, ecs }

  package var level: LogLine.Level
  package var format: Format
  /// `nil` for the usual place.
  package var file: String?
}

/// One setting as it counts, for a person.
package struct SettingListing: Hashable, Sendable {
  package var key: String
  /// Without secrets; `nil` if there is no value.
  package var value: Value?
  package var origin: SettingOrigin
  /// Why it has no effect; `nil` if it has.
  package var unused: String?

  /// What is shown of a value.
  package enum Value: Hashable, Sendable {
    case text(String)
    case texts([String])
    /// A list of groups, each with names and values.
    case groups([[Member]])
    /// Anything that is not read.
    case unread

    /// A name and what is shown of its value.
    package struct Member: Hashable, Sendable {
      package var name: String
      package var value: String

      /// Makes a member.
      package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
      }
    }
  }

  /// What is shown in place of a secret.
  package static let mask = "••••"
}
