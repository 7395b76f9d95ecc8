internal import ConnectorKit
internal import ConnectorProtocol

/// What differs between versions in a connector's record.
///
/// Up to 8.8 `scheduling` is one schedule, that of full syncs. There this program writes it as it is
/// read by that version's services, and the schedules of the other job types beside it, where that
/// version looks past them.
enum RecordShape {
  /// The longest error that is written; longer ones don't fit a keyword field.
  private static let maximumError = 8192

  /// A record as the server's version has it.
  static func encoded(connector: Connector, isFlat: Bool) -> JSONValue {
    var object = connector.json.objectValue ?? JSONObject()
    for name in ["error", "last_sync_error"] { shorten(name, in: &object) }
    if isFlat, var schedule = object["scheduling"]?.objectValue {
      schedule["enabled"] = .bool(connector.scheduling.full.isEnabled)
      schedule["interval"] = .string(connector.scheduling.full.interval)
      object["scheduling"] = .object(schedule)
    }
    return .object(object)
  }

  /// A record in the newest form, whatever wrote it.
  static func decoded(connector source: JSONValue) -> JSONValue {
    guard var object = source.objectValue, var schedule = object["scheduling"]?.objectValue,
      let interval = schedule["interval"], schedule["full"] != nil
    else { return source }
    // The flat one is what that version's programs change.
    schedule["full"] = ["enabled": schedule["enabled"] ?? false, "interval": interval]
    schedule["enabled"] = nil
    schedule["interval"] = nil
    object["scheduling"] = .object(schedule)
    return .object(object)
  }

  /// A job's record.
  static func encoded(job: SyncJob) -> JSONValue {
    var object = job.json.objectValue ?? JSONObject()
    shorten("error", in: &object)
    return .object(object)
  }

  private static func shorten(_ name: String, in object: inout JSONObject) {
    guard let text = object[name]?.stringValue, text.utf8.count > maximumError else { return }
    var cut = text
    while cut.utf8.count > maximumError { cut = String(cut.prefix(cut.count * 9 / 10)) }
    object[name] = .string(cut + "…")
  }
}
