package import ConnectorKit

extension SyncJob {
  /// The job as Kibana of a release creates it, with what is known already.
  ///
  /// Jobs of 8.4 and 8.5 have no copy of the connector and no metadata; what this program can't do
  /// without stands in the members that later releases have for it, beside those of the release.
  package func json(for version: ProtocolVersion) -> JSONValue {
    var object = json.objectValue ?? JSONObject()
    if version < .richFields {
      if type == .full { object["job_type"] = nil }
      object["indexed_document_volume"] = .clampedCount(counters.bytesWritten)
    }
    if version < .snapshots {
      object["connector_id"] = .string(connectorID)
      object["index_name"] = indexName.isEmpty ? .null : .string(indexName)
    }
    if var copy = object["connector"]?.objectValue {
      copy["configuration"] = configuration.json(for: version)
      object["connector"] = .object(copy)
    }
    if let text = object["error"]?.stringValue { object["error"] = .string(text.fittingKeyword) }
    return .object(object)
  }

  /// A stored job with what this one has changed.
  ///
  /// - Parameters:
  ///   - version: the server's.
  ///   - stored: the record from which this one was read.
  /// - Returns: the record to store; what nobody changed stays as it was written.
  /// - Throws: ``StoreError`` if the stored record can't be understood.
  package func json(
    for version: ProtocolVersion, over stored: JSONValue
  ) throws(StoreError) -> JSONValue {
    var former = try SyncJob(id: id, json: stored, version: version)
    former.unknownMembers = JSONObject()
    return stored.applying(before: former.json(for: version), after: json(for: version))
  }
}
