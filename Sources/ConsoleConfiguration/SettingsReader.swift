internal import EngineAPI

/// Makes settings of flags, environment variables, a file and defaults.
///
/// Nothing is thrown: everything that is wrong is told at once, each with its place.
package struct SettingsReader {
  private var lookup: SettingLookup
  private let sources: SettingsSources

  private init(_ sources: SettingsSources) {
    self.sources = sources
    lookup = SettingLookup(sources)
  }

  /// Reads the sources.
  package static func read(_ sources: SettingsSources) -> ConsoleSettings {
    var reader = SettingsReader(sources)
    return reader.settings()
  }

  private mutating func settings() -> ConsoleSettings {
    let directory = lookup.given("connector_console.store")?.value ?? sources.standardDirectory
    let connection = ConnectionReader.read(&lookup, contents: sources.contents)
    let connectors = ConnectorListReader.read(&lookup)
    let types = serviceTypes(beside: connectors)
    let times = times()
    let bulk = bulk()
    let log = log()
    return ConsoleSettings(
      store: connection.map { .elasticsearch($0) } ?? .embedded(directory: directory),
      directory: directory, requestTimeout: lookup.seconds("elasticsearch.request_timeout"),
      connectors: connectors, serviceTypes: types, service: times, bulk: bulk, log: log,
      listing: listing(directory, isCluster: connection != nil),
      problems: SettingsProblem.ranked(lookup.problems))
  }

  private mutating func serviceTypes(beside connectors: [ConfiguredConnector]) -> [String] {
    let types = lookup.texts("service.service_types")
    let mode = lookup.boolean("service.worker_mode")
    // Whoever names types with a flag or a variable wants them served.
    let isAsked = mode?.value ?? types.map { $0.origin.level < 2 } ?? false
    guard isAsked else {
      if let types, !types.value.isEmpty {
        lookup.note(
          .note, at: types.origin, "service.service_types counts with service.worker_mode: true.")
      }
      return []
    }
    guard let types, !types.value.isEmpty else {
      if let mode {
        lookup.note(
          .error, at: mode.origin,
          "service.worker_mode serves all connectors of some types, and service.service_types names "
            + "none. Name them.")
      }
      return []
    }
    let others = connectors.filter { connector in
      !(connector.serviceType.map(types.value.contains) ?? false)
    }
    for connector in others {
      lookup.note(
        .error, at: types.origin,
        "With service.service_types all connectors of these types are served, and no others; the "
          + "connector \(SettingLookup.shown(connector.id, limit: 60)) is not of them. Add its "
          + "service type, or serve it by another process.")
    }
    return types.value
  }

  private mutating func times() -> ServiceTimes {
    ServiceTimes(
      idling: lookup.seconds("service.idling"), heartbeat: lookup.seconds("service.heartbeat"),
      preflightAttempts: lookup.wholeIfGiven("service.preflight_max_attempts"),
      preflightIdle: lookup.seconds("service.preflight_idle"),
      concurrentSyncs: lookup.whole("service.max_concurrent_content_syncs"),
      jobCleanupInterval: lookup.seconds("service.job_cleanup_interval"))
  }

  private mutating func bulk() -> BulkLimits {
    let prefix = "elasticsearch.bulk."
    return BulkLimits(
      queueOperations: lookup.whole(prefix + "queue_max_size"),
      queueBytes: lookup.whole(prefix + "queue_max_mem_size") << 20,
      chunkOperations: lookup.whole(prefix + "chunk_size") / 2,
      chunkBytes: lookup.whole(prefix + "chunk_max_mem_size") << 20,
      requests: lookup.whole(prefix + "max_concurrency"),
      downloads: lookup.whole(prefix + "concurrent_downloads"))
  }

  private mutating func log() -> LogSettings {
    let level = LogLine.Level(rawValue: lookup.choice("service.log_level").lowercased()) ?? .info
    let format = LogSettings.Format(rawValue: lookup.choice("connector_console.log_format"))
    return LogSettings(
      level: level, format: format ?? .text, file: lookup.given("connector_console.log")?.value)
  }

  // MARK: - Listing

  private func listing(_ directory: String, isCluster: Bool) -> [SettingListing] {
    Setting.all.compactMap { setting in
      if setting.unused != nil { return unusedListing(setting) }
      let found = lookup.listed[setting.key]
      return SettingListing(
        key: setting.key,
        value: found?.value ?? standard(of: setting, directory, isCluster: isCluster),
        origin: found?.origin ?? .standard, unused: nil)
    }
  }

  private func standard(
    of setting: Setting, _ directory: String, isCluster: Bool
  ) -> SettingListing.Value? {
    if setting.key == "connector_console.store" { return .text(directory) }
    if setting.key == "elasticsearch.host" {
      let isNamed = lookup.listed["elasticsearch.cloud_id"] != nil
      return isCluster && !isNamed ? .text(setting.standard) : nil
    }
    return setting.standard.isEmpty ? nil : .text(setting.standard)
  }

  /// What a file sets without effect.
  private func unusedListing(_ setting: Setting) -> SettingListing? {
    guard let (value, origin) = lookup.unread(setting.key) else { return nil }
    return SettingListing(key: setting.key, value: value, origin: origin, unused: setting.unused)
  }
}
